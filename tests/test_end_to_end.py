"""From a desk's own files to a finished workbook, on the published figures of April 2025."""

import openpyxl
import pytest

from haven.cli import main
from haven.functions import call
from tests.deskfiles import write_desk_files
from tests.shared import SHARED, needs_shared

START, END = "2025-04-02", "2025-04-11"


@pytest.mark.parametrize(
    ("tenor", "date", "spread"),
    [("10Y", START, -43.1), ("10Y", "2025-04-08", -56.0), ("10Y", END, -53.7), ("30Y", END, -86.9)],
)
def test_swap_spread_matches_the_published_rates(real_market, tenor, date, spread):
    assert call("HV_SWAPSPREAD", [tenor, date]) == pytest.approx(spread, abs=0.05)


@pytest.mark.parametrize("model", ["ACM", "KW"])
def test_april_move_matches_the_published_rates_and_adds_up(real_market, model):
    move = dict(call("HV_YIELDMOVE", ["10Y", START, END, model])[1:])
    assert move["Treasury yield"] == pytest.approx(28.0, abs=1e-9)
    assert move["Minus swap spread"] == pytest.approx(10.6, abs=0.05)
    parts = move["Expected short rate"] + move["Swap term premium"] + move["Minus swap spread"]
    assert move["Treasury yield"] == pytest.approx(parts, abs=1e-9)
    model_premium = move["Memo: model Treasury premium"] + move["Memo: par/zero basis"]
    assert move["Swap term premium"] == pytest.approx(model_premium - move["Minus swap spread"], abs=1e-9)


def test_one_year_swap_matches_more_cuts_priced(real_market):
    change = call("HV_SWAPRATE", ["1Y", END]) - call("HV_SWAPRATE", ["1Y", START])
    assert 1e4 * change == pytest.approx(-6.0, abs=0.5)


@needs_shared
def test_desk_on_real_input_matches_the_published_rates(tmp_path, capsys):
    files = [str(path) for path in write_desk_files(SHARED, tmp_path)]
    assert main(["import", *files]) == 0
    out = tmp_path / "desk.xlsx"
    assert main(["desk", "--date", END, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "ILLUSTRATIVE" not in said
    desk = openpyxl.load_workbook(out, data_only=True)["Desk"]
    assert desk["B8"].value == pytest.approx(-53.7, abs=0.05)
    assert desk["L34"].value == pytest.approx(28.0, abs=1e-9)
    assert desk["L33"].value == pytest.approx(10.6, abs=0.05)
    assert desk["B2"].value in {None, ""}
    assert main(["refresh", "--offline", str(out)]) == 0
    assert openpyxl.load_workbook(out, data_only=True)["Desk"]["B8"].value == desk["B8"].value
