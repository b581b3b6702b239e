"""Term premium: the estimated model itself, its factors, dynamics, loadings and fit."""

from typing import Any, Final

import numpy as np

from haven.analytics import acm
from haven.analytics.arrays import to_bp
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import Date, optional
from haven.functions.models import estimated_until, find_acm
from haven.functions.units import MIXED, TEXT, YEARS, Column

_FACTORS: Final = tuple(f"factor {number}" for number in range(1, acm.FACTORS + 1))
_NO_FACTORS: Final = ("",) * acm.FACTORS
_MONTHS: Final = np.arange(12, acm.LONGEST + 1, 12)
_YEARS: Final = (_MONTHS / 12.0).tolist()


@spreadsheet_function(
    "Term premium",
    MIXED,
    columns=(
        Column("statistic", TEXT),
        Column("value", MIXED),
        Column("tenor", YEARS),
        *(Column(name, MIXED) for name in _FACTORS),
    ),
    example=(),
)
def HV_TERMPREMIUMMODEL(end: Date = optional()) -> list[Any]:
    """The ACM model as estimated: sample, variance explained, eigenvalues, loadings in bp per factor and fit.

    Parameters
    ----------
    end
        Last date the estimate may look at; empty means all there is.

    Notes
    -----
    Factors have a standard deviation of one over the sample. An eigenvalue is the share of a shock that is left after
    a month: in the expected path, and in the dynamics that prices go by. Convexity is what the expected rate holds
    beyond the average short rate. The fit error is the root mean square of observed less fitted month-end yields.
    """
    found = find_acm()
    model = found.model if np.isnat(end[0]) else estimated_until(end[0])
    month_ends = acm.month_ends(found.curve.dates)
    sample = found.zeros[month_ends[found.curve.dates[month_ends] <= model.end]]
    expected_roots, pricing_roots = acm.roots(model.phi), acm.roots(model.pricing)
    fitted, expected = acm.loadings(model, _MONTHS)
    rows = [
        _row("months", float(model.factors.shape[0])),
        _row("sample start", model.start),
        _row("sample end", model.end),
        _row("variance explained", model.explained.sum(), factors=model.explained),
        _row("eigenvalue, expected path", expected_roots[0], factors=expected_roots),
        _row("eigenvalue, pricing", pricing_roots[0], factors=pricing_roots),
    ]
    by_tenor = {
        "convexity in expected rate, bp": acm.convexity(model, _MONTHS),
        "fit error, bp": acm.fit_errors(model, sample, _MONTHS),
    }
    for name, values in by_tenor.items():
        rows += [_row(name, value, years) for years, value in zip(_YEARS, to_bp(values), strict=True)]
    for name, loadings in {"loading of fitted yield, bp": fitted, "loading of expected rate, bp": expected}.items():
        rows += [_row(name, "", years, factors) for years, factors in zip(_YEARS, to_bp(loadings), strict=True)]
    return [list(column) for column in zip(*rows, strict=True)]


def _row(statistic: str, value: Any, years: Any = "", factors: Any = _NO_FACTORS) -> list[Any]:
    return [statistic, value, years, *factors]
