#!/usr/bin/env python3
"""Prints the bench's project: N rules (50 or 500) over the log of gen.c. Usage: rules.py N LOG [--patterns]

--patterns prints one pattern of each rule alone, one a line, for grep-like peers. The first rules are like a shop's; the
further ones are campaigns, brands and pages of which some occur.
"""
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
    more.append((f"page {i}", "consideration",
                 {"path": [rf"^/blog/{a}-{b}-[0-9]+$", rf"^/product/[0-9]+/{a}-{b}$", rf"[?&]utm_campaign=promo{i}\b",
                           rf"(?i)/landing/{a}[-_]{b}", rf"^/search\?q={a}\+{b}&"][i % 5]}))
rules = more + shop
assert len(rules) == n, f"at least {len(shop)} rules"
if "--patterns" in sys.argv:
    for _, _, when in rules:
        print(next(when[k] for k in ("path", "agent", "referrer") if k in when).lstrip("^").replace("(?<", "(?P<"))
    raise SystemExit
print(f"project: bench, {n} rules\nsources:\n  - name: web\n    channel: website\n    files: ['{log}']\n    format: combined\nrules:")
for name, stage, when in rules:
    print(f"  - touchpoint: {name}\n    stage: {stage}\n    when:")
    for field, pattern in when.items():
        print(f"      {field}: '{pattern}'")
print("journey: {goal: order placed, inactivity: 7d}")
