#!/usr/bin/env python3
"""Simulated nights: is every record counted exactly once, whatever happens?

    crash.py [--sequences N] [--kills N] [--seed S] [--full-disk DIR | --full-disk rlimit]

A sequence is some nights of one shop. Between the runs, and while they work, its logs grow, are
rotated by renaming or by copytruncate, compressed, moved to another folder, delivered twice; lines
come late, and are half-written when a run reads them. Runs are killed by SIGKILL at random
instants, or find a full disk. Every line has a number, so that at the end of a sequence the events
tell which records were lost or counted twice; and the reports of the last night must be the same
bytes as those of one run, without a state, over all the logs.

Between the runs some weeks pass at times (the ledger's nights are made older), so that runs merge
the event files of months that are over, and `touchpath state compact` does so by hand; both are
killed, too, and find full disks. At the end all event files are merged: the reports stay the same.

A sequence that is disturbed ends with undisturbed runs: what was held back is due then.
Exits 1 when anything was lost, counted twice or different. Prints one line of figures.
"""
import argparse
import collections
import csv
import gzip
import os
import random
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from formats import FORMATS

PROJECT = """project: Night
sources:
  - {name: web, channel: website, files: ['logs/web/**'], format: combined, identify: {user: user}}
  - {name: syslog, channel: server, files: ['logs/sys/**'], format: plain, identify: {user: who}}
  - {name: shop, channel: shop, files: ['logs/csv/**'], format: sheet, identify: {user: who}}
rules:
  - {touchpoint: page, stage: consideration, when: {path: '^/p/(?<reference>[0-9]+)'}}
  - {touchpoint: told, stage: retention, when: {what: '^r(?<reference>[0-9]+)$'}}
"""
DAY0 = 1788220800  # 2026-09-01


class Text:
    """A file's contents, whatever the file is called; `pending` is what is missing of its last
    line."""

    def __init__(self, path):
        self.path, self.content, self.pending = path, b'', b''


class World:
    def __init__(self, root, rng):
        self.root, self.rng = root, rng
        self.serial = 0
        self.day = 0
        self.texts, self.copies = [], []
        self.truth = set()
        self.lock = threading.Lock()
        self.current = {}
        for kind in ('web', 'sys', 'csv'):
            os.makedirs(f'{root}/logs/{kind}/old')
            self.begin(kind)

    def begin(self, kind, path=None):
        text = Text(path or f'logs/{kind}/{kind}.log')
        self.current[kind] = text
        self.texts.append(text)
        self.put(text, b'time,who,what\n' if kind == 'csv' else b'')
        return text

    def put(self, text, data):
        text.content += data
        with open(f'{self.root}/{text.path}', 'ab') as f:
            f.write(data)

    def line(self, kind):
        self.serial += 1
        self.truth.add(self.serial)
        t = time.gmtime(DAY0 + self.day * 86400 + self.rng.randrange(86400))
        who = f'u{self.rng.randrange(40)}'
        if kind == 'web':
            stamp = time.strftime('%d/%b/%Y:%H:%M:%S +0000', t)
            pad = 'x' * self.rng.randrange(60)
            return f'1.2.3.4 - {who} [{stamp}] "GET /p/{self.serial} HTTP/1.1" 200 5 "-" "{pad}"\n'
        if kind == 'sys':
            return time.strftime('%b %e %H:%M:%S', t) + f' host app: {who} r{self.serial}\n'
        return time.strftime('%Y-%m-%dT%H:%M:%SZ', t) + f',{who},r{self.serial}\n'

    # ---- what happens to logs ----

    def write(self, text, kind, most=40):
        for _ in range(self.rng.randrange(1, most)):
            self.end_line(text)
            data = self.line(kind).encode()
            if self.rng.random() < 0.05:  # half-written: the rest comes some time
                cut = self.rng.randrange(1, len(data))
                text.pending = data[cut:]
                data = data[:cut]
            self.put(text, data)

    def end_line(self, text):
        if text.pending:
            data, text.pending = text.pending, b''
            self.put(text, data)

    def grow(self, kind):
        self.write(self.current[kind], kind)

    def free_name(self, kind):
        folder = self.rng.choice([f'logs/{kind}', f'logs/{kind}/old'])
        return f'{folder}/{kind}.log.{len(self.texts)}-{self.rng.randrange(10**6)}'

    def rotate(self, kind):
        text = self.current[kind]
        if not text.content or text.path.endswith('.gz'):
            return
        name = self.free_name(kind)
        os.rename(f'{self.root}/{text.path}', f'{self.root}/{name}')
        text.path = name
        self.begin(kind)
        if self.rng.random() < 0.5:  # the server still writes to the old file
            self.write(text, kind, 5)

    def copytruncate(self, kind):
        text = self.current[kind]
        if not text.content:
            return
        self.end_line(text)
        name, old = self.free_name(kind), text.path
        with open(f'{self.root}/{old}', 'rb') as a, open(f'{self.root}/{name}', 'wb') as b:
            while True:
                part = a.read(self.rng.choice([100, 1000, 10000, 100000]))
                if not part:
                    break
                b.write(part)
                b.flush()
        os.truncate(f'{self.root}/{old}', 0)
        text.path = name
        self.begin(kind)

    def closed(self, kind):
        return [t for t in self.texts
                if t is not self.current[kind] and t.path.startswith(f'logs/{kind}') and
                not t.pending]

    def compress(self, kind):
        plain = [t for t in self.closed(kind) if not t.path.endswith('.gz')]
        if not plain:
            return
        text = self.rng.choice(plain)
        old, new = f'{self.root}/{text.path}', f'{self.root}/{text.path}.gz'
        with open(old, 'rb') as a, gzip.open(new + '.tmp~', 'wb') as b:
            shutil.copyfileobj(a, b)
        shutil.copystat(old, new + '.tmp~')
        os.rename(new + '.tmp~', new)
        os.unlink(old)
        text.path += '.gz'

    def move(self, kind):
        closed = self.closed(kind)
        if not closed:
            return
        text = self.rng.choice(closed)
        name = self.free_name(kind) + ('.gz' if text.path.endswith('.gz') else '')
        os.rename(f'{self.root}/{text.path}', f'{self.root}/{name}')
        text.path = name

    def deliver_twice(self, kind):
        done = [t for t in self.closed(kind) if t.path.endswith('.gz')]
        if not done:
            return
        text = self.rng.choice(done)
        name = self.free_name(kind) + '.gz'
        shutil.copyfile(f'{self.root}/{text.path}', f'{self.root}/{name}')
        self.copies.append((name, text.content))

    def late(self, kind):
        plain = [t for t in self.closed(kind) if not t.path.endswith('.gz')]
        if plain:
            self.write(self.rng.choice(plain), kind, 6)

    def happen(self, times):
        acts = ([self.grow] * 6 + [self.rotate] * 2 + [self.copytruncate, self.compress,
                self.compress, self.move, self.deliver_twice, self.late])
        with self.lock:
            for _ in range(times):
                self.rng.choice(acts)(self.rng.choice(['web', 'web', 'sys', 'csv']))

    def finish(self):
        for text in self.texts:
            self.end_line(text)


class Harness:
    def __init__(self, args):
        self.args = args
        self.count = collections.Counter()
        self.seconds = {'run': [], 'compact': []}  # of those that were not disturbed

    def command(self, project, out, *more):
        return [self.args.touchpath, 'run', '-p', project, '-o', out, '--rules', 'rules',
                '--tables', 'events', '-j', '2', *more]

    def run(self, root, world, disturb, full, command=None):
        """One run of the night, or another command. Gives its status; None: killed."""
        limit = None
        if full and self.args.full_disk == 'rlimit':
            size = self.args.rng.choice([0, 1000, 5000, 20000, 60000, 90000, 110000])

            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        seconds = self.seconds['compact' if command else 'run']
        before = time.monotonic()
        p = subprocess.Popen(command or self.command('night.yaml', 'out'), cwd=root,
                             preexec_fn=limit, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if disturb == 'kill':
            usual = statistics.median(seconds) if seconds else 0.05
            time.sleep(self.args.rng.random() * usual * 1.1)
            p.send_signal(signal.SIGKILL)
        elif disturb == 'busy':
            time.sleep(self.args.rng.random() * 0.03)
            world.happen(self.args.rng.randrange(1, 4))
        out, err = p.communicate()
        self.count['commands' if command else 'runs'] += 1
        if p.returncode == -signal.SIGKILL:
            self.count['kills'] += 1
            return None
        self.took = time.monotonic() - before
        if disturb != 'busy' and not full and not command:
            seconds.append(self.took)
        if p.returncode not in (0, 3) and not full:
            self.fault(f'status {p.returncode}: {err.decode()[:500]}')
        if full and p.returncode not in (0, 3):
            self.count['full'] += 1
            if p.returncode != 1:
                self.fault(f'full disk: status {p.returncode}: {err.decode()[:300]}')
        if p.returncode == 0 and (out or err) and not command:
            self.fault(f'not silent: {out + err}')
        return p.returncode

    # ---- compaction ----

    def compact(self, *more):
        return [self.args.touchpath, 'state', 'compact', 'state', *more]

    def segments(self, root):
        return len([n for n in os.listdir(f'{root}/state/segments') if n.endswith('.tpe')])

    def weeks_pass(self, root, days):
        """What earlier nights did is so many days older."""
        db = sqlite3.connect(f'{root}/state/ledger.db')
        with db:
            db.execute("UPDATE night SET at = strftime('%Y-%m-%dT%H:%M:%SZ', at, ?)",
                       (f'-{days} days',))
        db.close()

    def tidy(self, root, world):
        """Some weeks later; now and then somebody merges by hand."""
        rng = self.args.rng
        if not os.path.exists(f'{root}/state/ledger.db'):
            return
        if rng.random() < 0.5:
            self.weeks_pass(root, rng.randrange(1, 60))
        if rng.random() >= self.args.tidy:
            return
        before = self.segments(root)
        for _ in range(4):
            full = bool(self.args.full_disk) and rng.random() < 0.5
            disturb = '' if full else rng.choice(['', 'kill', 'kill', 'kill'])
            more = rng.choice([[], ['--all'], ['--all']])
            if self.run(root, world, disturb, full, self.compact(*more)) == 0:
                if self.segments(root) < before:
                    self.seconds['compact'].append(self.took)
                break
        self.count['merged'] += self.segments(root) < before

    def fault(self, what):
        self.count['faults'] += 1
        print(f'sequence {self.count["sequences"]} (seed {self.seed}): {what}', file=sys.stderr)

    def sequence(self, seed):
        self.seed = seed
        rng = self.args.rng = random.Random(seed)
        root = tempfile.mkdtemp(prefix='nightly-', dir=self.args.dir)
        os.makedirs(f'{root}/rules/formats')
        for folder in ('packs', 'grok'):
            path = f'{self.args.rules}/{folder}'
            if os.path.isdir(path):
                os.symlink(path, f'{root}/rules/{folder}')
        os.symlink(f'{self.args.rules}/formats/combined.yaml', f'{root}/rules/formats/combined.yaml')
        for name, text in FORMATS.items():
            with open(f'{root}/rules/formats/{name}.yaml', 'w') as f:
                f.write(text)
        with open(f'{root}/night.yaml', 'w') as f:
            f.write(PROJECT + 'state: {folder: state, keep_reports: 2}\n')
        world = World(root, rng)
        full_now = False
        for _ in range(self.args.nights):
            self.tidy(root, world)
            world.happen(rng.randrange(2, 8))
            if rng.random() < 0.8:
                world.day += 1
            for _ in range(10):
                files = self.segments(root) if os.path.isdir(f'{root}/state/segments') else 0
                full_now = bool(self.args.full_disk) and rng.random() < 0.5
                disturb = rng.choices(['', 'kill', 'busy'], [1, 3, 2])[0]
                if full_now:
                    disturb = ''
                done = self.run(root, world, disturb, full_now) in (0, 3)
                self.count['merged'] += self.segments(root) < files if files else 0
                if done:
                    break
            if rng.random() < 0.1:
                world.day += 1  # a missed night
        world.finish()
        for _ in range(4):
            self.run(root, world, '', False)
        self.judge(root, world)
        self.count['sequences'] += 1
        if not self.args.stay or not self.count['faults']:
            shutil.rmtree(root)

    # ---- what came out ----

    def judge(self, root, world):
        truth = set(world.truth)
        seen = collections.Counter()
        with open(f'{root}/out/latest/events.csv', newline='') as f:
            for row in csv.DictReader(f):
                seen[int(row['reference'])] += 1
        want = self.one_run(root, world)
        lost, double = want - seen, seen - want
        self.count['events'] += sum(want.values())
        self.count['lost'] += sum(lost.values())
        self.count['double'] += sum(double.values())
        missing = truth - set(want)
        if missing:
            self.fault(f'{len(missing)} lines are in no report')
        if lost or double:
            self.fault(f'lost {sorted(lost)[:9]}, double {sorted(double)[:9]}')
            return
        self.compare(root, 'out')
        self.verify(root)
        for more in ([], ['--all']):
            self.run(root, world, '', False, self.compact(*more))
            self.verify(root)
            out = f'merged{len(more)}'
            self.run(root, world, '', False, self.command('night.yaml', out, '-q'))
            self.compare(root, out)

    def compare(self, root, out):
        for name in sorted(set(os.listdir(f'{root}/one/out')) - {'run.json'}):
            with open(f'{root}/one/out/{name}', 'rb') as a, \
                    open(f'{root}/{out}/latest/{name}', 'rb') as b:
                if a.read() != b.read():
                    self.fault(f'{out}/{name} differs from that of one run over all the logs')

    def verify(self, root):
        p = subprocess.run([self.args.touchpath, 'state', 'verify', 'state'], cwd=root,
                           capture_output=True)
        if p.returncode:
            self.fault(f'state verify: {p.stdout.decode()[:300]}')

    def one_run(self, root, world):
        """All the logs at once, in a folder of their own, without a state."""
        os.makedirs(f'{root}/one')
        files = [(t.path, t.content) for t in world.texts] + world.copies
        for path, content in files:
            os.makedirs(os.path.dirname(f'{root}/one/{path}'), exist_ok=True)
            with open(f'{root}/one/{path}', 'wb') as f:
                f.write(content)
            old = f'{root}/{path}'
            os.utime(f'{root}/one/{path}', ns=(os.stat(old).st_mtime_ns,) * 2)
        with open(f'{root}/one/night.yaml', 'w') as f:
            f.write(PROJECT)
        shutil.copyfile(f'{root}/journey.key', f'{root}/one/journey.key')
        os.chmod(f'{root}/one/journey.key', 0o600)
        os.symlink('../rules', f'{root}/one/rules')
        subprocess.run(self.command('night.yaml', 'out', '-q'), cwd=f'{root}/one', check=True,
                       capture_output=True)
        with open(f'{root}/one/out/events.csv', newline='') as f:
            return collections.Counter(int(row['reference']) for row in csv.DictReader(f))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=f'{here}/../../build/touchpath')
    p.add_argument('--rules', default=f'{here}/../../rules')
    p.add_argument('--sequences', type=int, default=10)
    p.add_argument('--kills', type=int, default=0, help='go on until there were so many')
    p.add_argument('--nights', type=int, default=8)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--tidy', type=float, default=0.5, help='how often somebody merges by hand')
    p.add_argument('--full-disk', choices=['rlimit'])
    p.add_argument('--dir', default=None)
    p.add_argument('--first-fault', action='store_true', help='end with the first one')
    p.add_argument('--stay', action='store_true', help='keep the folders when there are faults')
    args = p.parse_args()
    args.touchpath, args.rules = os.path.abspath(args.touchpath), os.path.abspath(args.rules)
    h = Harness(args)
    seed = args.seed
    while h.count['sequences'] < args.sequences or h.count['kills'] < args.kills:
        if args.first_fault and h.count['faults']:
            break
        h.sequence(seed)
        seed += 1
    c = h.count
    print(f"{c['sequences']} sequences, {c['runs']} runs, {c['kills']} kills, {c['full']} full disks, "
          f"{c['merged']} times months merged, {c['events']} events: {c['lost']} lost, {c['double']} double, {c['faults']} faults")
    return 1 if c['faults'] else 0


sys.exit(main())
