#!/usr/bin/env python3
"""Real tables of who is who: what is one customer in two logs, and in the contacts that a CRM has merged.

The figures of the log that was cut in two are those of the whole (../shared/datasets/pm-split-receipt/reference), and
counted here once more from the raw files; the CRM's are its own lists, read here.

Usage: identities.py TOUCHPATH RULES_DIR [SHARED_DIR]; $WORKERS is the number of threads. Ends with "N passed, N failed[, N skipped]".
"""
import csv, json, os
from collections import Counter

from known.figures import DATA, main, read_log, run, same


def receipt_split():
    """A log cut in two with other case ids, and a table of which belong together, without times: together they are
    the whole log again. 116 cases have no second half."""
    base = os.path.join(DATA, "pm-split-receipt")
    tables = run(f"""project: receipt
sources:
  - name: even
    files: ['{base}/receipt_even.csv.gz']
    format: csv
    time: {{field: 'time:timestamp', formats: ['iso8601']}}
    identify: {{user: 'case:concept:name'}}
  - name: odd
    files: ['{base}/receipt_odd.csv.gz']
    format: csv
    time: {{field: 'time:timestamp', formats: ['iso8601']}}
    identify: {{account: 'case:concept:name'}}
  - name: relations
    files: ['{base}/case_relations.csv']
    format: csv
    identify: {{user: 'case:concept:name_LEFT', account: 'case:concept:name_RIGHT'}}
rules:
  - {{link: true, source: relations}}
  - touchpoint: '{{concept:name}}'
    source: [even, odd]
    when: {{'concept:name': '.'}}
journey: {{inactivity: never}}
tables: [identity]
""")
    want = json.load(open(os.path.join(base, "reference", "merged.json")))
    cases = {}
    for half in ("even", "odd"):
        log = read_log(os.path.join(base, f"receipt_{half}.csv.gz"), "case:concept:name", "concept:name", "time:timestamp", ",", {})
        for case, events in log.items():
            cases.setdefault(case.split("case-")[1], []).extend(events)
    for events in cases.values():
        events.sort(key=lambda e: e[0])
    same("split receipt: cases", len(tables["journeys"]), want["cases"])
    same("split receipt: events", sum(int(r["events"]) for r in tables["touchpoints"]), want["events"])
    same("split receipt: activities", len(tables["touchpoints"]), want["activities"])
    same("split receipt: variants", len(tables["paths"]), want["variants"])
    edges = {(r["from"], r["to"]): int(r["count"]) for r in tables["transitions"] if r["from"] != "(start)" and r["to"] not in ("(end)", "(open)")}
    same("split receipt: number of edges", len(edges), want["dfg_edges"])
    same("split receipt: every edge", edges, dict(Counter((a, b) for c in cases.values() for (_, a), (_, b) in zip(c, c[1:]))))
    same("split receipt: every path", {r["path"]: int(r["journeys"]) for r in tables["paths"]},
         dict(Counter(" > ".join(a for _, a in c) for c in cases.values())))
    links = [r for r in tables["coverage"] if r["what"] == "links"]
    same("split receipt: links", [int(r["count"]) for r in links], [1318])
    figures = {(r["what"], r["name"]): r["count"] for r in tables["identity"]}
    same("split receipt: refused", figures["refused", "all"], "0")
    same("split receipt: customers of one identifier", figures["customers by identifiers", "1"], "116")
    same("split receipt: customers of two", figures["customers by identifiers", "2"], "1318")


def hubspot_merges():
    """A CRM's own list of merged contacts joins contacts whose ids differ; no contact of the list stands in the
    contact table, so that the list is read twice: as links, and as what happened to the contact that went."""
    path = os.path.join(DATA, "crm-email-hubspot", "seeds", "contact_merge_audit_data.csv")
    rows = list(csv.DictReader(open(path, newline="")))
    source = f"""    files: ['{path}']
    format: csv
    time: {{field: timestamp, formats: ['%Y-%m-%d %H:%M:%S']}}
"""
    tables = run(f"""project: merges
sources:
  - name: links
{source}    identify: {{account: canonical_vid, ticket: []}}
  - name: before
{source}    identify: {{account: vid_to_merge}}
  - name: after
{source}    identify: {{account: canonical_vid}}
rules:
  - {{link: [account, user], source: links, when: {{vid_to_merge: '(?<account>.+)'}}}}
  - {{touchpoint: was merged, source: before, when: {{vid_to_merge: '.'}}}}
  - {{touchpoint: took over, source: after, when: {{canonical_vid: '.'}}}}
""")
    same("hubspot: customers", len({r["customer"] for r in tables["journeys"]}), len(rows))
    same("hubspot: who they are", sorted(r["customer"] for r in tables["journeys"]),
         sorted("account:" + min(r["canonical_vid"], r["vid_to_merge"]) for r in rows))
    same("hubspot: both contacts' events are theirs", {r["events"] for r in tables["journeys"]}, {"2"})


def hubspot_contacts():
    """The same CRM's contacts: one took three others in, and says so in its own row, by a list of ids."""
    path = os.path.join(DATA, "crm-email-hubspot", "seeds", "contact_data.csv")
    rows = list(csv.DictReader(open(path, newline="")))
    tables = run(f"""project: contacts
sources:
  - name: contacts
    files: ['{path}']
    format: csv
    time: {{field: property_createdate, formats: ['%Y-%m-%d %H:%M:%S']}}
    identify: {{account: id, email: property_email}}
rules:
  - {{link: true, also: true, when: {{property_hs_merged_object_ids: '^(?<account>\\d+)(?:;(?<account>\\d+))?(?:;(?<account>\\d+))?'}}}}
  - {{touchpoint: contact created, when: {{id: '.'}}}}
""")
    merged = {r["id"]: r["property_hs_merged_object_ids"].split(";") for r in rows if r["property_hs_merged_object_ids"]}
    gone = {i for ids in merged.values() for i in ids}
    want = Counter({r["id"]: 1 for r in rows if r["id"] not in gone and r["id"] not in merged})
    for i, ids in merged.items():
        want[min([i, *ids])] = 1 + len(ids)
    got = Counter()
    for r in tables["journeys"]:
        got[r["customer"].removeprefix("email:").removeprefix("account:")] += int(r["events"])
    same("hubspot: contacts and those that they took in", len(got), len(want))
    same("hubspot: how many records each has", sorted(got.values()), sorted(want.values()))


main(receipt_split, hubspot_merges, hubspot_contacts)
