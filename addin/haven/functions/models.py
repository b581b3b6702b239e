"""Term-premium models on the current snapshot: each gives fitted and expected zero yields by tenor and date."""

from dataclasses import dataclass
from typing import Annotated, Final, Protocol

import numpy as np

from haven.analytics import acm
from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.svensson import zero_yields
from haven.errors import Reason, refuse
from haven.functions.dates import fill_latest
from haven.functions.kinds import ChoiceKind
from haven.market.history import History
from haven.market.snapshot import Snapshot, current

CURVE_PARAMETERS: Final = ("GSW.BETA0", "GSW.BETA1", "GSW.BETA2", "GSW.BETA3", "GSW.TAU1", "GSW.TAU2")

ModelName = Annotated[str, ChoiceKind("model", words=("ACM", "KW"))]


class Model(Protocol):
    """What a term-premium model answers. Tenors are in years, yields decimal zero yields."""

    def inputs(self, tenor: float) -> list[History]:
        """The histories a figure of this tenor needs."""

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:
        """Fitted and risk-neutral yields of flat, equally long tenors and dates."""


@dataclass(frozen=True, slots=True)
class Acm:
    """Adrian, Crump and Moench, estimated here on the month-ends of the Fed's zero curve.

    ``fitted`` and ``expected`` hold every date of the curve by every month up to ten years.
    """

    curve: History
    fitted: FloatArray
    expected: FloatArray

    def inputs(self, tenor: float) -> list[History]:  # noqa: ARG002, D102
        return [self.curve]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        months = np.round(12.0 * tenor).astype(np.intp)
        usable = (np.abs(12.0 * tenor - months) < 1e-6) & (months >= 1) & (months <= acm.LONGEST)
        refuse(
            ~usable,
            Reason.NO_SOLUTION,
            lambda i: f"tenor must be whole months from 1M to 10Y for model ACM, got {tenor[i]:g} years",
        )
        row, found = self.curve.find(date)
        refuse(~found, Reason.NO_DATA, lambda i: self.curve.explain(date[i]))
        return self.fitted[row, months - 1], self.expected[row, months - 1]


class KimWright:
    """Kim and Wright, as the Board publishes them: fitted yield and premium of whole years, lines between."""

    def inputs(self, tenor: float) -> list[History]:  # noqa: D102
        return [h for name in ("KW.FIT", "KW.TP") for h in current().curve(name).needed(tenor)]

    def yields(self, tenor: FloatArray, date: DateArray) -> tuple[FloatArray, FloatArray]:  # noqa: D102
        fitted = current().curve("KW.FIT").rates(tenor, date)
        return fitted, fitted - current().curve("KW.TP").rates(tenor, date)


def find_model(name: str) -> Model:
    """The model of that name on the current snapshot; an estimate is made once a snapshot."""
    if name == "KW":
        return KimWright()
    market = current()
    if "ACM" not in market.derived:
        market.derived["ACM"] = _estimate_acm(market)
    model = market.derived["ACM"]
    assert isinstance(model, Acm)
    return model


def model_yields(tenor: FloatArray, date: DateArray, model: str) -> tuple[FloatArray, FloatArray]:
    """Fitted and risk-neutral yields; an empty date is the latest the model has."""
    found = find_model(model)
    return found.yields(tenor, fill_latest(date, tenor, found.inputs))


def _estimate_acm(market: Snapshot) -> Acm:
    level = market.history(CURVE_PARAMETERS[0])
    parameters = np.full((level.dates.size, len(CURVE_PARAMETERS)), np.nan)
    for column, name in enumerate(CURVE_PARAMETERS):
        history = market.history(name)
        row, found = history.find(level.dates)
        parameters[found, column] = history.values[row[found]]
    yields = zero_yields(parameters, acm.MATURITIES / 12.0)
    month_ends = acm.month_ends(level.dates)
    dates, panel = level.dates[month_ends], yields[month_ends]
    funds = market.history("FEDFUNDS").at(dates.astype("M8[M]").astype("M8[D]"))
    model = acm.estimate(dates, panel, acm.short_rate(dates, panel[:, 0], funds))
    fitted, expected = acm.decompose(model, yields, acm.MATURITIES)
    return Acm(level, fitted, expected)
