#!/usr/bin/env python3
"""Prints the bench's project: N rules (46 or more) over the log of gen.c. Usage: rules.py N LOG [--also | --sessions | --lines]

The first rules are like a shop's; the further ones are campaigns, brands and pages of which some occur.
--also      every rule that a line fits counts, not the first alone
--sessions  a visitor is an address, whoever signs in or orders; a journey ends with a pause of 30 minutes: a peer's session
--lines     no project, but for each rule its touchpoint, a tab, and one pattern over the whole line that fits the same lines, for
            programs that know no fields; in the syntax that PCRE, RE2, Rust and Go share
"""
import re
import sys

n, log = int(sys.argv[1]), sys.argv[2]
words = ("kettle teapot grinder scale mug filter beans tray spoon press pot drip steam milk foam roast dark light gift set "
         "travel home office steel glass paper").split()
shop = [  # touchpoint, stage, conditions
    ("payment error", "purchase", {"path": "^/checkout/payment", "status": "^5"}),
    ("checkout error", "purchase", {"path": "^/checkout", "status": "^5"}),
    ("order placed", "purchase", {"path": r"^/checkout/thank-you\?order=(?<order>[0-9]+)"}),
    ("payment", "purchase", {"path": "^/checkout/payment"}),
    ("shipping", "purchase", {"path": "^/checkout/shipping"}),
    ("add to cart", "purchase", {"method": "POST", "path": r"^/cart/add\?item=(?<item>[0-9]+)"}),
    ("cart", "purchase", {"path": "^/cart$"}),
    ("search", "consideration", {"path": r"^/search\?q=(?<keyword>[^&]+)"}),
    ("orders", "retention", {"path": "^/account/orders"}),
    ("settings", "retention", {"path": "^/account/settings"}),
    ("review", "advocacy", {"path": r"^/review\?product="}),
    ("not found", "consideration", {"path": "^/(?:product|category)/", "status": "^404"}),
    ("from search", "awareness", {"referrer": r"^https?://(?:www\.)?search\.example\.net/", "path": r"^/(?:\?|$)"}),
    ("blog", "motivation", {"path": "^/blog/(?<content>[^/?]+)"}),
    ("help", "retention", {"path": "^/help/(?<content>[a-z]+)"}),
    ("stock", "consideration", {"path": r"^/api/v[0-9]+/stock\b"}),
    ("bots", "awareness", {"agent": r"(?i)\b(?:bot|crawler|spider)\b"}),
    ("product page", "consideration", {"path": "^/product/(?<item>[0-9]+)"}),
]
shop += [(f"campaign {c}", "awareness", {"path": rf"[?&]utm_campaign=(?<campaign>{c})\b"})
         for c in ("spring_sale", "autumn", "kettle-week", "brand", "retarget")]
shop += [(f"{w} category", "consideration", {"path": rf"^/category/{w}\b"}) for w in words]
shop.append(("home", "awareness", {"path": r"^/(?:\?|$)"}))
more = []
for i in range(n - len(shop)):
    a, b = words[i % len(words)], words[i // len(words) % len(words)]
    number, slug = (str(i), f"{a}-{b}-{i}") if i >= 5 * len(words) ** 2 else ("[0-9]+", f"{a}-{b}")
    more.append((f"page {i}", "consideration",
                 {"path": [rf"^/blog/{a}-{b}-{number}$", rf"^/product/{number}/{a}-{b}$", rf"[?&]utm_campaign=promo{i}\b",
                           rf"(?i)/landing/{slug.replace('-', '[-_]')}", rf"^/search\?q={slug.replace('-', '%s+' % chr(92))}&"][i % 5]}))
rules = more + shop
assert len(rules) == n, f"at least {len(shop)} rules"


def whole_line(when):
    """The conditions of a rule as one pattern over ip - user [time] "method path protocol" status bytes "referrer" "agent"."""
    if "agent" in when:
        return r'" "[^"]*' + when["agent"].replace("(?i)", "").replace("(?:", "(?i:") + '[^"]*"$'
    path = re.sub(r"\(\?<\w+>", "(?:", when["path"]).replace("[^&]", '[^&" ]').replace("[^/?]", '[^/?" ]')
    fold = "(?i)" if path.startswith("(?i)") else ""
    path = path.removeprefix(fold)
    path = path[1:] if path.startswith("^") else '[^" ]*' + path
    path = path.replace(r"(?:\?|$)", "[? ]")
    path = path[:-1] + " HTTP/" if path.endswith("$") else path
    line = fold + '"' + when.get("method", "[A-Z]+") + " " + path
    if "status" in when:
        line += '[^"]*" ' + when["status"].removeprefix("^")
    if "referrer" in when:
        line += '[^"]*" [0-9]+ [0-9]+ "' + when["referrer"].removeprefix("^")
    return line


if "--lines" in sys.argv:
    print("\n".join(f"{name}\t{whole_line(when)}" for name, _, when in rules))
    raise SystemExit
sessions = "--sessions" in sys.argv
print(f"project: bench, {n} rules\nsources:\n  - name: web\n    channel: website\n    files: ['{log}']\n    format: combined")
if sessions:
    print("    identify: {visitor: ip, user: []}")
print("rules:")
for name, stage, when in rules:
    print(f"  - touchpoint: {name}\n    stage: {stage}\n    when:")
    for field, pattern in when.items():
        print(f"      {field}: '{pattern.replace('?<order>', '?:') if sessions else pattern}'")
    if "--also" in sys.argv:
        print("    also: true")
print("journey: {inactivity: 30m}" if sessions else "journey: {goal: order placed, inactivity: 7d}")
