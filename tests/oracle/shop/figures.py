"""Figures worked out the slow way, and rows of a table compared with them: every cell that is wanted,
numbers within 2e-6, or six digits where the table gives no more. `counts` says how many were right.
"""
import math
import statistics

counts = {"passed": 0, "failed": 0}


def check(name, got, want):
    if got == want:
        counts["passed"] += 1
        return
    counts["failed"] += 1
    if counts["failed"] <= 10:
        print(f"FAILED {name}\n  got      {str(got)[:900]}\n  expected {str(want)[:900]}")


ROUGH = {"lift", "mean", "delta_conversion", "between_mean", "lookups_mean", "source_changes_mean", "paths_diff", "avg_per_path_diff", "share_of_total_diff",
         "proba_out_diff"}  # six digits in the CSV


def near(a, b, rough=False):
    if a == b:
        return True
    if a in ("", None) or b in ("", None) or isinstance(a, str) or isinstance(b, str):
        return False
    return abs(a - b) <= (5e-6 * abs(b) if rough else 2e-6 + 2e-9 * abs(b)) + 1e-12


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def check_rows(name, rows, want, key):
    """want: {key tuple: {column: value}} in any order; every row must be there, and no other."""
    got = {tuple(r[k] for k in key): r for r in rows}
    check(f"{name}: rows", (len(got), set(got)), (len(rows), {tuple(map(str, k)) for k in want}))
    for k, cells in want.items():
        row = got.get(tuple(map(str, k)))
        if row is None:
            continue
        bad = {c: (row[c], v) for c, v in cells.items() if not near(number(row[c]), v, c in ROUGH)}
        check(f"{name} {k}", bad, {})


# ---- statistics ----

def percentile(values, p):
    if not values:
        return ""
    s = sorted(values)
    at = p * (len(s) - 1)
    low = int(at)
    return s[-1] if low + 1 >= len(s) else s[low] + (s[low + 1] - s[low]) * (at - low)


def mean(values):
    return sum(values) / len(values) if values else ""


def stdev(values):
    return "" if not values else statistics.stdev(values) if len(values) > 1 else 0.0


def rate(k, n, name, n_name=None):
    """The cells of a rate with its interval (Wilson)."""
    cells = {name: k / n if n else ""}
    stem = name[:-5] if name.endswith("_rate") else name
    if n:
        z = 1.959963984540054
        p, mid = k / n, k / n + z * z / (2 * n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        cells[stem + "_low"] = 0 if k == 0 else (mid - half) / (1 + z * z / n)
        cells[stem + "_high"] = 1 if k == n else (mid + half) / (1 + z * z / n)
    else:
        cells[stem + "_low"] = cells[stem + "_high"] = ""
    if n_name:
        cells[n_name] = n
    return cells


def conversion(journeys, name="conversion"):
    ended = [j for j in journeys if not j.after and j.state != "open"]
    return rate(sum(j.state == "converted" for j in ended), len(ended), name, name + "_n")
