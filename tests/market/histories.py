"""The reference data as series: what each publisher has really published, by our id and ISO date, as quoted.

An auction's result is only its price there, so its yield is the Treasury's own of that day and term, and a new bond's
coupon follows from it by the Treasury's rule: the eighth below.
"""

import csv
import datetime as dt
import math

from haven.market.series import catalogue
from haven.market.sources.auctions import benchmark_years
from haven.market.sources.fred import CODES
from tests.shared import SHARED

DATA = SHARED / "data"
EPOCH = dt.date(1899, 12, 30)
PANEL = {"TGCR": "Broader Tri-party Rate", "BGCR": "Broad General Collateral Rate"}
TREASURY = (
    *("par-yield-curve-rates-1990-2024.csv", "treasury_yields_2025-01_2026-02.csv"),
    "daily-treasury-rates-2025.csv",
)


def histories(first="1900-01-01", last="2100-01-01"):
    """Every series that has figures between two dates, both included."""
    found = {**_fred(), **_kim_wright(), **_curves(), **_nyfed()}
    found |= {series: found.get(series, {}) | dated for series, dated in _treasury().items()}
    found |= _auctions(found)
    within = {
        name: {day: value for day, value in dated.items() if first <= day <= last} for name, dated in found.items()
    }
    return {name: dated for name, dated in within.items() if dated}


def _rows(path):
    with (DATA / path).open(encoding="utf-8-sig") as lines:
        return list(csv.reader(lines))


def _column(path, column=1):
    return {row[0][:10]: float(row[column]) for row in _rows(path)[1:] if row[column] not in {"", "."}}


def _columns(path, ids):
    """The columns of a table under our ids, by what each column's name becomes."""
    header, *rows = _rows(path)
    named = {place: ids(name) for place, name in enumerate(header) if place and ids(name) in catalogue()}
    return {
        series: {_iso(row[0]): float(row[place]) for row in rows if row[place] not in {"", "-"}}
        for place, series in named.items()
    }


def _iso(written):
    if "/" not in written:
        return written[:10]
    month, day, year = written.split("/")
    return dt.date(
        int(year) + (0 if len(year) == 4 else 1900 if int(year) > 68 else 2000), int(month), int(day)
    ).isoformat()


def _fred():
    held = {path.stem for path in (DATA / "fred").iterdir()}
    known = {series: _column(f"fred/{code}.csv") for series, code in CODES.items() if code in held}
    return {**known, "SOFR.AVG30D": _column("fred/SOFR30DAYAVG.csv")}


def _kim_wright():
    fitted = _columns(
        "kim_wright/THREEFY1_10_daily_1990_2025-05.csv", lambda name: name.replace("THREEFY", "KW.FIT.") + "Y"
    )
    premia = {f"KW.TP.{n}Y": _column(f"kim_wright/THREEFYTP{n}.csv") for n in range(2, 10)}
    return {**fitted, **premia, "KW.TP.10Y": _column("kim_wright/THREEFYTP10_1990_2026-07.csv")}


def _curves():
    swaps = _columns("swaps/USD-SOFR-1D_par_rates.csv", lambda name: "SWAP." + name.lstrip("0"))
    kinds = {"ACMY": "FIT", "ACMTP": "TP", "ACMRNY": "RN"}
    acm = _columns(
        "acm/ACM_official_monthly_1961_2025-10_vintage_2025-11.csv",
        lambda name: f"ACM.{kinds.get(name[:-2])}.{name[-2:].lstrip('0')}Y",
    )
    nominal = _columns("gsw/gsw_params_daily_1961_2025-10-03.csv", "GSW.{}".format)
    return {**swaps, **acm, **nominal, **_tips_parameters()}


def _tips_parameters():
    import pyarrow.parquet as pq

    table = pq.read_table(DATA / "gsw/feds200805_tips_2022-10_2025-10.parquet").to_pydict()
    days = [str(day)[:10] for day in table["date"]]
    names = [name for name in table if f"TIPS.{name}" in catalogue()]
    return {
        f"TIPS.{name}": {
            day: value for day, value in zip(days, table[name], strict=True) if math.isfinite(value or math.nan)
        }
        for name in names
    }


def _nyfed():
    header, *rows = _rows("nyfed/money_market_panel_2003_2026-04.csv")
    places = {series: header.index(name) for series, name in PANEL.items()}
    return {
        series: {row[0]: float(row[at]) for row in reversed(rows) if row[at] not in {"-", ""}}
        for series, at in places.items()
    }


def _treasury():
    tenors = {"Mo": "M", "Yr": "Y"}

    def ours(name):
        number, _, unit = name.partition(" ")
        return "UST.6W" if name.startswith("1.5") else f"UST.{number}{tenors.get(unit)}"

    found = {}
    for file in TREASURY:
        for series, dated in _columns(f"treasury/{file}", ours).items():
            found.setdefault(series, {}).update(dated)
    return found


def _auctions(known):
    header, *rows = _rows("treasury/auctions_combined_to_2024-08.csv")
    found, coupons, issued = {}, {}, {}
    for row in sorted(rows, key=lambda row: _iso(row[header.index("Auction Date")])):
        one = dict(zip(header, row, strict=True))
        day, maturity = _iso(one["Auction Date"]), dt.date.fromisoformat(_iso(one["Maturity Date"]))
        cusip, sold = one["CUSIP"], one["Security Term"]
        terms = {"security_term": sold, "original_security_term": issued.setdefault(cusip, sold)}
        term = benchmark_years({**terms, "inflation_index_security": "No", "floating_rate": "No"})
        level = known.get(f"UST.{term}Y", {}).get(day)
        new = cusip not in coupons
        # Treasuries are sold a little below par when new; inflation-linked ones, which are not told apart, seldom are.
        if level is None or (new and not 98.5 < float(one["Price per $100"]) <= 100):
            continue
        coupons.setdefault(cusip, max(math.floor(8 * level) / 8, 0.125))
        for name, value in (("YIELD", level), ("COUPON", coupons[cusip]), ("MATURITY", (maturity - EPOCH).days)):
            found.setdefault(f"OTR.{name}.{term}Y", {})[day] = float(value)
    return found
