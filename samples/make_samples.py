#!/usr/bin/env python3
"""Makes the logs of the made-up shop of samples/journey.yaml: eight weeks, web, mail, support and orders.

Run it in this folder: `python3 make_samples.py`. Needs the zstd program. The same bytes come out every time.

The story that the figures should tell: people arrive from search, the newsletter and an advertisement; some of them lose
their carts to a payment error; some of those write to support and come back; buyers ask where their parcel is; a few write
reviews and invite friends, who come and buy faster.
"""
import bz2, datetime as dt, gzip, io, json, lzma, random, subprocess, zipfile

START = dt.datetime(2026, 8, 3, tzinfo=dt.timezone.utc)
DAYS = 56
BERLIN = dt.timezone(dt.timedelta(hours=2))  # summer time, all eight weeks
random.seed(20260803)

AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
]
FIRST = ("ana ben carla david elif femi grace hugo ines jonas kira liam mona nils olga pavel quinn rosa sven tara umut vera "
         "wim xenia yara zeno amara bo clara dario edda finn gita hana ivo jule kofi lena milo nora oskar pia rafa selma "
         "timo ulla viktor wanda yusuf").split()
LAST = "lopez okoro meyer rossi novak silva weber khan olsen dubois".split()
PRODUCTS = ["kettle", "teapot", "grinder", "scale", "mug", "filter", "beans", "tray"]

web, mail, tickets, orders = [], [], [], []


class Person:
    def __init__(self, number):
        self.number = number
        first, last = FIRST[number % len(FIRST)], LAST[(number * 7) % len(LAST)]
        self.name = f"{first.title()} {last.title()}"
        self.email = f"{first}.{last}@example.{('com', 'net', 'org')[number % 3]}"
        self.user = f"u{1001 + number}"
        self.ip = f"198.51.100.{number + 10}" if number % 2 else f"203.0.113.{number + 10}"
        self.agent = AGENTS[(number * 3) % len(AGENTS)]
        self.signed_in = False
        self.subscribed = number % 3 != 1
        self.orders = 0


def hit(p, t, method, path, status=200, referrer="-"):
    user = p.user if p.signed_in else "-"
    stamp = t.astimezone(BERLIN).strftime("%d/%b/%Y:%H:%M:%S %z")
    size = 900 + (len(path) * 37 + t.second * 11) % 9000
    web.append((t, f'{p.ip} - {user} [{stamp}] "{method} {path} HTTP/1.1" {status} {size} "{referrer}" "{p.agent}"'))


QUEUE = [0x4A0000]


def send(t, p, subject_id, status="sent", text="250 2.0.0 Ok: queued"):
    QUEUE[0] += random.randint(3, 900)
    q, day = f"{QUEUE[0]:010X}", t.astimezone(BERLIN)
    head = lambda seconds: (day + dt.timedelta(seconds=seconds)).strftime("%b %e %H:%M:%S") + " mx1 postfix/"
    relay = f"mx.{p.email.split('@')[1]}[192.0.2.25]:25"
    dsn = {"sent": "2.0.0", "bounced": "5.1.1", "deferred": "4.4.1"}[status]
    lines = [(0, f"pickup[801]: {q}: uid=33 from=<{subject_id}@shop.example.com>"),
             (0, f"cleanup[802]: {q}: message-id=<{subject_id}.{q}@shop.example.com>"),
             (0, f"qmgr[803]: {q}: from=<{subject_id}@shop.example.com>, size={2000 + len(p.email) * 90}, nrcpt=1 (queue active)"),
             (1, f"smtp[810]: {q}: to=<{p.email}>, relay={relay}, delay=1.2, delays=0.1/0/0.5/0.6, dsn={dsn}, status={status} ({text})"),
             (2, f"qmgr[803]: {q}: removed")]
    for seconds, line in lines:
        mail.append((t + dt.timedelta(seconds=seconds), head(seconds) + line))


def ticket(p, t, subject, hours, score):
    number = 501 + len(tickets)
    f = lambda x: x.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")
    solved = t + dt.timedelta(hours=hours)
    tickets.append((t, [str(number), p.name, p.email, p.user, subject, "Solved", "Normal", "Mail", f(t), f(solved), f(solved),
                        score, str(1 + hours // 30)]))


def later(t, low, high):
    """A while later: between low and high minutes."""
    return t + dt.timedelta(minutes=random.uniform(low, high))


def order(p, t, product, total):
    p.orders += 1
    number = f"S{2001 + len(orders)}"
    orders.append((t, {"order": number, "created_at": t.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", "status": "paid",
                       "customer": {"email": p.email, "user": p.user}, "total": f"{total:.2f}", "currency": "EUR",
                       "items": [{"sku": product, "quantity": 1}]}))
    send(later(t, 0.1, 0.4), p, f"order-{number.lower()}")
    send(later(t, 1200, 2600), p, f"shipped-{number.lower()}")
    return number


def arrive(p, t, via):
    if via == "search":
        hit(p, t, "GET", random.choice(["/", "/guide/how-to-choose-a-kettle", "/guide/grind-sizes"]),
            referrer="https://search.example.com/?q=coffee+kettle")
    elif via == "newsletter":
        hit(p, t, "GET", "/?utm_source=newsletter&utm_medium=email&utm_campaign=autumn")
    elif via == "ad":
        hit(p, t, "GET", "/sale?utm_source=ads&utm_medium=cpc&utm_campaign=kettle-week", referrer="https://ads.example.net/click")
    elif via == "invite":
        hit(p, t, "GET", f"/invited?by=u{1001 + random.randint(0, 9)}")
    else:
        hit(p, t, "GET", "/")
    return later(t, 0.3, 2)


def browse(p, t, n):
    product = random.choice(PRODUCTS)
    if random.random() < 0.4:
        hit(p, t, "GET", f"/search?q={product}")
        t = later(t, 0.2, 1)
    for _ in range(n):
        product = random.choice(PRODUCTS)
        hit(p, t, "GET", f"/product/{product}", referrer="https://shop.example.com/")
        t = later(t, 0.4, 4)
    return t, product


def buy(p, t, product, trouble):
    """Cart, checkout, payment. True when an order came of it."""
    hit(p, t, "POST", f"/cart/add?item={product}", 302)
    t = later(t, 0.3, 2)
    hit(p, t, "GET", "/cart")
    t = later(t, 0.5, 3)
    if random.random() < 0.22 and p.orders == 0:
        return False, t  # leaves the cart where it is
    p.signed_in = True
    hit(p, t, "POST", "/login", 302)
    t = later(t, 0.3, 1.5)
    hit(p, t, "GET", "/checkout")
    t = later(t, 0.8, 4)
    if random.random() < trouble:
        hit(p, t, "POST", "/checkout/pay", 502)
        t = later(t, 0.2, 1)
        if random.random() < 0.35:
            hit(p, t, "POST", "/checkout/pay", 502)
        return None, t  # the payment failed
    hit(p, t, "POST", "/checkout/pay", 302)
    t = later(t, 0.05, 0.2)
    order(p, t, product, random.choice([24.9, 39.5, 59.0, 89.0, 129.9]))
    hit(p, later(t, 0.02, 0.05), "GET", "/checkout/thank-you")
    return True, t


def after_order(p, t):
    t = t + dt.timedelta(days=random.uniform(2, 4))
    if random.random() < 0.45:
        hit(p, t, "GET", "/account/orders")
        t = later(t, 0.5, 3)
    if random.random() < 0.3:
        hit(p, t, "GET", "/help/where-is-my-order")
        t = later(t, 2, 30)
        ticket(p, t, "Where is my order?", random.choice([3, 9, 26, 50]), random.choice(["Good", "Good", "Bad"]))
        t = t + dt.timedelta(days=1)
    if random.random() < 0.35:
        t = t + dt.timedelta(days=random.uniform(1, 5))
        hit(p, t, "POST", "/review?product=" + random.choice(PRODUCTS), 302)
        if random.random() < 0.4:
            hit(p, later(t, 1, 5), "POST", "/invite", 302)


def live(p):
    t = START + dt.timedelta(days=random.uniform(0, DAYS - 16), hours=random.uniform(0, 10))
    via = random.choice(["search", "search", "newsletter", "ad", "direct", "invite"])
    for visit in range(random.choice([1, 2, 2, 3, 4])):
        p.signed_in = p.signed_in and random.random() < 0.5
        t = arrive(p, t, via)
        t, product = browse(p, t, random.choice([1, 1, 2, 3]))
        if random.random() < (0.75 if via == "invite" else 0.35 + 0.15 * visit):
            done, t = buy(p, t, product, 0.3)
            if done:
                after_order(p, t)
            elif done is None and random.random() < 0.55:
                t = later(t, 5, 240)
                ticket(p, t, "Payment fails at checkout", random.choice([2, 5, 20, 70]), random.choice(["Good", "Bad", ""]))
                if random.random() < 0.6:
                    t = t + dt.timedelta(hours=random.uniform(20, 60))
                    t = arrive(p, t, "direct")
                    done, t = buy(p, t, product, 0.05)
                    if done:
                        after_order(p, t)
        t = t + dt.timedelta(days=random.uniform(1.5, 11))
        via = random.choice(["direct", "newsletter" if p.subscribed else "search"])
        if t > START + dt.timedelta(days=DAYS - 1):
            break


people = [Person(i) for i in range(50)]
for person in people:
    live(person)
# People who never sign in, and a crawler.
for i in range(24):
    stranger = Person(100 + i)
    stranger.ip = f"192.0.2.{i + 30}"
    t = START + dt.timedelta(days=random.uniform(0, DAYS - 1), hours=random.uniform(0, 20))
    browse(stranger, arrive(stranger, t, random.choice(["search", "ad", "direct"])), random.choice([0, 1, 1, 2]))
crawler = Person(200)
crawler.ip, crawler.agent = "192.0.2.250", "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://bot.example.org/)"
for day in range(0, DAYS, 3):
    t = START + dt.timedelta(days=day, hours=3)
    for path in ["/robots.txt", "/sitemap.xml"]:
        hit(crawler, t, "GET", path)
        t = later(t, 0.1, 0.3)
# The newsletter, every other Tuesday; two addresses do not exist.
for day in range(1, DAYS, 14):
    t = START + dt.timedelta(days=day, hours=7)
    for person in people:
        if person.subscribed:
            gone = person.number in (6, 27)
            send(t, person, "newsletter", "bounced" if gone else "sent",
                 "host said: 550 5.1.1 User unknown" if gone else "250 2.0.0 Ok: queued")
            t = later(t, 0.05, 0.2)
# What every log has: noise that is no request.
web.append((START + dt.timedelta(days=9), r'192.0.2.77 - - [12/Aug/2026:02:00:00 +0200] "\x16\x03\x01\x00\xf7\x01" 400 226 "-" "-"'))
web.append((START + dt.timedelta(days=20), "192.0.2.78 - - [23/Aug/2026:02:00:00 +0200] \"GET /product/kettle HTTP/1.1\" 200"))


def lines(rows):
    return "".join(row + "\n" for _, row in sorted(rows, key=lambda r: r[0])).encode()


september = dt.datetime(2026, 9, 1, tzinfo=BERLIN)
with open("logs/access-2026-08.log.gz", "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
    z.write(lines([r for r in web if r[0] < september]))
with open("logs/access-2026-09.log.zst", "wb") as f:
    subprocess.run(["zstd", "-19", "-q", "--no-progress", "-c"], input=lines([r for r in web if r[0] >= september]), stdout=f, check=True)
with open("logs/mail.log.xz", "wb") as f:
    f.write(lzma.compress(lines(mail)))
with open("logs/orders.jsonl.bz2", "wb") as f:
    f.write(bz2.compress(lines([(t, json.dumps(o)) for t, o in orders])))
text = io.StringIO()
text.write("Id,Requester,Requester email,Requester external id,Subject,Status,Priority,Via,Created at,Updated at,Solved at,Satisfaction Score,Replies\n")
for _, row in sorted(tickets, key=lambda r: r[0]):
    text.write(",".join(f'"{c}"' if "," in c or "?" in c else c for c in row) + "\n")
with zipfile.ZipFile("logs/tickets.zip", "w", zipfile.ZIP_DEFLATED) as z:
    member = zipfile.ZipInfo("export/tickets.csv", (2026, 9, 28, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    z.writestr(member, text.getvalue())
print(f"{len(web)} requests, {len(mail)} mail log lines, {len(tickets)} tickets, {len(orders)} orders")
