#!/usr/bin/env python3
"""The cases in which programs that keep a place in a log count twice or lose: each with the true
count, which is exact for us. The truth is what was written: these lines have numbers.

What GoAccess 1.7 and AWStats 7.8 gave for cases of this kind: docs/nightly.md.
"""
import argparse
import csv
import gzip
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time

PROJECT = """project: Cases
sources:
  - {name: web, channel: website, files: ['logs/**'], format: combined, identify: {user: user}}
rules:
  - {touchpoint: page, stage: consideration, when: {path: '^/p/(?<reference>[0-9]+)'}}
state: {folder: state}
"""


class Case:
    def __init__(self, args):
        self.args = args
        self.root = tempfile.mkdtemp(prefix='cases-')
        os.makedirs(f'{self.root}/logs/b')
        with open(f'{self.root}/p.yaml', 'w') as f:
            f.write(PROJECT)

    def path(self, name):
        return f'{self.root}/logs/{name}'

    def lines(self, first, n, day=1, second=None):
        out = []
        for i in range(first, first + n):
            at = second if second is not None else i % 3600
            out.append(f'192.0.2.{i % 250} - u{i % 97} [{day:02d}/Sep/2026:10:{at // 60:02d}:'
                       f'{at % 60:02d} +0000] "GET /p/{i} HTTP/1.1" 200 5 "-" "x"\n')
        return ''.join(out).encode()

    def write(self, name, data, mode='wb'):
        with open(self.path(name), mode) as f:
            f.write(data)

    def run(self, *more, want=0, files=()):
        p = subprocess.run([self.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                            self.args.rules, '--tables', 'events', *more, *files], cwd=self.root,
                           capture_output=True)
        assert p.returncode == want, (p.returncode, p.stderr)
        if want == 0:
            assert not p.stdout + p.stderr, p.stdout + p.stderr
        return p

    def numbers(self):
        with open(f'{self.root}/out/latest/events.csv', newline='') as f:
            return [int(row['reference']) for row in csv.DictReader(f)]

    def is_exact(self, n):
        got = self.numbers()
        assert len(got) == len(set(got)), f'{len(got) - len(set(got))} are counted twice'
        assert len(got) == n, f'{len(got)} events, not {n}'


def same_file_twice(c):
    c.write('access.log', c.lines(0, 10000))
    c.run()
    c.run()
    c.is_exact(10000)
    assert sorted(os.listdir(f'{c.root}/out')) == sorted({'latest', os.readlink(
        f'{c.root}/out/latest')}), 'a second report was written, though nothing was new'


def appended(c):
    c.write('access.log', c.lines(0, 10000))
    c.run()
    c.write('access.log', c.lines(10000, 1000), 'ab')
    c.run()
    c.is_exact(11000)


def renamed_late_lines_only_new(c):
    """The old file is not given in the second night: its late lines come when it is."""
    c.write('access.log', c.lines(0, 11000))
    c.run(files=['logs/access.log'])
    os.rename(c.path('access.log'), c.path('access.log.1'))
    c.write('access.log.1', c.lines(11000, 200), 'ab')
    c.write('access.log', c.lines(11200, 500, 2))
    c.run(files=['logs/access.log'])
    c.is_exact(11500)
    c.run(files=['logs/access.log.1'])
    c.is_exact(11700)
    os.system(f'gzip {c.path("access.log.1")}')
    c.run()
    c.is_exact(11700)
    with open(f'{c.root}/piped', 'wb') as f:  # zcat access.log.1.gz | touchpath run -
        f.write(gzip.open(c.path('access.log.1.gz')).read())
    with open(f'{c.root}/piped', 'rb') as f:
        p = subprocess.run(['sh', '-c', f'cat | {c.args.touchpath} run -p p.yaml -o out --rules '
                            f'{c.args.rules} --tables events -'], cwd=c.root, stdin=f,
                           capture_output=True)
    assert p.returncode == 0, p.stderr
    c.is_exact(11700)


def two_servers_one_day(c):
    c.write('a.gz', gzip.compress(c.lines(0, 5000)))
    c.run(files=['logs/a.gz'])
    c.write('b/a.gz', gzip.compress(c.lines(5000, 5000)))
    c.run(files=['logs/b/a.gz'])
    c.is_exact(10000)


def two_servers_equal_heads(c):
    head = c.lines(0, 100)
    c.write('a.log', head + c.lines(100, 100))
    c.run()
    c.write('b/a.log', head + c.lines(200, 300))
    c.run()
    got = c.numbers()
    assert len(got) == 600 and len(set(got)) == 500, len(got)  # both were written 100 times
    assert not set(range(500)) - set(got)


def copytruncate_equal_second(c):
    c.write('access.log', c.lines(0, 5000, second=7))
    c.run()
    shutil.copyfile(c.path('access.log'), c.path('access.log.1'))
    os.truncate(c.path('access.log'), 0)
    c.write('access.log', c.lines(5000, 1000, second=7), 'ab')
    c.run()
    c.is_exact(6000)


def truncated_gz(c):
    whole = gzip.compress(c.lines(0, 5000))
    c.write('a.gz', whole[:len(whole) // 2])
    time.sleep(0.1)  # a file that was written this very moment is looked at twice
    p = c.run(want=3)
    assert b'a.gz' in p.stderr
    part = c.numbers()
    assert 0 < len(part) < 5000 and len(part) == len(set(part))
    c.run()  # nothing has changed: it was said once
    c.write('a.gz', whole)
    c.run()
    c.is_exact(5000)


def truncated_gz_through_a_pipe(c):
    whole = gzip.compress(c.lines(0, 5000))
    command = [c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules', c.args.rules,
               '--tables', 'events', '-']
    p = subprocess.run(command, input=whole[:len(whole) // 2], cwd=c.root, capture_output=True)
    assert p.returncode == 3 and b'gzip' in p.stderr, p
    assert 0 < len(c.numbers()) < 5000
    p = subprocess.run(command, input=whole, cwd=c.root, capture_output=True)
    assert p.returncode == 0, p
    c.is_exact(5000)


def killed_and_run_again(c):
    """At any instant of a run over 40,000 lines; no lock, no half of a night is left."""
    c.write('access.log', c.lines(0, 20000))
    c.run()
    c.write('access.log', c.lines(20000, 20000), 'ab')
    command = [c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules', c.args.rules,
               '--tables', 'events']
    before = time.monotonic()
    shutil.copytree(f'{c.root}/state', f'{c.root}/aside')
    c.run()
    usual = time.monotonic() - before
    for i in range(6):
        shutil.rmtree(f'{c.root}/state')
        shutil.copytree(f'{c.root}/aside', f'{c.root}/state')
        p = subprocess.Popen(command, cwd=c.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(usual * i / 6)
        p.kill()
        p.communicate()
        c.run()
        c.is_exact(40000)


def older_after_newer(c):
    c.write('access.log', c.lines(0, 1000, day=9))
    c.run()
    c.write('access.log.1', c.lines(1000, 1000, day=2))
    c.run()
    c.is_exact(2000)
    with open(f'{c.root}/out/latest/run.json') as f:
        assert json.load(f)['records']['of_earlier_days'] == 1000


def tiny_files(c):
    """Shorter than what others take for a file's fingerprint."""
    for i in range(5):
        c.write(f'{i}.log', c.lines(i, 1))
    c.run()
    c.is_exact(5)
    c.write('0.log', c.lines(5, 1), 'ab')
    c.run()
    c.is_exact(6)


def reused_inode(c):
    """Another log in the place, under the name and with the inode of the old one; longer than it."""
    c.write('access.log', c.lines(0, 1000))
    c.run()
    inode = os.stat(c.path('access.log')).st_ino
    c.write('access.log', c.lines(1000, 1500, 2))
    assert os.stat(c.path('access.log')).st_ino == inode
    c.run()
    c.is_exact(2500)


def very_long_line(c):
    """It is rejected and counted; the file goes on."""
    c.write('access.log', c.lines(0, 10) + b'x' * (3 << 20) + b'\n' + c.lines(10, 10))
    c.run()
    c.is_exact(20)
    with open(f'{c.root}/out/latest/run.json') as f:
        told = json.load(f)['records']
    assert told['rejected'] == 1 and told['new'] == 21, told


def half_written_line(c):
    line = c.lines(10, 1)
    c.write('access.log', c.lines(0, 10) + line[:30])
    c.run()
    c.is_exact(10)
    c.write('access.log', line[30:-1], 'ab')
    c.run()
    c.is_exact(10)
    c.write('access.log', line[-1:], 'ab')
    c.run()
    c.is_exact(11)


def last_line_without_end(c):
    c.write('access.log', c.lines(0, 10)[:-1])
    c.run()
    c.is_exact(9)
    c.run('--final')
    c.is_exact(10)
    c.write('access.log', b'\n' + c.lines(10, 5), 'ab')
    c.run()
    c.is_exact(15)


def tar_of_known_files(c):
    for name in ('a.log', 'b.log'):
        c.write(name, c.lines(0 if name == 'a.log' else 1000, 1000))
    c.run()
    with tarfile.open(c.path('old.tar.gz'), 'w:gz') as t:
        for name in ('a.log', 'b.log'):
            t.add(c.path(name), name)
            os.unlink(c.path(name))
        info = tarfile.TarInfo('c.log')
        data = c.lines(2000, 500)
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
    c.run()
    c.is_exact(2500)


def many_compressions(c):
    c.write('access.log', c.lines(0, 3000))
    c.run()
    for command in ('gzip -1', 'gunzip', 'xz -1', 'unxz', 'bzip2'):
        name = [n for n in os.listdir(c.path('')) if n.startswith('access')][0]
        os.system(f'{command} {c.path(name)}')
        c.run()
        c.is_exact(3000)


def copy_and_growth(c):
    """A copy of a file that goes on: the copy is its beginning, not another file."""
    c.write('access.log', c.lines(0, 1000))
    c.run()
    shutil.copyfile(c.path('access.log'), c.path('access.bak'))
    c.write('access.log', c.lines(1000, 10), 'ab')
    c.run()
    c.is_exact(1010)


def copy_in_the_making(c):
    c.write('access.log', c.lines(0, 3000))
    c.run()
    data = open(c.path('access.log'), 'rb').read()
    c.write('access.log.1', data[:100000])
    c.run()
    c.is_exact(3000)
    c.write('access.log.1', data)
    os.truncate(c.path('access.log'), 0)
    c.write('access.log', c.lines(3000, 5), 'ab')
    c.run()
    c.is_exact(3005)


def new_rules(c):
    """A change of rules is said once; --rebuild maps again what is still there."""
    c.write('gone.log', c.lines(0, 100))
    c.write('kept.log', c.lines(100, 100))
    c.run()
    os.unlink(c.path('gone.log'))
    with open(f'{c.root}/p.yaml', 'w') as f:
        f.write(PROJECT.replace("'^/p/(?<ref", "'^/p/(?<item>1[0-9]*)(?<ref"))
    p = subprocess.run([c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                        c.args.rules, '--tables', 'events'], cwd=c.root, capture_output=True)
    assert p.returncode == 0 and b'rules' in p.stderr, p
    c.run()
    c.is_exact(200)
    p = subprocess.run([c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                        c.args.rules, '--tables', 'events', '--rebuild'], cwd=c.root,
                       capture_output=True)
    assert p.returncode == 0 and b'gone.log' in p.stderr, p
    items = sum(1 for _ in csv.DictReader(open(f'{c.root}/out/latest/events.csv')) if _['item'])
    assert items == 100, items


def report_bytes(c, out='out'):
    folder = f'{c.root}/{out}/latest'
    return {n: open(f'{folder}/{n}', 'rb').read() for n in os.listdir(folder)
            if n not in ('run.json', 'digest.txt')}


def command(c, *words, want=0):
    p = subprocess.run([c.args.touchpath, *words], cwd=c.root, capture_output=True)
    assert p.returncode == want, p
    return p.stdout.decode() + p.stderr.decode()


def again(c, *more):
    """All reports, made anew; what was said."""
    shutil.rmtree(f'{c.root}/again', ignore_errors=True)
    said = command(c, 'run', '-p', 'p.yaml', '-o', 'again', '--rules', c.args.rules, '--tables',
                   'events', *more)
    return report_bytes(c, 'again'), said


def ledger(c, statement):
    db = sqlite3.connect(f'{c.root}/state/ledger.db')
    with db:
        rows = db.execute(statement).fetchall()
    db.close()
    return rows


def segments(c):
    return sorted(os.listdir(f'{c.root}/state/segments'))


def nights(c, first, last, at):
    """One file grows from night to night, and each night has one of its own; `at` is when these
    nights were."""
    for i in range(first, last):
        c.write('grows.log', c.lines(i * 10, 5), 'ab')
        c.write(f'of{i}.log', c.lines(i * 10 + 5, 5))
        subprocess.run([c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                        c.args.rules, '--tables', 'events'], cwd=c.root, capture_output=True)
        ledger(c, f"UPDATE night SET at = '{at}-{i - first + 1:02d}T03:00:00Z' WHERE id = "
                  '(SELECT max(id) FROM night)')


def months_become_one_file(c):
    """A run merges what is older; by hand the running month, too. Nothing else changes."""
    nights(c, 0, 20, '2025-01')
    now = time.strftime('%Y-%m', time.gmtime())
    nights(c, 20, 23, now)
    assert len(segments(c)) == 4, segments(c)  # January, as soon as it was over
    before = report_bytes(c)
    said = command(c, 'state', 'compact', 'state')
    assert said == '0 event files became 0\n', said
    said = command(c, 'state', 'compact', '--all', 'state')
    assert said == '3 event files became 1\n' and len(segments(c)) == 2, (said, segments(c))
    command(c, 'state', 'verify', 'state')
    after, said = again(c)
    assert after == before and not said, said
    listed = command(c, 'state', 'list', 'state')
    assert '\n2 segments, ' in listed and listed.count(f'\n   {23}  {now}-03') == 1, listed
    months = [line.split() for line in listed.partition('\nmonth ')[2].splitlines()[1:3]]
    assert [m[:3] for m in months] == [['2025-01', '1', '200'], [now, '1', '30']], months
    # A growing file goes on, a late one comes, what is known is known.
    os.rename(c.path('of3.log'), c.path('b/of3.log'))
    c.write('grows.log', c.lines(1000, 7), 'ab')
    c.run()
    c.is_exact(237)


def months_and_rules(c):
    """What other rules made stays apart, and is known as such, with what was dropped since."""
    second = PROJECT.replace('rules:', "rules:\n  - {touchpoint: nine, stage: advocacy, when: "
                             "{path: '^/p/(?<reference>[0-9]*9)$'}}")
    nights(c, 0, 6, '2025-01')
    with open(f'{c.root}/p.yaml', 'w') as f:
        f.write(second)
    nights(c, 6, 12, '2025-01')
    ledger(c, "UPDATE night SET at = '2025-01-' || substr(100 + id, 2) || 'T03:00:00Z'")
    with open(f'{c.root}/p.yaml', 'w') as f:  # moved by a line, and with another stage
        f.write('# Nights\n' + second.replace('advocacy', 'retention'))
    before, said = again(c, '--log', '/dev/null')
    assert len(segments(c)) == 2 and not said, (segments(c), said)
    after, said = again(c)
    assert after == before and not said, said
    nines = [row for row in csv.DictReader(io.StringIO(before['events.csv'].decode()))
             if row['touchpoint'] == 'nine']
    assert len(nines) == 6 and {row['stage'] for row in nines} == {'retention'}, nines
    with open(f'{c.root}/p.yaml', 'w') as f:
        f.write(PROJECT)
    _, said = again(c)
    assert "no longer has the rule 'p.yaml:" in said and 'nine' in said, said
    listed = command(c, 'state', 'list', 'state')
    assert listed.count('(with different rules)') == 1, listed  # grows.log
    os.unlink(c.path('of0.log'))
    _, said = again(c, '--rebuild')
    command(c, 'state', 'verify', 'state')
    assert 'of0.log' not in said  # it was made by the very rules of today
    with open(f'{c.root}/out/latest/events.csv', newline='') as f:
        assert len({row['reference'] for row in csv.DictReader(f)}) == 120
    with open(f'{c.root}/again/latest/events.csv', newline='') as f:
        assert {row['touchpoint'] for row in csv.DictReader(f)} == {'page'}


def forgotten_in_months(c):
    """A person leaves event files of nights, and of months; and the parts of one file that lie in
    many of them come together again, though some were written anew."""
    nights(c, 0, 40, time.strftime('%Y-%m', time.gmtime()))
    assert len(segments(c)) == 40
    n = 400
    for who, merge in ((3, False), (5, True)):
        if merge:
            command(c, 'state', 'compact', '--all', 'state')
            assert len(segments(c)) == 1
        command(c, 'forget', f'user:u{who}', '-p', 'p.yaml', '--rules', c.args.rules, '-q')
        n -= sum(1 for i in range(400) if i % 97 == who)
        command(c, 'state', 'verify', 'state')
        c.run()
        c.is_exact(n)
    c.write('grows.log', c.lines(97, 3), 'ab')
    c.run()
    assert sorted(c.numbers()).count(98) == 2 and len(c.numbers()) == n + 3


def a_ledger_from_before(c):
    """Ledgers of versions that merged nothing do not say which night read a part."""
    nights(c, 0, 3, time.strftime('%Y-%m', time.gmtime()))
    before = report_bytes(c)
    was = ledger(c, 'SELECT night FROM piece ORDER BY text, first_byte')
    ledger(c, 'ALTER TABLE piece DROP COLUMN night')
    assert again(c)[0] == before
    assert ledger(c, 'SELECT night FROM piece ORDER BY text, first_byte') == was


def rotated_between_search_and_opening(c):
    """The run waits at a named pipe while logrotate takes the next file away."""
    c.write('b.log', c.lines(0, 100))
    os.mkfifo(c.path('a.log'))
    p = subprocess.Popen([c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                          c.args.rules, '--tables', 'events', '-j', '1', 'logs/a.log', 'logs/b.log'],
                         cwd=c.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(c.path('a.log'), 'wb') as pipe:
        os.rename(c.path('b.log'), c.path('b.log.1'))
        pipe.write(c.lines(100, 10))
    out, err = p.communicate()
    assert p.returncode == 0 and not out + err, (p.returncode, err)
    c.is_exact(10)
    with open(f'{c.root}/out/latest/digest.txt') as f:
        assert 'b.log: not read tonight: it was renamed' in f.read()
    os.unlink(c.path('a.log'))
    c.run()
    c.is_exact(110)


def renamed_source(c):
    c.write('access.log', c.lines(0, 100))
    c.run()
    with open(f'{c.root}/p.yaml', 'w') as f:
        f.write(PROJECT.replace('name: web', 'name: site'))
    subprocess.run([c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                    c.args.rules, '--tables', 'events'], cwd=c.root, capture_output=True)
    c.is_exact(100)
    with open(f'{c.root}/out/latest/events.csv', newline='') as f:
        assert {row['source'] for row in csv.DictReader(f)} == {'site'}


def one_at_a_time(c):
    os.mkdir(f'{c.root}/state', 0o700)
    with open(f'{c.root}/state/lock', 'w') as f:
        f.write('4711\n')
        f.flush()
        import fcntl
        fcntl.flock(f, fcntl.LOCK_EX)
        before = time.monotonic()
        p = c.run(want=75)
        assert b'4711' in p.stderr and time.monotonic() - before < 2, p
        before = time.monotonic()
        c.run('--wait', '1', want=75)
        assert 1 <= time.monotonic() - before < 4
    c.write('access.log', c.lines(0, 10))
    c.run('--wait', '5')
    c.is_exact(10)


def logged_and_asked(c):
    c.write('access.log', c.lines(0, 10))
    p = subprocess.run([c.args.touchpath, 'run', '-p', 'p.yaml', '-o', 'out', '--rules',
                        c.args.rules, '--dry-run'], cwd=c.root, capture_output=True)
    assert p.returncode == 0 and b'access.log' in p.stdout, p
    assert not os.path.exists(f'{c.root}/state') and not os.path.exists(f'{c.root}/out')
    c.run('--log', 'night.log')
    with open(f'{c.root}/night.log') as f:
        assert 'access.log' in f.read()
    c.run('--log', 'no/such/folder', want=2)
    with open(f'{c.root}/out/latest/run.json') as f:
        told = json.load(f)
    assert told['records']['new'] == 10 and told['balanced'], told
    assert told['bytes']['read'] == told['bytes']['in_records'] == len(c.lines(0, 10)), told
    # Nothing is new, but another time is asked about: all of it lies before.
    c.run('--since', '2100-01-01')
    with open(f'{c.root}/out/latest/run.json') as f:
        told = json.load(f)
    kept = told['events']
    assert told['balanced'] and kept['in_tables'] == 0, told
    assert kept['outside_window'] == kept['in_segments'] == 10, told


class Skipped(Exception):
    """The case cannot be tried on this machine."""


# In a mount namespace of its own: /dev has a socket for syslog, whatever the machine has.
SYSLOG = """set -e
mkdir dev
mount -t tmpfs none dev
touch dev/null dev/urandom
mount --bind /dev/null dev/null
mount --bind /dev/urandom dev/urandom
mount --move dev /dev
exec "$@"
"""
LISTENER = """import socket, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('/dev/log')
s.settimeout(1)
p = subprocess.run(sys.argv[1:], capture_output=True)
assert p.returncode == 0, p
try:
    while True:
        print(s.recv(9000).decode(errors='replace'))
except TimeoutError:
    pass
"""


def logged_to_syslog(c):
    c.write('access.log', c.lines(0, 10))
    alone = ['unshare', '-m', 'sh', '-c', SYSLOG, 'sh']
    if not shutil.which('unshare') or subprocess.run([*alone, 'true'], cwd=c.root,
                                                     capture_output=True).returncode:
        raise Skipped('no mount namespace for a /dev/log of our own (are you root?)')
    os.rmdir(f'{c.root}/dev')
    p = subprocess.run([*alone, sys.executable, '-c', LISTENER, c.args.touchpath, 'run', '-p',
                        'p.yaml', '-o', 'out', '--rules', c.args.rules, '--log', 'syslog'],
                       cwd=c.root, capture_output=True, text=True)
    assert p.returncode == 0, p.stderr
    said = p.stdout.splitlines()
    # RFC 3164: <14> is user.info
    assert all(s.startswith('<14>') and 'touchpath[' in s for s in said), said
    assert any("new: 'logs/access.log'" in s for s in said), said
    assert 'ended with status 0' in said[-1], said


STATFS = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/vfs.h>
int statfs(const char *path, struct statfs *fs)
{
    int (*real)(const char *, struct statfs *) =
        (int (*)(const char *, struct statfs *))dlsym(RTLD_NEXT, "statfs");
    int done = real(path, fs);
    fs->f_type = 0x6969;
    return done;
}
"""


def network_file_system(c):
    """As if all files were on NFS. The numbers of other kinds: tests/unit/test_state.c."""
    with open(f'{c.root}/statfs.c', 'w') as f:
        f.write(STATFS)
    subprocess.run([*os.environ.get('CC', 'cc').split(), '-shared', '-fPIC', '-o', 'statfs.so',
                    'statfs.c', '-ldl'], cwd=c.root, check=True)
    if b'__asan' in open(c.args.touchpath, 'rb').read():
        raise Skipped('a sanitized program lets nothing come before its own library')
    c.write('access.log', c.lines(0, 10))
    os.environ['LD_PRELOAD'] = f'{c.root}/statfs.so'
    try:
        p = c.run(want=1)
        assert b'of kind NFS' in p.stderr and b'--allow-network-state' in p.stderr, p.stderr
        assert not os.path.exists(f'{c.root}/state/ledger.db')
        c.run('--allow-network-state')
        c.is_exact(10)
    finally:
        del os.environ['LD_PRELOAD']


def units_of_the_manual(c):
    """The systemd units of docs/nightly.md, as systemd reads them."""
    if not shutil.which('systemd-analyze'):
        raise Skipped('systemd-analyze is not installed')
    with open(f'{os.path.dirname(os.path.abspath(__file__))}/../../docs/nightly.md') as f:
        text = f.read()
    names = []
    for part in text.split('    # /etc/systemd/system/')[1:]:
        name, rest = part.split('\n', 1)
        lines = []
        for line in rest.split('\n'):
            if line and not line.startswith('    '):
                break
            lines.append(line[4:])
        names.append(f'{c.root}/{name}')
        with open(names[-1], 'w') as f:
            f.write('\n'.join(lines).replace('/usr/local/bin/touchpath', c.args.touchpath).replace(
                'User=touchpath', 'User=root'))
    assert len(names) == 2, names
    p = subprocess.run(['systemd-analyze', 'verify', *names], capture_output=True, text=True)
    ours = [s for s in p.stderr.splitlines() if 'touchpath' in s]
    assert not ours, ours
    with open(names[0], 'a') as f:  # would it have said so?
        f.write('[Service]\nType=sometimes\n')
    p = subprocess.run(['systemd-analyze', 'verify', *names], capture_output=True, text=True)
    assert 'touchpath.service' in p.stderr, p


def kept_reports(c):
    for i in range(4):
        c.write('access.log', c.lines(i, 1), 'ab')
        c.run('--keep', '2')
    names = sorted(n for n in os.listdir(f'{c.root}/out') if n != 'latest')
    assert len(names) == 2 and os.readlink(f'{c.root}/out/latest') in names, names
    modes = {oct(os.stat(f'{c.root}/state/{n}').st_mode & 0o777)
             for n in ('', 'segments', 'ledger.db', 'lock')}
    assert modes == {'0o700', '0o600'}, modes


def damaged_segment(c):
    c.write('access.log', c.lines(0, 1000))
    c.run()
    verify = [c.args.touchpath, 'state', 'verify', f'{c.root}/state']
    assert subprocess.run(verify, capture_output=True).returncode == 0
    name = f'{c.root}/state/segments/' + os.listdir(f'{c.root}/state/segments')[0]
    data = bytearray(open(name, 'rb').read())
    data[len(data) // 2] ^= 4
    with open(name, 'wb') as f:
        f.write(data)
    p = subprocess.run(verify, capture_output=True)
    assert p.returncode == 65 and os.path.basename(name).encode() in p.stdout, p
    c.write('access.log', c.lines(1000, 1), 'ab')
    c.run(want=1)


CASES = [same_file_twice, appended, renamed_late_lines_only_new, two_servers_one_day,
         two_servers_equal_heads, copytruncate_equal_second, truncated_gz,
         truncated_gz_through_a_pipe, killed_and_run_again, older_after_newer, tiny_files, reused_inode,
         very_long_line, half_written_line,
         last_line_without_end, tar_of_known_files, many_compressions, copy_and_growth,
         copy_in_the_making, new_rules, rotated_between_search_and_opening, renamed_source,
         months_become_one_file, months_and_rules, forgotten_in_months, a_ledger_from_before,
         one_at_a_time, logged_and_asked, logged_to_syslog, network_file_system,
         units_of_the_manual, kept_reports, damaged_segment]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=f'{here}/../../build/touchpath')
    p.add_argument('--rules', default=f'{here}/../../rules')
    p.add_argument('only', nargs='*')
    args = p.parse_args()
    args.touchpath, args.rules = os.path.abspath(args.touchpath), os.path.abspath(args.rules)
    failed = skipped = 0
    for case in CASES:
        if args.only and case.__name__ not in args.only:
            continue
        c = Case(args)
        try:
            case(c)
        except Skipped as e:
            skipped += 1
            print(f'{case.__name__}: skipped: {e}')
        except Exception as e:  # the next case is to be tried, too
            failed += 1
            print(f'{case.__name__}: {type(e).__name__}: {e}')
        shutil.rmtree(c.root)
    print(f'{len(CASES) - failed - skipped} cases exact, {failed} not, {skipped} skipped')
    return 1 if failed else 0


sys.exit(main())
