#!/usr/bin/env python3
"""Funnels the slow way: every chain of every unit is listed, and the best one chosen by the words of definitions.md.

usage: funnels.py [DRIVER [SHARED]]
    DRIVER   any program of build/oracle/; that of funnels.c stands beside it
Small random journeys with many equal times, and random funnels with every option. The last line is "N passed, N failed".
"""
import json
import os
import random
import subprocess
import sys
import tempfile

DRIVER = os.path.join(os.path.dirname(sys.argv[1]) if len(sys.argv) > 1 else "build/oracle", "funnels")
RULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../rules")
BASE = 1_700_000_000
INFINITE = 10 ** 12
TOUCHPOINTS = ["a", "b", "c", "d", "x", "y"]  # y is of the company
passed = failed = 0


# ---- the reference ----

class Event:
    def __init__(self, place, time, touch, item, record):
        self.place, self.time, self.touch, self.item, self.record = place, time, touch, item, record
        self.own = touch != "y"


def blocked(f, unit, a, i, b, j):
    """Is there a forbidden event between event a (step i) and event b (step j)?"""
    for names, after, before in f["exclusions"]:
        if j > after and i < before:
            if any(e.touch in names and a.place < e.place < b.place for e in unit):
                return True
    return False


def links(f, unit, a, i, b, j, gaps, exclusions):
    step = f["steps"][j]
    if b.time < a.time or b is a or b.touch not in step["any_of"]:
        return False
    if b.time - a.time < step["min_gap"] or (gaps and b.time - a.time > step["max_gap"]):
        return False
    if f["order"] == "strict" and any(e.own and a.time < e.time < b.time for e in unit):
        return False
    return not (exclusions and blocked(f, unit, a, i, b, j))


def ordered_chains(f, unit, window, gaps, exclusions, only, usable):
    """All chains as lists of (step, event), of events that are usable."""
    steps = f["steps"]

    def grow(chain):
        yield chain
        i, a = chain[-1]
        for j in range(i + 1, len(steps)):
            for b in usable:
                if any(b is e for _, e in chain) or b.time - chain[0][1].time > window:
                    continue
                if f["same"] and (not b.item or b.item != chain[0][1].item):
                    continue
                if links(f, unit, a, i, b, j, gaps, exclusions):
                    yield from grow(chain + [(j, b)])
            if not steps[j]["optional"]:
                break

    for i, step in enumerate(steps):
        if (i == 0 or f["open"]) and not step["optional"]:
            for e in usable:
                if e.touch in step["any_of"] and (only is None or e is only):
                    yield from grow([(i, e)])


def key_of(f, chain):
    required = [(s, e) for s, e in chain if not f["steps"][s]["optional"]]
    return (-required[-1][0], chain[0][1].time, required[-1][1].time, -len(chain), [e.time for _, e in chain],
            [(s, e.place) for s, e in chain])


def largest_matching(steps, events):
    """By brute force: events to different steps."""
    best = 0

    def go(i, used):
        nonlocal best
        best = max(best, len(used))
        if i == len(events):
            return
        go(i + 1, used)
        for s, step in enumerate(steps):
            if s not in used and events[i].touch in step["any_of"]:
                go(i + 1, used | {s})

    go(0, frozenset())
    return best


def any_chains(f, unit, window, exclusions, only, usable):
    """The attempt of each entry: [(k, event by which k + 1 different steps were reached)]."""
    fits = [e for e in usable if any(e.touch in s["any_of"] for s in f["steps"])]
    for entry in fits:
        if only is not None and entry is not only:
            continue
        stop = min((e.place for e in unit if exclusions and e.place > entry.place and any(e.touch in x[0] for x in f["exclusions"])),
                   default=INFINITE)
        seen = [e for e in fits if e.time >= entry.time and e.time - entry.time <= window and e.place < stop]
        if f["same"]:
            seen = [e for e in seen if (e.item and e.item == entry.item) or e is entry] if entry.item else [entry]
        chain = []
        for n in range(1, len(seen) + 1):
            if largest_matching(f["steps"], seen[:n]) > len(chain):
                chain.append((len(chain), seen[n - 1]))
        yield chain


def best_of(f, unit, until=INFINITE * 10, window=None, gaps=True, exclusions=True, only=None, usable=None):
    """(key, chain) of the best attempt, or None."""
    window = f["window"] if window is None else window
    usable = unit if usable is None else usable
    if f["order"] == "any":
        chains = any_chains(f, unit, window, exclusions, only, usable)
        key = lambda c: (-(len(c) - 1), c[0][1].time, c[-1][1].time, -len(c), [e.time for _, e in c], [(s, e.place) for s, e in c])
    else:
        chains = ordered_chains(f, unit, window, gaps, exclusions, only, usable)
        key = lambda c: key_of(f, c)
    return min(((key(c), c) for c in chains if c[0][1].time <= until), default=None, key=lambda x: x[0])


def attempt(f, best):
    key, chain = best
    last = max(i for i, s in enumerate(f["steps"]) if not s["optional"])
    events = [None] * len(f["steps"])
    for s, e in chain:
        events[s] = e.record
    return [chain[0][0], -key[0], int(-key[0] == last), (BASE + chain[0][1].time) * 10 ** 6, (BASE + key[2]) * 10 ** 6, events]


def drop_of(f, unit, best, end, inactivity, had, more, only):
    """Kind, next, from, dwell of the unit's best attempt. had, more: the events it could use in its window, and without."""
    key, chain = best
    depth = -key[0]
    at = next(e for s, e in chain if s == depth)
    before = [e for e in unit if e.own and e.place < at.place]
    origin = before[-1].touch if before else None
    if depth == max(i for i, s in enumerate(f["steps"]) if not s["optional"]):
        return ["converted", None, origin, 0]
    entry = chain[0][1].time
    dwell = max([e.time for e in unit if e.own and e.place >= at.place and e.time - entry <= f["window"]], default=at.time) - at.time
    own = [e for e in unit if e.own]
    last = own[-1].time if own else at.time
    deeper = lambda events, **k: -best_of(f, unit, only=only, usable=events, **k)[0][0] > depth
    if (end - entry < f["window"]) if f["window"] < INFINITE else (end - last < inactivity):
        return ["open", None, origin, dwell * 10 ** 6]
    if f["exclusions"] and deeper(had, exclusions=False):
        return ["excluded", None, origin, dwell * 10 ** 6]
    if deeper(more, window=INFINITE, gaps=False):
        return ["late", None, origin, dwell * 10 ** 6]
    steps = [s for s in f["steps"] if at.touch in s["any_of"]] if f["order"] == "any" else [f["steps"][depth]]
    again = lambda e: any(e.touch in s["any_of"] for s in steps)
    for e in unit:
        if e.place > at.place and e.own and all(e is not m for _, m in chain) and e.time - at.time < inactivity and not again(e):
            return ["diverged", e.touch, origin, dwell * 10 ** 6]
    return ["ended", None, origin, dwell * 10 ** 6]


def rows_of_unit(f, name, customer, unit, end, inactivity):
    best = best_of(f, unit)
    if not best:
        return
    matured = best_of(f, unit, until=end - f["window"]) if f["window"] < INFINITE else None
    yield [f["name"], customer, attempt(f, best), attempt(f, matured) if matured else None,
           *drop_of(f, unit, best, end, inactivity, unit, unit, None)]


def rows_of_totals(f, name, customer, unit, end, inactivity):
    """Attempts one after another; with `same`, those of each value side by side."""
    def begins(e):
        if f["order"] == "any":
            return fits(e)
        return any(e.touch in s["any_of"] for i, s in enumerate(f["steps"]) if i == 0 or (f["open"] and not s["optional"]))

    fits = lambda e: any(e.touch in s["any_of"] for s in f["steps"])
    for value in sorted({e.item for e in unit}) if f["same"] else [None]:
        mine = [e for e in unit if fits(e) and (value is None or e.item == value)]
        last_place, behind = -1, -INFINITE
        entries = [e for e in mine if begins(e)]
        entry = entries[0] if entries else None
        while entry:
            free = [e for e in mine if e.place > last_place and e.time > behind and e.time >= entry.time]
            had = [e for e in free if e.time - entry.time <= f["window"]]
            best = best_of(f, unit, only=entry, usable=had)
            if -best[0][0] == max(i for i, s in enumerate(f["steps"]) if not s["optional"]):
                last_place = max(e.place for _, e in best[1])
            else:
                behind = entry.time + f["window"]
            later = [e for e in entries if e.place > last_place and e.time > behind and e.place > entry.place]
            more = [e for e in free if not later or e.place < later[0].place]
            m = attempt(f, best) if f["window"] < INFINITE and entry.time <= end - f["window"] else None
            yield [f["name"], customer, attempt(f, best), m, *drop_of(f, unit, best, end, inactivity, had, more, entry)]
            entry = later[0] if later else None


# ---- random projects ----

def random_funnel(rng, number):
    order = rng.choice(["sequential"] * 4 + ["strict", "any"])
    f = {"name": f"f{number}", "order": order, "open": order != "any" and rng.random() < 0.2, "exclusions": [], "same": rng.random() < 0.2,
         "window": rng.choice([INFINITE, 2, 5, 8]), "counting": rng.choice(["customers"] * 3 + ["journeys", "sessions", "totals"]), "steps": []}
    for i in range(rng.randint(2, 5)):
        f["steps"].append({"any_of": rng.sample(["a", "b", "c", "d"], rng.choice([1, 1, 1, 2])), "optional": False, "min_gap": 0, "max_gap": INFINITE})
        if i and order != "any":
            f["steps"][i]["optional"] = rng.random() < 0.25
            f["steps"][i]["min_gap"] = rng.choice([0, 0, 0, 0, 1, 2])
            f["steps"][i]["max_gap"] = rng.choice([INFINITE, INFINITE, 2, 3, 4])
    if sum(not s["optional"] for s in f["steps"]) < 2:
        f["steps"][-1]["optional"] = False
    if rng.random() < 0.15:
        f["steps"][rng.randrange(len(f["steps"]))]["any_of"].append("y")
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        required = [i for i, s in enumerate(f["steps"]) if not s["optional"]]
        after, before = 0, len(f["steps"])
        if order != "any" and rng.random() < 0.5:
            after, before = sorted(rng.sample(required, 2))
        names = rng.sample(["x", "x", "x", "y", "a", "c"], 1)
        if order == "any":  # what is excluded is no step: an event cannot be both there
            names = ["x"]
        f["exclusions"].append((names, after, before))
    return f


def yaml_of(f):
    duration = lambda s: "never" if s == INFINITE else f"{s}s"
    steps = "".join(f"      - {{name: s{i}, any_of: [{', '.join(s['any_of'])}]" + (", optional: yes" if s["optional"] else "") +
                    (f", min_gap: {s['min_gap']}s" if s["min_gap"] else "") +
                    (f", max_gap: {s['max_gap']}s" if s["max_gap"] < INFINITE else "") + "}\n" for i, s in enumerate(f["steps"]))
    text = f"  - name: {f['name']}\n    order: {f['order']}\n    window: {duration(f['window'])}\n    counting: {f['counting']}\n    steps:\n{steps}"
    if f["open"]:
        text += "    entry: open\n"
    if f["same"]:
        text += "    same: item\n"
    if f["exclusions"]:
        text += "    not_between:\n"
        for names, after, before in f["exclusions"]:
            text += f"      - {{touchpoint: [{', '.join(names)}]" + (f", after: s{after}" if after else "") + \
                    (f", before: s{before}" if before < len(f["steps"]) else "") + "}\n"
    return text


def project(funnels, inactivity, timeout):
    rules = "".join(f"  - {{touchpoint: {t}, when: {{event: {{is: {t}}}}}{', by: company' if t == 'y' else ''}}}\n"
                    for t in TOUCHPOINTS + ["end"])
    return f"""project: random
sources:
  - name: log
    files: [log.csv]
    format: csv
    time: {{field: time, formats: [epoch]}}
    identify: {{user: user}}
    attributes: {{item: item}}
rules:
{rules}journey: {{inactivity: {inactivity}s}}
session: {{timeout: {timeout}s, max: never, campaign: no}}
funnels:
{"".join(map(yaml_of, funnels))}"""


def cut(unit, pause):
    """Own events, cut by pauses; what the company did stands with the run that it lies in."""
    runs, last = [], None
    for e in unit:
        if e.own:
            if last is None or e.time - last >= pause:
                runs.append([])
            last = e.time
            runs[-1].append(e)
        elif last is not None and e.time - last < pause:
            runs[-1].append(e)
    return runs


def random_log(rng, customers):
    rows = []
    for c in range(customers):
        time = rng.randint(0, 15)
        for _ in range(rng.randint(1, 9)):
            rows.append((f"u{c}", time, rng.choice("aaabbbcccddxxy"), rng.choice(["", "1", "1", "1", "2"])))
            time += rng.choice([0, 0, 1, 1, 2, 3, 6])
    rng.shuffle(rows)
    end = max(40, max(t for _, t, _, _ in rows))
    rows.append(("zz", end, "end", ""))
    return rows, end


def numbered(unit):
    for i, e in enumerate(unit):
        e.place = i
    return unit


def one(seed):
    global passed, failed
    rng = random.Random(seed)
    funnels = [random_funnel(rng, i) for i in range(25)]
    inactivity, timeout = rng.choice([4, 7, 30]), rng.choice([2, 4])
    rows, end = random_log(rng, 60)
    with tempfile.TemporaryDirectory() as d:
        open(os.path.join(d, "journey.yaml"), "w").write(project(funnels, inactivity, timeout))
        with open(os.path.join(d, "log.csv"), "w") as log:
            log.write("user,time,event,item\n")
            log.writelines(f"{u},{BASE + t},{e},{i}\n" for u, t, e, i in rows)
        done = subprocess.run([DRIVER, os.path.join(d, "journey.yaml"), RULES], capture_output=True, text=True)
        if done.returncode:
            failed += 1
            print(f"FAILED seed {seed}: {done.stderr[:800]}")
            return
    got = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        got.setdefault((row[0], row[1]), []).append(row)
    for f in funnels:
        for user in sorted({r[0] for r in rows}):
            unit = lambda: [Event(0, t, e, i, n + 2) for n, (u, t, e, i) in enumerate(rows) if u == user]
            events = sorted(unit(), key=lambda e: e.time)
            units = {"journeys": cut(events, inactivity), "sessions": [[e for e in s if e.own] for s in cut([e for e in events if e.own], timeout)]}.get(f["counting"], [events])
            rows_of = rows_of_totals if f["counting"] == "totals" else rows_of_unit
            want = [row for u in units for row in rows_of(f, f["name"], f"user:{user}", numbered(u), end, inactivity)]
            have = got.get((f["name"], f"user:{user}"), [])
            if f["same"] and f["counting"] == "totals":  # side by side: in no order
                have, want = sorted(have, key=str), sorted(want, key=str)
            if have == want:
                passed += 1
                continue
            failed += 1
            if failed <= 3:
                print(f"FAILED seed {seed}\n{yaml_of(f)}  events {[(e.time, e.touch, e.item, e.record) for e in events]} J {inactivity} timeout {timeout}")
                print("  got     ", have)
                print("  expected", want)


if __name__ == "__main__":
    first, n = int(os.environ.get("SEED", "1")), int(os.environ.get("SEEDS", "8"))
    for s in range(first, first + n):
        one(s)
    print(f"{passed} passed, {failed} failed")
