"""The history in the package: as published, small, and honest about what is illustrative."""

import csv
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from haven.market import sample
from haven.market.sample.build import build
from haven.market.series import SCALE, find_series
from haven.market.snapshot import current
from tests.shared import SHARED, needs_shared


@needs_shared
@pytest.mark.parametrize(
    ("series", "file", "column"),
    [
        ("UST.10Y", "fred/DGS10.csv", "value"),
        ("SOFR", "fred/SOFR.csv", "value"),
        ("TIPS.10Y", "fred/DFII10.csv", "value"),
        ("KW.TP.10Y", "kim_wright/THREEFYTP10_1990_2026-07.csv", "Value"),
        ("KW.FIT.10Y", "kim_wright/THREEFY1_10_daily_1990_2025-05.csv", "THREEFY10"),
        ("GSW.BETA0", "gsw/gsw_params_daily_1961_2025-10-03.csv", "BETA0"),
    ],
)
def test_history_matches_the_published_file(series, file, column):
    table = pd.read_csv(SHARED / "data" / file)
    published = pd.Series(table[column].to_numpy(), pd.to_datetime(table.iloc[:, 0]))
    history = sample.history(series)
    expected = published[pd.DatetimeIndex(history.dates)].to_numpy() / SCALE[find_series(series).unit]
    assert history.values == pytest.approx(expected, rel=1e-14)
    assert history.dates[-1] == published.dropna().index[-1].to_datetime64()


@needs_shared
def test_sample_matches_a_fresh_build(tmp_path):
    build(SHARED / "data", tmp_path / "sample.npz")
    shipped, fresh = np.load(files("haven.market.sample") / "sample.npz"), np.load(tmp_path / "sample.npz")
    assert set(shipped.files) == set(fresh.files)
    assert all(np.array_equal(shipped[name], fresh[name]) for name in shipped.files)


def test_sample_satisfies_its_size():
    folder = files("haven.market.sample")
    assert (
        sum(len((folder / name).read_bytes()) for name in ("sample.npz", "spread_anchors.csv", "NOTICE")) <= 2_000_000
    )


def test_illustrative_spreads_match_the_anchors():
    with (files("haven.market.sample") / "spread_anchors.csv").open() as lines:
        for row in csv.DictReader(lines):
            date = np.array([row.pop("date")], "M8[D]")
            for tenor, level in row.items():
                assert current().history(f"SPREAD.{tenor}").at(date) == pytest.approx([float(level)], abs=1e-9)


def test_illustrative_spreads_satisfy_being_flat_outside_the_anchors():
    spread = current().history("SPREAD.10Y")
    assert spread.values[0] == pytest.approx(-27.0, abs=1e-9)
    assert spread.values[-1] == pytest.approx(-50.0, abs=1e-9)
    assert (spread.dates[0], spread.dates[-1]) == (np.datetime64("2018-04-03"), np.datetime64("2026-07-22"))


def test_illustrative_rates_satisfy_their_label():
    assert current().is_demo
    assert set(sample.history("SWAP.10Y").sources) == {sample.ILLUSTRATIVE}
    assert set(sample.history("UST.10Y").sources) == {sample.SAMPLE}
