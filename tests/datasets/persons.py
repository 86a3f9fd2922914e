#!/usr/bin/env python3
"""One project with every pack over every sample that can name somebody: who comes out?

The samples tell of Ana (u1001) and Ben (u1002); the third, Chloe, whom their maker names, is in none of
the files. All others are strangers, because no record links them to anybody. They and the folders in
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
import collections, csv, os, subprocess, sys, tempfile

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


def project(order):
    packs = sorted(name[:-5] for name in os.listdir(os.path.join(RULES, "packs")))
    lines = [f"include: [{', '.join('packs/' + p for p in packs)}]", "timezone: UTC", "channels: {own: [example.com]}", "sources:"]
    for line in sorted(FILES.split("\n"), reverse=order):
        if line:
            form, files = line.split(": ")
            paths = ", ".join(f"'{SAMPLES}/{f}'" for f in files.split(", "))
            lines.append(f"  - {{name: {form}, format: {form}, files: [{paths}]}}")
    return "\n".join(lines) + "\n"


def people(order):
    """Whom each record is of: {customer: {(file, record)}}, and the refused merges."""
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "journey.yaml"), "w") as f:
            f.write(project(order))
        done = subprocess.run([TOUCHPATH, "run", "-q", "-p", os.path.join(d, "journey.yaml"), "-o", os.path.join(d, "out"), "-j", WORKERS,
                               "--raw-ids", "--tables", "events,identity", "--rules", RULES], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{done.stderr[:2000]}\nFAILED: touchpath run ended with status {done.returncode}\n0 passed, 1 failed")
        got = collections.defaultdict(set)
        for e in csv.DictReader(open(os.path.join(d, "out/events.csv"), newline="", encoding="utf-8")):
            got[e["customer"]].add((os.path.relpath(e["file"], SAMPLES), e["record"]))
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
print(f"{passed} passed, {failed} failed")
raise SystemExit(failed > 0)
