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
         two_servers_equal_heads, copytruncate_equal_second, truncated_gz, half_written_line,
         last_line_without_end, tar_of_known_files, many_compressions, copy_and_growth,
         copy_in_the_making, new_rules, renamed_source, one_at_a_time, logged_and_asked, kept_reports, damaged_segment]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=f'{here}/../../build/touchpath')
    p.add_argument('--rules', default=f'{here}/../../rules')
    p.add_argument('only', nargs='*')
    args = p.parse_args()
    args.touchpath, args.rules = os.path.abspath(args.touchpath), os.path.abspath(args.rules)
    failed = 0
    for case in CASES:
        if args.only and case.__name__ not in args.only:
            continue
        c = Case(args)
        try:
            case(c)
        except Exception as e:  # the next case is to be tried, too
            failed += 1
            print(f'{case.__name__}: {type(e).__name__}: {e}')
        shutil.rmtree(c.root)
    print(f'{len(CASES) - failed} cases exact, {failed} not')
    return 1 if failed else 0


sys.exit(main())
