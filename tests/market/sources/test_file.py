"""A desk's own file or folder as a source."""

import datetime as dt
import os

import pytest

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources.file import SOURCE
from haven.market.sources.source import Request
from tests.market.sources.serving import TODAY, figures
from tests.shared import SHARED, needs_shared


def collect(ids, since=None, **settings):
    settings = {name: str(value) for name, value in settings.items()} | {"series": ids}
    series = tuple(map(find_series, ids))
    return SOURCE.collect(Request(web=None, base_url="", series=series, today=TODAY, since=since, settings=settings))


def write(folder, name, text, age=0):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return path


def test_a_desk_file_matches_its_figures(tmp_path):
    path = write(
        tmp_path, "q.csv", "series,date,value,unit\nSWAP.10Y,2025-04-08,370,BP\nSPX,2025-04-08,5000,\nVIX,x,y,z\n"
    )
    found = collect(["SWAP.10Y", "SPX"], path=path)
    assert figures(found) == {"SWAP.10Y": {"2025-04-08": 370.0}, "SPX": {"2025-04-08": 5000.0}}
    assert [quotes.unit for quotes in found] == ["bp", "index"]


def test_a_folder_satisfies_the_newer_file_speaking(tmp_path):
    folder = tmp_path / "quotes"
    folder.mkdir()
    write(folder, "b.csv", "series,date,value\nSWAP.10Y,2025-04-08,3.70\nSWAP.10Y,2025-04-07,3.60\n", age=10)
    write(folder, "a.csv", "series,date,value\nSWAP.10Y,2025-04-08,3.71\nSWAP.10Y,2025-04-09,3.81\n")
    write(folder, "~lock.csv", "nothing")
    write(folder, "notes.txt", "nothing")
    assert figures(collect(["SWAP.10Y"], path=folder)) == {
        "SWAP.10Y": {"2025-04-08": 3.71, "2025-04-07": 3.60, "2025-04-09": 3.81}
    }
    since = dt.date(2025, 4, 9)
    assert figures(collect(["SWAP.10Y"], since=since, path=folder)) == {"SWAP.10Y": {"2025-04-09": 3.81}}


@needs_shared
def test_a_vendors_file_under_a_map_matches_its_known_date(tmp_path):
    map_file = write(tmp_path, "m.toml", '[columns]\ndate = "Date"\n[series]\n"10Y" = "SWAP.10Y"\n"02Y" = "SWAP.2Y"\n')
    path = SHARED / "data/swaps/USD-SOFR-1D_par_rates.csv"
    found = figures(collect(["SWAP.10Y"], path=path, map=map_file))
    assert found["SWAP.10Y"]["2025-04-04"] == pytest.approx(3.51, abs=0.005)
    assert list(found) == ["SWAP.10Y"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("series,date,value\nSWAP.10Y,08/04/2025,3.7\n", "file: q.csv row 2, SWAP.10Y: date must be ISO"),
        ("series,date,value\nSWAP.10Y,2025-04-08,nan\n", "file: q.csv row 2, SWAP.10Y: value must be a finite number"),
        ("series,date,value\nSWAP.10Y,2025-04-08,\n", "file: q.csv row 2, SWAP.10Y: value must be a finite number"),
        ("series,date,value\nSWAP.10Y,2025-04-08,3.7\nSWAP.10Y,2025-04-08,3.8\n", "disagrees with row 2"),
        ("series,date,value\nSWAP.10X,2025-04-08,3.7\n", "did you mean SWAP.10Y"),
        ("when,what\n1,2\n", "must have columns series, date, value"),
        ("<!DOCTYPE html>\n<html><body>Log in</body></html>\n", "must have columns series, date, value"),
        ("series,date,value\nSWAP.10Y,2025-04-08\n", "file: |row 2"),
        ("", "is empty"),
    ],
)
def test_a_wrong_file_refuses(tmp_path, text, why):
    with pytest.raises(HavenError, match=why):
        collect(["SWAP.10Y"], path=write(tmp_path, "q.csv", text))


def test_settings_without_a_place_refuse(tmp_path):
    with pytest.raises(HavenError, match=r"settings\.toml: sources\.file must have path"):
        collect(["SWAP.10Y"])
    with pytest.raises(HavenError, match="is not a file"):
        collect(["SWAP.10Y"], path=tmp_path / "nothing.csv")
    with pytest.raises(HavenError, match=r"has no files that end in \.csv"):
        collect(["SWAP.10Y"], path=tmp_path)
