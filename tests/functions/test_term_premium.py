"""Term-premium functions on the sample and on panels of one's own."""

import numpy as np
import pandas as pd
import pytest

from haven.functions import CellError, call
from haven.market.load import load_files
from haven.market.snapshot import as_known, refresh, using
from tests.conftest import NOW
from tests.shared import SHARED, needs_shared

DATE = "2025-04-11"


@needs_shared
def test_premium_matches_the_new_york_fed_month_ends():
    table = pd.read_csv(SHARED / "data/acm/ACM_official_monthly_1961_2025-10_vintage_2025-11.csv").set_index("DATE")
    published = table.loc["2018-05-31":"2025-09-30", "ACMTP10"]
    found = np.array(call("HV_TERMPREMIUM", ["10Y", [[day] for day in published.index]]))
    assert found.shape == (89, 1)
    assert 1e4 * found[:, 0] == pytest.approx(100 * published, abs=2.0)


@needs_shared
def test_kim_wright_matches_what_is_published():
    table = pd.read_csv(SHARED / "data/kim_wright/THREEFYTP10_1990_2026-07.csv").set_index("Date")["Value"]
    assert call("HV_TERMPREMIUM", ["10Y", DATE, "KW"]) == pytest.approx(table[DATE] / 100, abs=1e-15)


def test_fitted_satisfies_expected_plus_premium():
    for model in ("ACM", "KW", "ACM.NOWCAST"):
        fitted, expected, premium = (
            call(name, ["10Y", DATE, model]) for name in ("HV_FITTEDYIELD", "HV_EXPECTEDRATE", "HV_TERMPREMIUM")
        )
        assert fitted == pytest.approx(expected + premium, abs=1e-12)


def test_nowcast_satisfies_staying_near_the_estimate():
    days = [[row[0]] for row in call("HV_HISTORY", ["GSW.BETA0", "2024-01-02", "2025-09-30", "monthly"])[1:]]
    days = [day for day in days if not isinstance(call("HV_USTYIELD", ["10Y", day[0]]), CellError)]
    estimate, nowcast = (np.array(call("HV_TERMPREMIUM", ["10Y", days, model])) for model in ("ACM", "ACM.NOWCAST"))
    assert np.abs(estimate - nowcast).max() == pytest.approx(0.0, abs=20e-4)
    assert not isinstance(call("HV_TERMPREMIUM", ["10Y", "2026-07-22", "ACM.NOWCAST"]), CellError)


def test_curve_satisfies_the_functions_and_shows_its_sample():
    header, *rows = call("HV_TERMPREMIUMCURVE", [DATE])
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["model"] for row in found} == {"ACM", "KW", "ACM.NOWCAST", "ACM.POINTINTIME"}
    for row in found:
        assert row["term premium"] == call("HV_TERMPREMIUM", [row["tenor"], DATE, row["model"]])
    ten = next(row for row in found if (row["model"], row["tenor"]) == ("ACM", 10.0))
    assert ten["sample"] == "estimated 1961-06-30 to 2025-09-30"
    assert 5e-4 < ten["standard error"] < 1e-2
    samples = {row["model"]: row["sample"] for row in found}
    assert samples["ACM.POINTINTIME"] == "estimated 1961-06-30 to 2025-03-31"
    assert samples["ACM.NOWCAST"].endswith("2025-09-30, nowcast")
    assert call("HV_TERMPREMIUMCURVE", [DATE]) == call("HV_TERMPREMIUMCURVE", [DATE])


def test_model_satisfies_its_figures():
    header, *rows = call("HV_TERMPREMIUMMODEL", [])
    found = {(name, years): [value, *factors] for name, value, years, *factors in rows}
    assert header == ["statistic", "value", "tenor", *(f"factor {number}" for number in range(1, 6))]
    assert [found[name, ""][0].isoformat() for name in ("sample start", "sample end")] == ["1961-06-30", "2025-09-30"]
    month_ends = [[row[0]] for row in call("HV_HISTORY", ["GSW.BETA0", None, "2025-09-30", "monthly"])[1:]]
    assert found["months", ""][0] == len(month_ends) == 772
    for years in (2.0, 10.0):
        fitted, zero = (np.array(call(name, [years, month_ends])) for name in ("HV_FITTEDYIELD", "HV_ZEROYIELD"))
        loadings = np.array(found["loading of fitted yield, bp", years][1:])
        assert (loadings**2).sum() == pytest.approx(1e8 * fitted.var(ddof=1), rel=1e-9)
        assert found["fit error, bp", years][0] == pytest.approx(1e4 * np.sqrt(((zero - fitted) ** 2).mean()), rel=1e-9)
    assert found["convexity in expected rate, bp", 10.0][0] == pytest.approx(-17.2, abs=0.05)


def test_model_of_an_earlier_date_satisfies_its_sample():
    rows = {row[0]: row[1] for row in call("HV_TERMPREMIUMMODEL", ["2024-12-15"])[1:7]}
    assert rows["sample end"].isoformat() == "2024-11-29"
    assert rows["months"] == 762
    early = call("HV_TERMPREMIUMMODEL", ["1985-06-28"])
    assert (early.code, "must have 60 months of the zero curve from 1982-01 on, there are 42" in early.why) == (
        "#N/A",
        True,
    )


def test_point_in_time_premium_satisfies_not_looking_ahead(tmp_path):
    """What happened later changes the estimate on everything, never the one made on the day."""
    models = ("ACM", "ACM.POINTINTIME")
    before = {model: call("HV_TERMPREMIUM", ["10Y", DATE, model]) for model in models}
    path = tmp_path / "later.csv"
    days = ("2025-04-30", "2025-06-30", "2025-07-31")
    path.write_text("series,date,value\n" + "".join(f"GSW.BETA0,{day},9.0\n" for day in days))
    load_files([path], NOW)
    refresh()
    after = {model: call("HV_TERMPREMIUM", ["10Y", DATE, model]) for model in models}
    assert after["ACM.POINTINTIME"] == before["ACM.POINTINTIME"]
    assert abs(after["ACM"] - before["ACM"]) > 1e-4


def test_point_in_time_premium_satisfies_the_estimate_on_the_whole_sample():
    days = [["2025-10-01"], ["2025-10-03"], ["2025-10-02"]]
    whole, known = (call("HV_TERMPREMIUM", ["10Y", days, model]) for model in ("ACM", "ACM.POINTINTIME"))
    assert np.array(known) == pytest.approx(np.array(whole), abs=1e-14)
    early, late = call("HV_TERMPREMIUM", ["10Y", [["1984-06-29"], ["2025-10-03"]], "ACM.POINTINTIME"])
    assert (early[0].code, late) == ("#N/A", known[1])


@needs_shared
class TestPanel:
    """The published zero curve given back as a user's own panel."""

    @pytest.fixture
    def panel(self):
        table = pd.read_csv(SHARED / "data/acm/ACM_official_monthly_1961_2025-10_vintage_2025-11.csv")
        table = table[table.DATE >= "1990"]
        dates = [[day] for day in table.DATE]
        yields = table[[f"ACMY{n:02d}" for n in range(1, 11)]].to_numpy() / 100
        short = yields[:, :1] - 0.3 * (yields[:, 1:2] - yields[:, :1])
        return dates, [1.0, *range(12, 121, 12)], np.hstack([short, yields])

    def test_fit_satisfies_fitted_less_riskneutral(self, panel):
        dates, months, yields = panel
        outputs = {
            output: call("HV_TERMPREMIUMFIT", [dates, months, yields.tolist(), {"output": output, "factors": 4}])
            for output in ("premium", "fitted", "riskneutral")
        }
        assert outputs["premium"][0] == ["date", *[float(n) for n in range(1, 11)]]
        tp, fitted, neutral = (np.array([row[1:] for row in rows[1:]]) for rows in outputs.values())
        assert np.abs(tp - fitted + neutral).max() == pytest.approx(0.0, abs=1e-12)
        assert np.sqrt(((fitted - yields[:, 1:]) ** 2).mean()) == pytest.approx(0.0, abs=10e-4)

    def test_end_satisfies_not_looking_ahead(self, panel):
        dates, months, yields = panel
        later = yields.copy()
        later[300:] += 0.02
        args = [months, yields.tolist(), {"factors": 3, "end": dates[299][0]}]
        before = call("HV_TERMPREMIUMFIT", [dates, *args])
        after = call("HV_TERMPREMIUMFIT", [dates, months, later.tolist(), args[2]])
        assert np.array([r[1:] for r in before[1:301]]) == pytest.approx(
            np.array([r[1:] for r in after[1:301]]), abs=1e-12
        )

    @pytest.mark.parametrize(
        ("spoil", "why"),
        [
            (lambda d, m, y: (d, m, np.where(np.arange(y.size).reshape(y.shape) == 40, np.nan, y)), "is blank"),
            (lambda d, m, y: (d[:30], m, y[:30]), "at least 60 months, got 30"),
            (lambda d, m, y: (d, m, np.full(y.shape, 0.04)), "independent ways"),
            (lambda d, m, y: (d[::-1], m, y), "dates must ascend without repeats, row 2"),
            (lambda d, m, y: ([d[0], *d[:-1]], m, y), "dates must ascend without repeats, row 2"),
            (lambda d, m, y: (d, m, 100 * y), "look like percent"),
            (lambda d, m, y: (d, m[::-1], y), "maturities must ascend"),
            (lambda d, m, y: (d, [*m[:-1], 360.0], y), "from 1..3 to 24..120 months"),
            (lambda d, m, y: (d, m, y[:, :5]), "a row a date and a column a maturity"),
        ],
    )
    def test_fit_refuses(self, panel, spoil, why):
        dates, months, yields = spoil(*panel)
        rows = [[None if np.isnan(cell) else cell for cell in row] for row in np.asarray(yields).tolist()]
        answer = call("HV_TERMPREMIUMFIT", [dates, months, rows])
        assert isinstance(answer, CellError)
        assert why in answer.why


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (["30Y", DATE], "#NUM!", "whole months from 1M to 10Y for model ACM"),
        (["1W", DATE], "#NUM!", "whole months"),
        (["10Y", "1950-01-03"], "#N/A", "GSW.BETA0 begins on 1961-06-30"),
        (["10Y", "2025-04-12"], "#N/A", "Saturday"),
        (["10Y", "2030-01-02"], "#N/A", "the last before it is of 2025-10-03"),
        (["10Y", DATE, "ACM.NYFED"], "#N/A", "there are no ACM.FIT quotes"),
        (["10Y", DATE, "SURVEY"], "#N/A", "there are no SURVEY quotes"),
        (["1Y", DATE, "KW"], "#N/A", "KW.TP.2Y to KW.TP.10Y"),
        (
            ["10Y", DATE, "DNS"],
            "#VALUE!",
            "model must be one of ACM, ACM.NYFED, KW, SURVEY, ACM.NOWCAST, ACM.POINTINTIME",
        ),
    ],
)
def test_premium_refuses(args, code, why):
    answer = call("HV_TERMPREMIUM", args)
    assert isinstance(answer, CellError)
    assert (answer.code, why in answer.why) == (code, True), answer.why


def test_published_models_satisfy_reading_back_what_is_loaded(tmp_path):
    path = tmp_path / "models.csv"
    path.write_text(f"series,date,value\nACM.FIT.10Y,{DATE},4.60\nACM.RN.10Y,{DATE},3.90\nSURVEY.10Y,2025-03-31,3.40\n")
    load_files([path], NOW)
    refresh()
    assert call("HV_TERMPREMIUM", ["10Y", DATE, "ACM.NYFED"]) == pytest.approx(0.0070, abs=1e-12)
    assert call("HV_EXPECTEDRATE", ["10Y", DATE, "SURVEY"]) == pytest.approx(0.0340, abs=1e-12)


def test_a_model_without_a_zero_curve_or_a_funds_rate_says_so(tmp_path, monkeypatch):
    """A store that holds a few figures alone, as it is asked at an earlier time."""

    def known(text):
        (tmp_path / "curve.csv").write_text(f"series,date,value\n{text}")
        load_files([tmp_path / "curve.csv"], NOW)
        with using(as_known(NOW)):
            answers = [call("HV_TERMPREMIUM", ["10Y", "2025-04-08"]), *call("HV_TERMPREMIUM", [["5Y", "10Y"]])[0]]
        return {(answer.code, answer.why) for answer in answers}

    rule = "an estimate must have 60 months of the zero curve from 1982-01 on, there are"
    assert known("SPX,2025-04-08,5000\n") == {("#N/A", f"{rule} 0")}
    days = [f"{year}-{month:02}-15" for year in range(2016, 2025) for month in (1, 4, 7, 8)]
    months = [f"{year}-{month:02}-03" for year in range(2015, 2025) for month in range(1, 13)]
    days = [str(np.busday_offset(day, 0, roll="forward")) for day in (*days, *months)]
    parameters = {"BETA0": 4, "BETA1": -1, "BETA2": -2, "BETA3": 3, "TAU1": 1, "TAU2": 9}
    rows = [f"GSW.{name},{day},{value}" for name, value in parameters.items() for day in days]
    assert known("\n".join(rows)) == {("#N/A", "FEDFUNDS has no figures; load them with haven import or haven refresh")}
