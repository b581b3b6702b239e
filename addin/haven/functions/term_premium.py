"""Term premium: what a yield pays beyond the expected path of the short rate, and the zero curve it is seen on."""

from typing import Annotated

from haven.analytics.arrays import FloatArray
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import ChoiceKind, Date, Tenor, optional
from haven.functions.models import ModelName, model_yields
from haven.functions.units import RATE
from haven.functions.zero_curve import curve_yields

ZeroCurveName = Annotated[str, ChoiceKind("curve", words=("nominal", "real", "breakeven"))]


@spreadsheet_function("Term premium", RATE, example=("10Y", "2025-04-11"))
def HV_TERMPREMIUM(tenor: Tenor, date: Date = optional(), model: ModelName = optional("ACM")) -> FloatArray:
    """Term premium of a zero-coupon Treasury: fitted yield minus the expected path of the short rate, as a decimal.

    Parameters
    ----------
    tenor
        Maturity: whole months up to 10Y for ACM and its nowcast, 2Y to 10Y for KW.
    date
        Market date; empty means the model's latest.
    model
        ACM (estimated here), ACM.NYFED and KW (Kim-Wright) as published, SURVEY, ACM.NOWCAST (from par Treasuries), or
        ACM.POINTINTIME (estimated on nothing later than the date); empty means ACM.
    """
    fitted, expected = model_yields(tenor, date, model)
    return fitted - expected


@spreadsheet_function("Term premium", RATE, example=("10Y", "2025-04-11"))
def HV_EXPECTEDRATE(tenor: Tenor, date: Date = optional(), model: ModelName = optional("ACM")) -> FloatArray:
    """Expected average short rate to a maturity: the model's risk-neutral yield, convexity inside, as a decimal.

    Parameters
    ----------
    tenor
        Maturity: whole months up to 10Y for ACM and its nowcast, 2Y to 10Y for KW.
    date
        Market date; empty means the model's latest.
    model
        ACM (estimated here), ACM.NYFED and KW (Kim-Wright) as published, SURVEY, ACM.NOWCAST (from par Treasuries), or
        ACM.POINTINTIME (estimated on nothing later than the date); empty means ACM.
    """
    return model_yields(tenor, date, model)[1]


@spreadsheet_function("Term premium", RATE, example=("10Y", "2025-04-11"))
def HV_FITTEDYIELD(tenor: Tenor, date: Date = optional(), model: ModelName = optional("ACM")) -> FloatArray:
    """The model's fitted zero-coupon Treasury yield, continuously compounded, as a decimal.

    Parameters
    ----------
    tenor
        Maturity: whole months up to 10Y for ACM, 1Y to 10Y for KW.
    date
        Market date; empty means the model's latest.
    model
        ACM (estimated here), ACM.NYFED and KW (Kim-Wright) as published, SURVEY, ACM.NOWCAST (from par Treasuries), or
        ACM.POINTINTIME (estimated on nothing later than the date); empty means ACM.
    """
    return model_yields(tenor, date, model)[0]


@spreadsheet_function("Term premium", RATE, example=("10Y", "2025-04-11"))
def HV_ZEROYIELD(tenor: Tenor, date: Date = optional(), curve: ZeroCurveName = optional("nominal")) -> FloatArray:
    """Zero-coupon yield on the Fed's Treasury curves, continuously compounded, a decimal: nominal, real or breakeven.

    Parameters
    ----------
    tenor
        Maturity such as 10Y, any within 1M to 30Y for the nominal curve and 2Y to 20Y for the others.
    date
        Market date; empty means the latest. A day without a curve is #N/A.
    curve
        nominal, real (TIPS), or breakeven: nominal less real, the inflation that makes them pay the same; empty means
        nominal.
    """
    return curve_yields(tenor, date, curve)
