#!/usr/bin/env python3
"""touchpath export against Python's csv and sqlite3 modules, zstd, and events.csv of a run.

All forms must hold the same events, as many as `touchpath run --events` counts, with the same times,
touchpoints, records and values; and only their owner may read them.
The last line is "N passed, N failed".
"""
import csv
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
TOUCHPATH = os.environ.get("TOUCHPATH", os.path.join(BUILD, "touchpath"))
COLUMNS = ["time", "touchpoint", "channel", "source", "by", "file", "record", "rule", "value", "item"]
# Installed by: npm install @duckdb/node-api
DUCKDB = os.environ.get("DUCKDB_NODE", "@duckdb/node-api")
passed = failed = skipped = 0


def check(good, what):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("failed:", what)


def touchpath(*words):
    subprocess.run([TOUCHPATH, *words], check=True, env={**os.environ, "TOUCHPATH_RULES": f"{ROOT}/rules"})


def rows(path, columns):
    with open(path, newline="", encoding="utf-8") as f:
        return sorted(tuple(row[c] for c in columns) for row in csv.DictReader(f))


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    shutil.copytree(f"{ROOT}/samples", "samples")
    project = "samples/journey.yaml"
    touchpath("run", "-q", "--events", "-p", project, "-o", "run")
    touchpath("map", "-q", "-p", project, "-o", "night.tpe")
    for kind in "csv", "csv.zst", "sqlite":
        touchpath("export", "night.tpe", "-o", f"events.{kind}", "--as", kind)
        check(stat.S_IMODE(os.stat(f"events.{kind}").st_mode) == 0o600, f"mode of events.{kind}")
    check(stat.S_IMODE(os.stat("night.tpe").st_mode) == 0o600, "mode of night.tpe")
    check(sorted(os.listdir()) == ["events.csv", "events.csv.zst", "events.sqlite", "night.run.json", "night.tpe", "run",
                                   "samples"], "nothing else is left behind")

    of_run, of_csv = rows("run/events.csv", COLUMNS), rows("events.csv", COLUMNS)
    check(len(of_run) > 900 and of_run == of_csv, "events.csv of a run, and of export")

    with open("plain.csv", "wb") as f:
        subprocess.run(["zstd", "-dqc", "events.csv.zst"], stdout=f, check=True)
    with open("plain.csv", "rb") as a, open("events.csv", "rb") as b:
        check(a.read() == b.read(), "csv.zst unpacked is csv")

    db = sqlite3.connect("events.sqlite")
    check(db.execute("pragma integrity_check").fetchone() == ("ok",), "integrity of the database")
    with open("events.csv", newline="", encoding="utf-8") as f:
        table = list(csv.DictReader(f))
    names = [row[1] for row in db.execute("pragma table_info(events)")]
    check(names == list(table[0]), "columns of the database")
    order = db.execute("select * from events order by rowid").fetchall()
    check(len(order) == len(table), "rows of the database")
    defused = lambda text: text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text
    for name in "time", "touchpoint", "user", "email", "visitor", "order", "item":
        at = names.index(name)
        check([row[at] or "" for row in order] == [defused(row[name]) for row in table], name)
    at = names.index("value")
    check([row[at] for row in order] == [float(row["value"]) if row["value"] else None for row in table],
          "values are numbers")
    count = db.execute("select count(*) from events where time >= '2026-09-01'").fetchone()[0]
    check(count == sum(row["time"] >= "2026-09-01" for row in table), "times compare as text")

    # Other programs that people have; each is asked for what the file says.
    want = (len(table), sum(row["touchpoint"] == table[-1]["touchpoint"] for row in table),
            len({row["time"] for row in table}))
    try:
        import pandas
        frame = pandas.read_csv("events.csv")
        check((len(frame), int((frame["touchpoint"] == table[-1]["touchpoint"]).sum()),
               frame["time"].nunique()) == want, "pandas")
    except ImportError:
        skipped += 1
        print("skipped: pandas is not installed")
    query = ("select count(*)::int a, (count(*) filter (where touchpoint = '" +
             table[-1]["touchpoint"].replace("'", "''") +
             "'))::int b, count(distinct time)::int c from read_csv('{}', header = true)")
    script = (f"const d = require({DUCKDB!r}); (async () => {{\n"
              "  const c = await (await d.DuckDBInstance.create()).connect();\n"
              f"  for (const name of ['events.csv', 'events.csv.zst']) {{\n"
              f"    const r = await c.runAndReadAll(`{query}`.replace('{{}}', name));\n"
              "    console.log(r.getRows()[0].join(' '));\n"
              "  }\n})();\n")
    node = shutil.which("node")
    if not node or subprocess.run([node, "-e", f"require.resolve({DUCKDB!r})"], capture_output=True).returncode:
        skipped += 1
        print("skipped: DuckDB for node is not installed ($DUCKDB_NODE: where)")
    else:
        done = subprocess.run([node, "-e", script], capture_output=True, text=True)
        check(done.stdout.split("\n")[:2] == [" ".join(map(str, want))] * 2, f"DuckDB: {done.stdout} {done.stderr}")

print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(failed > 0)
