#!/usr/bin/env python3
"""Event logs there and back: what Python's own XML reader finds in the XES that touchpath writes is what the log had, for the real
logs of ../shared/datasets/pm-small-logs: the same cases, each with the same activities at the same instants, in order of time.

The project is the one that `touchpath detect` makes, as it is. Once more through CSV (case, activity, time), read with Python's csv module.

Usage: xes.py TOUCHPATH RULES_DIR [SHARED_DIR]. Ends with "N passed, N failed[, N skipped]".
"""
import collections, csv, datetime as dt, glob, gzip, io, os, subprocess, sys, tempfile
import xml.etree.ElementTree as ElementTree

TOUCHPATH, RULES = sys.argv[1], sys.argv[2]
SHARED = sys.argv[3] if len(sys.argv) > 3 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared")
passed = failed = 0
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def same(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: got {str(got)[:300]}, expected {str(want)[:300]}")


def millis(text):
    t = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return ((t if t.tzinfo else t.replace(tzinfo=dt.timezone.utc)) - EPOCH) // dt.timedelta(milliseconds=1)


def named(element, key):
    for child in element:
        if child.get("key") == key:
            return child.get("value")
    return None


def read_xes(text):
    """Activities and times of each case; at one instant, by name: their order is the file's, and means nothing there."""
    cases = collections.defaultdict(list)
    root = ElementTree.fromstring(text)
    for trace in root.iter():
        if trace.tag.rsplit("}")[-1] != "trace":
            continue
        case = named(trace, "concept:name")
        for event in trace:
            if event.tag.rsplit("}")[-1] == "event":
                cases[case].append((millis(named(event, "time:timestamp")), named(event, "concept:name")))
    return {case: sorted(events) for case, events in cases.items()}


def cases(project, *options):
    done = subprocess.run([TOUCHPATH, "cases", "-p", project, "--case", "customer", "--raw-ids", "--rules", RULES, *options], capture_output=True)
    if done.returncode != 0:
        print(done.stderr.decode()[:500])
    return done.stdout


def main():
    logs = sorted(glob.glob(os.path.join(SHARED, "datasets/pm-small-logs/*.xes*")))
    for path in logs:
        name = os.path.basename(path)
        with (gzip.open(path) if path.endswith(".gz") else open(path, "rb")) as f:
            want = read_xes(f.read())
        with tempfile.TemporaryDirectory() as d:
            found = subprocess.run([TOUCHPATH, "detect", "--rules", RULES, path], capture_output=True, text=True)
            same(f"{name} is found to be XES", (found.returncode, "format: xes" in found.stdout), (0, True))
            project = os.path.join(d, "journey.yaml")
            with open(project, "w") as f:
                f.write(found.stdout)
            got = read_xes(cases(project, "--as", "xes"))
            same(f"{name}: cases as XES", {c.removeprefix("user:"): e for c, e in got.items()}, want)
            rows = csv.reader(io.StringIO(cases(project, "--as", "csv").decode()))
            header, table = next(rows, []), collections.defaultdict(list)
            where = {h: i for i, h in enumerate(header)}
            case, activity, time = (where[next(h for h in header if h in names)] for names in
                                    (("case:concept:name", "case"), ("concept:name", "activity"), ("time:timestamp", "time")))
            for r in rows:
                table[r[case].removeprefix("user:")].append((millis(r[time]), r[activity]))
            same(f"{name}: cases as CSV", {c: sorted(e) for c, e in table.items()}, want)
    return len(logs)


if not os.path.isdir(os.path.join(SHARED, "datasets")):
    print("no ../shared/datasets\n0 passed, 0 failed, 1 skipped")
    raise SystemExit(0)
main()
print(f"{passed} passed, {failed} failed")
raise SystemExit(failed > 0)
