#!/usr/bin/env python3
"""Compares which of the records that were read twice count with a plain writing of the rules.

usage: duplicates.py [IGNORED [ROUNDS]]
Each round makes overlapping files at random, plain and compressed, and reads them by each policy: by
run, with the files in another order and cut into map and reduce, and in nights with a state.
docs/reading.md has the rules. The last line is "N passed, N failed".
"""
import collections
import csv
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
TOUCHPATH = os.path.abspath(os.environ.get("TOUCHPATH", os.path.join(BUILD, "touchpath")))
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
POLICIES = {"keep": "keep", "once": "once", "across": "across", "by": "{by: [id, part]}"}
PROJECT = """project: duplicates
sources:
  - name: s
    channel: s
    files: ['files/*']
    format:
      reader: json-lines
      time: {{field: t, formats: [epoch]}}
      identify: {{user: who}}
      attributes: {{item: what, reference: id}}
    duplicates: {policy}
rules:
  - {{touchpoint: a, when: {{kind: a}}, also: true}}
  - {{touchpoint: b, when: {{kind: '[ab]'}}}}
state: {{folder: state}}
"""
passed = failed = 0


def wanted(policy, files):
    """What counts, of the records of each file: the multiset of (time, what, id) of records."""
    matched = [[r for r in records if r["kind"] in "ab"] for records in files]
    line = lambda r: json.dumps(r)
    count = collections.Counter()
    if policy == "keep":
        for records in matched:
            count.update(map(line, records))
    elif policy == "once":
        count.update({line(r) for records in matched for r in records})
    elif policy == "across":
        for records in matched:
            count |= collections.Counter(map(line, records))
    else:
        best = {}
        for r in (r for records in matched for r in records):
            key = (r.get("id", ""), r.get("part", ""))
            if key == ("", ""):
                count[line(r)] += 1
            elif key not in best or r["t"] > best[key]["t"]:
                best[key] = r
        count.update(map(line, best.values()))
    events = collections.Counter()
    for text, n in count.items():
        r = json.loads(text)
        for touchpoint in {"a": "ab", "b": "b"}[r["kind"]]:
            events[r["t"], touchpoint, r["what"], r.get("id", "")] += n
    return events


def found(folder):
    events = collections.Counter()
    with open(f"{folder}/events.csv", newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            at = row["time"]
            seconds = sum(int(x) * y for x, y in zip(at[11:19].split(":"), (3600, 60, 1)))
            events[1788220800 + seconds, row["touchpoint"], row["item"], row["reference"]] += 1
    balance = collections.Counter()
    with open(f"{folder}/coverage.csv", newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            if row["file"]:
                balance[row["file"], row["what"] if row["what"] != "rejected" else "matched"] += (
                    int(row["count"]))
            if row["file"] and row["what"] == "unmatched":
                balance[row["file"], "matched"] += int(row["count"])
    for (name, what), n in balance.items():
        if what == "records" and balance[name, "matched"] != n:
            return f"books of {name} do not balance"
    return events


def touchpath(root, *words):
    subprocess.run([TOUCHPATH, *words], cwd=root, check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "TOUCHPATH_RULES": f"{ROOT}/rules"})


def write(root, names, files, upto=None):
    for name, records in zip(names, files):
        text = "".join(json.dumps(r) + "\n" for r in records).encode()
        data = gzip.compress(text, mtime=0) if name.endswith(".gz") else text
        with open(f"{root}/files/{name}", "wb") as f:
            f.write(data)


def make(rng):
    """Records in the order of their time, and files that hold overlapping stretches of them."""
    records = []
    for i in range(rng.randrange(5, 60)):
        r = {"t": 1788220800 + i // 3, "who": f"u{rng.randrange(4)}", "kind": rng.choice("aabbc"),
             "what": f"w{rng.randrange(3)}"}
        if rng.random() < 0.8:
            r["id"] = f"i{rng.randrange(12)}"
        if rng.random() < 0.3:
            r["part"] = f"p{rng.randrange(2)}"
        records.append(r)
        while rng.random() < 0.2:
            records.append(dict(rng.choice(records)))
    records.sort(key=lambda r: r["t"])
    # Of records with one id and one time it does not matter which one counts: make them equal.
    seen = {}
    for i, r in enumerate(records):
        key = (r.get("id", ""), r.get("part", ""), r["t"])
        if key[:2] != ("", ""):
            records[i] = dict(seen.setdefault(key, r))
    files = []
    for _ in range(rng.randrange(1, 5)):
        first = rng.randrange(len(records))
        files.append(records[first : first + rng.randrange(1, len(records) + 1)])
    return files


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
        return
    failed += 1
    if failed < 5:
        print(f"FAILED {name}: {got if isinstance(got, str) else (got - want, want - got)}")


def one_round(number):
    rng = random.Random(number)
    files = make(rng)
    # The same bytes twice are one file, whatever the policy (definitions.md A55).
    files = [f for i, f in enumerate(files) if f not in files[:i]]
    names = [f"{chr(97 + i)}.json{rng.choice(['', '.gz'])}" for i in range(len(files))]
    for policy, written in POLICIES.items():
        want = wanted(policy, files)
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(f"{root}/files")
            write(root, names, files)
            with open(f"{root}/journey.yaml", "w", encoding="utf-8") as f:
                f.write(PROJECT.format(policy=written))
            common = ["-q", "--raw-ids", "--tables", "events", "-o", "out"]
            with open(f"{root}/plain.yaml", "w", encoding="utf-8") as f:
                f.write(PROJECT.format(policy=written).replace("state: {folder: state}\n", ""))
            touchpath(root, "run", "-p", "plain.yaml", "-j", "3", "--block", "64", *common)
            check(f"run {number} {policy}", found(f"{root}/out"), want)
            # Other names, other order, a map for each.
            order = list(range(len(files)))
            rng.shuffle(order)
            pieces = []
            for i in order:
                pieces.append(f"{i}.tpe")
                touchpath(root, "map", "-q", "-p", "plain.yaml", "-o", f"{i}.tpe",
                          f"files/{names[i]}")
            touchpath(root, "reduce", "-p", "plain.yaml", *common, *pieces)
            check(f"map and reduce {number} {policy}", found(f"{root}/out"), want)
            # Night after night one file more, the first one growing.
            for name in names:
                os.unlink(f"{root}/files/{name}")
            names_now = [n.removesuffix(".gz") for n in names]
            for night in range(len(files) + 1):
                now = files[:night] if night else [files[0][: len(files[0]) // 2]]
                write(root, names_now, now)
                touchpath(root, "run", *common[:1], *common[2:], "--raw-ids", "--final")
            check(f"nights {number} {policy}", found(f"{root}/out/latest"), want)


for i in range(ROUNDS):
    one_round(i)
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
