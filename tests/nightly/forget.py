#!/usr/bin/env python3
"""`touchpath forget`: are the reports afterwards those of logs in which the person never was?

    forget.py [--kills N] [--seed S]

The truth is another run, without a state, over the same logs without the person's lines. People
share devices, change cookies, and are joined through link lines, so that removing one changes who
the others are. Compared is every table, byte for byte, but for what is said of files themselves:
coverage.csv keeps their bytes and records, and counts the forgotten ones; numbers of records in
identity.csv and events.csv are those of the lines in the files.
"""
import argparse
import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

PROJECT = """project: Forget
sources:
  - {name: web, channel: website, files: ['logs/web*'], format: sheet,
     identify: {user: user, email: mail, cookie: cookie, visitor: [address, agent]}}
rules:
  - {touchpoint: '{reference}', stage: consideration, when: {what: '^p(?<reference>[0-9])$'}}
  - {link: [user, email, cookie], when: {what: login}}
identity: {key: key}
"""
SHEET = """format: sheet
title: a table
reader: csv
recognise: [time, user, mail, cookie, address, agent, what]
time: {field: time, formats: [iso8601]}
"""
HEADER = 'time,user,mail,cookie,address,agent,what\n'


class World:
    def __init__(self, args, seed):
        self.args, self.rng = args, random.Random(seed)
        self.root = tempfile.mkdtemp(prefix='forget-', dir=args.dir)
        self.people = [dict(user=f'u{i}', mail=f'ann{i}@example.com', cookies=[f'c{i}', f'd{i}'])
                       for i in range(8)]
        self.files = {f'logs/web{i}.csv': [] for i in range(3)}
        self.gone_ids, self.gone_events = set(), set()
        os.makedirs(f'{self.root}/rules/formats')
        for name, text in (('p.yaml', PROJECT), ('rules/formats/sheet.yaml', SHEET),
                           ('key', '0123456789abcdef' * 4 + '\n')):
            with open(f'{self.root}/{name}', 'w') as f:
                f.write(text)
        os.chmod(f'{self.root}/key', 0o600)
        self.night = 0

    def line(self):
        """(person that it is of by its own words, text); time goes up from line to line."""
        rng = self.rng
        i = rng.randrange(len(self.people))
        p = self.people[i]
        self.night += rng.randrange(1, 4000)
        at = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(1788220800 + self.night))
        address = f'192.0.2.{i}'
        kind = rng.randrange(10)
        if kind < 3:
            return f'{at},{p["user"]},,{rng.choice(p["cookies"])},{address},x,p{rng.randrange(6)}\n'
        if kind < 6:
            return f'{at},,,{rng.choice(p["cookies"])},{address},x,p{rng.randrange(6)}\n'
        if kind == 6:
            return f'{at},{p["user"]},{p["mail"]},,{address},x,login\n'
        if kind == 7:  # a device of two
            return f'{at},{rng.choice([p["user"], "", ""])},,shared{i // 2},{address},x,p7\n'
        if kind == 8:
            return f'{at},,,,{address},x,p8\n'
        # Without a time: those of a file are known from events only once some of them went.
        return f',,,,,,junk of {p["mail"]} {address}\n'

    def grow(self, n):
        for name, lines in self.files.items():
            new = [self.line() for _ in range(n)]
            lines += new
            first = not os.path.exists(f'{self.root}/{name}')
            os.makedirs(os.path.dirname(f'{self.root}/{name}'), exist_ok=True)
            with open(f'{self.root}/{name}', 'a') as f:
                f.write((HEADER if first else '') + ''.join(new))

    def call(self, *more, cwd=None):
        return subprocess.run([self.args.touchpath, *more, '-p', 'p.yaml', '--rules', 'rules'],
                              cwd=cwd or self.root, text=True, capture_output=True)

    def touchpath(self, *more, want=0, cwd=None):
        p = self.call(*more, cwd=cwd)
        assert p.returncode == want, (more, p.returncode, p.stdout, p.stderr)
        return p.stdout

    def run(self, *more):
        self.touchpath('run', '-q', '-o', 'out', '--state', 'state', '--tables', 'all', *more)

    def forget(self, who):
        # A killed one may have done all of it: then there is nobody of that name (status 2).
        p = self.call('forget', who, '--state', 'state')
        assert p.returncode in (0, 2) and (p.returncode == 0 or 'no customer' in p.stderr), p.stderr

    def kill_forget(self, who):
        """A forget that is killed has happened or not: another one ends with the same."""
        p = subprocess.Popen([self.args.touchpath, 'forget', who, '--state', 'state', '-q', '-p',
                              'p.yaml', '--rules', 'rules'], cwd=self.root, stderr=subprocess.DEVNULL)
        try:
            p.wait(self.rng.uniform(0.001, 0.03))
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
        self.verify()

    def compact(self):
        subprocess.run([self.args.touchpath, 'state', 'compact', '--all', f'{self.root}/state'],
                       check=True, capture_output=True)
        self.verify()

    # ---- the truth ----

    def theirs(self, who):
        """The person's identifiers, and the (file, record) of their events, before they go."""
        out = self.touchpath('customer', who, '--raw-ids')
        ids = set(re.findall(r'^  (\w+:\S+)$', out, re.M))
        return ids, {(f, int(n)) for f, n in re.findall(r'\((\S+) record (\d+)[;)]', out)}

    def is_theirs(self, name, number, line, ids, events):
        _, user, mail, cookie, _, _, _ = line.rstrip('\n').split(',')
        named = {f'user:{user}', f'email:{mail}', f'cookie:{cookie}'}
        return (name, number) in events or bool(named & ids)

    def logs_without(self, ids, events):
        """The same logs in another folder, without the person's lines."""
        where = f'{self.root}/truth'
        shutil.rmtree(where, ignore_errors=True)
        os.makedirs(f'{where}/logs')
        for name in ('p.yaml', 'key', 'rules'):
            os.symlink(f'{self.root}/{name}', f'{where}/{name}')
        for name, lines in self.files.items():
            with open(f'{where}/{name}', 'w') as f:
                f.write(HEADER)
                # Records are numbered from 2: the first is the header.
                f.writelines(line for n, line in enumerate(lines, 2)
                             if not self.is_theirs(name, n, line, ids, events))
        self.touchpath('run', '-q', '-o', 'out', '--tables', 'all', cwd=where)
        return f'{where}/out'

    def table(self, folder, name):
        with open(f'{folder}/{name}', newline='') as f:
            rows = list(csv.reader(f))
        if name == 'coverage.csv':  # what is said of files' bytes and records is another matter
            return [r[:4] + (r[5:] if r[2] == 'records' else r[4:]) for r in rows
                    if r[2] not in ('bytes', 'matched', 'rejected')]
        drop = [i for i, c in enumerate(rows[0]) if c == 'record'] if rows else []
        return [[c for i, c in enumerate(r) if i not in drop] for r in rows]

    def compare(self, truth):
        ours = f'{self.root}/out/latest'
        names = sorted(set(os.listdir(ours)) - {'run.json', 'digest.txt', 'rejects.csv'})
        assert set(os.listdir(truth)) - {'run.json', 'rejects.csv'} == set(names), os.listdir(truth)
        for name in names:
            with open(f'{ours}/{name}', 'rb') as a, open(f'{truth}/{name}', 'rb') as b:
                if a.read() == b.read():
                    continue
            assert name.endswith('.csv') and self.table(ours, name) == self.table(truth, name), name

    def leaves_no_trace(self, values):
        state = f'{self.root}/state'
        segments = [f'{state}/segments/{n}' for n in os.listdir(f'{state}/segments')]
        subprocess.run([self.args.touchpath, 'export', '-o', f'{self.root}/all.csv', *segments],
                       check=True, capture_output=True)
        with open(f'{self.root}/all.csv', 'rb') as f:
            texts = [f.read()]
        for folder in (state, f'{self.root}/out/latest'):
            for name in os.listdir(folder):
                if os.path.isfile(f'{folder}/{name}'):
                    with open(f'{folder}/{name}', 'rb') as f:
                        texts.append(f.read())
        for value in values:
            assert not any(value.encode() in t for t in texts), f'{value} is still there'

    def verify(self):
        p = subprocess.run([self.args.touchpath, 'state', 'verify', f'{self.root}/state'],
                           capture_output=True, text=True)
        assert p.returncode == 0, p.stdout + p.stderr


def one(args, seed, kills):
    w = World(args, seed)
    for _ in range(3):
        w.grow(30)
        w.run()
    for who in ('user:u1', 'email:ann4@example.com', 'cookie:d0'):
        if w.rng.random() < 0.5:  # the nights' event files have become one
            w.compact()
        ids, events = w.theirs(who)
        w.gone_ids |= ids
        w.gone_events |= events
        for _ in range(kills):
            w.kill_forget(who)
        w.forget(who)
        w.run()
        truth = w.logs_without(w.gone_ids, w.gone_events)
        w.verify()
        w.compare(truth)
        w.leaves_no_trace(i.split(':', 1)[1] for i in w.gone_ids if '@' in i)
    w.compact()
    w.run('--rebuild')
    w.verify()
    w.compare(truth)
    w.leaves_no_trace(i.split(':', 1)[1] for i in w.gone_ids if '@' in i)
    # What was read is known, though the ledger has no heads of it any more; and a copy is one.
    os.rename(f'{w.root}/logs/web0.csv', f'{w.root}/logs/web9.csv')
    w.files['logs/web9.csv'] = w.files.pop('logs/web0.csv')
    w.gone_events = {(f.replace('web0', 'web9'), n) for f, n in w.gone_events}
    w.grow(10)
    w.run()
    w.compare(w.logs_without(w.gone_ids, w.gone_events))
    shutil.rmtree(w.root)


def faults(args):
    """What cannot be done is said, and changes nothing."""
    w = World(args, 0)
    p = w.call('forget', 'user:u1')
    assert p.returncode == 2 and 'keeps no state' in p.stderr, p
    p = w.call('forget', 'user:u1', '--state', 'state')
    assert p.returncode == 1 and 'no run has made one' in p.stderr, p
    assert not os.path.exists(f'{w.root}/state')
    w.grow(40)
    with open(f'{w.root}/logs/web0.csv', 'a') as f:
        for i in range(2):
            f.write(f'2026-09-20T00:00:0{i}Z,u{i},,both,,,p1\n')
    w.run()
    for who, said in (('user:nobody', 'no customer'), ('cookie:both', 'a device of 2 customers')):
        p = w.call('forget', who, '--state', 'state')
        assert p.returncode == 2 and said in p.stderr, p
    p = w.call('forget', 'user:u1', '--state', 'state')
    assert p.returncode == 0 and 'forgotten: ' in p.stdout, p
    p = w.call('forget', 'user:u1', '--state', 'state')
    assert p.returncode == 2 and 'no customer' in p.stderr, p
    # With another key nobody could be recognised.
    with open(f'{w.root}/key', 'w') as f:
        f.write('f' * 64 + '\n')
    w.grow(1)
    for command in (('run', '-o', 'out'), ('forget', 'user:u2')):
        p = w.call(*command, '--state', 'state')
        assert p.returncode == 1 and 'bring back the key file' in p.stderr, p
    shutil.rmtree(w.root)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=f'{here}/../../build/touchpath')
    p.add_argument('--rules', default=f'{here}/../../rules')
    p.add_argument('--dir')
    p.add_argument('--kills', type=int, default=3, help='of each forget')
    p.add_argument('--sequences', type=int, default=3)
    p.add_argument('--seed', type=int, default=1)
    args = p.parse_args()
    args.touchpath, args.rules = os.path.abspath(args.touchpath), os.path.abspath(args.rules)
    try:
        faults(args)
        for seed in range(args.seed, args.seed + args.sequences):
            one(args, seed, args.kills)
    except AssertionError:
        traceback.print_exc()  # the seed stands in the call of one()
        return 1
    print(f'{args.sequences} sequences: reports as if the forgotten had never been')
    return 0


sys.exit(main())
