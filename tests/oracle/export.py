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
passed = failed = 0


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
    check(sorted(os.listdir()) == ["events.csv", "events.csv.zst", "events.sqlite", "night.tpe", "run",
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

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
