#!/usr/bin/env python3
"""Real logs with known figures: touchpath's tables must equal the reference figures, every one.

The references (../shared/datasets/*/reference) come from pandas and pm4py 2.7.11.4. What they list only in part (the 20 commonest
edges, the 10 commonest variants) is counted here once more from the raw file, in full, so that every edge and
every variant is compared.

Usage: datasets.py TOUCHPATH RULES_DIR [SHARED_DIR]; $WORKERS is the number of threads. Ends with "N passed, N failed[, N skipped]".
"""
import csv, datetime as dt, gzip, io, itertools, json, os, statistics
from collections import Counter

from known.figures import DATA, main, read_log, run, same


# ---- event logs: a case is a customer, an activity is a touchpoint ----

def cut(cases, gap):
    """Cases cut where nothing happened for `gap` microseconds."""
    parts = {}
    for case, events in cases.items():
        number = 0
        for i, e in enumerate(events):
            number += i > 0 and e[0] - events[i - 1][0] >= gap
            parts.setdefault((case, number), []).append(e)
    return parts


def check_log(label, path, reference, case, activity, time, formats="iso8601", delimiter=",", keep={}, inactivity="never"):
    when = "".join(f"      {k}: {{is: '{v}'}}\n" for k, v in keep.items())
    tables = run(f"""project: {label}
sources:
  - name: log
    files: ['{path}']
    format: csv
    time: {{field: '{time}', formats: ['{formats}']}}
    identify: {{user: '{case}'}}
identity: {{blocked: []}}
rules:
  - touchpoint: '{{{activity}}}'
    when:
      '{activity}': '.'
{when}journey: {{inactivity: {inactivity}}}
flows: {{after: 3, top: 1000}}
tables: [eventually_follows, rework]
""")
    want = json.load(open(reference))
    cases = read_log(path, case, activity, time, delimiter, keep)
    if inactivity != "never":
        cases = cut(cases, 1800 * 1000000)
    paths = Counter(" > ".join(a for _, a in c) for c in cases.values())
    edges = Counter((a, b) for c in cases.values() for (_, a), (_, b) in zip(c, c[1:]))
    rows = tables["transitions"]
    count = lambda pick: {(r["from"], r["to"]): int(r["count"]) for r in rows if pick(r)}
    ends = lambda r: r["to"] in ("(end)", "(open)")
    got_edges = count(lambda r: r["from"] != "(start)" and not ends(r))
    got_starts = {b: n for (_, b), n in count(lambda r: r["from"] == "(start)").items()}
    got_ends = Counter()
    for (a, _), n in count(ends).items():
        got_ends[a] += n
    got_paths = {r["path"]: int(r["journeys"]) for r in tables["paths"]}
    activities = {r["touchpoint"]: int(r["events"]) for r in tables["touchpoints"]}
    journeys = tables["journeys"]
    # against the reference
    same(f"{label}: cases", len(journeys), want["cases"])
    same(f"{label}: events", sum(activities.values()), want["events"])
    same(f"{label}: activities", len(activities), want["activities"])
    same(f"{label}: variants", len(got_paths), want["variants"])
    same(f"{label}: edges", len(got_edges), want["dfg_edges"])
    same(f"{label}: starts", got_starts, want["start"])
    same(f"{label}: ends", {a: got_ends[a] for a in want["end"]}, want["end"])  # the ten commonest
    same(f"{label}: activity counts", activities, want["activity_counts"])
    for e in want["top_dfg"]:
        same(f"{label}: {e['a']} -> {e['b']}", got_edges.get((e["a"], e["b"])), e["n"])
    for v in want["top_variants"]:
        same(f"{label}: variant {v['seq'][:3]}", got_paths.get(" > ".join(v["seq"])), v["n"])
    durations = sorted(float(r["duration"]) for r in journeys)
    lengths = sorted(int(r["events"]) for r in journeys)
    middle = lambda s: (s[(len(s) - 1) // 2] + s[len(s) // 2]) / 2
    same(f"{label}: median duration", round(middle(durations), 3), want["case_duration_s"]["median"])
    same(f"{label}: mean duration", round(sum(durations) / len(durations), 3), want["case_duration_s"]["mean"])
    same(f"{label}: longest", round(durations[-1], 3), round(want["case_duration_s"]["max"], 3))
    same(f"{label}: mean length", round(sum(lengths) / len(lengths), 4), want["events_per_case"]["mean"])
    same(f"{label}: median length", middle(lengths), want["events_per_case"]["median"])
    same(f"{label}: longest path", lengths[-1], want["events_per_case"]["max"])
    # against the raw file, in full
    same(f"{label}: all edges", got_edges, dict(edges))
    same(f"{label}: all variants", got_paths, dict(paths))
    same(f"{label}: all starts", got_starts, dict(Counter(c[0][1] for c in cases.values())))
    same(f"{label}: all ends", dict(got_ends), dict(Counter(c[-1][1] for c in cases.values())))
    check_flows(label, tables, cases)
    # flow conservation: what goes into a touchpoint comes out of it
    flow_in, flow_out = Counter(), Counter()
    for r in rows:
        flow_out[r["from"]] += int(r["count"])
        flow_in[r["to"]] += int(r["count"])
    same(f"{label}: flow in", {a: flow_in[a] for a in activities}, activities)
    same(f"{label}: flow out", {a: flow_out[a] for a in activities}, activities)


def check_flows(label, tables, cases):
    """Against the raw file, by the definitions of pm4py (eventually-follows graph, minimum self-distance, rework: cases with more
    than one) and edeaR (self-loops: runs; repetitions: later again)."""
    pairs, distance, times, have = Counter(), {}, {}, Counter()
    for c in cases.values():
        for i, (t, a) in enumerate(c):
            for k in range(i + 1, min(len(c), i + 251)):
                pair = a, c[k][1]
                pairs[pair] += 1
                times.setdefault(pair, []).append(c[k][0] - t)
                distance[pair] = min(distance.get(pair, 10**9), k - i - 1)
    rows = [r for r in tables["eventually_follows"] if r["from"] != "(further apart)"]
    same(f"{label}: eventually follows", {(r["from"], r["to"]): int(r["count"]) for r in rows}, dict(pairs))
    same(f"{label}: distances", {(r["from"], r["to"]): int(r["distance_min"]) for r in rows}, distance)
    for r in rows:
        own = times[r["from"], r["to"]]
        mean, sd = statistics.fmean(own) / 1e6, statistics.stdev(own) / 1e6 if len(own) > 1 else 0
        good = abs(float(r["time_mean"]) - mean) < 1e-5 + mean * 1e-9 and abs(float(r["time_stdev"]) - sd) < 1e-5 + sd * 1e-8
        same(f"{label}: profile of {r['from']} .. {r['to']}", (r["time_mean"], r["time_stdev"]) if not good else 0, 0)
    loops, again, rework = Counter(), Counter(), Counter()
    for c in cases.values():
        names = [a for _, a in c]
        runs = [(a, len(list(g))) for a, g in itertools.groupby(names)]
        for a, n in runs:
            loops[a] += n > 1
            have[a] += 0
        for a, n in Counter(names).items():
            rework[a] += n > 1
        for a, n in Counter(a for a, _ in runs).items():
            again[a] += n - 1
    for column, want in (("rework", rework), ("self_loops", loops), ("repetition_events", again)):
        same(f"{label}: {column}", {r["touchpoint"]: int(r[column]) for r in tables["rework"]}, {a: want[a] for a in have})
    steps = Counter()
    for c in cases.values():
        for s in range(3):
            steps[s + 1, c[s][1] if s < len(c) else "gone"] += 1
    got = Counter()
    for r in tables["steps"]:
        got[int(r["step"]), "gone" if r["touchpoint"] in ("(end)", "(open)") else r["touchpoint"]] += int(r["n"])
    same(f"{label}: steps", dict(got), dict(steps))


def process_logs():
    small, bupar, shop = (os.path.join(DATA, d) for d in ("pm-small-logs", "pm-eventdatar", "click-simple-shop"))
    pm = ("case:concept:name", "concept:name", "time:timestamp")
    ref = lambda d, n: os.path.join(d, "reference", n + ".json")
    for name in ("running-example.csv", "receipt.csv.gz", "reviewing.csv.gz", "repairExample.csv.gz", "teleclaims.csv.gz"):
        check_log(name, os.path.join(small, name), ref(small, name.split(".")[0]), *pm)
    check_log("roadtraffic100", os.path.join(small, "roadtraffic100traces.csv"), ref(small, "roadtraffic100"), *pm)
    patients = os.path.join(bupar, "patients.csv.gz")
    check_log("patients", patients, ref(bupar, "patients-all-events"), "patient", "handling", "time")
    check_log("patients, starts", patients, ref(bupar, "patients-start"), "patient", "handling", "time", keep={"registration_type": "start"})
    check_log("sepsis", os.path.join(bupar, "sepsis.csv.gz"), ref(bupar, "sepsis"), "case_id", "activity", "timestamp")
    check_log("sepsis, Disco export", os.path.join(bupar, "sepsis_disco_export.csv.gz"), ref(bupar, "sepsis"), "Case ID", "Activity",
              "Complete Timestamp", formats="%Y/%m/%d %H:%M:%S.%f", delimiter=";")
    clicks = os.path.join(shop, "simple-onlineshop.csv.gz")
    check_log("simple shop", clicks, ref(shop, "simple-onlineshop-users"), "user_id", "event", "timestamp")
    check_log("simple shop, sessions", clicks, ref(shop, "simple-onlineshop-sessions30m"), "user_id", "event", "timestamp", inactivity="30m")


# ---- funnels: figures that retentioneering publishes, and those of definitions.md 3 (A18, A21, A23) ----

def funnels():
    shop = os.path.join(DATA, "click-simple-shop")
    want = json.load(open(os.path.join(shop, "reference", "funnels.json")))
    tables = run(f"""project: shop
sources:
  - name: log
    files: ['{os.path.join(shop, "simple-onlineshop.csv.gz")}']
    format: csv
    time: {{field: timestamp, formats: [iso8601]}}
    identify: {{user: user_id}}
identity: {{blocked: []}}
rules:
  - touchpoint: '{{event}}'
    when: {{event: '.'}}
funnels:
  - {{name: published, steps: [catalog, cart, payment_done]}}
  - {{name: product, steps: [catalog, {{any_of: [product1, product2]}}, cart, payment_done]}}
  - {{name: open, entry: open, steps: [catalog, cart, payment_done]}}
  - {{name: week, window: 7d, steps: [catalog, cart, payment_done]}}
  - {{name: avoiding, not_between: main, steps: [catalog, cart, payment_done]}}
  - {{name: totals, counting: totals, window: 1d, steps: [catalog, cart]}}
""")
    rows = {}
    for r in tables["funnels"]:
        rows.setdefault(r["funnel"], []).append(r)
    column = lambda funnel, name: [int(r[name]) for r in rows[funnel]]
    same("shop: closed funnel", column("published", "n"), want["closed_catalog_cart_payment_done"])
    same("shop: with product", column("product", "n"), want["closed_catalog_product_cart_payment_done"])
    same("shop: open funnel", column("open", "n"), want["open_catalog_cart_payment_done"])
    same("shop: 7 d, all that entered", column("week", "n")[:1], [3611])
    same("shop: 7 d, matured", column("week", "matured"), [3038, 1624, 549])
    same("shop: a chain without main exists", column("avoiding", "n"), [3611, 1924, 653])
    same("shop: attempts that do not overlap", column("totals", "n")[:1], [6307])
    for name in rows:
        for i, r in enumerate(rows[name][:-1]):
            drops = [int(d["n"]) for d in tables["drop_off"] if d["funnel"] == name and d["step"] == r["step"] and d["outcome"] != "went on"]
            came = int(rows[name][i + 1]["n"]) - int(rows[name][i + 1]["entered_here"])
            same(f"shop: drop-off of {name} at {r['step']}", sum(drops), int(r["n"]) - came)


def seconds(text):
    """'3 days, 08:59:14' or '23 min 44' of a publication, in seconds."""
    days, _, clock = text.rpartition(" ")
    h, m, sec = (int(x) for x in clock.split(":"))
    return int(days.split()[0] if days else 0) * 86400 + h * 3600 + m * 60 + sec


def published_times():
    """What retentioneering publishes of the shop (eventstream.rst, sequences.rst): users of each event, sessions, lengths of paths and
    of sessions, time to the first occurrence. It rounds to the second."""
    shop = os.path.join(DATA, "click-simple-shop")
    want = json.load(open(os.path.join(shop, "reference", "funnels.json")))
    all_events = ", ".join(want["unique_users"])
    tables = run(f"""project: shop
sources:
  - name: log
    files: ['{os.path.join(shop, "simple-onlineshop.csv.gz")}']
    format: csv
    time: {{field: timestamp, formats: [iso8601]}}
    identify: {{user: user_id}}
identity: {{blocked: []}}
rules:
  - touchpoint: '{{event}}'
    when: {{event: '.'}}
journey: {{inactivity: never}}
session: {{timeout: 30m, max: never, campaign: no}}
waits:
  - {{name: cart, from: [{all_events}], to: cart}}
tables: [sessions]
""")
    same("shop: users of each event", {r["touchpoint"]: int(r["customers"]) for r in tables["touchpoints"]}, want["unique_users"])
    lengths = [float(r["duration"]) for r in tables["sessions"]]
    figures = lambda v: [round(statistics.fmean(v)), round(statistics.median(v)), round(max(v))]
    same("shop: sessions", len(lengths), 6454)
    same("shop: length of sessions", figures(lengths), [52, 30, 23 * 60 + 44])
    same("shop: length of paths", figures([float(r["duration"]) for r in tables["journeys"]]),
         [seconds("9 days 11:15:18"), 81, seconds("149 days 04:51:05")])
    cart = tables["waits"][0]
    same("shop: first cart", [int(cart["n"]), round(float(cart["time_mean"])), round(float(cart["time_median"]))],
         [1924, seconds("3 days 08:59:14"), 56])


def incidents():
    """Incidents of a service desk: states as touchpoints. 24,918 incidents and 141,712 events, 141,707 of them in a named state."""
    base = os.path.join(DATA, "support-uci-incident")
    path = os.path.join(base, "incident_event_log.csv.gz")
    check_incidents(path, json.load(open(os.path.join(base, "reference", "incident-state.json"))))


def check_incidents(path, want):
    name = lambda r, k: r[k].removeprefix("'")  # what a spreadsheet would run has a ' in front
    rows = list(csv.DictReader(io.TextIOWrapper(gzip.open(path), encoding="utf-8")))
    at = lambda r: dt.datetime.strptime(r["sys_updated_at"], "%d/%m/%Y %H:%M")
    cases = {}
    for r in rows:
        cases.setdefault(r["number"], []).append((at(r), r["ident_state"]))
    for events in cases.values():
        events.sort(key=lambda e: e[0])  # stable: the order of the file
    tables = run(f"""project: incidents
sources:
  - name: desk
    files: ['{path}']
    format: csv
    time: {{field: sys_updated_at, formats: ['%d/%m/%Y %H:%M']}}
    identify: {{account: number}}
identity: {{blocked: []}}
rules:
  - {{touchpoint: '{{ident_state}}', when: {{ident_state: '.'}}}}
journey: {{inactivity: never}}
support: {{opened: [New, Active], answered: Awaiting User Info, solved: Resolved, by: customer}}
funnels:
  - {{name: solved, steps: [New, Active, Resolved, Closed]}}
""")
    same("incidents: events", sum(int(r["events"]) for r in tables["touchpoints"]), want["events"])
    same("incidents: in a named state", sum(int(r["events"]) for r in tables["touchpoints"] if name(r, "touchpoint") != "-100"), 141707)
    same("incidents: cases", len(tables["journeys"]), want["cases"])
    same("incidents: states", {name(r, "touchpoint"): int(r["events"]) for r in tables["touchpoints"]}, want["activity_counts"])
    same("incidents: variants", len(tables["paths"]), want["variants"])
    names = {" > ".join(v["seq"]): v["n"] for v in want["top_variants"]}
    same("incidents: commonest variants", {r["path"]: int(r["journeys"]) for r in tables["paths"] if r["path"] in names}, names)
    edges = {(name(r, "from"), name(r, "to")): int(r["count"]) for r in tables["transitions"] if r["from"] != "(start)" and r["to"] not in ("(end)", "(open)")}
    same("incidents: edges", len(edges), want["dfg_edges"])
    same("incidents: every edge", edges, dict(Counter((a, b) for c in cases.values() for (_, a), (_, b) in zip(c, c[1:]))))
    same("incidents: starts", {r["to"]: int(r["count"]) for r in tables["transitions"] if r["from"] == "(start)"}, want["start"])
    lengths = [float(r["duration"]) for r in tables["journeys"]]
    same("incidents: length", [round(statistics.fmean(lengths), 3), statistics.median(lengths), max(lengths)],
         [want["case_duration_s"][k] for k in ("mean", "median", "max")])
    reached = [0] * 4
    for c in cases.values():
        names, deepest = [s for _, s in c], 0
        times = [t for t, _ in c]
        at = None
        for i, step in enumerate(("New", "Active", "Resolved", "Closed")):
            found = next((t for t, s in zip(times, names) if s == step and (at is None or t >= at)), None)
            if found is None:
                break
            at, deepest = found, i + 1
        for i in range(deepest):
            reached[i] += 1
    same("incidents: funnel", [int(r["n"]) for r in tables["funnels"]], reached)


# ---- web logs ----

def web(path, identify, rules):
    return run(f"""project: web
sources:
  - name: web
    files: ['{path}']
    format: combined
    identify: {{{identify}}}
rules:
{rules}journey: {{inactivity: never}}
session: {{timeout: 30m, max: never, campaign: no}}
""")


def coverage(tables, what, name=""):
    return sum(int(r["count"]) for r in tables["coverage"] if r["what"] == what and r["source"] == "web" and (not name or r["name"] == name))


EVERY = "  - touchpoint: request\n    when: {ip: '.'}\n"


def web_logs():
    path = os.path.join(DATA, "web-apache-elastic", "apache_logs.gz")
    want = json.load(open(os.path.join(DATA, "web-apache-elastic", "reference", "counts.json")))
    by_ip = web(path, "visitor: ip", EVERY)
    same("elastic: lines", coverage(by_ip, "records"), want["lines"])
    same("elastic: malformed", coverage(by_ip, "rejected"), want["lines"] - want["parsed"])
    same("elastic: addresses", len({r["customer"] for r in by_ip["journeys"]}), want["distinct_ip"])
    same("elastic: sessions by address", sum(int(r["sessions"]) for r in by_ip["journeys"]), want["sessions_ip_gap30m"])
    same("elastic: most active", sorted((int(r["events"]) for r in by_ip["journeys"]), reverse=True)[:10],
         [482, 364, 357, 273, 113, 102, 99, 84, 83, 82])
    same("elastic: first", min(r["start"] for r in by_ip["journeys"]), "2015-05-17T10:05:00Z")
    same("elastic: last", max(r["end"] for r in by_ip["journeys"]), "2015-05-20T21:05:59Z")
    by_both = web(path, "visitor: [ip, agent]", EVERY)
    same("elastic: visitors", len(by_both["journeys"]), want["visitors_ip_agent"])
    same("elastic: sessions by visitor", sum(int(r["sessions"]) for r in by_both["journeys"]), want["sessions_ip_agent_gap30m"])
    rules = "".join(f"  - touchpoint: status {s}\n    when: {{status: {{is: '{s}'}}}}\n" for s in (404, 403, 500))
    by_status = web(path, "visitor: ip", rules)
    same("elastic: statuses", {r["touchpoint"]: int(r["events"]) for r in by_status["touchpoints"]}, {"status 404": 213, "status 403": 2, "status 500": 3})
    bots = web(path, "visitor: ip", "  - touchpoint: Google crawler\n    when: {agent: '^Mozilla/5\\.0 \\(compatible; Googlebot/'}\n")
    same("elastic: Google crawler", [int(r["events"]) for r in bots["touchpoints"]], [want["googlebot_lines"]])

    path = os.path.join(DATA, "web-shop-lnav", "logfile_shop_access_log.0")
    want = json.load(open(os.path.join(DATA, "web-shop-lnav", "reference", "shop.json")))
    by_ip = web(path, "visitor: ip", EVERY)
    same("zanbil: lines", coverage(by_ip, "matched"), want["parsed"])
    same("zanbil: addresses", len(by_ip["journeys"]), want["distinct_ip"])
    same("zanbil: first", min(r["start"] for r in by_ip["journeys"]), "2019-01-22T00:26:14Z")
    same("zanbil: last", max(r["end"] for r in by_ip["journeys"]), "2019-01-22T00:29:11Z")
    by_both = web(path, "visitor: [ip, agent]", EVERY)
    same("zanbil: visitors", len(by_both["journeys"]), want["distinct_ip_agent"])
    statuses = web(path, "visitor: ip", "  - touchpoint: 'status {status}'\n    when: {status: '.'}\n")
    same("zanbil: statuses", {r["touchpoint"][7:]: int(r["events"]) for r in statuses["touchpoints"]}, {str(k): v for k, v in want["status"].items()})


main(process_logs, funnels, published_times, incidents, web_logs)
