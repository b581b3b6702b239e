"""The SOFR curve behind a cell: from the quotes passed, or from the store's of a date; built once by content."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.calendars import CALENDARS
from haven.analytics.conventions import SOFR_SWAPS, Conventions
from haven.analytics.schedules import end_of_tenor, spot_date
from haven.analytics.sofr_curve import Curve, build_curve, build_curves
from haven.analytics.swaps import par_rate, swaps_of_tenor
from haven.errors import HavenError, Reason, refuse
from haven.functions.dates import by_date
from haven.functions.kinds import (
    NUMBER,
    SWITCH,
    TENOR,
    ChoiceKind,
    NumberKind,
    Option,
    Options,
    OptionsKind,
    RangeKind,
    moment_dates,
)
from haven.market.snapshot import current

_LAG = NumberKind("days", low=0.0, high=10.0, rule="business days from 0 to 10")
_CALENDAR = ChoiceKind("calendar", words=tuple(CALENDARS))

_LATEST: Final = "latest SOFR curve"
_CURVES_KEPT: Final = 2048
"""The days of eight years: a column of them is calculated anew from the curves it had."""
_Content = tuple[np.datetime64, tuple[float, ...], tuple[float, ...], Conventions]
_kept: Final[dict[_Content, Curve]] = {}

CURVE_OPTIONS: Final = (
    Option(
        "interpolation",
        ChoiceKind("interpolation", words=("log-linear", "monotone convex", "meeting steps")),
        "log discount factors straight, forwards continuous, or forwards stepping at FOMC meetings",
        "log-linear",
    ),
    Option("nodes", ChoiceKind("nodes", words=("payment", "maturity")), "dates of the curve's nodes", "payment"),
    Option("payment_lag", _LAG, "business days from the end of a period to its payment", "2"),
    Option("spot_lag", _LAG, "business days from trade to start", "2"),
    Option("calendar", _CALENDAR, "business days of spot and period ends", "SIFMA"),
    Option("payment_calendar", _CALENDAR, "business days of payments", "SIFMA"),
    Option("extrapolate", SWITCH, "1 draws the curve on past its last quote, which is else refused", "0"),
)
CurveOptions = Annotated[Options, OptionsKind("options", options=CURVE_OPTIONS)]
CurveTenors = Annotated[FloatArray, RangeKind("tenors", of=TENOR)]
CurveRates = Annotated[FloatArray, RangeKind("rates", of=NUMBER)]


def on_curves(
    asof: DateArray,
    tenors: FloatArray,
    rates: FloatArray,
    options: Options,
    price: Callable[[Curve, Any], FloatArray],
) -> FloatArray:
    """One figure an element: ``price`` of the curve of each date and the places of its elements."""
    days = _known(asof, tenors, rates)
    if days.size > 1 and not (tenors.size or rates.size):
        _build_together(np.unique(days), _conventions(options))
    return by_date(days, lambda day, at: price(_curve(day, tenors, rates, options), at))


def one_curve(asof: DateArray, tenors: FloatArray, rates: FloatArray, options: Options) -> Curve:
    """The curve of a table, which has one date."""
    return _curve(_known(asof, tenors, rates)[0], tenors, rates, options)


def par_rates(
    tenor: FloatArray, start: FloatArray, asof: DateArray, tenors: FloatArray, rates: FloatArray, options: Options
) -> FloatArray:
    """Par rates of swaps from spot or a later start, on the curve of each date."""
    return on_curves(
        asof,
        tenors,
        rates,
        options,
        lambda curve, at: par_rate(curve, swaps_of_tenor(curve, dates_of(start[at], curve), tenor[at])),
    )


def dates_of(moments: FloatArray, curve: Curve) -> DateArray:
    """Moments as dates; a tenor is counted from spot, and so is an empty moment, of no length."""
    spot = np.repeat(spot_date(np.asarray(curve.asof), curve.conventions), moments.size)
    tenor = (moments <= 100.0) & ~np.isnan(moments)
    ends = np.where(tenor, end_of_tenor(spot, np.where(tenor, moments, 1.0), curve.conventions), spot)
    return moment_dates(moments, ends)


def _known(asof: DateArray, tenors: FloatArray, rates: FloatArray) -> DateArray:
    """The curve dates, each empty one replaced by the latest on which every tenor of the store is quoted."""
    empty = np.isnat(asof)
    if not empty.any():
        return asof
    if tenors.size or rates.size:
        refuse(empty, Reason.INVALID, lambda _: "asof must be given with tenors and rates")
    filled: DateArray = np.where(empty, _latest_date(), asof)
    return filled


def _latest_date() -> np.datetime64:
    market = current()
    if _LATEST not in market.derived:
        market.derived[_LATEST] = market.curve("SWAP").latest()
    date = market.derived[_LATEST]
    assert isinstance(date, np.datetime64)
    return date


def _curve(asof: np.datetime64, tenors: FloatArray, rates: FloatArray, options: Options) -> Curve:
    if tenors.size or rates.size:
        tenors, rates = tenors.reshape(-1), rates.reshape(-1)
        if tenors.size != rates.size:
            raise HavenError(
                Reason.INVALID, f"rates must be one a tenor, got {rates.size} rates for {tenors.size} tenors"
            )
        used = ~(np.isnan(tenors) & np.isnan(rates))
        tenors, rates = tenors[used], rates[used]
    else:
        tenors, rates = current().curve("SWAP").quoted(asof)
    content = _content(asof, tenors, rates, _conventions(options))
    if found := _kept.get(content):
        return found
    try:
        curve = build_curve(asof, tenors, rates, content[-1])
    except HavenError as failure:
        # The elements at fault are quotes, not cells.
        raise HavenError(failure.reason, failure.message) from None
    _keep(content, curve)
    return curve


def _build_together(days: DateArray, conventions: Conventions) -> None:
    """Build the store's curves that are not kept yet, those of days with the same tenors at once.

    A day that fails is left to its own elements to explain, and takes those built with it along.
    """
    alike: dict[tuple[float, ...], list[_Content]] = defaultdict(list)
    for day in days:
        with suppress(HavenError):
            content = _content(day, *current().curve("SWAP").quoted(day), conventions)
            if content not in _kept:
                alike[content[1]].append(content)
    for tenors, contents in alike.items():
        dates, _, quotes, _ = zip(*contents, strict=True)
        with suppress(HavenError):
            curves = build_curves(np.array(dates), np.array(tenors), np.array(quotes), conventions)
            for content, curve in zip(contents, curves, strict=True):
                _keep(content, curve)


def _content(day: np.datetime64, tenors: FloatArray, rates: FloatArray, conventions: Conventions) -> _Content:
    return day, tuple(tenors.tolist()), tuple(rates.tolist()), conventions


def _keep(content: _Content, curve: Curve) -> None:
    """Keep a curve, and no more than the newest ones."""
    _kept[content] = curve
    if len(_kept) > _CURVES_KEPT:
        del _kept[next(iter(_kept))]


def _conventions(options: Options) -> Conventions:
    return Conventions(
        spot_lag=int(options.get("spot_lag", SOFR_SWAPS.spot_lag)),
        payment_lag=int(options.get("payment_lag", SOFR_SWAPS.payment_lag)),
        rolls=CALENDARS[options.get("calendar", SOFR_SWAPS.rolls.name)],
        payments=CALENDARS[options.get("payment_calendar", SOFR_SWAPS.payments.name)],
        nodes=options.get("nodes", SOFR_SWAPS.nodes),
        interpolation=options.get("interpolation", SOFR_SWAPS.interpolation),
        extrapolate=options.get("extrapolate", 0.0) > 0,
    )
