"""What the store holds, written as a file and read again."""

import numpy as np
import pandas as pd
import pytest

from haven.cli import main
from haven.errors import HavenError
from haven.market.export import Exported, export
from haven.market.load import load_files
from haven.market.series import find_series
from haven.market.snapshot import refresh
from haven.market.store import Store
from tests.conftest import NOW

GOOD = (
    "series,date,value\nSWAP.10Y,2025-04-08,3.70\nSWAP.10Y,2025-04-09,3.81\nDEALER.UST,2025-04-09,-1234.5\n"
    "SPX,2025-04-08,4982.77\nSR3.2025M06,2025-04-08,95.9975\nXCCY.EURUSD.3M,2025-04-08,-7.25\n"
)


@pytest.fixture
def desk(tmp_path):
    path = tmp_path / "desk.csv"
    path.write_text(GOOD)
    load_files([path], NOW)
    return path


def test_csv_matches_the_file_that_was_imported(desk, tmp_path):
    assert export(tmp_path / "out.csv", refresh()) == Exported(figures=6, series=5, missing=())
    assert (tmp_path / "out.csv").read_text().splitlines() == [
        "series,date,value,unit,source",
        "SWAP.10Y,2025-04-08,3.7,percent,file",
        "SWAP.10Y,2025-04-09,3.81,percent,file",
        "XCCY.EURUSD.3M,2025-04-08,-7.25,bp,file",
        "SPX,2025-04-08,4982.77,index,file",
        "DEALER.UST,2025-04-09,-1234.5,usd_mn,file",
        "SR3.2025M06,2025-04-08,95.9975,price,file",
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_file_satisfies_the_way_there_and_back(desk, tmp_path, monkeypatch, kind):
    out = tmp_path / f"out.{kind}"
    export(out, refresh())
    assert load_files([out], NOW).new == 0
    monkeypatch.setenv("HAVEN_STORE", f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert load_files([out], NOW).new == 6
    before, after = (Store(f"sqlite:///{tmp_path / name}") for name in ("home/store.sqlite", "other.sqlite"))
    for name in before.held():
        assert after.history(find_series(name)).values.tolist() == before.history(find_series(name)).values.tolist()


def test_parquet_satisfies_types_of_its_columns(desk, tmp_path):
    export(tmp_path / "out.parquet", refresh(), ["swap.10y"], np.datetime64("2025-04-09"))
    table = pd.read_parquet(tmp_path / "out.parquet")
    assert [str(kind) for kind in table.dtypes] == ["str", "object", "float64", "str", "str"]
    assert table["value"].tolist() == [3.81]
    assert table["date"][0].isoformat() == "2025-04-09"


def test_every_text_satisfies_being_no_formula(desk, tmp_path):
    export(tmp_path / "out.csv", refresh())
    table = pd.read_csv(tmp_path / "out.csv", dtype=str)
    texts = table.drop(columns="value").to_numpy().ravel()
    assert texts.size == 4 * len(table)
    assert not [text for text in texts if text[0] in "=+-@\t\r"]


@pytest.mark.parametrize(
    ("name", "series", "since", "why"),
    [
        ("out.xlsx", [], None, r"must end in \.csv or \.parquet, got '\.xlsx'"),
        ("out.csv", ["SWAP.10X"], None, "did you mean SWAP"),
        ("out.csv", ["UST.10Y"], None, r"holds no figures of UST\.10Y; those that come with Haven are not exported$"),
        ("out.csv", ["SURVEY.10Y", "SURVEY.10Y"], None, r"holds no figures of SURVEY\.10Y$"),
        ("out.csv", ["SWAP.10Y", "UTS.10Y"], None, "got 'UTS.10Y'; did you mean UST.10Y"),
        ("out.csv", [], "2025-04-10", "holds no figures of any series since 2025-04-10"),
    ],
)
def test_export_refuses(desk, tmp_path, name, series, since, why):
    with pytest.raises(HavenError, match=why):
        export(tmp_path / name, refresh(), series, since and np.datetime64(since))
    assert not (tmp_path / name).exists()


def test_what_the_store_lacks_is_named_and_the_rest_is_written(desk, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main(["export", "--out", str(out), "--series", "VIX,swap.10y, UST.10Y,SWAP.10Y"]) == 0
    said = capsys.readouterr()
    assert said.out == f"2 figures of 1 series written to {out}\n"
    assert said.err == "haven export: the store holds no figures of VIX, UST.10Y\n"
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == ["series", "SWAP.10Y", "SWAP.10Y"]
    assert main(["export", "--out", str(out), "--series", "SWAP.10Y,SPX", "--since", "2025-04-09"]) == 0
    assert capsys.readouterr().err == "haven export: the store holds no figures since 2025-04-09 of SPX\n"


@pytest.mark.parametrize("series", ["", ",", "SWAP.10Y,,SPX"])
def test_no_series_is_refused_with_usage(desk, tmp_path, capsys, series):
    with pytest.raises(SystemExit, match="2"):
        main(["export", "--out", str(tmp_path / "out.csv"), "--series", series])
    assert "must be ids with commas between them" in capsys.readouterr().err


def test_illustrative_rates_satisfy_never_leaving(tmp_path):
    with pytest.raises(HavenError, match="holds no figures of any series"):
        export(tmp_path / "out.csv", refresh())


def test_commands_satisfy_what_was_known_at_a_time(desk, tmp_path, capsys):
    """The import is stamped with the machine's clock, so a time long past knows nothing and a later one all."""
    assert main(["import", str(desk)]) == 0
    out = tmp_path / "out.csv"
    assert main(["call", "HV_QUOTE", "SWAP.10Y", "2025-04-08", "--json", "--known-at", "2999-01-01T00:00"]) == 0
    assert (
        main(
            [
                "export",
                "--out",
                str(out),
                "--series",
                "SWAP.10Y,SPX",
                "--since",
                "2025-04-08",
                "--known-at",
                "2999-01-01T00:00Z",
            ]
        )
        == 0
    )
    assert main(["status", "--known-at", "2999-01-01T00:00+05:00"]) == 0
    printed = capsys.readouterr().out
    assert '{"value": 0.037' in printed
    assert f"3 figures of 2 series written to {out}" in printed
    for command in (["call", "HV_QUOTE", "SWAP.10Y"], ["status"], ["export", "--out", str(out)]):
        assert main([*command, "--known-at", "2025-04-09T17:00"]) == 1
        assert "nothing was known at 2025-04-09 17:00:00 UTC; the store's first load is of" in capsys.readouterr().err
        assert main([*command, "--known-at", "2025-04-09"]) == 1
        assert "--known-at must be a date and time like 2025-04-09T17:00" in capsys.readouterr().err
