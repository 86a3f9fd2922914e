#!/usr/bin/env python3
"""Makes the example data of the templates in rules/templates, and the counts that tests compare with.

Run it in this folder: `python3 make_templates.py`. The same bytes come out every time. A template's story is a table:
for each touchpoint what is written where, and what may come next, how likely and how soon. People walk through it.
tests/cases/init/truth/NAME.csv gets how often each touchpoint happened: counted here, not by touchpath.
"""
import collections, csv, datetime as dt, gzip, io, json, pathlib, random

UTC = dt.timezone.utc
START = dt.datetime(2026, 3, 2, 6, tzinfo=UTC)
DAYS = 180
M, H, D = 60, 3600, 86400
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36",
]
FIRST = "ana ben carla david elif femi grace hugo ines jonas kira liam mona nils olga pavel quinn rosa sven tara".split()
LAST = "lopez okoro meyer rossi novak silva weber khan olsen dubois moreau haas".split()


class Person:
    def __init__(self, number):
        self.number = number
        first, last = FIRST[number % len(FIRST)], LAST[number * 5 % len(LAST)]
        self.name = f"{first.title()} {last.title()}"
        self.email = f"{first}.{last}{number}@example.{('com', 'net', 'org')[number % 3]}"
        self.user = f"u{2001 + number}"
        self.phone = f"+4930555{1000 + number}"
        self.company = f"{last.title()} & Co {number // 3}"
        self.ip = f"{('198.51.100', '203.0.113', '192.0.2')[number // 240]}.{number % 240 + 10}"
        self.agent = AGENTS[number * 3 % len(AGENTS)]
        self.known = False  # has signed in: web logs show the user
        self.number_of = collections.Counter()

    def next(self, what):
        """A number for the person's next order, ticket ... of that kind."""
        self.number_of[what] += 1
        return f"{what[0].upper()}{1000 + self.number * 10 + self.number_of[what]}"


class Files:
    """What a template's data folder will hold: lines by file, each with its time."""

    def __init__(self):
        self.lines = collections.defaultdict(list)
        self.heads = {}
        self.counts = collections.Counter()

    def web(self, p, t, path, method="GET", status=200, referrer="-"):
        user = p.user if p.known else "-"
        size = 900 + (len(path) * 37 + t.second * 11) % 9000
        stamp = t.strftime("%d/%b/%Y:%H:%M:%S +0000")
        self.lines["access.log.gz"].append(
            (t, f'{p.ip} - {user} [{stamp}] "{method} {path} HTTP/1.1" {status} {size} "{referrer}" "{p.agent}"\n'))

    def row(self, name, t, **cells):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(cells.values())
        self.heads[name] = ",".join(cells) + "\n"
        self.lines[name].append((t, out.getvalue()))

    def object(self, name, t, **values):
        self.lines[name].append((t, json.dumps(values, separators=(",", ":")) + "\n"))

    def ses(self, p, t, event, campaign):
        stamp = t.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        body = {"timestamp": stamp} | ({"link": "https://www.example.com/offer"} if event == "Click" else {})
        self.object("mail.jsonl", t, eventType=event,
                    mail={"timestamp": stamp, "messageId": f"EX-{p.number}-{campaign}-{int(t.timestamp())}",
                          "destination": [p.email], "tags": {"campaign": [campaign]}},
                    **{event.lower(): body} if event != "Send" else {})

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in self.lines.items():
            lines.sort(key=lambda line: line[0])
            text = (self.heads.get(name, "") + "".join(line for _, line in lines)).encode()
            if name.endswith(".gz"):
                text = gzip.compress(text, 9, mtime=0)
            (folder / name).write_bytes(text)


def iso(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def at(t):
    return t.strftime("%Y-%m-%d %H:%M:%S")


def walk(story, p, files, t):
    """One person's way: story[touchpoint] = (write, [(next, weight, soonest, latest) ...])."""
    place = "start"
    while True:
        after = story[place][1]
        place, _, low, high = random.choices(after, [weight for _, weight, _, _ in after])[0]
        if place == "stop":
            return
        t += dt.timedelta(seconds=int(low + (high - low) * random.random() ** 2))
        if t >= START + dt.timedelta(days=DAYS):
            return
        story[place][0](files, p, t)
        files.counts[place] += 1


def make(name, story, people):
    random.seed(name)
    files = Files()
    for number in range(people):
        begin = START + dt.timedelta(seconds=random.randint(0, (DAYS - 20) * D))
        walk(story, Person(number), files, begin)
    files.write(ROOT / "rules/templates" / name / "data")
    truth = ROOT / "tests/cases/init/truth"
    truth.mkdir(parents=True, exist_ok=True)
    with open(truth / f"{name}.csv", "w", encoding="utf-8") as f:
        f.write("touchpoint,events\n")
        f.writelines(f"{touchpoint},{n}\n" for touchpoint, n in sorted(files.counts.items()))


def page(path, **more):
    return lambda f, p, t: f.web(p, t, path() if callable(path) else path, **more)


def signed_in(write, path="/login"):
    """The same, half a minute after a sign-in: from then on the web log shows who it is."""
    def then(f, p, t):
        p.known = p.known or path == "/login"
        f.web(p, t - dt.timedelta(seconds=30), path.format(user=p.user), method="POST" if p.known else "GET", status=302)
        write(f, p, t)
    return then


ROOT = pathlib.Path(__file__).resolve().parent.parent
nothing = lambda f, p, t: None


# ---- shop: web shop with mail, orders, support and reviews ----

def shop_order(f, p, t):
    f.row("orders.csv", t, order=p.next("order"), date=iso(t), email=p.email, user=p.user,
          total=f"{random.randint(1500, 18000) / 100:.2f}", status="paid")


def shop_ticket(f, p, t):
    f.row("tickets.csv", t, ticket=p.next("ticket"), created=at(t), email=p.email,
          topic=random.choice(["delivery", "delivery", "damaged", "return"]), status="solved")


def shop_review(f, p, t):
    f.row("reviews.csv", t, date=at(t), email=p.email, stars=random.choice([5, 5, 4, 4, 3, 1]), product=random.choice(GOODS))


GOODS = "kettle teapot grinder scale mug filter".split()
SHOP = {
    "start": (nothing, [("ad click", 3, 0, H), ("home page", 5, 0, H), ("newsletter click", 2, 0, H)]),
    "ad click": (page("/sale?utm_source=ads&utm_medium=cpc&utm_campaign=summer"), [("product page", 6, 20, 5 * M), ("stop", 4, 0, 0)]),
    "newsletter click": (lambda f, p, t: f.ses(p, t, "Click", "news"), [("home page", 8, 5, M), ("stop", 2, 0, 0)]),
    "home page": (page("/"), [("product page", 6, 10, 8 * M), ("search", 3, 10, 3 * M), ("stop", 2, 0, 0)]),
    "search": (page(lambda: f"/search?q={random.choice(GOODS)}"), [("product page", 7, 10, 3 * M), ("stop", 3, 0, 0)]),
    "product page": (page(lambda: f"/product/{random.choice(GOODS)}"),
                     [("product page", 3, 20, 6 * M), ("cart", 4, 20, 9 * M), ("home page", 1, D, 9 * D), ("stop", 3, 0, 0)]),
    "cart": (signed_in(page("/cart", method="POST", status=302)),
             [("checkout", 6, 20, 6 * M), ("product page", 1, M, 9 * M), ("stop", 3, 0, 0)]),
    "checkout": (page("/checkout"), [("order placed", 6, 40, 8 * M), ("payment error", 2, 40, 5 * M), ("stop", 2, 0, 0)]),
    "payment error": (page("/checkout/pay", method="POST", status=502),
                      [("checkout", 4, 30, 6 * M), ("support ticket", 2, 5 * M, 5 * H), ("stop", 4, 0, 0)]),
    "order placed": (shop_order, [("support ticket", 2, 2 * D, 9 * D), ("review", 2, 5 * D, 20 * D), ("home page", 3, 8 * D, 40 * D), ("stop", 4, 0, 0)]),
    "support ticket": (shop_ticket, [("checkout", 2, H, 2 * D), ("review", 1, 3 * D, 9 * D), ("stop", 4, 0, 0)]),
    "review": (shop_review, [("home page", 3, 9 * D, 30 * D), ("stop", 5, 0, 0)]),
}


# ---- saas: software by subscription ----

def app(event):
    return lambda f, p, t: f.object("app.jsonl.gz", t, at=iso(t), user=p.user, email=p.email, event=event, plan="team")


def invoice(kind):
    return lambda f, p, t: f.row("billing.csv", t, date=iso(t), user=p.user, email=p.email, event=kind,
                                 amount="49.00" if kind != "cancelled" else "0.00")


def saas_ticket(f, p, t):
    f.row("tickets.csv", t, ticket=p.next("ticket"), created=at(t), email=p.email,
          topic=random.choice(["login", "import", "billing"]), status="solved")


def nps(f, p, t):
    f.row("nps.csv", t, date=at(t), email=p.email, score=random.choice([10, 9, 9, 8, 7, 6, 3]))


SAAS = {
    "start": (nothing, [("landing page", 6, 0, H), ("blog article", 4, 0, H)]),
    "blog article": (page(lambda: f"/blog/{random.choice(['onboarding', 'churn', 'metrics'])}"), [("landing page", 5, M, 3 * D), ("stop", 5, 0, 0)]),
    "landing page": (page("/?utm_source=search"), [("pricing", 6, 20, 9 * M), ("stop", 4, 0, 0)]),
    "pricing": (page("/pricing"), [("trial started", 5, M, 2 * D), ("blog article", 1, D, 5 * D), ("stop", 4, 0, 0)]),
    "trial started": (signed_in(app("trial_started")), [("first import", 6, 5 * M, 2 * D), ("support ticket", 2, H, D), ("stop", 3, 0, 0)]),
    "first import": (app("import_done"), [("teammate invited", 4, H, 4 * D), ("subscribed", 3, D, 12 * D), ("stop", 3, 0, 0)]),
    "teammate invited": (app("invite_sent"), [("subscribed", 7, D, 9 * D), ("stop", 3, 0, 0)]),
    "subscribed": (invoice("subscribed"), [("renewed", 6, 30 * D, 31 * D), ("support ticket", 2, 2 * D, 20 * D), ("cancelled", 2, 9 * D, 28 * D)]),
    "renewed": (invoice("renewed"), [("renewed", 5, 30 * D, 31 * D), ("survey answer", 3, D, 5 * D), ("cancelled", 1, 9 * D, 28 * D), ("stop", 1, 0, 0)]),
    "support ticket": (saas_ticket, [("first import", 3, H, 2 * D), ("cancelled", 1, D, 5 * D), ("stop", 3, 0, 0)]),
    "survey answer": (nps, [("renewed", 6, 25 * D, 27 * D), ("stop", 2, 0, 0)]),
    "cancelled": (invoice("cancelled"), [("stop", 1, 0, 0)]),
}


# ---- b2b: leads to customers ----

def crm(stage):
    return lambda f, p, t: f.row("crm.csv", t, changed=iso(t), contact=p.user, email=p.email, company=p.company, stage=stage,
                                 owner=random.choice(["kim", "lee"]), amount=f"{5000 + p.number % 9 * 1000}.00" if stage == "won" else "")


def webinar(f, p, t):
    f.row("webinar.csv", t, joined=at(t), email=p.email, minutes=random.randint(5, 60))


B2B = {
    "start": (nothing, [("article", 5, 0, H), ("ad click", 3, 0, H), ("mail click", 2, 0, H)]),
    "article": (page(lambda: f"/insights/{random.choice(['pumps', 'valves', 'sensors'])}"), [("case study", 5, M, 9 * D), ("stop", 5, 0, 0)]),
    "ad click": (page("/demo?utm_source=ads&utm_medium=cpc&utm_campaign=demo"), [("case study", 4, M, D), ("demo requested", 2, M, H), ("stop", 4, 0, 0)]),
    "mail click": (lambda f, p, t: f.ses(p, t, "Click", "nurture"), [("webinar", 5, H, 6 * D), ("case study", 3, M, H), ("stop", 2, 0, 0)]),
    "case study": (page(lambda: f"/cases/{random.choice(['dairy', 'brewery', 'plant'])}"), [("demo requested", 5, M, 9 * D), ("webinar", 2, D, 9 * D), ("stop", 3, 0, 0)]),
    "webinar": (webinar, [("demo requested", 5, H, 5 * D), ("stop", 4, 0, 0)]),
    "demo requested": (signed_in(crm("lead"), "/demo/thanks?contact={user}"), [("qualified", 6, H, 4 * D), ("disqualified", 2, D, 9 * D), ("stop", 2, 0, 0)]),
    "qualified": (crm("qualified"), [("proposal", 6, D, 14 * D), ("mail click", 1, D, 9 * D), ("lost to competitor", 2, 5 * D, 20 * D), ("stop", 1, 0, 0)]),
    "proposal": (crm("proposal"), [("contract signed", 5, 3 * D, 20 * D), ("lost to competitor", 3, 5 * D, 20 * D), ("stop", 2, 0, 0)]),
    "contract signed": (crm("won"), [("reference given", 2, 20 * D, 40 * D), ("stop", 5, 0, 0)]),
    "disqualified": (crm("disqualified"), [("stop", 1, 0, 0)]),
    "lost to competitor": (crm("lost"), [("stop", 1, 0, 0)]),
    "reference given": (crm("reference"), [("stop", 1, 0, 0)]),
}


# ---- telecom: support of a telephone and internet company ----

def call(topic):
    return lambda f, p, t: f.row("calls.csv", t, started=at(t), phone=p.phone, email=p.email, topic=topic,
                                 waited_seconds=random.randint(10, 900), agent=random.choice(["a1", "a2", "a3"]))


def chat(f, p, t):
    f.object("chats.jsonl", t, started=iso(t), customer={"email": p.email, "phone": p.phone}, topic="fault", rating=random.choice([1, 2, 3, 4, 5]))


def case_(status):
    return lambda f, p, t: f.row("cases.csv", t, changed=at(t), case=f"C{5000 + p.number}", customer=p.user, phone=p.phone, status=status,
                                 technician="yes" if status == "visit" else "")


def telecom_survey(f, p, t):
    f.row("survey.csv", t, answered=at(t), email=p.email, score=random.choice([10, 8, 7, 5, 2]), comment="")


TELECOM = {
    "start": (nothing, [("help page", 5, 0, H), ("call: fault", 3, 0, H), ("call: bill", 2, 0, H)]),
    "help page": (page(lambda: f"/help/{random.choice(['router', 'bill', 'speed'])}"), [("line test", 4, M, 9 * M), ("chat", 3, 2 * M, H), ("call: fault", 2, 5 * M, 2 * H), ("stop", 3, 0, 0)]),
    "line test": (signed_in(page("/selfcare/line-test", method="POST")), [("case opened", 5, M, H), ("stop", 4, 0, 0)]),
    "chat": (chat, [("case opened", 5, 5 * M, 2 * H), ("call: fault", 3, M, H), ("stop", 4, 0, 0)]),
    "call: fault": (call("fault"), [("case opened", 7, M, H), ("call: fault", 2, H, 2 * D), ("stop", 1, 0, 0)]),
    "call: bill": (call("bill"), [("case closed", 3, H, D), ("call: bill", 2, D, 20 * D), ("stop", 4, 0, 0)]),
    "case opened": (case_("opened"), [("technician visit", 4, D, 6 * D), ("case closed", 4, H, 3 * D), ("call: fault", 3, D, 3 * D)]),
    "technician visit": (case_("visit"), [("case closed", 7, H, D), ("call: fault", 2, D, 4 * D)]),
    "case closed": (case_("closed"), [("survey answer", 3, D, 3 * D), ("call: cancel", 1, 2 * D, 15 * D), ("stop", 5, 0, 0)]),
    "survey answer": (telecom_survey, [("stop", 1, 0, 0)]),
    "call: cancel": (call("cancel"), [("stop", 1, 0, 0)]),
}


# ---- travel: a tour operator ----

def booking(status):
    return lambda f, p, t: f.row("bookings.csv", t, changed=iso(t), booking=f"B{7000 + p.number}", user=p.user, email=p.email, status=status,
                                 price=f"{300 + p.number % 12 * 75}.00" if status == "booked" else "")


def travel_call(f, p, t):
    f.row("calls.csv", t, started=at(t), email=p.email, phone=p.phone, topic="change", waited_seconds=random.randint(10, 600))


def travel_review(f, p, t):
    f.row("reviews.csv", t, date=at(t), email=p.email, stars=random.choice([5, 5, 4, 3, 2]), trip="coast")


TRAVEL = {
    "start": (nothing, [("inspiration page", 5, 0, H), ("offer mail click", 3, 0, H), ("trip search", 3, 0, H)]),
    "inspiration page": (page(lambda: f"/ideas/{random.choice(['coast', 'alps', 'lakes'])}"), [("trip search", 6, M, 9 * D), ("stop", 4, 0, 0)]),
    "offer mail click": (lambda f, p, t: f.ses(p, t, "Click", "offers"), [("trip page", 7, 5, M), ("stop", 3, 0, 0)]),
    "trip search": (page(lambda: f"/search?to={random.choice(['coast', 'alps', 'lakes'])}"), [("trip page", 7, 10, 5 * M), ("trip search", 2, M, 4 * D), ("stop", 3, 0, 0)]),
    "trip page": (page(lambda: f"/trip/{random.choice(['coast', 'alps', 'lakes'])}"), [("trip page", 3, M, 3 * D), ("booking begun", 4, 2 * M, 5 * D), ("stop", 3, 0, 0)]),
    "booking begun": (signed_in(page("/book", method="POST", status=302)), [("booked", 6, 3 * M, 20 * M), ("trip page", 1, D, 3 * D), ("stop", 4, 0, 0)]),
    "booked": (booking("booked"), [("travelled", 7, 14 * D, 40 * D), ("call", 2, D, 9 * D), ("booking cancelled", 1, 2 * D, 9 * D)]),
    "call": (travel_call, [("travelled", 5, 9 * D, 30 * D), ("booking cancelled", 2, H, 2 * D)]),
    "booking cancelled": (booking("cancelled"), [("stop", 1, 0, 0)]),
    "travelled": (booking("travelled"), [("review", 4, D, 9 * D), ("inspiration page", 2, 9 * D, 30 * D), ("stop", 4, 0, 0)]),
    "review": (travel_review, [("stop", 1, 0, 0)]),
}


# ---- finance: an account or loan, from the app to the branch ----

def mobile(event):
    return lambda f, p, t: f.object("app.jsonl.gz", t, time=iso(t), customer=p.user, screen=event)


def application(status):
    return lambda f, p, t: f.row("applications.csv", t, changed=at(t), application=f"A{9000 + p.number}", customer=p.user, email=p.email,
                                 status=status, amount=f"{2000 + p.number % 10 * 500}.00" if status == "approved" else "")


def branch(f, p, t):
    f.row("branch.csv", t, date=t.strftime("%Y-%m-%d"), customer=p.user, reason=random.choice(["advice", "identification"]))


def finance_call(f, p, t):
    f.row("calls.csv", t, started=at(t), phone=p.phone, customer=p.user, topic="application", waited_seconds=random.randint(10, 900))


FINANCE = {
    "start": (nothing, [("comparison click", 4, 0, H), ("product page", 4, 0, H), ("branch visit", 1, 0, H)]),
    "comparison click": (page("/loan?utm_source=compare&utm_medium=affiliate&utm_campaign=loan"), [("calculator", 6, 20, 5 * M), ("stop", 4, 0, 0)]),
    "product page": (page("/products/loan"), [("calculator", 6, 20, 9 * M), ("stop", 4, 0, 0)]),
    "calculator": (page("/calculator", method="POST"), [("application begun", 5, M, 3 * D), ("stop", 5, 0, 0)]),
    "application begun": (signed_in(application("begun")), [("document uploaded", 5, 5 * M, 4 * D), ("branch visit", 2, D, 7 * D), ("call", 2, H, 3 * D), ("stop", 3, 0, 0)]),
    "document uploaded": (mobile("upload_done"), [("approved", 5, D, 6 * D), ("rejected", 2, D, 6 * D), ("call", 2, D, 5 * D)]),
    "branch visit": (branch, [("application begun", 3, H, 3 * D), ("approved", 3, D, 6 * D), ("stop", 3, 0, 0)]),
    "call": (finance_call, [("document uploaded", 4, H, 3 * D), ("branch visit", 1, D, 5 * D), ("stop", 3, 0, 0)]),
    "approved": (application("approved"), [("app used", 7, D, 5 * D), ("stop", 2, 0, 0)]),
    "rejected": (application("rejected"), [("call", 1, H, 2 * D), ("stop", 5, 0, 0)]),
    "app used": (mobile("overview"), [("app used", 7, D, 9 * D), ("stop", 3, 0, 0)]),
}

for template, story, people in [("shop", SHOP, 160), ("saas", SAAS, 140), ("b2b", B2B, 150),
                                ("telecom", TELECOM, 130), ("travel", TRAVEL, 150), ("finance", FINANCE, 150)]:
    make(template, story, people)
