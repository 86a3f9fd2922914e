"""Does a run.json balance? Adds up what it says, and what it says of each text."""
import json
import sys


def check(folder, name):
    with open(f"{folder}/{name}") as told:
        t = json.load(told)
    faults = []
    b, r, e = t["bytes"], t["records"], t["events"]

    def same(what, x, y):
        if x != y:
            faults.append(f"{what}: {x} is not {y}")

    same("bytes", b["read"], b["in_records"] + b["skipped"])
    same("records", r["new"], r["matched"] + r["unmatched"] + r["rejected"])
    if "in_file" in e:
        same("events", e["new"], e["in_file"])
    elif "in_segments" in e:
        same("events", e["in_segments"] + e["implied"],
             e["in_tables"] + e["of_nobody"] + e["of_copies"] + e["outside_window"])
    else:
        same("events", e["new"] + e["implied"], e["in_tables"] + e["of_nobody"] + e["of_copies"])
    if "inputs" in t and isinstance(t["inputs"], list):
        texts = t["inputs"]
        same("bytes of texts", b["read"], sum(x["bytes"] for x in texts))
        same("bytes of copies", b["skipped"], sum(x["bytes"] for x in texts if x.get("copy")))
        same("records of texts", r["new"], sum(x["records"] for x in texts if not x.get("copy")))
        same("damaged texts", t["texts"]["damaged"], sum("damage" in x for x in texts))
    else:
        same("bytes of texts", b["read"], b["waiting"] + sum(x["to"] for x in t["opened"]))
    print(name, json.dumps({k: t[k] for k in ("bytes", "records", "events")}).replace('"', ""))
    print("balanced" if t["balanced"] and not faults else faults)


for one in sys.argv[2:]:
    check(sys.argv[1], one)
