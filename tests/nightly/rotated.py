"""Logs that grow as servers write them and are rotated by the real logrotate, at times of our choice.

Used by year.py and ../datasets/nights.py. A server keeps its file open, as servers do: after a rotation
it writes on to the old file until it is told to open the new one.
"""
import os
import shutil
import signal
import subprocess
import time

# Between us and the C library: what time it is for logrotate.
CLOCK = """#include <stdlib.h>
#include <time.h>
time_t time(time_t *to)
{
    const char *text = getenv("CLOCK_SECONDS");
    time_t now = text ? (time_t)atoll(text) : 0;
    if (to)
        *to = now;
    return now;
}
"""


def find_logrotate():
    """Its path; None when it is not installed. Debian keeps it in /usr/sbin."""
    return shutil.which('logrotate', path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')


def rules_with(args, root, formats):
    """Makes args.rules a folder that has, besides the program's own packs, these formats."""
    os.makedirs(f'{root}/rules/formats')
    for name in os.listdir(args.rules):
        if name != 'formats':
            os.symlink(f'{args.rules}/{name}', f'{root}/rules/{name}')
    for name in os.listdir(f'{args.rules}/formats'):
        os.symlink(f'{args.rules}/formats/{name}', f'{root}/rules/formats/{name}')
    for name, text in formats.items():
        with open(f'{root}/rules/formats/{name}.yaml', 'w') as f:
            f.write(text)
    args.rules = f'{root}/rules'


class Logrotate:
    def __init__(self, root):
        self.root, self.program, self.rotations = root, find_logrotate(), 0
        with open(f'{root}/clock.c', 'w') as f:
            f.write(CLOCK)
        compiler = os.environ.get('CC', 'cc').split()
        subprocess.run([*compiler, '-shared', '-fPIC', '-o', 'clock.so', 'clock.c'], cwd=root, check=True)
        self.conf = ''

    def add(self, path, options):
        self.conf += f'{self.root}/{path} {{\n    ' + '\n    '.join(options.split()).replace(
            'rotate\n    ', 'rotate ') + '\n    missingok\n}\n'
        with open(f'{self.root}/logrotate.conf', 'w') as f:
            f.write(self.conf)
        os.chmod(f'{self.root}/logrotate.conf', 0o600)

    def start(self, now):
        env = dict(os.environ, LD_PRELOAD=f'{self.root}/clock.so', CLOCK_SECONDS=str(int(now)),
                   TZ='UTC')
        env.pop('ASAN_OPTIONS', None)
        self.rotations += 1
        return subprocess.Popen([self.program, '-s', f'{self.root}/logrotate.state',
                                 f'{self.root}/logrotate.conf'], env=env, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)

    def end(self, process):
        said = process.communicate()[0].decode()
        assert process.returncode == 0 and not said, f'logrotate: {process.returncode}: {said}'

    def run(self, now):
        self.end(self.start(now))


class Log:
    """A file that a server writes to. What is left of a half-written line is in `pending`."""

    def __init__(self, root, path):
        self.root, self.path, self.pending = root, path, b''
        os.makedirs(os.path.dirname(f'{root}/{path}'), exist_ok=True)
        self.fd = os.open(f'{root}/{path}', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, data, now=None):
        os.write(self.fd, data)
        if now is not None:
            os.utime(self.fd, (now, now))

    def write_line(self, line, half=None, now=None):
        """half: only so many bytes of it for now."""
        self.end_line(now)
        self.write(line[:half], now)
        self.pending = line[half:] if half is not None else b''

    def end_line(self, now=None):
        if self.pending:
            self.write(self.pending, now)
            self.pending = b''

    def reopen(self):
        """What logrotate's postrotate, or the server's own clock, makes a server do."""
        os.close(self.fd)
        self.fd = os.open(f'{self.root}/{self.path}', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


class Nightly:
    """touchpath, run night by night."""

    def __init__(self, args, root, project):
        self.args, self.root, self.project = args, root, project
        self.runs = self.kills = 0
        self.seconds = []

    def command(self, project, out, *more):
        return [self.args.touchpath, 'run', '-p', project, '-o', out, '--rules', self.args.rules,
                '-j', '2', *more]

    def run(self, *more, says=None, kill=None):
        """One run; silent, but for `says` on stderr. kill: a share of the usual time, after which it
        is killed. False: it was."""
        before = time.monotonic()
        p = subprocess.Popen(self.command(self.project, 'out', *more), cwd=self.root,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.runs += 1
        if kill is not None:
            recent = sorted(self.seconds[-9:])
            time.sleep(kill * (recent[len(recent) // 2] if recent else 0.05))
            p.send_signal(signal.SIGKILL)
        out, err = p.communicate()
        if p.returncode == -signal.SIGKILL:
            self.kills += 1
            return False
        self.seconds.append(time.monotonic() - before)
        assert p.returncode == 0, f'status {p.returncode}: {err.decode()[:600]}'
        assert not out, out
        assert (says in err.decode()) if says else not err, f'stderr: {err.decode()[:600]}'
        return True

    def once(self, project, *more):
        """One run over all the logs, without a state; its reports are in 'one'."""
        shutil.rmtree(f'{self.root}/one', ignore_errors=True)
        p = subprocess.run(self.command(project, 'one', '-q', *more), cwd=self.root,
                           capture_output=True)
        assert p.returncode == 0, p.stderr.decode()

    def verify(self):
        p = subprocess.run([self.args.touchpath, 'state', 'verify', 'state'], cwd=self.root,
                           capture_output=True)
        assert p.returncode == 0, p.stdout.decode()[:600] + p.stderr.decode()[:600]

    def differing(self, same=lambda name, text: text):
        """Names of reports that are not those of once(); same() makes texts alike that may differ."""
        names = [n for n in sorted(os.listdir(f'{self.root}/one')) if n != 'run.json']
        assert 'touchpoints.csv' in names, names
        kept = set(os.listdir(f'{self.root}/out/latest')) - {'run.json', 'digest.txt'}
        bad = sorted(kept ^ set(names))
        for name in sorted(kept & set(names)):
            with open(f'{self.root}/one/{name}', newline='') as a, \
                    open(f'{self.root}/out/latest/{name}', newline='') as b:
                if same(name, a.read()) != same(name, b.read()):
                    bad.append(name)
        return bad, len(names)
