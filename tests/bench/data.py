"""What the bench reads: made once, in build/bench/."""
import os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
WORK = os.path.join(BUILD, "bench")
BYTES = int(os.environ.get("BENCH_BYTES", "200000000"))
GEN = os.path.join(WORK, "gen")
LOG = os.path.join(WORK, "access.log")
PARTS = 16
HEADS = {"lnav": 100000, "mlr": 20000}  # lines for those that would take minutes


def at(name):
    return os.path.join(WORK, name)


def shell(command):
    subprocess.run(command, shell=True, check=True, cwd=WORK)


def write(name, *command):
    with open(at(name + ".new"), "wb") as f:
        subprocess.run(command, stdout=f, check=True)
    os.replace(at(name + ".new"), at(name))


def rules(name, *options):
    write(name, sys.executable, os.path.join(HERE, "rules.py"), *map(str, options))


def make_log():
    os.makedirs(WORK, exist_ok=True)
    shell(f"{os.environ.get('CC', 'cc')} -O2 -std=c11 -D_XOPEN_SOURCE=700 -o {GEN} {HERE}/gen.c")
    if not os.path.exists(LOG) or abs(os.path.getsize(LOG) - BYTES) > 1000 or not os.path.exists(at("parts.tar")):
        write("access.log", GEN, str(BYTES))
        shell(f"gzip -6 -kf access.log && zstd -3 -kfq access.log && rm -rf parts && mkdir parts && split -n l/{PARTS} access.log parts/part-"
              " && tar cf parts.tar parts && gzip -6 parts/part-*")
        for name, lines in HEADS.items():
            shell(f"head -{lines} access.log >head.{name}.log")


def make_rules():
    for n in (50, 500, 5000):
        rules(f"rules{n}.yaml", n, LOG + ".gz")
    rules("also50.yaml", 50, LOG + ".gz", "--also")
    rules("sessions50.yaml", 50, LOG + ".gz", "--sessions")
    rules("lines50", 50, LOG, "--lines")
    with open(at("lines50")) as f:
        patterns = [line.rstrip("\n").split("\t")[1] for line in f]
    with open(at("patterns50"), "w") as f:
        f.writelines(p + "\n" for p in patterns)
    with open(at("count.lnav"), "w") as f:
        f.write(";SELECT " + " + ".join(f"sum(log_raw_text REGEXP '{p}')" for p in patterns) + " AS n FROM access_log\n:write-csv-to -\n")
    with open(at("count.mlr"), "w") as f:
        for p in patterns:  # its lexer knows neither \? nor \.
            f.write('$1 =~ "%s" { @n += 1 }\n' % p.replace('"', '\\"').replace("\\?", "[?]").replace("\\.", "[.]"))
        f.write("end { print @n }\n")
    with open(at("edges.mlr"), "w") as f:
        f.write('is_present(@last[$case]) { @n[@last[$case] . ">" . $activity] += 1 }\n@last[$case] = $activity;\n'
                'end { edges = 0; sum = 0; squares = 0; for (k, v in @n) { edges += 1; sum += v; squares += v * v }\n'
                '    print edges . " " . sum . " " . squares }\n')


END_OF_EVENTS = 1798761600  # 2027-01-01


def make_events(millions):
    """A CSV of events in order of time, and its project."""
    name = f"events{millions}"
    if not os.path.exists(at(name + ".csv")) or os.path.getmtime(at(name + ".csv")) < os.path.getmtime(os.path.join(HERE, "gen.c")):
        write(name + ".csv", GEN, "events", str(millions * 1000000))
    os.utime(at(name + ".csv"), (END_OF_EVENTS, END_OF_EVENTS))  # what is later than its file is rejected
    with open(at(name + ".yaml"), "w") as f:
        f.write(f"""project: {name}
sources:
  - name: log
    files: [{name}.csv]
    format: csv
    time: {{field: time, formats: [iso8601]}}
    identify: {{account: case}}
rules:
  - touchpoint: '{{activity}}'
    when: {{activity: '.'}}
journey: {{inactivity: never}}
""")


NIGHTS = 180


def make_nights(events):
    """Half a year: a CSV for each night, and event files of each night and of each thirty."""
    folder = at("nights")
    sign = os.path.join(folder, f"made.{events}")
    if os.path.exists(sign):
        return
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("csv", "night", "month"):
        os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, "journey.yaml"), "w") as f:
        f.write("""project: half a year
sources:
  - name: log
    files: [csv/*.csv]
    format: csv
    time: {field: time, formats: [iso8601]}
    identify: {account: case}
rules:
  - touchpoint: '{activity}'
    when: {activity: '.'}
""")
    shell(f"{GEN} nights {NIGHTS} {events} nights/csv")
    days = [f"csv/{d:03d}.csv" for d in range(NIGHTS)]
    for name, at_once in (("night", 1), ("month", 30)):
        for i in range(0, NIGHTS, at_once):
            subprocess.run([os.path.join(BUILD, "touchpath"), "map", "-q", "-j", "1", "--rules", os.path.join(ROOT, "rules"), "-p", "journey.yaml",
                            "-o", f"{name}/{i:03d}.tpe", *days[i:i + at_once]], cwd=folder, check=True)
    open(sign, "w").close()


def duckdb():
    """The folder of DuckDB's package for node, installed beside the bench's files when it can be; None else."""
    modules = at("duckdb/node_modules")
    if not os.path.isdir(modules + "/@duckdb/node-api"):
        os.makedirs(at("duckdb"), exist_ok=True)
        with open(at("duckdb/package.json"), "w") as f:
            f.write('{"private": true}\n')
        try:
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "@duckdb/node-api"], cwd=at("duckdb"), timeout=120,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        except (OSError, subprocess.SubprocessError):
            return None
    return modules
