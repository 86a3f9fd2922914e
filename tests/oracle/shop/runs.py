"""A random shop: two channels, a support desk, business hours in a zone with summer time, ties, lost and
open journeys. Its logs are written, touchpath is run, and the events come back in the journeys that it
cut. $TOUCHPATH and $TOUCHPATH_RULES say what to run; build/touchpath and rules.
"""
import collections
import csv
import datetime as dt
import functools
import os
import subprocess
import zoneinfo

from shop.figures import check

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
TOUCHPATH = os.environ.get("TOUCHPATH", os.path.join(ROOT, "build/touchpath"))
RULES = os.environ.get("TOUCHPATH_RULES", os.path.join(ROOT, "rules"))
ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
DAY = 86400

STAGES = ["awareness", "consideration", "purchase", "retention"]
STAGE = {"ad": 0, "page": 1, "search": 1, "cart": 2, "order": 2, "opened": 3, "reply": 3, "solved": 3, "reopened": 3, "mail": None}
COMPANY = {"reply", "solved", "mail"}
HOURS = {0: [(9, 12), (13, 17)], 1: [(9, 17)], 2: [(9, 17)], 3: [(9, 17)], 4: [(9, 17)], 6: [(0, 24)]}
HOLIDAYS = {dt.date(2026, 3, 27), dt.date(2026, 10, 28)}

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
