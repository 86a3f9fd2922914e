#!/usr/bin/env python3
"""Real logs cut into nights: rotated by logrotate and read by a nightly state, they must give what the
whole files give.

web-apache-elastic (10,000 lines of a real site, four days in May 2015) is written in 16 parts of six
hours to one access.log, which logrotate rotates after each; the last line of a part is half-written
when the night reads it. click-simple-shop (32,283 events of 182 days) comes as a table a day, one of
them a week late and one twice. Compared: every report with that of one run over the rotated files; the
tables that name no files with those of one run over the files as they were published; the number of
events with the lines counted here.

Usage: nights.py TOUCHPATH RULES_DIR [SHARED_DIR]. Ends with "N passed, N failed[, N skipped]".
"""
import argparse
import collections
import csv
import gzip
import os
import random
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f'{HERE}/../nightly')
import rotated  # noqa: E402 (it is in the folder of the nights)

PROJECT = """project: Real nights
sources:
  - {name: web, channel: website, files: ['%s'], format: combined, identify: {visitor: [ip, agent]}}
  - name: shop
    channel: shop
    files: ['%s']
    format: csv
    time: {field: timestamp, formats: ['%%Y-%%m-%%d %%H:%%M:%%S.%%f'], zone: UTC}
    identify: {user: user_id}
rules:
  - {touchpoint: article, stage: consideration, source: web, when: {path: '^/blog/'}}
  - {touchpoint: other page, stage: awareness, source: web, when: {path: '^/'}}
  - {touchpoint: '{event}', stage: purchase, source: shop, when: {event: '^[a-z]'}}
"""
# What says where a record stood, or which files there were.
NAMES_FILES = {'coverage.csv', 'events.csv', 'rejects.csv'}
DAY0 = 1704067200


def parts_of_web(data):
    """The lines of each six hours, in their order."""
    parts = collections.OrderedDict()
    for line in data.splitlines(True):
        at = re.search(rb'\[(\d+)/May/2015:(\d\d)', line)
        parts.setdefault((int(at[1]), int(at[2]) // 6), []).append(line)
    return [b''.join(parts[k]) for k in sorted(parts)]


def days_of_shop(data):
    lines = data.splitlines(True)
    days = collections.defaultdict(list)
    for line in lines[1:]:
        days[line.split(b',')[2][:10].decode()].append(line)
    return [(day, lines[0] + b''.join(days[day])) for day in sorted(days)]


class Nights:
    def __init__(self, args, root, shared):
        self.root = root
        data = f'{shared}/datasets'
        self.web = gzip.open(f'{data}/web-apache-elastic/apache_logs.gz').read()
        self.shop = gzip.open(f'{data}/click-simple-shop/simple-onlineshop.csv.gz').read()
        for name, text in {
            'nightly.yaml': PROJECT % ('logs/**', 'shop/**') + 'state: {folder: state}\n',
            'one.yaml': PROJECT % ('logs/**', 'shop/**'),
            'whole.yaml': PROJECT % ('whole/*.log', 'whole/*.csv'),
        }.items():
            with open(f'{root}/{name}', 'w') as f:
                f.write(text)
        os.makedirs(f'{root}/whole')
        os.makedirs(f'{root}/shop')
        for name, content in (('access.log', self.web), ('shop.csv', self.shop)):
            with open(f'{root}/whole/{name}', 'wb') as f:
                f.write(content)
        self.rotate = rotated.Logrotate(root)
        self.rotate.add('logs/access.log', 'daily rotate 100 compress delaycompress create')
        self.log = rotated.Log(root, 'logs/access.log')
        self.night = rotated.Nightly(args, root, 'nightly.yaml')
        self.rng = random.Random(1)

    def deliver(self, name, data):
        with open(f'{self.root}/shop/{name}.csv.gz', 'wb') as f:
            f.write(gzip.compress(data))

    def pass_all(self):
        parts, days = parts_of_web(self.web), days_of_shop(self.shop)
        late = days.pop(2)
        for i, part in enumerate(parts):
            body, _, last = part[:-1].rpartition(b'\n')
            self.log.end_line()
            self.log.write(body + b'\n')
            self.log.write_line(last + b'\n', len(last) // 2)
            for day in days[i * len(days) // len(parts):(i + 1) * len(days) // len(parts)]:
                self.deliver(*day)
            if i == 9:
                self.deliver(*late)
            if i == 5:
                self.deliver('again', days[3][1])
            self.night.run(kill=self.rng.random() if i % 4 == 3 else None)
            self.rotate.run(DAY0 + (i + 1) * 86400 + 23100)
            self.log.end_line()  # into the old file, which is .1 by now
            self.log.reopen()
        for _ in range(2):
            self.night.run('--tables', 'all')

    def judge(self):
        def same(name, text):
            return text.replace('one.yaml:', 'nightly.yaml:').replace('whole.yaml:', 'nightly.yaml:')
        self.night.once('one.yaml', '--tables', 'all')
        bad, n = self.night.differing(same)
        assert not bad, f'{bad} differ from those of one run over the rotated files'
        self.night.verify()
        with open(f'{self.root}/out/latest/touchpoints.csv', newline='') as f:
            got = sum(int(r['events']) for r in csv.DictReader(f))
        # The header is no event; one line of the web's is malformed (its README says so).
        want = self.web.count(b'\n') - 1 + self.shop.count(b'\n') - 1
        assert got == want, f'{got} events, and {want} lines'
        self.night.once('whole.yaml', '--tables', 'all')
        bad, _ = self.night.differing(same)
        bad = set(bad) - NAMES_FILES
        assert not bad, f'{sorted(bad)} differ from those of the files as they were published'
        return n, got


def main():
    shared = sys.argv[3] if len(sys.argv) > 3 else f'{HERE}/../../../shared'
    if not os.path.exists(f'{shared}/datasets/web-apache-elastic'):
        print('skipped: the data sets are not here\n0 passed, 0 failed, 1 skipped')
        return 0
    if not rotated.find_logrotate():
        print('skipped: logrotate is not installed\n0 passed, 0 failed, 1 skipped')
        return 0
    args = argparse.Namespace(touchpath=os.path.abspath(sys.argv[1]), rules=os.path.abspath(sys.argv[2]))
    with tempfile.TemporaryDirectory(prefix='nights-') as root:
        nights = Nights(args, root, shared)
        try:
            nights.pass_all()
            reports, events = nights.judge()
        except AssertionError as e:
            print(f'FAILED: {e}\n0 passed, 1 failed')
            return 1
    print(f'{nights.night.runs} runs, {nights.night.kills} kills, {events} events, {reports} reports '
          'the same\n1 passed, 0 failed')
    return 0


sys.exit(main())
