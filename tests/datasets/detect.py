#!/usr/bin/env python3
"""`touchpath detect`, then `touchpath run` with the project that it printed, for every file of ../shared/samples, for all of them at
once, and for the web, mail, support, survey, CRM, social and click sets of ../shared/datasets, each set at once.

What is expected of files in a known format was read off each of them by hand: the format, and how many events or rows of
metrics there are. Of tables in no format, and of CSV whose columns are guessed at, the rows that have a time and name somebody
are counted here once more with Python's csv module.

Usage: detect.py TOUCHPATH RULES_DIR [SHARED_DIR]; $WORKERS is the number of threads. Ends with "N passed, N failed[, N skipped]".
"""
import bz2, collections, csv, gzip, io, os, re, subprocess, sys, tempfile

TOUCHPATH, RULES = sys.argv[1], sys.argv[2]
SHARED = sys.argv[3] if len(sys.argv) > 3 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared")
WORKERS = os.environ.get("WORKERS", "2")
passed = failed = 0

# Files of ../shared/samples: each format, and what it gives.
SAMPLES = {
    "adobe-analytics/workspace-freeform.csv": {"adobe-workspace": 2},
    "adobe-analytics/multi/01-shop_2025-09-01.tsv.gz": {"adobe-data-feed": 2}, "adobe-analytics/shop_2025-09-01.tar.gz": {"adobe-data-feed": 2},
    "alb/alb.log": {"alb": 1}, "apache/combined.log": {"combined": 4}, "apache/combined.log.gz": {"combined": 4}, "apache/common.log": {"common": 4},
    "apache/vhost_combined.log": {"vhost_combined": 4}, "app-store/customerReviews.json": {"app-store": 1}, "asterisk/Master.csv": {"asterisk-calls": 2},
    "asterisk/queue_log": {"asterisk-queue": 2}, "caddy/access.json": {"caddy": 1}, "cloudfront/E123.2025-09-01-08.abcd.gz": {"cloudfront": 1},
    "crazy-egg/Element list Home, 9-1-2025.csv": {"crazy-egg": 2}, "exim/mainlog": {"exim": 3}, "freshdesk/tickets.csv": {"freshdesk": 1},
    "google-ads/campaign-report-excel.csv": {"google-ads": 1}, "google-ads/campaign-report.csv": {"google-ads": 2},
    "google-analytics/ga4_bigquery_export.jsonl.gz": {"ga4-bigquery": 2}, "google-analytics/ga4_traffic_acquisition.csv": {"ga4-report": 2},
    "google-forms/responses.csv": {"google-forms": 2}, "google-forms/sheet-export.csv": {"google-forms": 1},
    "google-play/reviews_reviews_com.example.app_202509.csv": {"google-play": 1},
    "google-search-console/search-console.zip": {"search-console": 1, "search-console-dates": 1}, "haproxy/haproxy.log": {"haproxy": 1},
    "hootsuite/bulk-composer.csv": {"hootsuite-posts": 1}, "hotjar/survey-responses.csv": {"hotjar": 2},
    "hubspot/hubspot-crm-exports-contacts.csv": {"hubspot-contacts": 2}, "hubspot/hubspot-crm-exports-deals.csv": {"hubspot-deals": 1},
    "iis/u_ex250901.log": {"iis": 3}, "intercom/conversations.jsonl": {"intercom": 1}, "jira-service-management/export.csv": {"jira-service-management": 1},
    "livechat/chats.jsonl": {"livechat": 1}, "mailchimp/subscribed_members_export.csv": {"mailchimp": 1}, "mailgun/webhooks.jsonl": {"mailgun": 1},
    "mbox/support.mbox": {"mail": 2}, "meta-ads/ads-manager.csv": {"meta-ads": 1}, "mparticle/batches.jsonl": {"mparticle": 2},
    "nginx/json.log": {"nginx-json": 2}, "offline/in-store-visits.csv": {"store-visits": 1}, "osticket/tickets.csv": {"osticket": 1},
    "otrs/ticket-search.csv": {"otrs": 1}, "postfix/mail.log": {"postfix": 2}, "postmark/webhooks.jsonl": {"postmark": 1}, "qualtrics/nps.csv": {"qualtrics": 2},
    "salesforce/EventLogFile-Login.csv": {"salesforce-events": 1}, "salesforce/WE_00D000000000aIWEAY_1.ZIP": {"salesforce-contact": 1, "salesforce-case": 1},
    "salesforce/report-export.csv": {"salesforce-report": 1}, "segment/segment-logs/SRC1/1756684800000/a.gz": {"segment": 2},
    "sendgrid/events.json": {"sendgrid": 5}, "sendmail/maillog": {"sendmail": 1}, "ses/events.jsonl": {"ses": 2}, "ses/sns-wrapped.jsonl": {"ses": 1},
    "shopify/orders_export_1.csv": {"shopify-orders": 2}, "snowplow/enriched.tsv": {"snowplow": 1}, "square/items.csv": {"square-items": 1},
    "squid/access.log": {"squid": 1}, "stripe/unified_payments.csv": {"stripe-payments": 1}, "surveymonkey/export.csv": {"surveymonkey": 2},
    "trustpilot/reviews.csv": {"trustpilot": 1}, "twilio/calls.jsonl": {"twilio-calls": 1}, "twitter/tweet_activity_metrics.csv": {"twitter-analytics": 1},
    "twitter/twitter-2025-09-20-archive.zip": {"twitter-tweets": 1, "twitter-messages": 1}, "typeform/responses.csv": {"typeform": 2},
    "woocommerce/orders-report.csv": {"woocommerce-orders": 1}, "yelp/review.json": {"yelp": 1}, "zendesk/export-tickets.jsonl": {"zendesk": 2},
    "zendesk/incremental-tickets.json": {"zendesk-document": 2}, "zendesk/view-export.csv": {"zendesk-csv": 1},
}
# Beside those: what a data feed needs, and what tells of it.
NOT_RECORDS = {"adobe-analytics/multi/shop_2025-09-01-lookup_data.tar.gz", "adobe-analytics/multi/shop_2025-09-01.txt", "make_samples.py"}

SETS = ["web-apache-elastic", "web-formats-matomo", "web-shop-lnav", "email-webhooks-esp", "support-uci-incident", "support-zendesk", "survey-qualtrics",
        "crm-cdnow", "crm-email-hubspot", "social-fivetran", "social-reviews-elastic", "click-path-channels", "click-simple-shop"]
M, L, E = "web-formats-matomo/logs/", "web-shop-lnav/formats/logfile_", "email-webhooks-esp/"
DATASETS = {
    # Of the 10,000 lines one is cut; 5,570 are pictures, styles, feeds and what robots ask for.
    "web-apache-elastic/apache_logs.gz": ("combined", 4429), "web-shop-lnav/logfile_shop_access_log.0": ("combined", 921),
    M + "alb.log": ("alb", 1), M + "amazon_cloudfront_web.log": ("cloudfront", 1), M + "caddy_json.log": ("caddy", 1), M + "common.log": ("common", 1),
    M + "common.log.bz2": ("common", 1), M + "common.log.gz": ("common", 1), M + "common_complete.log": ("vhost_combined", 1),
    M + "common_encoding_big5.log": ("vhost_combined", 1), M + "common_vhost.log": ("vhost_combined", 1), M + "elb.log": ("elb", 1),
    M + "gandi.log": ("vhost_combined", 2), M + "haproxy.log": ("haproxy", 1), M + "icecast2.log": ("combined", 1), M + "iis.log": ("iis", 1),
    M + "iis_custom.log": ("iis-advanced", 2), M + "incapsula_w3c.log": ("iis", 2), M + "logs_to_tests.log": ("combined", 4),
    M + "ncsa_extended.log": ("combined", 1), M + "netscaler.log": ("iis", 1), M + "nginx_json.log": ("nginx-json-short", 2), M + "ovh.log": ("combined", 1),
    M + "s3.log": ("s3", 1), M + "shoutcast.log": ("iis", 1), M + "splitted_date_and_time.log": ("iis", 1), M + "static_ignores.log": ("vhost_combined", 1),
    M + "traefik_json.log": ("traefik", 1), L + "access_log.0": ("combined", 3), L + "access_log.1": ("combined", 1), L + "bad_access_log.0": ("combined", 2),
    L + "caddy_log.1": ("caddy", 2), L + "cloudflare.1": ("cloudflare", 12), L + "cloudflare.json": ("cloudflare", 1), L + "haproxy.0": ("haproxy", 8),
    L + "regexp_access_log.0": ("vhost_combined", 2), L + "uwsgi.0": ("uwsgi", 19), L + "w3c.0": ("iis", 0), L + "w3c.3": ("iis-advanced", 2),
    # FTP, and a picture
    L + "w3c.1": ("iis", 0), L + "w3c.2": ("iis-short", 1), L + "w3c.4": ("iis", 2), L + "w3c.6": ("iis", 1), L + "w3c_big.0": ("iis", 210),
    E + "amazon_ses.ndjson": ("ses", 6), E + "brevo.ndjson": ("brevo", 14), E + "mailersend.ndjson": ("mailersend", 8), E + "mailgun.ndjson": ("mailgun", 9),
    E + "mailjet.ndjson": ("mailjet", 9), E + "mailtrap.ndjson": ("mailtrap", 9), E + "mandrill.ndjson": ("mandrill", 4), E + "postal.ndjson": ("postal", 5),
    E + "postmark.ndjson": ("postmark", 8), E + "resend.ndjson": ("resend", 8), E + "sendgrid.ndjson": ("sendgrid", 9), E + "sparkpost.ndjson": ("sparkpost", 7),
    E + "unisender_go.ndjson": ("json-lines", 5),  # those that have a time
    # 197 requests, 69 of them pages; two of five lines are requests, one a script; four of 39 lines of a container are requests.
    L + "bro_http.log.0": ("zeek-http", 69), L + "syslog_with_access_log.0": ("syslog-web", 1), L + "caddy_log.0": ("caddy", 4),
    "crm-email-hubspot/seeds/email_event_data.csv": ("hubspot-email-events", 94), "survey-qualtrics/qualtRics/sample.csv": ("qualtrics", 1),
    "survey-qualtrics/qualtRics/sample_legacy.csv": ("qualtrics-legacy", 1),
    # In no format: lines and JSON with a time and somebody in them. One line is a header, or of another shape.
    "crm-cdnow/CDNOW_master.txt.gz": ("lines", 69659), "crm-cdnow/CDNOW_sample.txt": ("lines", 6919), M + "amazon_cloudfront_rtmp.log": ("lines", 2),
    L + "nextcloud.0": ("json-lines", 3), L + "otel_collector.jsonl": ("json-lines", 6),
    # One row of these two was written after the file; of the other, a row's time is blank.
    "social-fivetran/seeds/linkedin_pages_organization_data.csv": ("csv", 1), "survey-qualtrics/dbt_qualtrics/distribution_contact.csv": ("csv", 4),
}
# What holds no record of a person and no metric, and is told of as what it is:
NOTHING = {
    # what a system says of itself, in shapes of one parser's tests: messages, services, mounts, cron
    L + "crlf.0", L + "dst.0", L + "epoch.0", L + "invalid_utf8.0", L + "logfmt.0", L + "multiline.0", L + "rollover.2", L + "syslog.0", L + "syslog_fr.0",
    L + "with_zones.0", L + "yday.0",
    # a request with a made-up date, for a regex of one's own
    M + "custom_regex_custom_date.log",
    # a robot's request, under names of columns that are not those of its line
    L + "w3c.5",
    # which deal is of which company: a side table
    "crm-email-hubspot/seeds/deal_company_data.csv",
}


def same(what, got, want):
    global passed, failed
    if got == want:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: got {str(got)[:300]}, expected {str(want)[:300]}")


def detect(*paths):
    done = subprocess.run([TOUCHPATH, "detect", "--rules", RULES, *paths], capture_output=True)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def run(project):
    """Events and rows of metrics by format of the source, and the tables events and coverage."""
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "journey.yaml"), "w") as f:
            f.write(project)
        done = subprocess.run([TOUCHPATH, "run", "-q", "-p", os.path.join(d, "journey.yaml"), "-o", os.path.join(d, "out"), "-j", WORKERS, "--raw-ids",
                               "--rules", RULES, "--tables", "events"], capture_output=True, text=True)
        if done.returncode != 0:
            return {"status": done.returncode, "said": done.stderr[:200]}, [], collections.Counter()
        sums, by_file = collections.Counter(), collections.Counter()
        with open(os.path.join(d, "out/coverage.csv"), newline="") as f:
            for r in csv.DictReader(f):
                if r["file"] and r["what"] in ("events", "metrics"):
                    sums[r["source"]] += int(r["count"])
                    by_file[r["file"]] += int(r["count"])
        with open(os.path.join(d, "out/events.csv"), newline="") as f:
            return dict(sums), list(csv.DictReader(f)), by_file


def formats(project):
    """The sources of a project by name."""
    found = {}
    for name, block in re.findall(r"^  - name: '([^']*)'\n((?:(?:    |#).*\n)+)", project, re.M):
        form = re.search(r"^    format: (\S+)$|^      reader: (\S+)$", block, re.M)
        found[name] = (form.group(1) or form.group(2), block)
    return found


def rows_of(path, header):
    raw = gzip.open(path).read() if path.endswith(".gz") else bz2.open(path).read() if path.endswith(".bz2") else open(path, "rb").read()
    lines = csv.reader(io.StringIO(raw.decode("utf-8-sig", "replace"), newline=""))
    rows = [r for r in lines if r]
    names = rows.pop(0) if header else [f"column{i + 1}" for i in range(len(rows[0]))]
    return [dict(zip([n.strip() for n in names], r)) for r in rows if len(r) == len(names)]


def rows_that_count(path, block):
    """Rows with a time and somebody (0 is nobody); of metrics, those with a time."""
    rows = rows_of(path, "header: no" not in block)
    time = re.search(r"time: \{field: '((?:[^']|'')*)'", block)
    who = re.search(r"identify: \{(.*)\}", block)
    fields = [f.replace("''", "'") for f in re.findall(r"\w+: '((?:[^']|'')*)'", who.group(1))] if who else []
    return sum(1 for r in rows if (not time or r[time.group(1)].strip()) and (not fields or any(r[f].strip() not in ("", "0") for f in fields)))


def samples():
    folder = os.path.join(SHARED, "samples")
    every = {os.path.relpath(os.path.join(d, f), folder) for d, _, files in os.walk(folder) for f in files}
    same("every sample is here", sorted(every - set(SAMPLES) - NOT_RECORDS), [])
    for name, want in SAMPLES.items():
        status, project = detect(os.path.join(folder, name))
        got = {k: v for k, v in run(project)[0].items()}
        same(f"samples/{name}", got, want)
    status, project = detect(folder)
    sums, events, _ = run(project)
    want = collections.Counter()
    for by_format in SAMPLES.values():
        want.update(by_format)
    want["combined"] -= 4  # the same file once more, compressed
    want["adobe-data-feed"] -= 2  # the same hits once more
    same("all samples at once", sums, dict(want))
    sources = {c: {e["source"] for e in events if e["customer"] == c} for c in {e["customer"] for e in events}}
    same("Ana is one customer in so many sources", len(sources["user:u1001"]), 44)
    same("Ben is one customer in so many sources", len(sources["user:u1002"]), 11)


def datasets():
    folder = os.path.join(SHARED, "datasets")
    for one in SETS:
        paths = sorted(os.path.join(d, f) for d, _, files in os.walk(os.path.join(folder, one)) for f in files
                       if not f.endswith(".md") and "/reference" not in d)
        status, project = detect(*paths)
        found = formats(project)
        of_file = {path: name for name, (_, block) in found.items() for path in re.findall(r"'(/[^']*)'", block.split("files: ")[1].split("\n")[0])}
        sums, _, by_file = run(project)
        same(f"{one} gives a project that runs", "status" in sums, False)
        for path in paths:
            rel = os.path.relpath(path, folder)
            told = f"# {path}: " in project
            if rel in NOTHING:
                same(f"{rel} is told of", told, True)
                continue
            form, block = found.get(of_file.get(path), ("nothing", ""))
            want = DATASETS.get(rel) or ("csv", rows_that_count(path, block) if block else 0)
            same(rel, (form, by_file[path]), want)


if not os.path.isdir(os.path.join(SHARED, "samples")):
    print("no ../shared/samples\n0 passed, 0 failed, 1 skipped")
    raise SystemExit(0)
samples()
if os.path.isdir(os.path.join(SHARED, "datasets")):
    datasets()
print(f"{passed} passed, {failed} failed" + ("" if os.path.isdir(os.path.join(SHARED, "datasets")) else ", 1 skipped"))
raise SystemExit(failed > 0)
