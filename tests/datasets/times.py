#!/usr/bin/env python3
"""The dated lines of ../shared/datasets/email-mta-fail2ban: the time that stands above each must be the time that touchpath reads,
where its format is in the closed list of docs/formats.md; those that are not are listed here by program.

Each line becomes a file of its own, as it would lie there on 14 August 2005, where the clock of those who wrote down the times
stood: so a time without a year is of the year before it. Their zone is Europe/Zurich.

Usage: times.py TOUCHPATH RULES_DIR [SHARED_DIR]. Ends with "N passed, N failed[, N skipped]".
"""
import collections, csv, datetime as dt, glob, json, os, re, subprocess, sys, tempfile, zoneinfo

TOUCHPATH, RULES = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SHARED = sys.argv[3] if len(sys.argv) > 3 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared")
ZURICH = zoneinfo.ZoneInfo("Europe/Zurich")
THEN = dt.datetime(2005, 8, 14, 12, tzinfo=dt.timezone.utc).timestamp()

# Where a time of the list stands in a line, and the formats for it. The first in the line counts, of those the longest.
SHAPES = {
    "clf": (r"\d\d?/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?",
            "['%d/%b/%Y:%H:%M:%S %z', '%d/%b/%Y:%H:%M:%S.%f', '%d/%b/%Y:%H:%M:%S', '%d/%b/%Y %H:%M:%S']"),
    "asctime": (r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}", "['%a %b %e %H:%M:%S %Y', '%a %b %e %H:%M:%S.%f %Y']"),
    "iso": (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d| UTC| GMT)?", "[iso8601, '%Y-%m-%d %H:%M:%S %Z']"),
    "slashes": (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "['%Y/%m/%d %H:%M:%S']"),
    "epoch": (r"\b1\d{9}(?:\.\d{1,6})?\b", "[epoch]"),
    "syslog": (r"(?<!PDT )\b[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d", "['%b %e %H:%M:%S']"),
    # patterns of one's own
    "dashes": (r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d", "['%d-%m-%Y %H:%M:%S']"),
    "month": (r"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?",
              "['%d-%b-%Y %H:%M:%S %z', '%d-%b-%Y %H:%M:%S.%f', '%d-%b-%Y %H:%M:%S']"),
    "assp": (r"[A-Z][a-z]{2}-\d\d-\d\d \d\d:\d\d:\d\d", "['%b-%d-%y %H:%M:%S']"), "american": (r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", "['%m/%d/%Y %H:%M:%S']"),
    "steam": (r"\d\d/\d\d/\d{4} - \d\d:\d\d:\d\d", "['%m/%d/%Y - %H:%M:%S']"), "colons": (r"\d{4}:\d\d:\d\d-\d\d:\d\d:\d\d", "['%Y:%m:%d-%H:%M:%S']"),
    "points": (r"\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d", "['%Y.%m.%d %H:%M:%S']"), "compact": (r"\d{8}-\d\d:\d\d:\d\d", "['%Y%m%d-%H:%M:%S']"),
    "year": (r"\b[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d", "['%b %d %Y %H:%M:%S']"), "mysql": (r"\b\d{6} [ \d]\d:\d\d:\d\d", "['%y%m%d %H:%M:%S']"),
    "blanks": (r"\d{4}-\d\d-\d\d  \d:\d\d:\d\d", "['%Y-%m-%d %H:%M:%S']"),
}
FRONT = 40  # a number further behind is something else
# Formats that no pattern can say, by program: TAI64N, a tuple of Erlang, a day without a year in figures, the line before, a zone in
# front, a month in French.
OUTSIDE = {"dovecot": 4, "ejabberd-auth": 1, "freeswitch": 2, "guacamole": 4, "monit": 2, "openhab": 2}
# The time that was written down is another one: another year, a Z that was overlooked, an offset that was, an hour more.
OTHERWISE = {"asctime/apache-botsearch-18", "iso/cowrie-0", "iso/cowrie-1", "epoch/selinux-ssh-4", "epoch/selinux-ssh-6"}


def shape_of(line):
    found = [(m.start(), m.start() - m.end(), shape) for shape, (pattern, _) in SHAPES.items() for m in [re.search(pattern, line)] if m]
    return min(found)[2] if found and (min(found)[2] not in ("epoch", "syslog") or min(found)[0] < FRONT) else None


def lines_of(path):
    want = None
    for line in open(path, encoding="utf-8", errors="surrogateescape").read().split("\n"):
        m = re.match(r"#\s*failJSON:\s*(\{.*\})\s*$", line)
        if m:
            try:
                want = json.loads(m.group(1)).get("time")
            except ValueError:
                want = None
        elif line and not line.startswith("#"):
            if want:
                yield want, line
            want = None


def micros(text):
    t = dt.datetime.fromisoformat(re.sub(r"-(\d)T", r"-0\1T", text))
    t = t if t.tzinfo else t.replace(tzinfo=ZURICH)
    return (t - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)) // dt.timedelta(microseconds=1)


def main():
    folder = os.path.join(SHARED, "datasets/email-mta-fail2ban/logs")
    if not os.path.isdir(folder):
        print("no ../shared/datasets\n0 passed, 0 failed, 1 skipped")
        return 0
    wants, outside, patterns = {}, collections.Counter(), collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as d:
        for path in sorted(glob.glob(folder + "/*")):
            for i, (want, line) in enumerate(lines_of(path)):
                shape = shape_of(line)
                if not shape:
                    outside[os.path.basename(path)] += 1
                    continue
                name = f"{shape}/{os.path.basename(path)}-{i}"
                os.makedirs(os.path.join(d, shape), exist_ok=True)
                with open(os.path.join(d, name), "w", encoding="utf-8", errors="surrogateescape") as f:
                    f.write(f"{line} {name}\n")  # no two files alike
                if shape == "syslog":
                    os.utime(os.path.join(d, name), (THEN, THEN))
                wants[name] = (micros(want), line, want)
        sources = ""
        for shape, (pattern, formats) in SHAPES.items():
            sources += (f"  - name: {shape}\n    files: ['{shape}/*']\n    format: {{reader: lines, regex: '^.*?(?<time>{pattern}).*$'}}\n"
                        f"    time: {{field: time, formats: {formats}}}\n    identify: {{user: time}}\n")
        with open(os.path.join(d, "journey.yaml"), "w") as f:
            f.write(f"timezone: Europe/Zurich\nsources:\n{sources}rules:\n  - {{touchpoint: line, match: .}}\n")
        done = subprocess.run([TOUCHPATH, "run", "-q", "-p", "journey.yaml", "-o", "out", "--rules", RULES, "--tables", "events"], cwd=d,
                              capture_output=True, text=True)
        if done.returncode not in (0, 3):
            print(f"FAILED {done.stderr[:500]}\n0 passed, 1 failed")
            return 1
        got = {}
        with open(os.path.join(d, "out/events.csv"), newline="") as f:
            for e in csv.DictReader(f):
                got[e["file"]] = micros(e["time"].replace("Z", "+00:00"))
    passed = failed = 0
    for name, (want, line, text) in wants.items():
        at = got.get(name)
        if (at is not None and at // 1000000 == want // 1000000) != (name in OTHERWISE):
            passed += 1
        else:
            failed += 1
            print(f"FAILED {name}: got {at}, expected {want}: {text}: {line[:100]}")
    if dict(outside) == OUTSIDE:
        passed += 1
    else:
        failed += 1
        print(f"FAILED lines in no format: {dict(outside)}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


raise SystemExit(main())
