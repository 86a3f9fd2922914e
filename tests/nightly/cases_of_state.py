"""Cases of cases.py about the state and the run itself: kills, changed rules, event files that become
months, locks, what is logged and kept, and where a state may lie.
"""
import csv
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import time

from case import PROJECT, Skipped, again, command, ledger, report_bytes, segments


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


def rules_of_what_is_gone(c):
    """--rebuild names each file once that it cannot read again, however often it had other contents,
    and no more than 20 of them."""
    for i in range(30):
        c.write('anew.log', c.lines(i * 10, 5))
        c.write(f'gone{i:02}.log', c.lines(i * 10 + 5, 5))
        if i % 10 == 9:
            c.run()
    for i in range(30):
        os.unlink(c.path(f'gone{i:02}.log'))
    with open(f'{c.root}/p.yaml', 'w') as f:
        f.write(PROJECT.replace('[0-9]+', '[0-9]{1,9}'))
    again(c)
    said = again(c, '--rebuild')[1].splitlines()
    assert len(said) == 21, said
    assert said[0] == ("touchpath: 'logs/anew.log' was not read again: 2 earlier contents of it are "
                       'gone; events kept as the old rules made them: 10'), said[0]
    assert said[1] == ("touchpath: 'logs/gone00.log' was not read again: it is gone, or has other "
                       'contents now; events kept as the old rules made them: 5'), said[1]
    assert said[20].startswith('touchpath: 11 more files were not read again; events kept as the old '
                               'rules made them: 55;'), said[20]


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
    assert said == ('nothing to merge: no month that is over has several event files of the same '
                    'rules\n'), said
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


def one_at_a_time(c):
    os.mkdir(f'{c.root}/state', 0o700)
    with open(f'{c.root}/state/lock', 'w') as f:
        f.write('4711\n')
        f.flush()
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


CASES = [killed_and_run_again, new_rules, rules_of_what_is_gone, renamed_source,
         months_become_one_file, months_and_rules, forgotten_in_months, a_ledger_from_before, one_at_a_time, logged_and_asked,
         logged_to_syslog, network_file_system, units_of_the_manual, kept_reports, damaged_segment]
