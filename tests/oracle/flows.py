#!/usr/bin/env python3
"""Counts every table of flows and waits once more, from events.csv and journeys.csv of the same run,
by the definitions (definitions.md 2.7 to 2.11) written down a second time, the slow way: in shop/.

usage: flows.py    ($TOUCHPATH and $TOUCHPATH_RULES say what to run; build/touchpath and rules)
The last line is "N passed, N failed".
"""
import random
import tempfile

from shop.figures import counts
from shop.runs import run, write_logs
from shop.times import bottlenecks, delays, support, waits
from shop.ways import compare, follows, happy, moves, planned, rework, sequences, steps


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
    print("{passed} passed, {failed} failed".format(**counts))
    raise SystemExit(counts["failed"] > 0)


main()
