"""count.py events EVENTS.csv: how many events each source has of each touchpoint, and of whom.
count.py sources COVERAGE.csv: what became of the records of each source."""
import collections, csv, sys

rows = list(csv.DictReader(open(sys.argv[2], newline="", encoding="utf-8")))
if sys.argv[1] == "events":
    keys = ("source", "customer", "touchpoint", "stage", "by", "emotion", "value", "score")
    count = collections.Counter(tuple(r[k] for k in keys) for r in rows)
    print("events", *keys, sep=",")
    for key, n in sorted(count.items()):
        print(n, *key, sep=",")
    print("customers:", len({r["customer"] for r in rows}))
else:
    what = ("records", "events", "metrics", "rejected")
    count = collections.defaultdict(collections.Counter)
    for r in rows:
        if r["what"] in what and not r["source"].startswith("("):
            count[r["source"]][r["what"]] += int(r["count"])
    print("source", *what, sep=",")
    for source in sorted(count):
        print(source, *(count[source][w] for w in what), sep=",")
