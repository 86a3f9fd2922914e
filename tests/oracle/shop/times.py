"""The tables about time: waits, bottlenecks, delays between stages, and the cases of support."""
import collections
import itertools
from collections import Counter

from shop.figures import check_rows, mean, percentile, rate, stdev
from shop.runs import COMPANY, STAGE, STAGES, business


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
