#!/usr/bin/env python3
"""touchpath run, done as touchpath map, once for each FILE, and touchpath reduce.

For tests/golden: takes the arguments of `touchpath run`, gives what it would give: the reports, its
stdout, its stderr, its status. WORKERS, BLOCK, ENGINE and TOUCHPATH come from the environment.
Options that only a run has (none today) would make it fail: then it runs `touchpath run`.
"""
import os
import subprocess
import sys
import tempfile

# What each half is told; an option with a value takes the next argument unless it has a "=".
MAP = {"--since", "--until", "--source"}
REDUCE = {"--output", "--csv", "--edges", "--max-rejects", "--tables"}
BOTH = {"--project", "--rules", "--workers"}
REDUCE_FLAGS = {"--raw-ids", "--events", "--svg"}
BOTH_FLAGS = {"--quiet"}
LETTERS = {"-p": "--project", "-o": "--output", "-j": "--workers", "-q": "--quiet"}

touchpath = os.environ["TOUCHPATH"]
common = ["-j", os.environ["WORKERS"]]
reading = common + ["--block", os.environ["BLOCK"], "--engine", os.environ["ENGINE"]]


def as_run():
    os.execv(touchpath, [touchpath, "run", *reading, *sys.argv[1:]])


def split(arguments):
    """Arguments of map, of reduce, and FILEs; whatever is not known here is left to run itself."""
    to_map, to_reduce, files = [], [], []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--":
            files += rest
            break
        if word == "-" or not word.startswith("-"):
            files.append(word)
            continue
        if word[:2] in LETTERS:
            name, value = LETTERS[word[:2]], word[2:] or None
            if name in BOTH_FLAGS and value:
                as_run()  # several letters in one word
        else:
            name, _, value = word.partition("=")
            value = value or None
        if name in REDUCE_FLAGS | BOTH_FLAGS:
            words = [name]
        elif name in MAP | REDUCE | BOTH and (value or rest):
            words = [name, value or rest.pop(0)]
        else:
            as_run()
        if name in MAP | BOTH | BOTH_FLAGS:
            to_map += words
        if name in REDUCE | BOTH | REDUCE_FLAGS | BOTH_FLAGS:
            to_reduce += words
    return to_map, to_reduce, files


def call(*words):
    done = subprocess.run([touchpath, *words], capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.splitlines(keepends=True)


to_map, to_reduce, files = split(sys.argv[1:])
with tempfile.TemporaryDirectory() as folder:
    said, events = [], []
    for i, cut in enumerate([[name] for name in files] or [[]]):
        events.append(f"{folder}/{i}.tpe")
        if "-" in cut:  # standard input is there once
            done = subprocess.run([touchpath, "map", *reading, *to_map, "-o", events[-1], "--", "-"],
                                  stdin=sys.stdin, capture_output=True, check=False)
            status, out, err = done.returncode, done.stdout, done.stderr.splitlines(keepends=True)
        else:
            status, out, err = call("map", *reading, *to_map, "-o", events[-1], "--", *cut)
        if status not in (0, 3):
            as_run()  # nothing to reduce: run must say the same in its own way
        said += [line for line in err if b"could not read all of" not in line and b"cannot be read as" not in line]
    # In any order: the last first.
    status, out, err = call("reduce", *common, *to_reduce, "--", *reversed(events))
    sys.stdout.buffer.write(out)
    sys.stderr.buffer.write(b"".join(said + err))
    sys.exit(status if status >= 0 else 128 - status)
