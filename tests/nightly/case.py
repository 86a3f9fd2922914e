"""One case of cases.py: a project, logs whose lines have numbers, and touchpath, run night by night.

The truth is what was written: events.csv must hold every number once.
"""
import csv
import os
import shutil
import sqlite3
import subprocess
import tempfile

PROJECT = """project: Cases
sources:
  - {name: web, channel: website, files: ['logs/**'], format: combined, identify: {user: user}}
rules:
  - {touchpoint: page, stage: consideration, when: {path: '^/p/(?<reference>[0-9]+)'}}
state: {folder: state}
"""


class Skipped(Exception):
    """The case cannot be tried on this machine."""


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
