#!/usr/bin/env python3
"""Counts every table of flows and waits once more, from events.csv and journeys.csv of the same run,
by the definitions (definitions.md 2.7 to 2.11) written down a second time, the slow way.

usage: flows.py    ($TOUCHPATH and $TOUCHPATH_RULES say what to run; build/touchpath and rules)
Random shops: two channels, a support desk, business hours in a zone with summer time, ties, lost and open
journeys. Every cell of a row is compared that the table has; numbers within 2e-6,
or six digits where the table gives no more. The last line is "N passed,
N failed".
"""
import collections
import csv
import datetime as dt
import functools
import itertools
import math
import os
import random
import statistics
import subprocess
import tempfile
import zoneinfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOUCHPATH = os.environ.get("TOUCHPATH", os.path.join(ROOT, "build/touchpath"))
RULES = os.environ.get("TOUCHPATH_RULES", os.path.join(ROOT, "rules"))
ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
DAY = 86400
passed = failed = 0
Counter = collections.Counter

STAGES = ["awareness", "consideration", "purchase", "retention"]
STAGE = {"ad": 0, "page": 1, "search": 1, "cart": 2, "order": 2, "opened": 3, "reply": 3, "solved": 3, "reopened": 3, "mail": None}
COMPANY = {"reply", "solved", "mail"}
HOURS = {0: [(9, 12), (13, 17)], 1: [(9, 17)], 2: [(9, 17)], 3: [(9, 17)], 4: [(9, 17)], 6: [(0, 24)]}
HOLIDAYS = {dt.date(2026, 3, 27), dt.date(2026, 10, 28)}


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
        return
    failed += 1
    if failed <= 10:
        print(f"FAILED {name}\n  got      {str(got)[:900]}\n  expected {str(want)[:900]}")


ROUGH = {"lift", "mean", "delta_conversion", "between_mean", "lookups_mean", "source_changes_mean", "paths_diff", "avg_per_path_diff", "share_of_total_diff",
         "proba_out_diff"}  # six digits in the CSV


def near(a, b, rough=False):
    if a == b:
        return True
    if a in ("", None) or b in ("", None) or isinstance(a, str) or isinstance(b, str):
        return False
    return abs(a - b) <= (5e-6 * abs(b) if rough else 2e-6 + 2e-9 * abs(b)) + 1e-12


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def check_rows(name, rows, want, key):
    """want: {key tuple: {column: value}} in any order; every row must be there, and no other."""
    got = {tuple(r[k] for k in key): r for r in rows}
    check(f"{name}: rows", (len(got), set(got)), (len(rows), {tuple(map(str, k)) for k in want}))
    for k, cells in want.items():
        row = got.get(tuple(map(str, k)))
        if row is None:
            continue
        bad = {c: (row[c], v) for c, v in cells.items() if not near(number(row[c]), v, c in ROUGH)}
        check(f"{name} {k}", bad, {})


# ---- statistics ----

def percentile(values, p):
    if not values:
        return ""
    s = sorted(values)
    at = p * (len(s) - 1)
    low = int(at)
    return s[-1] if low + 1 >= len(s) else s[low] + (s[low + 1] - s[low]) * (at - low)


def mean(values):
    return sum(values) / len(values) if values else ""


def stdev(values):
    return "" if not values else statistics.stdev(values) if len(values) > 1 else 0.0


def rate(k, n, name, n_name=None):
    """The cells of a rate with its interval (Wilson)."""
    cells = {name: k / n if n else ""}
    stem = name[:-5] if name.endswith("_rate") else name
    if n:
        z = 1.959963984540054
        p, mid = k / n, k / n + z * z / (2 * n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        cells[stem + "_low"] = 0 if k == 0 else (mid - half) / (1 + z * z / n)
        cells[stem + "_high"] = 1 if k == n else (mid + half) / (1 + z * z / n)
    else:
        cells[stem + "_low"] = cells[stem + "_high"] = ""
    if n_name:
        cells[n_name] = n
    return cells


def conversion(journeys, name="conversion"):
    ended = [j for j in journeys if not j.after and j.state != "open"]
    return rate(sum(j.state == "converted" for j in ended), len(ended), name, name + "_n")


# ---- a random log, and its journeys as touchpath cut them ----

Event = collections.namedtuple("Event", "time touch channel reference")


class Journey:
    def __init__(self, customer, state, after, events):
        self.customer, self.state, self.after, self.events = customer, state, after, events
        self.names = [e.touch for e in events]

    @property
    def cut(self):
        """Up to the first goal, of a converted one."""
        if self.state == "converted" and "order" in self.names:
            return self.names[: self.names.index("order") + 1]
        return self.names


def write_logs(folder, rnd):
    rows = {"web": [], "desk": []}
    begin = dt.datetime(2026, 3, 20, 8, tzinfo=dt.timezone.utc) if rnd.random() < 0.5 else dt.datetime(2026, 10, 20, 8, tzinfo=dt.timezone.utc)
    web = ["ad", "page", "page", "search", "cart", "order"]
    for c in range(rnd.randrange(5, 60)):
        t = begin + dt.timedelta(seconds=rnd.randrange(5 * DAY))
        ticket = 0
        for _ in range(rnd.randrange(1, 30)):
            t += dt.timedelta(seconds=rnd.choice([0, 1, 30, 600, 3600, 20000, 90000, 4 * DAY if rnd.random() < 0.3 else 5]))
            if rnd.random() < 0.65:
                rows["web"].append((t, f"c{c:03}", "", rnd.choice(web)))
            else:
                touch = rnd.choice(["opened", "reply", "solved", "reopened", "reply", "mail"])
                ticket += touch == "opened" and rnd.random() < 0.7
                rows["desk"].append((t, f"c{c:03}", f"{c}-{ticket}" if rnd.random() < 0.9 else "", touch))
    for name, list_ in rows.items():
        rnd.shuffle(list_)
        with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as f:
            out = csv.writer(f)
            out.writerow(["t", "u", "ref", "a"])
            out.writerows((t.strftime("%Y-%m-%dT%H:%M:%SZ"), *rest) for t, *rest in list_)


PROJECT = """project: shop
timezone: Europe/Berlin
stages: [awareness, consideration, purchase, retention]
sources:
  - {{name: web, channel: website, files: [web.csv], format: csv, time: {{field: t}}, identify: {{user: u}}, attributes: {{reference: ref}}}}
  - {{name: desk, channel: support, files: [desk.csv], format: csv, time: {{field: t}}, identify: {{user: u}}, attributes: {{reference: ref}}}}
rules:
{rules}journey: {{goal: order, inactivity: 3d}}
calendar:
  hours: {{mon: [09:00-12:00, 13:00-17:00], tue-fri: 09:00-17:00, sun: 00:00-24:00}}
  holidays: [2026-03-27, free.txt]
waits:
  - {{name: w0, from: [page, ad], to: order}}
  - {{name: w1, from: [page, ad], to: order, rule: each, within: 1h}}
  - {{name: w2, from: opened, to: reply, hours: business, within: 4h}}
  - {{name: w3, from: opened, to: [reply, solved], rule: each, hours: business, counting: journeys}}
  - {{name: w4, from: page, to: page, rule: each, counting: journeys}}
  - {{name: w5, from: page, to: page}}
support: {{opened: opened, answered: reply, solved: solved, reopened: reopened, by: {by}, hours: business, sla: {{first_response: 2h, resolution: 10h}}}}
map: [ad, search, page, cart, order]
flows: {{{flows}}}
segments: {{asked: 'has(touchpoint = opened)', silent: '!has(touchpoint = opened)'}}
compare: {{a: asked, b: silent}}
tables: [events, {tables}]
"""
TABLES = ["eventually_follows", "steps", "step_flows", "happy_path", "rework", "sequences", "channel_moves", "planned", "waits", "bottlenecks",
          "stage_delays", "support", "compare"]


def parse_time(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None


def run(folder, rnd, flows, by, awaits):
    rules = ""
    for touch, stage in STAGE.items():
        rules += f"  - {{touchpoint: {touch}, when: {{a: {{is: {touch}}}}}" + (f", stage: {STAGES[stage]}" if stage is not None else "")
        rules += (", by: company" if touch in COMPANY else "") + (", awaits: true" if touch in awaits else "") + "}\n"
    with open(os.path.join(folder, "journey.yaml"), "w", encoding="utf-8") as f:
        f.write(PROJECT.format(rules=rules, flows=flows, by=by, tables=", ".join(TABLES)))
    with open(os.path.join(folder, "free.txt"), "w", encoding="utf-8") as f:
        f.write("# days off\n2026-10-28 somebody's birthday\n")
    out = os.path.join(folder, "out")
    subprocess.run([TOUCHPATH, "run", "-p", os.path.join(folder, "journey.yaml"), "-o", out, "-j", str(rnd.choice([1, 2, 7])), "--raw-ids",
                    "--rules", RULES, "-q"], check=True, capture_output=True)
    tables = {}
    for name in TABLES + ["events", "journeys"]:
        with open(os.path.join(out, name + ".csv"), newline="", encoding="utf-8") as f:
            tables[name] = list(csv.DictReader(f))
    end = None
    with open(os.path.join(out, "coverage.csv"), newline="", encoding="utf-8") as f:
        coverage = list(csv.DictReader(f))
    # T_end: the earlier of the last records of the two sources
    last = [max(parse_time(r["time"]) for r in tables["events"] if r["channel"] == c) for c in ("website", "support")
            if any(r["channel"] == c for r in tables["events"])]
    end = min(last)
    assert coverage
    journeys, customers, state = {}, collections.defaultdict(list), {}
    for r in tables["journeys"]:
        state[r["customer"], r["journey"]] = (r["state"], r["phase"] == "after")
    for r in tables["events"]:
        e = Event(parse_time(r["time"]), r["touchpoint"], r["channel"], r["reference"])
        customers[r["customer"]].append(e)
        if r["journey"]:
            journeys.setdefault((r["customer"], r["journey"]), []).append(e)
    list_ = [Journey(c, *state[c, n], events) for (c, n), events in journeys.items()]
    check("journeys", len(list_), len(state))
    with_journey = {j.customer for j in list_}
    return tables, list_, {c: e for c, e in customers.items() if c in with_journey}, end


# ---- business hours: every second counted by its local time, in runs of equal local hours ----

@functools.lru_cache(maxsize=None)
def open_seconds(hour):
    """Open seconds of the UTC hour that begins at `hour` (whole hours only: so are all opening hours here)."""
    local = dt.datetime.fromtimestamp(hour * 3600, dt.timezone.utc).astimezone(ZONE)
    if local.date() in HOLIDAYS:
        return False
    return any(a <= local.hour < b for a, b in HOURS.get(local.weekday(), []))


def business(a, b):
    total, t = 0, a
    while t < b:
        hour = int(t // 3600)
        until = min((hour + 1) * 3600, b)
        total += (until - t) if open_seconds(hour) else 0
        t = until
    return total


# ---- the tables ----

def follows(rows, js, zeta):
    pairs = collections.defaultdict(list)
    for n, j in enumerate(js):
        for (i, a), (k, b) in itertools.combinations(enumerate(j.events), 2):
            pairs[a.touch, b.touch].append((b.time - a.time, k - i - 1, n, j.customer))
    want = {}
    for pair, found in pairs.items():
        times = [f[0] for f in found]
        m, sd = mean(times), stdev(times)
        off = sum(abs(t - m) > zeta * sd for t in times) if sd else 0
        have = len({f[2] for f in found})
        want[pair] = dict(count=len(found), journeys=have, customers=len({f[3] for f in found}), distance_min=min(f[1] for f in found),
                          time_mean=m, time_stdev=sd, time_min=min(times), time_max=max(times), deviations=off,
                          **rate(have, len(js), "share_of_journeys", "share_of_journeys_n"), **rate(off, len(found), "deviation_rate"))
        if len(found) <= 1000:
            want[pair].update(time_median=percentile(times, 0.5), time_exact="yes")
        else:
            want[pair].update(time_exact="no")
            want[pair].pop("deviations"), want[pair].pop("deviation_rate"), want[pair].pop("deviation_low"), want[pair].pop("deviation_high")
            got = [float(r["time_median"]) for r in rows if (r["from"], r["to"]) == pair]
            check("rough median", [abs(g - percentile(times, 0.5)) <= 0.004 * percentile(times, 0.5) for g in got], [True])
    check_rows("eventually_follows", rows, want, ("from", "to"))
    check("order", [int(r["count"]) for r in rows], sorted((int(r["count"]) for r in rows), reverse=True))


def steps(tables, js, flows):
    anchor = flows.get("anchor", "start")
    before = 0 if anchor == "start" else flows.get("before", 5)
    after = 0 if anchor == "end" else flows.get("after", 5)
    places = list(range(1, after + 1)) if anchor == "start" else list(range(-before, 0)) if anchor == "end" else list(range(-before, after + 1))
    lines, seen = [], set()
    for j in js:
        at = -1 if anchor == "start" else len(j.names) if anchor == "end" else j.names.index(anchor) if anchor in j.names else None
        if at is None or (flows.get("counting") == "customers" and j.customer in seen):
            continue
        seen.add(j.customer)
        last = "(open)" if j.state == "open" else "(end)"
        lines.append([("(start)" if at + p < 0 else last if at + p >= len(j.names) else j.names[at + p]) for p in places])
    n, want, flow, shown = len(lines), {}, Counter(), []
    for s, p in enumerate(places):
        counts = Counter(line[s] for line in lines)
        named = sorted((t for t in counts if t[0] != "("), key=lambda t: (-counts[t], t))
        shown.append({t: t if t[0] == "(" or t in named[: flows.get("top", 10)] else "(other)" for t in counts})
        folded = Counter()
        for t, c in counts.items():
            folded[shown[s][t]] += c
        check("steps sum", sum(folded.values()), n)
        for t, c in folded.items():
            r = rate(c, n, "share", "population")
            want[p, t] = dict(n=c, share=r["share"], population=n, low=r["share_low"], high=r["share_high"])
    for line in lines:
        for s in range(len(places) - 1):
            flow[places[s], shown[s][line[s]], shown[s + 1][line[s + 1]]] += 1
    check_rows("steps", tables["steps"], want, ("step", "touchpoint"))
    check_rows("step_flows", tables["step_flows"], {k: dict(n=c, share=c / n, population=n) for k, c in flow.items()}, ("step", "from", "to"))


def align(path, model, on_its_way):
    """Fewest deviations, by recursion; of equal ones a step before a swap before an extra before a skip, from the end."""
    @functools.lru_cache(maxsize=None)
    def best(i, k):
        if i == 0 and k == 0:
            return 0
        ways = []
        if i and k and path[i - 1] == model[k - 1]:
            ways.append(best(i - 1, k - 1))
        if i > 1 and k > 1 and path[i - 1] == model[k - 2] and path[i - 2] == model[k - 1] and path[i - 1] != path[i - 2]:
            ways.append(best(i - 2, k - 2) + 1)
        if i:
            ways.append(best(i - 1, k) + 1)
        if k:
            ways.append(best(i, k - 1) + 1)
        return min(ways)

    i = len(path)
    k = max((k for k in range(len(model) + 1)), key=lambda k: (-best(i, k), k)) if on_its_way else len(model)
    ops = []
    while i or k:
        cost = best(i, k)
        if i and k and path[i - 1] == model[k - 1] and best(i - 1, k - 1) == cost:
            i, k = i - 1, k - 1
            ops.append(("step", k + 1, path[i], ""))
        elif i > 1 and k > 1 and path[i - 1] == model[k - 2] and path[i - 2] == model[k - 1] and path[i - 1] != path[i - 2] and best(i - 2, k - 2) + 1 == cost:
            i, k = i - 2, k - 2
            ops.append(("swap", "", path[i], model[k]))
        elif i and best(i - 1, k) + 1 == cost:
            i -= 1
            ops.append(("extra", "", path[i], ""))
        else:
            k -= 1
            ops.append(("skip", "", model[k], ""))
    return ops


def happy(rows, js):
    ended = [j for j in js if not j.after and j.state != "open"]
    counts = Counter(tuple(j.cut) for j in ended if j.state == "converted")
    if not counts:
        check("no happy path", rows, [])
        return
    model = min(counts, key=lambda p: (-counts[p], len(p), p))
    times, who = Counter(), collections.defaultdict(set)
    for n, j in enumerate(ended):
        ops = align(tuple(j.cut), model, j.state == "lost")
        placed = {o[2] for o in ops if o[0] == "step"} | {x for o in ops if o[0] == "swap" for x in o[2:]}
        extras = Counter(o[2] for o in ops if o[0] == "extra")
        found = Counter(o for o in ops if o[0] != "extra")
        for touch, c in extras.items():
            first = 0 if touch in placed else 1
            found["insert", "", touch, ""] += first
            found["repeat", "", touch, ""] += c - first
        if all(o[0] == "step" for o in ops):
            found["(none)", "", "", ""] = 1
        for key, c in found.items():
            if c:
                times[key] += c
                who[key].add(n)
    want = {}
    to_goal = lambda members: [j.events[len(j.cut) - 1].time - next(e.time for e in j.events if e.touch not in COMPANY)
                               for j in members if j.state == "converted"]
    none = [ended[n] for n in sorted(who.get(("(none)", "", "", ""), ()))]
    for key, numbers in who.items():
        members = [ended[n] for n in sorted(numbers)]
        share = sum(j.state == "converted" for j in members) / len(members)
        median = percentile(to_goal(members), 0.5)
        base = percentile(to_goal(none), 0.5)
        deviation = key[0] not in ("step", "(none)") and none
        want[key] = dict(times=times[key], journeys=len(members), **rate(len(members), len(ended), "share", "share_n"), **conversion(members),
                         time_median=median, delta_conversion=share - sum(j.state == "converted" for j in none) / len(none) if deviation else "",
                         delta_time=median - base if deviation and median != "" and base != "" else "")
    check_rows("happy_path", rows, want, ("kind", "position", "touchpoint", "other"))


def rework(rows, js):
    want = {}
    for touch in {t for j in js for t in j.names}:
        c, once, more, back = Counter(), [], [], []
        distances = []
        for j in js:
            at = [i for i, t in enumerate(j.names) if t == touch]
            if not at:
                continue
            c["events"] += len(at)
            c["journeys"] += 1
            (more if len(at) > 1 else once).append(j)
            runs = [len(list(g)) for t, g in itertools.groupby(j.names) if t == touch]
            c["self_loops"] += sum(r > 1 for r in runs)
            c["self_loop_events"] += sum(r - 1 for r in runs)
            c["repetitions"] += len(runs) > 1
            c["repetition_events"] += len(runs) - 1
            for a, b in zip(at, at[1:]):
                distances.append(b - a - 1)
                c["back_tracks"] += b - a == 2
                c["repeats" if j.events[a].channel == j.events[b].channel else "redos"] += 1
                if b - a > 1:
                    back.append(j.events[b].time - j.events[a].time)
        names = ("events", "journeys", "self_loops", "self_loop_events", "repetitions", "repetition_events", "back_tracks", "repeats", "redos")
        want[touch,] = dict({n: c[n] for n in names}, again=c["events"] - c["journeys"], rework=len(more), **rate(len(more), c["journeys"], "rework_rate"),
                            distance_min=min(distances) if distances else "", return_median=percentile(back, 0.5), return_p90=percentile(back, 0.9),
                            **conversion(once, "conversion_once"), **conversion(more, "conversion_rework"))
    check_rows("rework", rows, want, ("touchpoint",))


def sequences(rows, js):
    least = max(2, -(-len(js) // 100))
    having = collections.defaultdict(list)
    for j in js:
        path = j.cut[:-1] if j.state == "converted" and j.cut[-1:] == ["order"] else j.cut
        found = {()}
        for touch in path:
            found |= {s + (touch,) for s in found if len(s) < 4}
        for s in found:
            if len(s) > 1:
                having[s].append(j)
    order = sorted((s for s in having if len(having[s]) >= least), key=lambda s: (-len(having[s]), len(s), s))[:200]
    check("sequences: order", [r["sequence"] for r in rows], [" > ".join(s) for s in order])
    base = conversion(js)["conversion"]
    want = {}
    for s in order:
        own = conversion(having[s])
        want[" > ".join(s),] = dict(length=len(s), journeys=len(having[s]), **rate(len(having[s]), len(js), "support", "support_n"), **own,
                                    lift=own["conversion"] / base if own["conversion"] != "" and base else "")
    check_rows("sequences", rows, want, ("sequence",))


def moves(rows, js):
    found = collections.defaultdict(list)
    for n, j in enumerate(js):
        line = ["(start)"] + [e.channel for e in j.events] + ["(open)" if j.state == "open" else "(end)"]
        times = [None] + [b.time - a.time for a, b in zip(j.events, j.events[1:])] + [None]
        for a, b, t in zip(line, line[1:], times):
            found[a, b].append((n, t))
    total = sum(map(len, found.values()))
    want = {}
    for (a, b), list_ in found.items():
        times = [t for _, t in list_ if t is not None]
        members = [js[n] for n in sorted({n for n, _ in list_})]
        out = sum(len(v) for k, v in found.items() if k[0] == a)
        want[a, b] = dict(count=len(list_), journeys=len(members), customers=len({j.customer for j in members}), share_of_total=len(list_) / total,
                          **rate(len(list_), out, "proba_out", "proba_out_n"), time_mean=mean(times), time_median=percentile(times, 0.5),
                          time_p90=percentile(times, 0.9), time_max=max(times) if times else "", **conversion(members))
    check_rows("channel_moves", rows, want, ("from", "to"))


def planned(rows, js):
    plan = ["ad", "search", "page", "cart", "order"]
    want = {}
    for k, touch in enumerate(plan):
        have = [j for j in js if touch in j.names]
        lack = [j for j in js if touch not in j.names]
        later = lambda j: any(t in j.names for t in plan[k + 1:])
        late = [j for j in have if any(t in j.names and j.names.index(t) < j.names.index(touch) for t in plan[k + 1:])]
        missing = [j for j in lack if later(j)]
        want["planned", str(k + 1), touch] = dict(events=sum(j.names.count(touch) for j in js), journeys=len(have),
                                                  **rate(len(have), len(js), "share", "share_n"), missing=len(missing), not_reached=len(lack) - len(missing),
                                                  out_of_order=len(late), **rate(len(late), len(have), "out_of_order_rate"),
                                                  **conversion([j for j in have if j not in late]), **conversion(missing, "conversion_missing"),
                                                  **conversion(late, "conversion_late"))
    for touch in {t for j in js for t in j.names} - set(plan):
        have = [j for j in js if touch in j.names]
        want["extra", "", touch] = dict(events=sum(j.names.count(touch) for j in js), journeys=len(have), **rate(len(have), len(js), "share", "share_n"),
                                        **conversion(have))
    firsts = lambda j: list(dict.fromkeys(j.names))
    good = [j for j in js if firsts(j) == plan]
    want["(as planned)", "", ""] = dict(events=sum(len(j.names) for j in good), journeys=len(good), **rate(len(good), len(js), "share", "share_n"),
                                        **conversion(good))
    check_rows("planned", rows, want, ("kind", "position", "touchpoint"))


def waits(rows, js, customers):
    rules = [({"page", "ad"}, {"order"}, False, False, True, None), ({"page", "ad"}, {"order"}, True, False, True, 3600),
             ({"opened"}, {"reply"}, False, True, True, 4 * 3600), ({"opened"}, {"reply", "solved"}, True, True, False, None),
             ({"page"}, {"page"}, True, False, False, None), ({"page"}, {"page"}, False, False, True, None)]
    want = {}
    for n, (from_, to, each, in_hours, whole, limit) in enumerate(rules):
        starts, times = 0, []
        for events in customers.values() if whole else [j.events for j in js]:
            a = [i for i, e in enumerate(events) if e.touch in from_]
            a = a if each else a[:1]
            starts += len(a)
            for i in a:
                for e in events[i + 1:]:
                    if e.touch in to:
                        times.append(business(events[i].time, e.time) if in_hours else e.time - events[i].time)
                        break
                    if each and e.touch in from_:
                        break
        good = sum(t <= limit for t in times) if limit else ""
        want[f"w{n}",] = dict(rule="each" if each else "first", counting="customers" if whole else "journeys", hours="business" if in_hours else "all",
                              starts=starts, n=len(times), **rate(len(times), starts, "found_rate"), time_mean=mean(times), time_stdev=stdev(times),
                              time_median=percentile(times, 0.5), time_p75=percentile(times, 0.75), time_p90=percentile(times, 0.9),
                              time_p95=percentile(times, 0.95), time_min=min(times, default=""), time_max=max(times, default=""), limit=limit or "",
                              within=good, time_exact="yes", **(rate(good, len(times), "within_rate") if limit else {"within_rate": ""}))
    check_rows("waits", rows, want, ("wait",))


def bottlenecks(rows, js, awaits):
    found = collections.defaultdict(list)
    for n, j in enumerate(js):
        for a, b in zip(j.events, j.events[1:]):
            asks = a.touch in awaits if awaits else a.touch not in COMPANY
            side = "customer" if b.touch not in COMPANY else "company" if asks else "nobody"
            found[side, a.touch, b.touch].append((b.time - a.time, n, j.customer, business(a.time, b.time)))
    want = {}
    for side in ("company", "customer", "nobody"):
        order = sorted((k for k in found if k[0] == side), key=lambda k: (-sum(f[0] for f in found[k]), k))
        total, above = sum(f[0] for k in order for f in found[k]), 0
        for r, k in enumerate(order, 1):
            times = [f[0] for f in found[k]]
            above += sum(times)
            want[k] = dict(rank=r, count=len(times), journeys=len({f[1] for f in found[k]}), customers=len({f[2] for f in found[k]}), wait_sum=sum(times),
                           share=sum(times) / total if total else "", cum_share=above / total if total else "", wait_mean=mean(times),
                           wait_median=percentile(times, 0.5), wait_p90=percentile(times, 0.9), wait_max=max(times), business_sum=sum(f[3] for f in found[k]))
    check_rows("bottlenecks", rows, want, ("waits_for", "from", "to"))


def delays(rows, js):
    want = {}
    for a, b in itertools.combinations(range(len(STAGES)), 2):
        have, times, between, lookups, changes = 0, [], [], [], []
        for j in js:
            stages = [STAGE[t] for t in j.names]
            if a not in stages:
                continue
            have += 1
            i = stages.index(a)
            if b not in stages[i:]:
                continue
            k = stages.index(b, i)
            times.append(j.events[k].time - j.events[i].time)
            between.append(k - i - 1)
            lookups.append(stages[i + 1:k].count(a))
            changes.append(sum(x.channel != y.channel for x, y in zip(j.events[i:k], j.events[i + 1:k + 1])))
        want[STAGES[a], STAGES[b]] = dict(journeys=have, reached=len(times), **rate(len(times), have, "reached_rate"), time_mean=mean(times),
                                          time_median=percentile(times, 0.5), time_p90=percentile(times, 0.9), time_max=max(times, default=""),
                                          between_mean=mean(between), lookups_mean=mean(lookups), source_changes_mean=mean(changes))
    check_rows("stage_delays", rows, want, ("from_stage", "to_stage"))


def support(rows, customers, by, end):
    roles = {"opened", "reply", "solved", "reopened"}
    cases, without_key = [], 0
    for events in customers.values():
        if by == "customer":
            groups, current, solved = [], [], False
            for e in (e for e in events if e.touch in roles):
                if e.touch == "opened" and solved and any(x.touch == "opened" for x in current):
                    groups, current, solved = groups + [current], [], False
                current.append(e)
                if any(x.touch == "opened" for x in current):
                    solved = e.touch == "solved" or (solved and e.touch == "reply")
            groups.append(current)
        else:
            keyed = collections.defaultdict(list)
            for e in events:
                if e.reference:
                    keyed[e.reference].append(e)
                elif e.touch in roles:
                    without_key += 1
            groups = keyed.values()
        cases += [g for g in groups if any(e.touch in roles for e in g)]
    n = Counter(without_key=without_key)
    response, resolution = [], []
    for g in cases:
        opening = [i for i, e in enumerate(g) if e.touch == "opened"]
        if not opening:
            n["without_opening"] += 1
            continue
        g = g[opening[0]:]
        t0, names = g[0].time, [e.touch for e in g]
        n["cases"] += 1
        contacts = sum(e.touch not in COMPANY for e in g)
        n["contacts"] += contacts
        solved = [i for i, t in enumerate(names) if t == "solved"]
        again = bool(solved) and any(t in ("opened", "reopened") for t in names[solved[0]:])
        closed = bool(solved) and not any(t in ("opened", "reopened") for t in names[solved[-1]:])
        n["ever"] += bool(solved)
        n["reopened"] += again
        n["unsolved"] += not closed
        n["one_answer"] += closed and not again and names.count("reply") == 1
        n["no_further_contact"] += closed and not again and contacts == 1
        reply = business(t0, g[names.index("reply")].time) if "reply" in names else None
        done = business(t0, g[solved[-1]].time) if closed else None
        response += [reply] if reply is not None else []
        resolution += [done] if done is not None else []
        for what, took, promised in (("first", reply, 2 * 3600), ("resolve", done, 10 * 3600)):
            broken = (took if took is not None else business(t0, end)) > promised
            n[what + "_broken"] += broken
            n[what] += broken or took is not None
    def figure(count, of, **more):
        r = rate(count, of, "rate")
        return dict(n=count, of=of or "", rate=r["rate"], low=r["rate_low"], high=r["rate_high"], **more)
    times = lambda s: dict(time_mean=mean(s), time_median=percentile(s, 0.5), time_p90=percentile(s, 0.9), time_max=max(s, default=""))
    want = {"cases": dict(n=n["cases"]), "first_response": figure(len(response), n["cases"], **times(response)),
            "resolution": figure(len(resolution), n["cases"], **times(resolution)), "unsolved": figure(n["unsolved"], n["cases"]),
            "reopened": figure(n["reopened"], n["ever"]), "one_answer": figure(n["one_answer"], n["ever"]),
            "no_further_contact": figure(n["no_further_contact"], n["ever"]),
            "first_response_breach": figure(n["first_broken"], n["first"], promised=7200),
            "resolution_breach": figure(n["resolve_broken"], n["resolve"], promised=36000),
            "contacts": dict(n=n["contacts"], of=n["cases"] or "", mean=n["contacts"] / n["cases"] if n["cases"] else ""),
            "without_opening": dict(n=n["without_opening"]), "without_key": dict(n=n["without_key"])}
    check_rows("support " + by, rows, {(k,): v for k, v in want.items()}, ("figure",))


def compare(rows, js):
    groups = [[j for j in js if "opened" in j.names], [j for j in js if "opened" not in j.names]]
    found = [collections.defaultdict(list), collections.defaultdict(list)]
    for g, members in enumerate(groups):
        for n, j in enumerate(members):
            line = ["(start)"] + j.names + ["(open)" if j.state == "open" else "(end)"]
            times = [None] + [b.time - a.time for a, b in zip(j.events, j.events[1:])] + [None]
            for a, b, t in zip(line, line[1:], times):
                found[g][a, b].append((n, t))
    want = {}
    for pair in set(found[0]) | set(found[1]):
        cells, per, tot, out, medians, paths = {}, [], [], [], [], []
        for g, s in enumerate("ab"):
            own = found[g].get(pair, [])
            have = len({n for n, _ in own})
            leaving = sum(len(v) for k, v in found[g].items() if k[0] == pair[0])
            everything = sum(map(len, found[g].values()))
            cells["count_" + s] = len(own)
            cells.update(rate(have, len(groups[g]), "paths_" + s, f"paths_{s}_n"))
            cells.update(rate(len(own), leaving, "proba_out_" + s, f"proba_out_{s}_n"))
            medians.append(percentile([t for _, t in own if t is not None], 0.5))
            cells["time_median_" + s] = medians[-1]
            paths.append(have / len(groups[g]) if groups[g] else "")
            per.append(len(own) / len(groups[g]) if groups[g] else "")
            tot.append(len(own) / everything if everything else "")
            out.append(len(own) / leaving if leaving else "")
        less = lambda p: "" if "" in p else p[0] - p[1]
        cells.update(paths_diff=less(paths), avg_per_path_diff=less(per), share_of_total_diff=less(tot), proba_out_diff=less(out),
                     time_median_diff=less(medians))
        want[pair] = cells
    check_rows("compare", rows, want, ("from", "to"))
    weights = [abs(float(r["paths_diff"] or 0)) for r in rows]
    check("compare: order", weights, sorted(weights, reverse=True))


def main():
    choices = [{}, {"anchor": "start", "after": 3, "top": 2}, {"anchor": "end", "before": 4, "top": 3, "counting": "customers"},
               {"anchor": "cart", "before": 2, "after": 2, "top": 2}, {"anchor": "page", "counting": "customers", "zeta": 1.5}]
    for seed in range(20):
        rnd = random.Random(seed)
        flows = choices[seed % len(choices)]
        by = ["reference", "customer"][seed % 2]
        awaits = [set(), {"opened", "reopened"}][seed // 2 % 2]
        with tempfile.TemporaryDirectory() as folder:
            write_logs(folder, rnd)
            tables, js, customers, end = run(folder, rnd, ", ".join(f"{k}: {v}" for k, v in flows.items()), by, awaits)
        follows(tables["eventually_follows"], js, flows.get("zeta", 3))
        steps(tables, js, flows)
        happy(tables["happy_path"], js)
        rework(tables["rework"], js)
        sequences(tables["sequences"], js)
        moves(tables["channel_moves"], js)
        planned(tables["planned"], js)
        waits(tables["waits"], js, customers)
        bottlenecks(tables["bottlenecks"], js, awaits)
        delays(tables["stage_delays"], js)
        compare(tables["compare"], js)
        support(tables["support"], customers, by, end)
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(failed > 0)


main()
