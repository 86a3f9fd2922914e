"""The tables about the ways that journeys take: what follows what, steps, the happy path, rework,
sequences, moves between channels, the planned map, and two segments compared.
"""
import collections
import functools
import itertools
from collections import Counter

from shop.figures import check, check_rows, conversion, mean, percentile, rate, stdev
from shop.runs import COMPANY


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
