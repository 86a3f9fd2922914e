#!/usr/bin/env python3
"""Compares our CSV and JSON readers with Python's csv and json modules.

usage: csv_json.py [DRIVER [SHARED]]
    DRIVER   the program of records.c (build/oracle/records)
    SHARED   a folder with samples/ and datasets/ (../shared); left out when it is not there
The texts that are made here need nothing else. The last line is "N passed, N failed".
"""
import csv
import glob
import gzip
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile

DRIVER = sys.argv[1] if len(sys.argv) > 1 else "build/oracle/records"
SHARED = sys.argv[2] if len(sys.argv) > 2 else "../shared"
csv.field_size_limit(1 << 30)
passed = failed = 0


def check(name, got, want):
    """Counts one case; shows the first difference of the first few."""
    global passed, failed
    if got == want:
        passed += 1
        return
    failed += 1
    if failed > 10:
        return
    print(f"FAILED {name}: {len(got)} records, expected {len(want)}")
    for i, (g, w) in enumerate(zip(got, want)):
        if g != w:
            print(f"  record {i}:\n  got      {g!r:.600}\n  expected {w!r:.600}")
            break


def ours(kind, data, paths=None):
    """The lines that the driver prints, as Python values."""
    with tempfile.TemporaryDirectory() as folder:
        args = [DRIVER, kind, os.path.join(folder, "text")]
        with open(args[2], "wb") as f:
            f.write(data)
        if paths is not None:
            args.append(os.path.join(folder, "paths"))
            with open(args[3], "wb") as f:
                f.write("".join(p + "\n" for p in paths).encode("utf-8", "surrogateescape"))
        run = subprocess.run(args, capture_output=True)
    if run.returncode:
        return [run.stderr.decode(errors="replace")]
    text = run.stdout.decode("utf-8", "surrogateescape")
    return [json.loads(line) for line in text.split("\n") if line]


# ---- what match: sees, written anew from the words of formats.md K ----

def normal(name):
    out = re.sub(r"[\x00-\x7f]", lambda m: m[0].lower() if m[0].isalnum() else "\0", name)
    return re.sub("\0+", "_", out.strip("\0")) or name


def escaped(value):
    for plain, code in (("\\", r"\\"), ("\t", r"\t"), ("\r", r"\r"), ("\n", r"\n")):
        value = value.replace(plain, code)
    return value


# ---- CSV ----

def python_csv(text, delimiter):
    rows = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if r]
    width = len(rows[0]) if rows else 0
    for r in rows:
        if len(r) == width:
            match = "\t".join(f"c{i}={escaped(v)}" for i, v in enumerate(r) if v)
            r.append({"match": match})
    return rows


def made_csv(rng):
    """Valid RFC 4180 text, every field quoted or not as chance has it."""
    delimiter = rng.choice(",;\t|")
    newline = rng.choice(["\n", "\r\n"])
    width = rng.randint(1, 6)
    pieces = ["a", "bc", " ", "'", "é", "0", "12.5", "x" * 17, "\\", "日本", "\0"]
    wild = pieces + ['"', '"', ",", ";", "|", "\t", "\n", "\r\n", "\r"]
    lines = []
    for _ in range(rng.randint(1, 30)):
        if rng.random() < 0.05:
            lines.append(newline)
            continue
        fields = []
        for _ in range(width if rng.random() < 0.9 else rng.randint(1, 8)):
            if rng.random() < 0.4:
                inner = "".join(rng.choice(wild) for _ in range(rng.randint(0, 8)))
                fields.append('"' + inner.replace('"', '""') + '"')
            else:
                field = "".join(rng.choice(pieces) for _ in range(rng.randint(0, 5)))
                if rng.random() < 0.1:
                    field += rng.choice(['x"', 'x"y'])  # a quote inside is a byte
                fields.append(field)
        lines.append(delimiter.join(fields) + newline)
    lines.insert(0, delimiter.join(f"n{i}" for i in range(max(width, 2))) + newline)
    text = "".join(lines)
    return (text[:-len(newline)] if rng.random() < 0.3 else text), delimiter


def delimiter_of(text):
    """What most often stands outside quotes in the first record; of equals, the first of these."""
    first = re.sub(r'"[^"]*"', "", re.match(r'(?:[^"\n]|"[^"]*")*', text)[0])
    return max(",;\t|", key=first.count)


def compare_csv_file(name, data):
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    text = data.decode("utf-8", "surrogateescape")
    if "\r" in re.sub(r'"[^"]*"|\r\n', "", text):
        print(f"note: {name} has CR without LF, which Python takes for a line end")
        return
    check(name, ours("csv", data), python_csv(text, delimiter_of(text)))


# ---- JSON ----

class Number(str):
    """A number as it was written."""


def no_constant(name):
    raise ValueError(name)


def python_json(line):
    """What a logger put before the object goes (docs/formats.md): up to 200 bytes, no quote, a blank at the end."""
    prefix = re.match(r'[^"{\[][^"{]{0,198} (?={)', line)
    line = line[prefix.end():] if prefix else line
    try:
        value = json.loads(line, parse_int=Number, parse_float=Number, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def whole(text):
    """Without halves of surrogate pairs."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def depth(value):
    below = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, below), default=0) if isinstance(value, (dict, list)) else 0


def paths_of(value, prefix=""):
    """Every path of a value. Keys with dots are left to the unit tests."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in pairs:
        path = f"{prefix}{key}"
        if "." in str(key) or "\n" in path or "\0" in path or whole(path) != path:
            continue
        yield path
        if isinstance(below, (dict, list)):
            yield from paths_of(below, path + ".")


ABSENT = object()


def at_path(value, path):
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step, ABSENT)
        elif isinstance(value, list):
            value = value[int(step)] if re.fullmatch("0|[1-9][0-9]*", step) and \
                int(step) < len(value) else ABSENT
        else:
            return ABSENT
    return value


def scalar(value):
    if value is None:
        return ""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else whole(value)


def told(value, path=""):
    """The pairs of the canonical text."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from told(below, f"{path}.{normal(whole(key))}" if path else normal(whole(key)))
    elif isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        for i, below in enumerate(value):
            yield from told(below, f"{path}.{i}")
    elif isinstance(value, list):
        parts = [escaped(scalar(v)) for v in value if scalar(v)]
        if parts:
            yield f"{path}[]={'|'.join(parts)}"
    elif scalar(value):
        yield f"{path}={escaped(scalar(value))}"


def as_we_say(value, got):
    """The text that a path must give; null is there, and empty; of objects and arrays any spelling that means the same."""
    if value is ABSENT:
        return None
    if isinstance(value, (dict, list)):
        try:
            same = json.loads(got, parse_int=Number, parse_float=Number) == value
        except (TypeError, ValueError):
            same = False
        return got if same else value
    return scalar(value)


def compare_json(name, lines, twice=False):
    """twice: keys may occur twice in an object; then only paths are compared, as Python has
    forgotten the first."""
    values = [python_json(line) for line in lines]
    values = [v if v is not None and depth(v) <= 64 else None for v in values]
    paths = sorted({p for v in values if v is not None for p in paths_of(v)})[:300] + ["none.here"]
    data = "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
    got = ours("json", data, paths)
    want = []
    for i, value in enumerate(values):
        if value is None:
            want.append(False)
            continue
        g = got[i] if i < len(got) and isinstance(got[i], list) else [None] * (len(paths) + 1)
        row = [as_we_say(at_path(value, p), g[k]) for k, p in enumerate(paths)]
        row.append(g[-1] if twice else {"match": "\t".join(told(value))})
        want.append(row)
    check(name, got, want)


def made_string(rng):
    pieces = ["a", "key", "é", "日", "😀", " ", "/", "x" * 9, r"\n", r"\t", r"\"", r"\\", r"\/",
              r"\b", r"\f", r"\r", r"\u0041", r"\u00e9", r"\ud83d\ude00", r"\ud83d", r"\ude00",
              r"\uD83Dx", r"\u0000", "\x7f"]
    return '"' + "".join(rng.choice(pieces) for _ in range(rng.randint(0, 6))) + '"'


def made_value(rng, level=0):
    kind = rng.random()
    gap = rng.choice(["", "", "", " ", "\t", "  "])
    if level < 5 and kind < 0.25:
        parts = [made_value(rng, level + 1) for _ in range(rng.randint(0, 4))]
        return f"[{gap}" + f"{gap},".join(parts) + "]"
    if level < 5 and kind < 0.5:
        return made_object(rng, level + 1)
    if kind < 0.75:
        return made_string(rng)
    return rng.choice(["0", "-0", "1", "12.50", "-3e5", "1E+2", "0.1e-7", "1234567890123456789",
                       "true", "false", "null"])


def made_object(rng, level=0, twice=False):
    gap = rng.choice(["", "", " "])
    names = ['"a"', '"b"', '"c"', '"long_name"', '"0"', '"Big Name"', '"\\u0064"', '"é"', '"#"']
    chosen = [rng.choice(names) for _ in range(rng.randint(0, 5))]
    if not twice:
        chosen = list(dict.fromkeys(chosen))
    members = [f"{n}{gap}:{gap}{made_value(rng, level)}" for n in chosen]
    return "{" + gap + f"{gap},{gap}".join(members) + gap + "}"


def spoiled(rng, line):
    """A few bytes changed: JSON no longer, most of the time."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(line))
        how = rng.random()
        byte = rng.choice('"\\{}[]:,0123456789.eE+-tfn u/\x01\x1f\x7f')
        line = line[:at] + (byte if how < 0.6 else "") + line[at + (how < 0.8):]
        line = line or "x"
    return line


def main():
    rng = random.Random(20260901)
    for i in range(400):
        text, delimiter = made_csv(rng)
        if delimiter_of(text) == delimiter:
            check(f"made csv {i}", ours("csv", text.encode()), python_csv(text, delimiter))
    for i in range(100):
        compare_json(f"made json {i}", [made_object(rng) for _ in range(20)])
        compare_json(f"keys twice {i}", [made_object(rng, 0, True) for _ in range(20)], True)
        lines = [spoiled(rng, made_object(rng)) for _ in range(40)]
        compare_json(f"spoiled json {i}", [x for x in lines if x.strip(" \t\r")], True)
    compare_json("depth", ['{"a":' + "[" * n + "]" * n + "}" for n in (1, 62, 63, 64, 65, 200)])

    if not os.path.isdir(os.path.join(SHARED, "samples")):
        print(f"skipped: the real files, as there is no folder '{SHARED}/samples'")
    for path in sorted(glob.glob(os.path.join(SHARED, "*", "**"), recursive=True)):
        opened = gzip.open if path.endswith(".gz") else open
        name = path[:-3] if path.endswith(".gz") else path
        if not os.path.isfile(path) or not name.endswith((".csv", ".json", ".jsonl")):
            continue
        with opened(path, "rb") as f:
            data = f.read(20 << 20)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue  # UTF-16: not for these readers
        if name.endswith(".csv"):
            compare_csv_file(path, data[:data.rfind(b"\n") + 1] if len(data) == 20 << 20 else data)
            continue
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        lines = [x for x in lines if x.strip(" \t\r")]
        if python_json(lines[0]) is not None:
            compare_json(path, lines)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
