#!/usr/bin/env python3
"""Nights that drop what is too old, killed at random instants: is the state that of before or of
after, and does the next night end with the reports of logs in which nothing old ever was?

    keep.py [--kills N] [--seed S]

Prints one line of figures; exits 1 when a report is different.
"""
import argparse
import datetime
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PROJECT = """project: Kept
sources:
  - name: app
    files: ['logs/*.csv']
    format: {reader: csv, time: {field: at}, identify: {user: who, cookie: device}}
rules:
  - {touchpoint: '{what}', when: {what: '.'}}
"""
STATE = 'state: {folder: state, keep: 90d}\n'


def run(args, root, *more, **how):
    command = [args.touchpath, 'run', '-q', '--rules', args.rules, '--raw-ids', '-p', 'p.yaml',
               '--tables', 'customers,sessions']
    return subprocess.Popen([*command, *more], cwd=root, stdout=subprocess.DEVNULL, **how)


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)


def make(root, rng, limit):
    """Files that are old, new and both; returns the same without what is before the limit."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
    os.makedirs(f'{root}/logs')
    for i in range(6):
        oldest, newest = rng.choice([(200, 100), (200, 5), (60, 5)])
        lines = []
        for _ in range(400):
            at = now - datetime.timedelta(seconds=rng.randrange(newest * 86400, oldest * 86400))
            lines.append((at, f'{at.isoformat()}Z,{rng.choice(["", "u%d" % rng.randrange(40)])},'
                              f'd{rng.randrange(60)},t{rng.randrange(8)}\n'))
        write(f'{root}/logs/{i}.csv', 'at,who,device,what\n' + ''.join(t for _, t in lines))
        os.makedirs(f'{root}/young/logs', exist_ok=True)
        write(f'{root}/young/logs/{i}.csv',
              'at,who,device,what\n' + ''.join(t for at, t in lines if at >= limit))


# Tables of what people did; coverage.csv counts the records of files.
TABLES = ('touchpoints', 'stages', 'transitions', 'paths', 'journeys', 'customers', 'sessions')


def tables(folder):
    out = {}
    for name in TABLES:
        with open(f'{folder}/{name}.csv', 'rb') as f:
            out[name] = f.read()
    return out


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    top = os.path.dirname(os.path.dirname(here))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=os.environ.get('TOUCHPATH', f'{top}/build/touchpath'))
    p.add_argument('--rules', default=f'{top}/rules')
    p.add_argument('--dir')
    p.add_argument('--kills', type=int, default=40)
    p.add_argument('--seed', type=int, default=1)
    args = p.parse_args()
    args.touchpath = os.path.abspath(args.touchpath)
    rng = random.Random(args.seed)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    limit = datetime.datetime.combine(today - datetime.timedelta(days=90), datetime.time())
    bad = killed = dropped = 0
    with tempfile.TemporaryDirectory(prefix='keep-', dir=args.dir) as root:
        make(root, rng, limit)
        write(f'{root}/young/p.yaml', PROJECT)
        assert run(args, f'{root}/young', '-o', 'out').wait() == 0
        want = tables(f'{root}/young/out')
        write(f'{root}/p.yaml', PROJECT)
        assert run(args, root, '-o', 'out', '--state', 'state').wait() == 0
        os.rename(f'{root}/state', f'{root}/full')
        write(f'{root}/p.yaml', PROJECT + STATE)
        took = 0.05
        for _ in range(args.kills):
            shutil.rmtree(f'{root}/state', ignore_errors=True)
            shutil.rmtree(f'{root}/out', ignore_errors=True)
            shutil.copytree(f'{root}/full', f'{root}/state')
            child = run(args, root, '-o', 'out', stderr=subprocess.DEVNULL)
            time.sleep(rng.random() * took)
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                killed += 1
            child.wait()
            began = time.monotonic()
            if run(args, root, '-o', 'out').wait() != 0 or tables(f'{root}/out/latest') != want:
                bad += 1
            took = 0.7 * took + 0.3 * (time.monotonic() - began)
            check = subprocess.run([args.touchpath, 'state', 'verify', f'{root}/state'],
                                   stdout=subprocess.DEVNULL)
            bad += check.returncode != 0
            left = set(os.listdir(f'{root}/state/segments'))
            dropped += left.isdisjoint(os.listdir(f'{root}/full/segments'))
    print(f'{args.kills} nights that drop, {killed} killed, {bad} different')
    return bad != 0 or dropped != args.kills


if __name__ == '__main__':
    sys.exit(main())
