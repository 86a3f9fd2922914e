#!/usr/bin/env python3
"""A simulated year: logs that logrotate rotates every night, read by a nightly state.

    year.py [--nights N] [--seed S] [--touchpath FILE] [--dir DIR]

Six logs of a shop, with the usual options of logrotate:

    web/a    daily, create, compress, delaycompress    the server writes on to the old file for a while
    web/b    the same with dateext                     another server of the same days
    app/a    daily, copytruncate, compress, rotate 14  old files are gone before the year is over
    app/b    daily, copytruncate, compress, dateext
    mail     weekly, delaycompress; times without a year
    partner  a .csv.gz a day, from elsewhere

Some nights no run takes place, some runs are killed, some work while logrotate does; lines are
half-written when a run reads them. One file is delivered twice, one comes a week late. Once the rules
change; a night later all is read again (--rebuild), but for what logrotate has removed.

Four times in the year the reports must be the same bytes as those of one run over all the logs, and
hold every line that was written once, by the line's number. Ends with "N passed, N failed".
"""
import argparse
import collections
import csv
import gzip
import io
import json
import os
import random
import shutil
import sys
import tempfile
import time

import rotated
from formats import FORMATS

PROJECT = """project: Year
sources:
  - {name: web, channel: website, files: ['logs/web/**'], format: combined, identify: {user: user}}
  - {name: app, channel: app, files: [%s], format: combined, identify: {user: user}}
  - {name: mail, channel: email, files: ['logs/mail/**'], format: plain, identify: {user: who}}
  - {name: partner, channel: shop, files: ['logs/partner/**'], format: sheet, identify: {user: who}}
rules:
  - {touchpoint: page, stage: consideration, source: web, when: {path: '%s'}}
  - {touchpoint: screen, stage: consideration, source: app, when: {path: '^/p/(?<reference>[0-9]+)'}}
  - {touchpoint: told, stage: retention, when: {what: '^r(?<reference>[0-9]+)$'}}
"""
FIRST_RULE, SECOND_RULE = '^/p/(?<reference>[0-9]+)', '^/p/(?<reference>[0-9]+)/(?<item>[a-z]+)'
HERE, GONE = "'logs/app/**'", "'logs/app/**', 'gone/**'"
DAY0 = 1704067200  # 2024-01-01, a leap year
NIGHT = 86400 + 6 * 3600 + 25 * 60  # when cron.daily is: 06:25 of the day after
ITEMS = ['ring', 'shoe', 'lamp']


class Year:
    def __init__(self, args, root):
        self.args, self.root, self.rng = args, root, random.Random(args.seed)
        self.serial = 0
        self.truth = collections.Counter()  # numbers of the lines, by source
        self.late = None
        self.gone = 0
        self.day = 0
        self.checks = collections.Counter()
        self.rotate = rotated.Logrotate(root)
        self.logs = {}
        for path, options in {
            'logs/web/a/access.log': 'daily rotate 400 compress delaycompress notifempty create',
            'logs/web/b/access.log': 'daily rotate 400 compress delaycompress dateext create',
            'logs/app/a/app.log': 'daily rotate 14 compress copytruncate',
            'logs/app/b/app.log': 'daily rotate 400 compress copytruncate dateext',
            'logs/mail/mail.log': 'weekly rotate 60 compress delaycompress create',
        }.items():
            self.logs[path] = rotated.Log(root, path)
            self.rotate.add(path, options)
        os.makedirs(f'{root}/logs/partner')
        os.makedirs(f'{root}/gone')
        self.project(FIRST_RULE)
        rotated.rules_with(args, root, FORMATS)
        self.night = rotated.Nightly(args, root, 'nightly.yaml')

    def project(self, rule):
        with open(f'{self.root}/nightly.yaml', 'w') as f:
            f.write(PROJECT % (HERE, rule) + 'state: {folder: state, keep_reports: 3}\n')
        with open(f'{self.root}/one.yaml', 'w') as f:
            f.write(PROJECT % (GONE, rule))

    # ---- a day ----

    def line(self, source, second):
        """No two lines of a day have the same second, so that no order hangs on names of files."""
        self.serial += 1
        self.truth[source, self.serial] += 1
        t = time.gmtime(DAY0 + self.day * 86400 + second)
        who = f'u{self.rng.randrange(150)}'
        if source in ('web', 'app'):
            stamp = time.strftime('%d/%b/%Y:%H:%M:%S +0000', t)
            pad = 'x' * self.rng.randrange(60)
            return (f'192.0.2.7 - {who} [{stamp}] "GET /p/{self.serial}/{self.rng.choice(ITEMS)} '
                    f'HTTP/1.1" 200 5 "-" "{pad}"\n').encode()
        if source == 'mail':
            return (time.strftime('%b %e %H:%M:%S', t) + f' host app: {who} r{self.serial}\n').encode()
        return (time.strftime('%Y-%m-%dT%H:%M:%SZ', t) + f',{who},r{self.serial}\n').encode()

    def writes(self, path, seconds):
        source, log = path.split('/')[1], self.logs[path]
        for second in sorted(seconds):
            data = self.line(source, second)
            half = self.rng.randrange(1, len(data)) if self.rng.random() < 0.03 else None
            log.write_line(data, half, DAY0 + self.day * 86400 + second)

    def deliver(self, seconds):
        """The partner's file of the day. One of them is kept back for a week."""
        data = b'time,who,what\n' + b''.join(self.line('partner', s) for s in sorted(seconds))
        name = time.strftime('%Y-%m-%d.csv.gz', time.gmtime(DAY0 + self.day * 86400))
        if self.day == self.args.nights // 2:
            self.late = (self.day + 7, name, data)
            return
        self.put(name, data)

    def put(self, name, data):
        with open(f'{self.root}/logs/partner/{name}', 'wb') as f:
            f.write(gzip.compress(data))

    def pass_day(self):
        """The servers of web still have yesterday's file open in the morning."""
        seconds = self.rng.sample(range(86400), self.rng.randrange(60, 140))
        paths = [*self.logs, 'partner']
        parts = {p: seconds[i::len(paths)] for i, p in enumerate(paths)}
        for path in self.logs:
            morning = [s for s in parts[path] if s < 9 * 3600]
            self.writes(path, morning)
            if 'copytruncate' not in path and 'app' not in path:
                self.logs[path].end_line(DAY0 + self.day * 86400 + 9 * 3600)
                self.logs[path].reopen()
            self.writes(path, [s for s in parts[path] if s >= 9 * 3600])
        self.deliver(parts['partner'])

    # ---- a night ----

    def rescue(self):
        """What logrotate is about to remove is kept for the one run over all the logs."""
        oldest = f'{self.root}/logs/app/a/app.log.14.gz'
        if os.path.exists(oldest):
            self.gone += 1
            os.rename(oldest, f'{self.root}/gone/{self.gone}.gz')

    def before_rotation(self):
        # What is copied in the middle of a line is torn for good: that is copytruncate's own.
        for path in self.logs:
            if 'app' in path:
                self.logs[path].end_line()
        self.rescue()

    def pass_night(self, sure, more, says):
        now = DAY0 + self.day * 86400 + NIGHT
        disturb = self.rng.choices(['', 'missed', 'killed', 'killed, and left', 'busy'],
                                   [70, 8, 10, 4, 8])[0]
        self.before_rotation()
        if sure:
            disturb = ''
        if disturb != 'busy':
            self.rotate.run(now)
        if disturb == '':
            return self.night.run(*more, says=says)
        self.checks[disturb] += 1
        if disturb == 'missed':
            return True
        if disturb == 'busy':
            rotating = self.rotate.start(now)
            self.night.run()
            return self.rotate.end(rotating)
        for _ in range(3):
            if self.night.run(kill=self.rng.random() * 1.1):
                break
            if disturb == 'killed, and left':
                return True
        return self.night.run()

    def deliver_twice(self):
        old = sorted(n for n in os.listdir(f'{self.root}/logs/web/b') if n.endswith('.gz'))[0]
        os.makedirs(f'{self.root}/logs/web/again')
        shutil.copyfile(f'{self.root}/logs/web/b/{old}', f'{self.root}/logs/web/again/{old}')

    def pass_all(self):
        n = self.args.nights
        judged = {n // 4, n // 2 + 8, 3 * n // 4, n - 1}
        for self.day in range(n):
            sure, more, says = False, (), None
            self.pass_day()
            if self.late and self.late[0] == self.day:
                self.put(*self.late[1:])
                sure = True
            if self.day == n // 3:
                self.deliver_twice()
            if self.day == n * 3 // 5:
                self.project(SECOND_RULE)
                sure, says = True, 'rules'
            if self.day == n * 3 // 5 + 1:
                sure, more, says = True, ('--rebuild',), 'app.log' if self.gone else None
            self.pass_night(sure, more, says)
            if self.late and self.late[0] == self.day:
                self.late_is_told()
            if self.day in judged:
                self.judge()

    # ---- what came out ----

    def without_gone(self, name, text):
        """Old files of app have other names in the one run: logrotate has removed them, we moved
        them. All else that is said of them must be the same."""
        text = text.replace('one.yaml:', 'nightly.yaml:')  # where a rule stands
        rows = list(csv.reader(io.StringIO(text)))
        if not rows or 'file' not in rows[0] or 'source' not in rows[0]:
            return text
        file, source = rows[0].index('file'), rows[0].index('source')
        for row in rows[1:]:
            if row[source] == 'app':
                row[file] = ''
        return rows[:1] + (sorted(rows[1:]) if name == 'coverage.csv' else rows[1:])

    def judge(self):
        for path in self.logs:
            self.logs[path].end_line(DAY0 + self.day * 86400 + 86399)
        for _ in range(2):  # what was put off is due in the second one
            self.night.run('--tables', 'all')
        self.night.once('one.yaml', '--tables', 'all')
        bad, n = self.night.differing(self.without_gone)
        assert not bad, f'night {self.day}: {bad} differ from those of one run'
        with open(f'{self.root}/out/latest/events.csv', newline='') as f:
            got = collections.Counter((r['source'], int(r['reference'])) for r in csv.DictReader(f))
        want = collections.Counter(self.truth)
        if self.late and self.day < self.late[0]:
            raise AssertionError('judged while a file is kept back')
        assert got == want, (f'night {self.day}: lost {list((want - got))[:9]}, '
                             f'double {list((got - want))[:9]}')
        self.night.verify()
        self.checks['judged'] += 1
        self.reports = n

    def late_is_told(self):
        with open(f'{self.root}/out/latest/run.json') as f:
            told = json.load(f)
        with open(f'{self.root}/out/latest/digest.txt') as f:
            digest = f.read()
        lines = gzip.decompress(self.late_file()).count(b'\n') - 1
        assert told['records']['very_late'] >= lines > 0, told['records']
        assert 'came later than' in digest, digest
        self.checks['late'] += 1

    def late_file(self):
        with open(f'{self.root}/logs/partner/{self.late[1]}', 'rb') as f:
            return f.read()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=f'{here}/../../build/touchpath')
    p.add_argument('--rules', default=f'{here}/../../rules')
    p.add_argument('--nights', type=int, default=30)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--dir', default=None)
    p.add_argument('--stay', action='store_true', help='keep the folder')
    args = p.parse_args()
    args.touchpath, args.rules = os.path.abspath(args.touchpath), os.path.abspath(args.rules)
    if not rotated.find_logrotate():
        print('skipped: logrotate is not installed\n0 passed, 0 failed, 1 skipped')
        return 0
    root = tempfile.mkdtemp(prefix='year-', dir=args.dir)
    y = Year(args, root)
    fault = None
    try:
        y.pass_all()
        assert y.checks['late'] == 1 and y.checks['judged'] >= 4, y.checks
    except AssertionError as e:
        fault = e
        print(f'night {y.day} (seed {args.seed}): {e}')
    c = y.checks
    print(f"{args.nights} nights, {y.rotate.rotations} of logrotate, {y.night.runs} runs, "
          f"{y.night.kills} kills, {c['missed']} nights missed, {c['busy']} runs while logrotate "
          f"worked, {y.serial} lines, {y.gone} files removed, {y.reports if c['judged'] else 0} "
          f"reports the same {c['judged']} times")
    if not args.stay:
        shutil.rmtree(root)
    print('0 passed, 1 failed' if fault else '1 passed, 0 failed')
    return 1 if fault else 0


sys.exit(main())
