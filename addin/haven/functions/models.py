"""Term-premium models on the current snapshot: each gives fitted and expected zero yields by tenor and date."""

from dataclasses import dataclass
from typing import Annotated, Final, Protocol

import numpy as np

from haven.analytics import acm
from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.analytics.par_curve import zeros_from_par
from haven.analytics.svensson import zero_yields
from haven.errors import HavenError, Reason, at_places, refuse
from haven.functions.dates import fill_latest
from haven.functions.kinds import ChoiceKind
from haven.functions.zero_curve import find_zero_curve
from haven.market.history import History
from haven.market.snapshot import current

MODELS: Final = ("ACM", "ACM.NYFED", "KW", "SURVEY", "ACM.NOWCAST", "ACM.POINTINTIME")
NOWCAST_TENORS: Final = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0)
"""Par Treasuries, years, that a nowcast projects on the model."""

ModelName = Annotated[str, ChoiceKind("model", words=MODELS)]


class Model(Protocol):
    """What a term-premium model answers. Tenors are in years, yields decimal zero yields."""

    def inputs(self, tenor: float) -> list[History]:
        """The histories a figure of this tenor needs."""

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:
        """Fitted and risk-neutral yields of flat, equally long tenors and dates."""


@dataclass(frozen=True, slots=True)
class Acm:
    """Adrian, Crump and Moench, estimated here on the month-ends of the Fed's zero curve.

    ``zeros``, ``fitted`` and ``expected`` hold every date of the curve by every month up to ten years.
    """

    model: acm.AcmModel
    curve: History
    zeros: FloatArray
    fitted: FloatArray
    expected: FloatArray

    def inputs(self, tenor: float) -> list[History]:  # noqa: ARG002, D102
        return [self.curve]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        months = whole_months(tenor, "ACM")
        row = self.rows(date)
        return self.fitted[row, months - 1], self.expected[row, months - 1]

    def rows(self, date: DateArray) -> np.ndarray:
        """The row of each date; raises for dates without a zero curve."""
        row, found = self.curve.find(date)
        refuse(~found, Reason.NO_DATA, lambda i: self.curve.explain(date[i]))
        return row


@dataclass(frozen=True, slots=True)
class Published:
    """Fitted yields and premia, or risk-neutral yields, as somebody publishes them; lines between whole years."""

    fitted: str
    premium: str = ""
    expected: str = ""

    def inputs(self, tenor: float) -> list[History]:  # noqa: D102
        return [h for name in (self.fitted, self.premium or self.expected) for h in current().curve(name).needed(tenor)]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        fitted = current().curve(self.fitted).rates(tenor, date)
        if self.expected:
            return fitted, current().curve(self.expected).rates(tenor, date)
        return fitted, fitted - current().curve(self.premium).rates(tenor, date)


class Survey:
    """The Fed's zero yield against the average short rate forecasters expect: a check that needs no model."""

    def inputs(self, tenor: float) -> list[History]:  # noqa: D102
        return [find_acm().curve, *current().curve("SURVEY").needed(tenor)]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        months = whole_months(tenor, "SURVEY")
        zeros = find_acm()
        survey = [current().curve("SURVEY").needed(float(years))[-1] for years in tenor]
        expected = np.array([h.at(date[i : i + 1])[0] for i, h in enumerate(survey)])
        return zeros.zeros[zeros.rows(date), months - 1], expected


class Nowcast:
    """The day's par Treasuries seen with the estimated loadings: what ACM would say before the zero curve is out."""

    def inputs(self, tenor: float) -> list[History]:  # noqa: ARG002, D102
        return [h for years in NOWCAST_TENORS for h in current().curve("UST").needed(years)]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        months = whole_months(tenor, "ACM.NOWCAST")
        days, place = np.unique(date, return_inverse=True)
        par = np.column_stack([current().curve("UST").rates(np.full(days.size, t), days) for t in NOWCAST_TENORS])
        zeros = zeros_from_par(np.array(NOWCAST_TENORS), par, acm.MATURITIES)
        fitted, expected = acm.decompose(find_acm().model, zeros, acm.MATURITIES)
        return fitted[place, months - 1], expected[place, months - 1]


class PointInTime:
    """ACM as it could have been estimated on each date: on the month-ends known by then."""

    def inputs(self, tenor: float) -> list[History]:  # noqa: ARG002, D102
        return [find_acm().curve]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        months, curve = whole_months(tenor, "ACM.POINTINTIME"), find_acm()
        row = curve.rows(date)
        fitted, expected = np.empty(tenor.size), np.empty(tenor.size)
        for day in np.unique(date):
            at = np.flatnonzero(date == day)
            with at_places(at):
                found = acm.decompose(estimated_until(day), curve.zeros[row[at[:1]]], months[at])
            fitted[at], expected[at] = found[0][0], found[1][0]
        return fitted, expected


def whole_months(tenor: FloatArray, model: str) -> np.ndarray:
    """Tenors as months; raises for those the model has no loading for."""
    months = np.round(12.0 * tenor).astype(np.intp)
    usable = (np.abs(12.0 * tenor - months) < 1e-6) & (months >= 1) & (months <= acm.LONGEST)
    rule = f"tenor must be whole months from 1M to 10Y for model {model}"
    refuse(
        ~usable,
        Reason.NO_SOLUTION,
        lambda i: f"{rule} (beyond, its dynamics are not identified), got {tenor[i]:g} years",
    )
    return months


_OTHERS: Final[dict[str, Model]] = {
    "ACM.NYFED": Published("ACM.FIT", expected="ACM.RN"),
    "KW": Published("KW.FIT", premium="KW.TP"),
    "SURVEY": Survey(),
    "ACM.NOWCAST": Nowcast(),
    "ACM.POINTINTIME": PointInTime(),
}


def find_model(name: str) -> Model:
    """The model of that name on the current snapshot."""
    return find_acm() if name == "ACM" else _OTHERS[name]


def find_acm() -> Acm:
    """The estimate on the current snapshot, made once a snapshot."""
    market = current()
    if "ACM" not in market.derived:
        market.derived["ACM"] = _estimate_acm()
    model = market.derived["ACM"]
    assert isinstance(model, Acm)
    return model


def model_yields(tenor: FloatArray, date: DateArray, model: str) -> tuple[FloatArray, FloatArray]:
    """Fitted and risk-neutral yields; an empty date is the latest the model has."""
    found = find_model(model)
    return found.yields(tenor, fill_latest(date, tenor, found.inputs))


def estimated_until(date: np.datetime64) -> acm.AcmModel:
    """The model estimated on the month-ends up to a date and nothing later, made once a snapshot and month.

    Raises
    ------
    HavenError
        NO_DATA for a date that leaves too few months since the one-month yield is reliable.
    """
    market, estimate = current(), find_acm()
    dates = estimate.curve.dates[estimate.curve.dates <= date]
    _refuse_few_months(dates, f" up to {date}")
    month_ends = acm.month_ends(dates)
    key = f"ACM to {dates[month_ends[-1]]}"
    if key not in market.derived:
        market.derived[key] = _estimate(estimate.curve, estimate.zeros, month_ends)
    model = market.derived[key]
    assert isinstance(model, acm.AcmModel)
    return model


def _refuse_few_months(dates: DateArray, until: str = "") -> None:
    """Refuse to estimate on too few months since the one-month yield is reliable."""
    since = np.unique(dates[dates >= acm.SHORT_RATE_FROM].astype("M8[M]"))
    if since.size <= acm.SHORTEST_SAMPLE:
        rule = f"an estimate must have {acm.SHORTEST_SAMPLE} months of the zero curve from {acm.SHORT_RATE_FROM} on"
        raise HavenError(Reason.NO_DATA, f"{rule}, there are {since.size}{until}")


def _estimate_acm() -> Acm:
    curve = find_zero_curve("nominal")
    _refuse_few_months(curve.dates.dates)
    zeros = zero_yields(curve.parameters[:, None], acm.MATURITIES / 12.0)
    model = _estimate(curve.dates, zeros, acm.month_ends(curve.dates.dates))
    fitted, expected = acm.decompose(model, zeros, acm.MATURITIES)
    return Acm(model, curve.dates, zeros, fitted, expected)


def _estimate(curve: History, zeros: FloatArray, month_ends: IntArray) -> acm.AcmModel:
    dates, panel = curve.dates[month_ends], zeros[month_ends]
    try:
        funds = current().history("FEDFUNDS").at(dates.astype("M8[M]").astype("M8[D]"))
    except HavenError as failure:  # it blames months of the sample, not what was asked
        raise HavenError(failure.reason, failure.message) from None
    return acm.estimate(dates, panel, acm.short_rate(dates, panel[:, 0], funds))
