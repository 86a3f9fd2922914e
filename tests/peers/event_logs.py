#!/usr/bin/env python3
"""Event logs against pm4py: what it reads from our XES and CSV is what we had, and what it finds out from a log is in our tables.

- The journeys of samples/, and the cases of real logs of ../shared/datasets, written by `touchpath cases` as XES and as CSV: pm4py
  reads the same cases with the same activities, times and attributes in the same order.
- Of the same logs, as pm4py itself reads the originals: directly-follows graph (how often, and its times), variants, first and last
  activities, lengths of cases, what eventually follows, temporal profile, rework and minimum self-distance: as in our tables.
- What pm4py writes as XES is read by touchpath as the same log.

Usage: event_logs.py TOUCHPATH RULES_DIR [SHARED_DIR]. $PM4PY is the folder that holds the package, where Python does not find it by
itself; without pm4py, or for want of what it needs, everything is skipped. Nothing of pm4py is part of this project.
Ends with "N passed, N failed[, N skipped]".
"""
import collections, contextlib, csv, datetime as dt, io, os, subprocess, sys, tempfile, warnings

HERE = os.path.dirname(os.path.abspath(__file__))


sys.dont_write_bytecode = True
if "PM4PY_FOUND" not in os.environ:
    import pm4py_home
    python, env = pm4py_home.find()
    if not python:
        print(f"no pm4py here ({env}); PM4PY=FOLDER names the folder that holds it\n0 passed, 0 failed, 1 skipped")
        raise SystemExit(0)
    os.execve(python, [python, *sys.argv], dict(env, PM4PY_FOUND="1"))

warnings.simplefilter("ignore")
import pandas
import pm4py
from pm4py.util.dt_parsing.variants import strpfromiso

TOUCHPATH, RULES = sys.argv[1], sys.argv[2]
SHARED = sys.argv[3] if len(sys.argv) > 3 else os.path.join(HERE, "../../../shared")
DATA = os.path.join(SHARED, "datasets")
CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
OF_CASE = {"case": CASE, "activity": ACTIVITY, "time": TIME, "customer": "case:customer", "journey": "case:journey", "state": "case:state"}
NUMBERS = ("value", "score", "emotion")
passed = failed = 0


def same(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
        return
    failed += 1
    if isinstance(got, dict) and isinstance(want, dict):
        keys = [k for k in {**got, **want} if got.get(k) != want.get(k)]
        got, want = [(k, got.get(k)) for k in keys[:3]], [(k, want.get(k)) for k in keys[:3]]
    print(f"FAILED {what}: got {str(got)[:300]}, expected {str(want)[:300]}")


def close(what, got, want):
    """Dicts of tuples of numbers that may differ by what a sum of floats loses, and by the half microsecond of a rounded mean."""
    differ = lambda a, b: len(a) != len(b) or any(abs(x - y) > 1e-5 + abs(y) * 1e-8 for x, y in zip(a, b))
    keys = [k for k in {**got, **want} if k not in got or k not in want or differ(got[k], want[k])]
    same(what, [(k, got.get(k)) for k in keys[:3]], [(k, want.get(k)) for k in keys[:3]])


@contextlib.contextmanager
def offsets_kept():
    """2.7.14 reads 11:02+01:00 in XES as 11:02 in UTC. Ours ends in Z and is read as it is; the originals are read with this mended."""
    before = strpfromiso.fix_naivety
    strpfromiso.fix_naivety = lambda t: t.astimezone(dt.timezone.utc) if t.tzinfo else t.replace(tzinfo=dt.timezone.utc)
    try:
        yield
    finally:
        strpfromiso.fix_naivety = before


def frame_of(text, case, activity, time):
    """A table in CSV as pm4py's users read it. A case may be called NA."""
    frame = pandas.read_csv(text, dtype=str, keep_default_na=False)
    frame[time] = pandas.to_datetime(frame[time].map(pandas.Timestamp), utc=True)
    return pm4py.format_dataframe(frame, case_id=case, activity_key=activity, timestamp_key=time)


def touchpath(command, project, *options):
    done = subprocess.run([TOUCHPATH, command, "-p", project, "--raw-ids", "--rules", RULES, *options], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: touchpath {command} ended with status {done.returncode}: {done.stderr[:1000]}\n{passed} passed, {failed + 1} failed")
    return done.stdout


def tables(project, folder):
    touchpath("run", project, "-q", "-o", folder, "--tables", "eventually_follows,rework")
    found = {}
    for name in ("transitions", "paths", "journeys", "touchpoints", "eventually_follows", "rework"):
        with open(os.path.join(folder, name + ".csv"), newline="", encoding="utf-8") as f:
            found[name] = list(csv.DictReader(f))
    return found


# ---- there and back ----

def cell(column, text):
    if text is None or text != text or text == "":
        return None
    if column == "time":
        return pandas.Timestamp(text).tz_convert("UTC")
    return float(text) if column in NUMBERS else int(text) if column == "journey" else str(text)


def rows_read(log, names):
    """Each event as our columns have it, from a table of pm4py's, whose names are other ones."""
    columns = [log[names.get(c, c)].tolist() if names.get(c, c) in log else [None] * len(log) for c in names]
    return [tuple(cell(c, v) for c, v in zip(names, row)) for row in zip(*columns)]


def there_and_back(label, project, folder, unit):
    """pm4py's table of our XES, which is what the CSV says, column by column."""
    path = os.path.join(folder, "cases.xes")
    touchpath("cases", project, "-q", "--case", unit, "-o", path)
    text = touchpath("cases", project, "--case", unit, "--as", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    names = {c: OF_CASE.get(c, c) for c in rows[0]}
    want = [tuple(cell(c, r[c]) for c in names) for r in rows]
    log = pm4py.read_xes(path, show_progress_bar=False)
    same(f"{label}: XES, every attribute of every event", rows_read(log, names) == want, True)
    same(f"{label}: XES has no other attribute", sorted(set(log.columns) - set(names.values())), [])
    frame = frame_of(io.StringIO(text), "case", "activity", "time")
    same(f"{label}: CSV", list(zip(frame[CASE], frame[ACTIVITY], frame[TIME])), [r[:3] for r in want])
    return log


# ---- what is found out ----

def graph_of(rows):
    """Edges, starts and ends of transitions.csv."""
    edges, starts, ends = {}, {}, collections.Counter()
    for r in rows:
        if r["from"] == "(start)":
            starts[r["to"]] = int(r["count"])
        elif r["to"] in ("(end)", "(open)"):
            ends[r["from"]] += int(r["count"])
        else:
            edges[r["from"], r["to"]] = r
    return edges, starts, dict(ends)


def figures(row, *columns):
    return tuple(float(row[c]) for c in columns)


def found_out(label, log, ours, durations):
    edges, starts, ends = graph_of(ours["transitions"])
    graph, first, last = pm4py.discover_dfg(log)
    same(f"{label}: directly follows", {k: int(r["count"]) for k, r in edges.items()}, {k: int(n) for k, n in graph.items()})
    same(f"{label}: first activities", starts, {k: int(n) for k, n in first.items()})
    same(f"{label}: last activities", ends, {k: int(n) for k, n in last.items()})
    times = pm4py.discover_performance_dfg(log)[0]
    names = ("mean", "median", "min", "max", "sum", "stdev")
    close(f"{label}: times of directly follows", {k: figures(r, *("time_" + n for n in names)) for k, r in edges.items()},
          {k: tuple(0.0 if t[n] != t[n] else float(t[n]) for n in names) for k, t in times.items()})
    variants = {" > ".join(v): int(n) for v, n in ((v, n if isinstance(n, int) else len(n)) for v, n in pm4py.get_variants(log).items())}
    same(f"{label}: variants", {r["path"]: int(r["journeys"]) for r in ours["paths"]}, variants)
    if durations:
        close(f"{label}: lengths of cases", {0: tuple(sorted(float(r["duration"]) for r in ours["journeys"]))},
              {0: tuple(sorted(pm4py.get_all_case_durations(log)))})
    later = {(r["from"], r["to"]): r for r in ours["eventually_follows"] if r["from"] != "(further apart)"}
    same(f"{label}: eventually follows", {k: int(r["count"]) for k, r in later.items()},
         {k: int(n) for k, n in pm4py.discover_eventually_follows_graph(log).items()})
    close(f"{label}: temporal profile", {k: figures(r, "time_mean", "time_stdev") for k, r in later.items()},
          {k: tuple(map(float, v)) for k, v in pm4py.discover_temporal_profile(log).items()})
    again = {r["touchpoint"]: r for r in ours["rework"]}
    same(f"{label}: rework", {a: int(r["rework"]) for a, r in again.items() if r["rework"] != "0"},
         {a: int(n) for a, n in pm4py.get_rework_cases_per_activity(log).items()})
    same(f"{label}: minimum self-distance", {a: int(r["distance_min"]) for a, r in again.items() if r["distance_min"]},
         {a: int(n) for a, n in pm4py.get_minimum_self_distances(log).items()})


# ---- the logs ----

def samples():
    """Journeys of a shop: events of the company among them, so that a journey's length is not that of its case."""
    with tempfile.TemporaryDirectory() as d:
        project = os.path.join(HERE, "../../samples/journey.yaml")
        log = there_and_back("samples", project, d, "journey")
        found_out("samples", log, tables(project, os.path.join(d, "out")), False)
        there_and_back("samples, a customer a case", project, d, "customer")


def one_log(name, original, source):
    """A log whose cases are users: as pm4py reads the original, and as it reads ours."""
    with tempfile.TemporaryDirectory() as d:
        project = os.path.join(d, "journey.yaml")
        with open(project, "w", encoding="utf-8") as f:
            f.write(source)
        ours = tables(project, os.path.join(d, "out"))
        log = there_and_back(name, project, d, "customer")
        cases = lambda log, plain: {c: list(zip(g[ACTIVITY], g[TIME])) for c, g in
                                    log.sort_values([CASE, TIME], kind="stable").groupby(log[CASE].map(plain))}
        same(f"{name}: cases", cases(log, lambda c: c.removeprefix("user:")), cases(original, str))
        found_out(name, original, ours, True)
        found_out(f"{name}, from our XES", log, ours, True)
        written = os.path.join(d, "theirs.xes")
        pm4py.write_xes(original, written, show_progress_bar=False)
        with open(project, "w", encoding="utf-8") as f:
            f.write(detected(written))
        again = there_and_back(f"{name}, written by pm4py", project, d, "customer")
        same(f"{name}, written by pm4py: cases", cases(again, lambda c: c.removeprefix("user:")), cases(original, str))


def detected(path):
    return subprocess.run([TOUCHPATH, "detect", "--rules", RULES, path], capture_output=True, text=True, check=True).stdout


def logs():
    small, bupar, shop = (os.path.join(DATA, d) for d in ("pm-small-logs", "pm-eventdatar", "click-simple-shop"))
    for name in ("running-example.xes", "roadtraffic100traces.xes", "02_teleclaims.xes.gz", "03_repairExample.xes.gz", "08_receipt.xes.gz"):
        path = os.path.join(small, name)
        with offsets_kept():
            original = pm4py.read_xes(path, show_progress_bar=False)
        one_log(name, original, detected(path))
    for name, folder, columns in (("running-example.csv", small, (CASE, ACTIVITY, TIME)), ("reviewing.csv.gz", small, (CASE, ACTIVITY, TIME)),
                                  ("sepsis.csv.gz", bupar, ("case_id", "activity", "timestamp")),
                                  ("simple-onlineshop.csv.gz", shop, ("user_id", "event", "timestamp"))):
        path = os.path.join(folder, name)
        case, activity, time = columns
        one_log(name, frame_of(path, case, activity, time), f"""project: {name}
sources:
  - {{name: log, files: ['{path}'], format: csv, time: {{field: '{time}', formats: [iso8601]}}, identify: {{user: '{case}'}}}}
rules:
  - {{touchpoint: '{{{activity}}}', when: {{'{activity}': .}}}}
journey: {{inactivity: never}}
identity: {{blocked: [none]}}
""")


samples()
if os.path.isdir(DATA):
    logs()
print(f"pm4py {pm4py.__version__}, pandas {pandas.__version__}")
print(f"{passed} passed, {failed} failed" + ("" if os.path.isdir(DATA) else ", 1 skipped"))
raise SystemExit(failed > 0)
