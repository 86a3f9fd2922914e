#!/usr/bin/env python3
"""One project with every pack over every sample that can name somebody: who comes out?

The samples tell of Ana (u1001) and Ben (u1002); the third, Chloe, whom their maker names, is in none of
the files, under no name, address or number. So Ana's story is told once more, of Chloe (u1003): a copy of all
files in which whatever names Ana names Chloe, read as more sources of the same project. She has to come out
with the very records that are Ana's in the originals, and Ana and Ben as they were. All others are strangers, because no record links them to anybody. They and the folders in
which each of them stands were read off the files of ../shared/samples by eye:
  account:111111111, 291797158, OwjRM...  two accounts on Twitter, the author of a review on Yelp
  cookie:SID=abc       HAProxy logs a cookie that no other file has
  email:jim, nobody    mail that could not be delivered; support@ is our own mailbox
  order:1002           bought in a store, without an address
  phone:+442079460958  a caller
  user:ana, SHOP\\ana   Squid's log and IIS know this name; that it is u1001 no record says
  visitor:...          a browser in CloudFront, the reader of an article, two answers on Hotjar

common.log has no browser: its visitor is 192.0.2.10, with which three users were seen (u1001, ana and
SHOP\\ana have no browser in common). So it is shared, and its anonymous records go to who was signed in.

Usage: persons.py TOUCHPATH RULES_DIR [SHARED_DIR]; $WORKERS is the number of threads. Ends with "N passed, N failed[, N skipped]".
"""
import collections, csv, gzip, io, os, re, shutil, subprocess, sys, tarfile, tempfile, zipfile

TOUCHPATH, RULES = sys.argv[1], sys.argv[2]
SHARED = sys.argv[3] if len(sys.argv) > 3 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared")
WORKERS = os.environ.get("WORKERS", "2")
SAMPLES = os.path.join(SHARED, "samples")

# format: files
FILES = """
combined: apache/combined.log, apache/combined.log.gz
vhost_combined: apache/vhost_combined.log
common: apache/common.log
nginx-json: nginx/json.log
iis: iis/*
cloudfront: cloudfront/*
alb: alb/*
haproxy: haproxy/*
caddy: caddy/*
squid: squid/*
postfix: postfix/*
exim: exim/*
sendmail: sendmail/*
mail: mbox/*
ses: ses/*
sendgrid: sendgrid/*
mailgun: mailgun/*
postmark: postmark/*
mailchimp: mailchimp/*
segment: segment/segment-logs/*/*/*
mparticle: mparticle/*
snowplow: snowplow/*
ga4-bigquery: google-analytics/*.gz
adobe-data-feed: adobe-analytics/shop_2025-09-01.tar.gz, adobe-analytics/multi/*
hotjar: hotjar/*
salesforce-contact: salesforce/*.ZIP
salesforce-case: salesforce/*.ZIP
salesforce-report: salesforce/report-export.csv
salesforce-events: salesforce/EventLogFile-Login.csv
hubspot-contacts: hubspot/*contacts.csv
hubspot-deals: hubspot/*deals.csv
surveymonkey: surveymonkey/*
qualtrics: qualtrics/*
google-forms: google-forms/*
typeform: typeform/*
twitter-tweets: twitter/*.zip
twitter-messages: twitter/*.zip
yelp: yelp/*
trustpilot: trustpilot/*
zendesk-json: zendesk/export-tickets.jsonl
zendesk-document: zendesk/incremental-tickets.json
zendesk-csv: zendesk/view-export.csv
freshdesk: freshdesk/*
intercom: intercom/*
osticket: osticket/*
otrs: otrs/*
jira-service-management: jira-service-management/*
livechat: livechat/*
asterisk-calls: asterisk/Master.csv
asterisk-queue: asterisk/queue_log
twilio-calls: twilio/*
store-visits: offline/*
shopify-orders: shopify/*
woocommerce-orders: woocommerce/*
stripe-payments: stripe/*
square-items: square/*
"""

UA = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
BEN = "apache exim freshdesk google-forms hubspot postmark qualtrics sendmail surveymonkey typeform zendesk"
ANA = ("adobe-analytics alb apache asterisk caddy google-analytics google-forms hubspot intercom jira-service-management livechat mailchimp "
       "mailgun mbox mparticle nginx offline osticket otrs postfix qualtrics salesforce segment sendgrid ses shopify snowplow square stripe "
       "surveymonkey trustpilot twilio typeform woocommerce zendesk")
WANT = {
    "user:u1001": set(ANA.split()),
    "user:u1002": set(BEN.split()),
    "account:111111111": {"twitter"},
    "account:291797158": {"twitter"},
    "account:OwjRMXRC0KyPrIlcjaXeFQ": {"yelp"},
    "cookie:SID=abc": {"haproxy"},
    "email:jim@trek99.example": {"exim"},
    "email:nobody@example.net": {"postfix", "ses"},
    "email:support@shop.example.com": {"exim"},
    "order:1002": {"shopify"},
    "phone:+442079460958": {"asterisk"},
    "user:SHOP\\ana": {"iis"},
    "user:ana": {"apache", "squid"},
    "visitor:192.0.2.10 Mozilla/5.0 (X11; Linux)": {"cloudfront"},
    "visitor:198.51.100.7 " + UA: {"apache"},
    "visitor:9001": {"hotjar"},
    "visitor:9002": {"hotjar"},
}


# What names Ana in the files, read off them by eye, and what names Chloe in its place.
CHLOE = {
    "ana.lopez": "chloe.roux", "u1001": "u1003", "14155550101": "14155550303", "192.0.2.10": "192.0.2.33", "1001": "1003",
    "0035g00000AAAAAAA1": "0035g00000AAAABAA1", "0055j00000AT6I1": "0055j00000AT6I3", "0055j00000AT6I1AAL": "0055j00000AT6I3AAL",
    "5f1": "5f3", "667d": "667f", "901": "903", "CUST1": "CUST3", "cus_1": "cus_3", "qm:1": "qm:3", "SQA1x": "SQA3x",
    "00001001": "00001003", "100501": "100503", "2025090510000017": "2025090510000037", "501": "503", "SUP-1": "SUP-3",
    "1234567890.1700000001": "1234567890.1700000003", "3123456789012345678": "3123456789012345679",
    "4123456789012345678": "4123456789012345679", "507f191e810c19729de860ea": "507f191e810c19729de860ec",
    "7346244611012968789": "7346244611012968780", "S126.1": "S126.3", "bc2e92ec6c204a14": "bc2e92ec6c204a15",
    "98eebf3737": "98eebf3739", "ecdff4d0-9175-40ac-a8bb-325c49733607": "ecdff4d0-9175-40ac-a8bb-325c49733609",
}
NAMES_ANA = re.compile(b"(?<![0-9A-Za-z])(" + b"|".join(re.escape(k.encode()) for k in sorted(CHLOE, key=len, reverse=True)) + b")(?![0-9A-Za-z])")


def retold(name, data):
    """The bytes of a file, or of all that is packed in it, with Chloe in Ana's place."""
    if name.lower().endswith(".zip"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as z:
            for member in packed.namelist():
                z.writestr(member, retold(member, packed.read(member)))
        return out.getvalue()
    if name.endswith(".tar.gz"):
        out = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(data)) as packed, tarfile.open(fileobj=out, mode="w:gz") as t:
            for member in packed:
                text = retold(member.name, packed.extractfile(member).read())
                member.size = len(text)
                t.addfile(member, io.BytesIO(text))
        return out.getvalue()
    if name.endswith(".gz"):
        return gzip.compress(retold(name[:-3], gzip.decompress(data)))
    return NAMES_ANA.sub(lambda hit: CHLOE[hit[1].decode()].encode(), data)


def retell(to):
    shutil.copytree(SAMPLES, to)
    for folder, _, names in os.walk(to):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                data = f.read()
            os.chmod(folder, 0o755)
            os.remove(path)
            with open(path, "wb") as f:
                f.write(retold(name, data))


def project(order, roots):
    packs = sorted(name[:-5] for name in os.listdir(os.path.join(RULES, "packs")))
    lines = [f"include: [{', '.join('packs/' + p for p in packs)}]", "timezone: UTC", "channels: {own: [example.com]}", "sources:"]
    for line in sorted(FILES.split("\n"), reverse=order):
        for again, root in enumerate(roots if line else []):
            form, files = line.split(": ")
            paths = ", ".join(f"'{root}/{f}'" for f in files.split(", "))
            lines.append(f"  - {{name: {form}{'-again' * again}, format: {form}, files: [{paths}]}}")
    return "\n".join(lines) + "\n"


def people(order, again=False):
    """Whom each record is of: {customer: {(file, record)}}, and the refused merges; again: with Chloe's story,
    whose files are called .../retold/..."""
    with tempfile.TemporaryDirectory() as d:
        roots = [SAMPLES]
        if again:
            roots.append(os.path.join(d, "retold"))
            retell(roots[1])
        with open(os.path.join(d, "journey.yaml"), "w") as f:
            f.write(project(order, roots))
        done = subprocess.run([TOUCHPATH, "run", "-q", "-p", os.path.join(d, "journey.yaml"), "-o", os.path.join(d, "out"), "-j", WORKERS,
                               "--raw-ids", "--tables", "events,identity", "--rules", RULES], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{done.stderr[:2000]}\nFAILED: touchpath run ended with status {done.returncode}\n0 passed, 1 failed")
        got = collections.defaultdict(set)
        for e in csv.DictReader(open(os.path.join(d, "out/events.csv"), newline="", encoding="utf-8")):
            is_again = again and e["file"].startswith(roots[1] + "/")
            path = os.path.relpath(e["file"], roots[is_again])
            got[e["customer"]].add(("retold/" * is_again + path, e["record"]))
        identity = csv.DictReader(open(os.path.join(d, "out/identity.csv"), newline="", encoding="utf-8"))
        return got, [(r["name"], r["with"]) for r in identity if r["what"] == "refused merge"]


if not os.path.isdir(SAMPLES):
    print("no ../shared/samples\n0 passed, 0 failed, 1 skipped")
    raise SystemExit(0)
passed = failed = 0


def same(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: got {str(got)[:300]}, expected {str(want)[:300]}")


first, refused = people(False)
same("who there is", sorted(first), sorted(WANT))
for name, folders in WANT.items():
    same(f"where {name} is", {file.split("/")[0] for file, _ in first[name]}, folders)
# Both tickets of the export name Ana's address as the one they came from, one with Ben's number: he stays himself.
same("refused merges", refused, [("email:ana.lopez@example.com", "ticket:502")])
same("in another order", people(True)[0], first)

# Three people over all systems that can carry a person.
three, refused = people(False, again=True)
same("the third person", three["user:u1003"] ^ {("retold/" + path, n) for path, n in first["user:u1001"]}, set())
same("the first person, with a third", three["user:u1001"] ^ first["user:u1001"], set())
same("the second, with a third", {x for x in three["user:u1002"] if not x[0].startswith("retold/")}, first["user:u1002"])
same("where the second is in her story", {path[7:].split("/")[0] for path, _ in three["user:u1002"] if path.startswith("retold/")} - set(BEN.split()), set())
same("refused merges, with a third", sorted(refused), [("email:ana.lopez@example.com", "ticket:502"), ("email:chloe.roux@example.com", "ticket:502")])
print(f"{passed} passed, {failed} failed")
raise SystemExit(failed > 0)
