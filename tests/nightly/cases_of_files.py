"""Cases of cases.py about what happens to log files: they grow, are renamed, copied, cut, compressed,
packed, come late and twice, or are half there.
"""
import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
import time


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


EXPORTS = """project: Exports
sources:
  - name: crm
    files: ['logs/*.csv']
    format: csv
    time: {field: When, formats: ['%s'], zone: UTC}
    identify: {user: Who}
    attributes: {reference: Number}
    duplicates: across
rules: [{touchpoint: row, when: {Number: '.'}}]
state: {folder: state}
"""


def exports_that_begin_alike(c):
    """Each begins with the one before. The shortest waits for a night and is a file of its own then,
    the middle one goes on as the longest. All are known when they are opened once more; those whose
    times have no year are read from the beginning each time."""
    for year in ('%Y-', ''):
        for folder in ('state', 'logs'):
            shutil.rmtree(f'{c.root}/{folder}', ignore_errors=True)
        os.makedirs(c.path('.'))
        with open(f'{c.root}/p.yaml', 'w') as f:
            f.write(EXPORTS % f'{year}%m-%d %H:%M:%S')
        when = time.strftime(year) + '09-01 10:00:'
        rows = [f'{when}{i:02},u{i},{i}\n'.encode() for i in range(20)]
        for first, last, name in ((0, 5, '0'), (0, 10, '1'), (0, 15, '2'), (5, 20, '3')):
            c.write(f'{name}.csv', b'When,Who,Number\n' + b''.join(rows[first:last]))
            if name != '0':
                c.run()
                c.is_exact(last)
        for name in '0123':
            os.utime(c.path(f'{name}.csv'))
        c.run()
        c.is_exact(20)
        c.run('--rebuild')
        c.is_exact(20)


CASES = [same_file_twice, appended, renamed_late_lines_only_new, two_servers_one_day,
         two_servers_equal_heads, copytruncate_equal_second, truncated_gz,
         truncated_gz_through_a_pipe, older_after_newer, tiny_files, reused_inode, very_long_line,
         half_written_line, last_line_without_end, tar_of_known_files, many_compressions,
         copy_and_growth, copy_in_the_making, rotated_between_search_and_opening,
         exports_that_begin_alike]
