#!/usr/bin/env python3
"""Every format and pack in rules/: is there an example, and what do damaged files do?

For each pack: it has rules with examples, `check` confirms every one of them in a project with the pack and its formats, and
a golden case includes it. For each format: its example file (of a golden case, or below) is read whole, cut at three places,
with bytes flipped, and with rubbish behind it. Wanted is no crash, status 0 or 3, 3 only with a message that names the file,
and of each file in coverage.csv: records = matched + unmatched + rejected. Of JSON that is cut in a record: the records before
the cut, counted here with Python's json module, and one reject; of lines, no more than one record is other than before.

Usage: damage.py TOUCHPATH RULES_DIR. Ends with "N passed, N failed".
"""
import csv, glob, json, os, random, re, subprocess, sys, tempfile

TOUCHPATH, RULES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cases")
passed = failed = 0

# Where the project of the golden case names an archive, or no case has a file of this format alone.
CRM = "packs-customers/in/crm/"
FILES = {
    "adobe-workspace": "adobe-workspace/channels.csv", "combined": "channels/access.log",
    "adobe-data-feed": "packs-events/hit_data.tsv",
    "salesforce-contact": CRM + "Contact.csv", "salesforce-lead": CRM + "Lead.csv", "salesforce-case": CRM + "Case.csv",
    "salesforce-opportunity": CRM + "Opportunity.csv", "salesforce-campaignmember": CRM + "CampaignMember.csv",
    "salesforce-task": CRM + "Task.csv",
    "salesforce-event": "packs-real/crm/Event.csv", "salesforce-opportunityhistory": "packs-real/crm/OpportunityHistory.csv",
    "cloudfront-rows": "packs-shapes-web/cloudfront-rows.log", "envoy": "packs-shapes-web/envoy.log", "forwarded": "packs-shapes-web/forwarded.log",
    "iis-native": "packs-shapes-web/iis-native.log", "iis-short": "fields-dates/ftp.log", "iis-rows": "packs-shapes-web/iis-rows.log", "nginx-proxy-manager": "packs-shapes-web/npm.log",
    "azure-application-gateway": "packs-shapes-web/appgw.json", "cloudfront-json": "packs-shapes-web/cloudfront.json",
    "envoy-json": "packs-shapes-web/envoy.json", "azure-front-door": "packs-shapes-web/frontdoor.json",
    "google-load-balancer": "packs-shapes-web/gclb.json", "nginx-json-elastic": "packs-shapes-web/nginx-elastic.json",
    "nginx-json-elk": "packs-shapes-web/nginx-elk.json",
    "asterisk-queue-table": "packs-exports/queue.csv", "woocommerce-export": "packs-exports/woo-export.csv",
    "freshdesk-json": "packs-shapes-mail/freshdesk.json", "intercom-list": "packs-shapes-mail/intercom-list.json",
    "mailgun-legacy": "packs-shapes-mail/mailgun-legacy.json", "mailgun-list": "packs-shapes-mail/mailgun-list.json",
    "twilio-list": "packs-shapes-mail/twilio-list.json", "zendesk-search": "packs-shapes-mail/zendesk-search.json",
    "zendesk-array": "packs-shapes-mail/zendesk-array.json",
    "asterisk-custom": "packs-shapes-mail/Master.csv", "asterisk-table": "packs-shapes-mail/cdr.csv", "json-document": "packs-shapes-mail/any.json",
    "search-console": "packs-events/Queries.csv", "search-console-pages": "packs-events/Pages.csv",
    "search-console-dates": "packs-events/Dates.csv", "search-console-countries": "packs-events/Countries.csv",
    "search-console-devices": "packs-events/Devices.csv",
    "twitter-tweets": "packs-customers/in/data/tweets.js", "twitter-messages": "packs-customers/in/data/direct-messages.js",
}
TICKET = ('{"url":"https://example.com/api/%d.json","id":%d,"external_id":null,"created_at":"2025-09-0%dT08:00:00Z",'
          '"updated_at":"2025-09-07T08:00:00Z","subject":"Invoice %d","status":"solved","priority":"high","channel":"email",'
          '"requester_id":%d,"via":{"channel":"email","source":{"from":{"address":"p%d@example.com"}}}}')
LINE = '192.0.2.%d - user%d [01/Sep/2025:08:0%d:00 +0000] "GET /pricing HTTP/1.1" 200 512\n'
TEXTS = {
    "common": "".join(LINE % (i, i, i) for i in range(1, 7)),
    "nginx-json": "".join('{"time_iso8601":"2025-09-01T08:0%d:00+00:00","remote_addr":"192.0.2.%d","request":"GET /cart HTTP/1.1",'
                          '"request_method":"GET","request_uri":"/cart","status":"200","http_user_agent":"Mozilla/5.0",'
                          '"http_referer":"-"}\n' % (i, i) for i in range(1, 7)),
    "zendesk": "".join(TICKET % ((i,) * 6) + "\n" for i in range(1, 6)),
    "zendesk-json": "".join(TICKET % ((i,) * 6) + "\n" for i in range(1, 6)),
    "csv": "time,user,what\n" + "".join("2025-09-0%d,u%d,visit\n" % (i, i) for i in range(1, 7)),
    "json-lines": "".join('{"time":"2025-09-0%dT08:00:00Z","user":"u%d","what":"visit"}\n' % (i, i) for i in range(1, 7)),
}
KEYS = {name: ", time: {field: time}, identify: {user: user}" for name in ("csv", "json-lines")}
KEYS["json-document"] = ", time: {field: at}, identify: {email: email}"
KEYS["salesforce-opportunityhistory"] = ", identify: {account: OpportunityId}"
# Packs without touchpoints: what they do to web logs is seen in the cases of these names.
NO_RULES = {"channels", "devices", "pages"}


def told(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED " + what)
    return good


def text_of(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def run(folder, *words):
    return subprocess.run([TOUCHPATH, *words, "--rules", RULES], cwd=folder, capture_output=True, timeout=300, text=True,
                          errors="replace", check=False)


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def names(folder):
    return sorted(os.path.basename(p)[:-5] for p in glob.glob(os.path.join(RULES, folder, "*.yaml")))


# ---- packs ----

def formats_of(text):
    said = re.search(r"^format: *(?:\[([^\]]*)\]|(\S+))", text, re.M)
    return [w for w in re.split(r"[,\s]+", said.group(1) or said.group(2)) if w] if said else ["combined"]


def packs():
    projects = "\n".join(text_of(p) for p in glob.glob(CASES + "/*/*.yaml") + glob.glob(CASES + "/*/cmd"))
    for pack in names("packs"):
        text = text_of(RULES, "packs", pack + ".yaml")
        told(re.search(r"packs/%s\b(?!-)" % pack, projects), "pack %s: no golden case includes it" % pack)
        with tempfile.TemporaryDirectory() as folder:
            sources = "".join("  - {name: s%d, format: %s, files: [x]}\n" % x for x in enumerate(formats_of(text)))
            own = "channels: {own: [example.com]}\n" if pack == "channels" else ""
            own += "rules: [{touchpoint: x, match: .}]\n" if pack in NO_RULES else ""
            write(folder, "journey.yaml", ("include: [packs/%s]\nsources:\n%s%s" % (pack, sources, own)).encode())
            result = run(folder, "check")
            said = re.search(r"^(\d+) rules?, (\d+) examples?: all as they should be", result.stdout, re.M)
            good = result.returncode == 0 and ("1 rule, 0 examples: all as" in result.stdout if pack in NO_RULES else
                                               said and int(said[1]) <= int(said[2]))
            told(good, "pack %s: check says %s%s" % (pack, result.stdout[-200:], result.stderr[-400:]))


# ---- examples ----

def files_of_cases():
    found = {}
    for project in sorted(glob.glob(CASES + "/*/journey.yaml"), key=lambda p: ("/packs-" not in p, p)):
        for form, name in re.findall(r"format: ([\w-]+), files: \[['\"]?([^]'\",*]+)", text_of(project)):
            path = os.path.join(os.path.dirname(project), name)
            if os.path.isfile(path) and os.path.getsize(path):
                found.setdefault(form, path)
    found.update((form, os.path.join(CASES, path)) for form, path in FILES.items())
    return found


def example(form, found):
    if form in TEXTS:
        return TEXTS[form].encode()
    with open(found[form], "rb") as f:
        return f.read()


# ---- where the records of JSON end ----

def json_rules(form):
    text = text_of(RULES, "formats", form + ".yaml")
    inner = re.search(r"^json: \{(.*)\}", text, re.M)
    inner = inner.group(1) if inner else ""
    path = re.search(r"records: '?([^',]+)", inner)
    return (path.group(1) if path else ""), (m.group(1) if (m := re.search(r"each: (\w+)", inner)) else "")


def skip(text, at, also=""):
    while at < len(text) and text[at] in " \t\r\n" + also:
        at += 1
    return at


def array_of(text, keys):
    """Where the array at these keys begins, from the first { or [ on."""
    at = min(i for i in (text.find("{"), text.find("[")) if i >= 0)
    for key in keys:
        at = skip(text, at + 1)
        while text[at] != "}":
            name, at = json.JSONDecoder().raw_decode(text, at)
            at = skip(text, at, ":")
            if name == key:
                break
            at = skip(text, json.JSONDecoder().raw_decode(text, at)[1], ",")
    return at


def spans(form, text):
    """(begin, end, records in it) of each element in which records stand."""
    path, each = json_rules(form)
    keys = re.sub(r"\[\*\].*", "", path).lstrip("$")
    rest = [k for k in re.sub(r"^[^\]]*\]", "", path).split(".") if k] if "[*]" in path else []
    start = text.index("=") if text.startswith("window.") else 0
    at = array_of(text[start:], [k for k in keys.split(".") if k]) + start if path else skip(text, 0)
    at += text[at] == "["
    list_of = []
    while (at := skip(text, at, ",")) < len(text) and text[at] in "{[":
        if text[at] == "[" and not path: # an array behind values
            at += 1
            continue
        value, end = json.JSONDecoder().raw_decode(text, at)
        for key in rest:
            value = value[key]
        list_of.append((at, end, len(value[each]) if each and each in value else 1))
        at = end
        while not path and (at := skip(text, at)) < len(text) and text[at] == "]":
            at += 1
    return list_of


# ---- damage ----

def flipped(data, rng):
    data = bytearray(data)
    for i in rng.sample(range(len(data)), max(1, len(data) // 50)):
        data[i] ^= rng.randrange(1, 256)
    return bytes(data)


def variants(form, data):
    rng = random.Random(form)
    rubbish = b"\n" + bytes(rng.randrange(256) for i in range(700)) + b"\0\0\xff\xfe{[\"<"
    return {"whole": data, "quarter": data[:len(data) // 4], "middle": data[:len(data) // 2], "end": data[:-2],
            "flipped": flipped(data, rng), "flipped2": flipped(data, rng), "behind": data + rubbish, "rubbish": rubbish}


def books(folder):
    found = {}
    with open(os.path.join(folder, "out/coverage.csv"), newline="", encoding="utf-8", errors="replace") as f:
        for row in csv.DictReader(f):
            if not row["source"].startswith("("):
                found.setdefault(row["source"], {}).setdefault(row["what"], []).append((row["name"], int(row["count"])))
    return found


def total(book, what):
    return sum(n for _, n in book.get(what, []))


def unfit(book):
    return sum(n for name, n in book.get("rejected", []) if name == "does not fit the format")


def one(form, data):
    files, want = variants(form, data), None
    reader = re.search(r"^reader: (\S+)", text_of(RULES, "formats", form + ".yaml"), re.M).group(1)
    if reader.startswith("json"):
        text = data.decode("utf-8")
        records = spans(form, text)
        begin, end, _ = records[len(records) // 2]
        want = sum(n for _, _, n in records[:len(records) // 2])
        files["cut"] = text[:(begin + end) // 2].encode()
    with tempfile.TemporaryDirectory() as folder:
        if form == "adobe-data-feed":
            write(folder, "column_headers.tsv", example("", {"": CASES + "/packs-events/column_headers.tsv"}))
        for name, content in files.items():
            write(folder, name, content)
        source_format = form
        if form == "salesforce-opportunityhistory":  # without the table that stands in the archive
            source_format = "alone.yaml"
            alone = re.sub(r"^lookups:\n(  .*\n)+", "", text_of(RULES, "formats", form + ".yaml"), flags=re.M)
            write(folder, source_format, alone.encode())
        sources = "".join("  - {name: %s, format: %s, files: [%s]%s}\n" % (n, source_format, n, KEYS.get(form, "")) for n in files)
        write(folder, "journey.yaml", ("timezone: UTC\nsources:\n%srules: [{touchpoint: x, match: .}]\n" % sources).encode())
        result = run(folder, "run", "-q", "-o", "out")
        if not told(result.returncode in (0, 3), "%s: status %d: %s" % (form, result.returncode, result.stderr[-600:])):
            return
        found = books(folder)
        whole = found.get("whole", {})
        told(total(whole, "matched") and not total(whole, "damage"), "%s: nothing in its example: %s" % (form, whole))
        for name in files:
            book = found.get(name, {})
            told(book and total(book, "records") == sum(total(book, w) for w in ("matched", "unmatched", "rejected")),
                 "%s, %s: the books do not balance: %s" % (form, name, book))
            if total(book, "damage"):
                told(result.returncode == 3 and "'%s'" % name in result.stderr,
                     "%s, %s: damage, but status %d and %s" % (form, name, result.returncode, result.stderr))
        if want is not None:
            book = found["cut"]
            told((total(book, "records"), unfit(book)) == (want + 1, 1) and not unfit(whole),
                 "%s, cut in a record: %d records before it: %s" % (form, want, book))
            told(total(whole, "records") == sum(n for _, _, n in records), "%s: Python counts %d: %s" % (form, len(records), whole))
        if reader == "lines":
            told(unfit(found["end"]) - unfit(whole) in (0, 1), "%s: one line is cut: %s" % (form, found["end"]))


packs()
known = files_of_cases()
for form in names("formats"):
    if told(form in TEXTS or form in known, "format %s: there is no example file of it" % form):
        one(form, example(form, known))
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
