"""What datasets.py and identities.py share: a run of touchpath, a log read once more by Python, figures compared.

Both are called with TOUCHPATH RULES_DIR [SHARED_DIR], and skip all when the data is not there.
"""
import csv, datetime as dt, gzip, io, os, subprocess, sys, tempfile

TOUCHPATH, RULES = sys.argv[1], sys.argv[2]
SHARED = sys.argv[3] if len(sys.argv) > 3 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../shared")
DATA = os.path.join(SHARED, "datasets")
WORKERS = os.environ.get("WORKERS", "2")
counts = {"passed": 0, "failed": 0}


def same(what, got, want):
    if got == want:
        counts["passed"] += 1
        return
    counts["failed"] += 1
    if isinstance(got, dict) and isinstance(want, dict):
        got, want = set(got.items()) - set(want.items()), set(want.items()) - set(got.items())
        got, want = sorted(map(str, got))[:3], sorted(map(str, want))[:3]
    print(f"FAILED {what}: got {str(got)[:300]}, expected {str(want)[:300]}")


def run(project):
    """Runs touchpath on a project given as text; its tables as lists of dicts."""
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "journey.yaml")
        with open(path, "w") as f:
            f.write(project)
        done = subprocess.run([TOUCHPATH, "run", "-p", path, "-o", os.path.join(d, "out"), "-j", WORKERS, "--raw-ids", "--rules", RULES],
                              capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stderr[:2000])
            raise SystemExit(f"FAILED: touchpath run ended with status {done.returncode}\n0 passed, 1 failed")
        tables = {}
        for name in os.listdir(os.path.join(d, "out")):
            if name.endswith(".csv"):
                with open(os.path.join(d, "out", name), newline="", encoding="utf-8") as f:
                    tables[name[:-4]] = list(csv.DictReader(f))
        return tables


def micros(text):
    text = text.strip().replace("/", "-").replace("Z", "+00:00")
    t = dt.datetime.fromisoformat(text)
    t = t if t.tzinfo else t.replace(tzinfo=dt.timezone.utc)
    return (t - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)) // dt.timedelta(microseconds=1)


def read_log(path, case, activity, time, delimiter, keep):
    """The log once more by Python: {case: [(time, activity)]} in order of time, equal times in the order of the file."""
    raw = gzip.open(path, "rb").read() if path.endswith(".gz") else open(path, "rb").read()
    cases = {}
    for row in csv.DictReader(io.StringIO(raw.decode("utf-8")), delimiter=delimiter):
        if all(row[k] == v for k, v in keep.items()):
            cases.setdefault(row[case], []).append((micros(row[time]), row[activity]))
    for events in cases.values():
        events.sort(key=lambda e: e[0])  # stable
    return cases


def main(*parts):
    """Runs the parts of a script, and ends it with its count."""
    if not os.path.isdir(DATA):
        print(f"{os.path.basename(sys.argv[0])}: ../shared/datasets is not here; skipped")
        print("0 passed, 0 failed, 1 skipped")
        raise SystemExit(0)
    for part in parts:
        part()
    print("{passed} passed, {failed} failed".format(**counts))
    raise SystemExit(counts["failed"] > 0)
