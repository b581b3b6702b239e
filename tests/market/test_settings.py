"""The desk's choice of sources, and what is said of a file that can't be followed."""

import re

import keyring
import keyring.errors
import pytest

from haven.errors import HavenError
from haven.market import settings
from haven.market.refresh import wanted_series
from haven.market.secrets import secret
from haven.market.series import catalogue
from haven.market.settings import default_text, load_settings, write_default
from haven.market.sources.registry import sources


def write(home, text):
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(text, encoding="utf-8")


def test_default_satisfies_a_source_for_every_pattern():
    known = load_settings()
    (patterns,) = known.feeds
    for pattern, named in patterns.items():
        ids = [series for series in catalogue() if known.sources_of(series) == named]
        for source in named:
            assert sources()[source].feeds.intersection(ids), f"{source} feeds none of {pattern}"


def test_default_satisfies_every_source_being_asked_for_something():
    known = load_settings()
    for source in sources().values():
        assert not source.feeds or any(source.name in known.sources_of(series) for series in source.feeds)


def test_default_satisfies_every_series_having_a_choice():
    (patterns,) = load_settings().feeds
    for series in catalogue():
        assert any(series.startswith(pattern.rstrip("*")) for pattern in patterns), series


def test_init_writes_what_is_in_force_and_refuses_to_overwrite(haven_home):
    before = load_settings()
    path = write_default()
    assert path == haven_home / "settings.toml"
    assert load_settings().feeds[0] == before.feeds[0]
    path.write_text("[feeds]\n")
    with pytest.raises(HavenError, match="exists; edit it"):
        write_default()
    assert path.read_text() == "[feeds]\n"


def test_the_longest_of_the_desks_patterns_satisfies_speaking_before_the_default(haven_home):
    write(haven_home, '[feeds]\n"UST.*" = ["fred"]\n"UST.10Y" = []\n')
    known = load_settings()
    assert known.sources_of("UST.2Y") == ("fred",)
    assert known.sources_of("UST.10Y") == ()
    assert known.sources_of("SWAP.10Y") == ("eris",)
    write(haven_home, '[feeds]\n"*" = ["eris"]\n')
    assert load_settings().sources_of("UST.2Y") == ("eris",)


def test_a_byte_order_mark_and_line_ends_of_windows_satisfy_being_read(haven_home):
    haven_home.mkdir()
    (haven_home / "settings.toml").write_bytes(b'\xef\xbb\xbf[feeds]\r\n"SOFR" = ["fred"]\r\n')
    assert load_settings().sources_of("SOFR") == ("fred",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[feed]\n", "line 1: feed: 'feed' is not known; did you mean feeds?"),
        ("feeds = 3\n", "line 1: feeds: must be a table, got 3"),
        ('[feeds]\n\n"UST.*" = "fred"\n', "line 3: feeds.UST.*: must be a list of sources, got 'fred'"),
        ('[feeds]\n"UST.*" = [3]\n', "line 2: feeds.UST.*: must be a list of sources, got 3"),
        ('[feeds]\n"UST.*" = ["frod"]\n', "line 2: feeds.UST.*: 'frod' is not known; did you mean fred?"),
        ('[feeds]\nSOFR = ["fred", "fred"]\n', "line 2: feeds.SOFR: must name a source once"),
        ('[feeds]\n"UTS.10Y" = ["fred"]\n', "line 2: feeds.UTS.10Y: 'UTS.10Y' is not known; did you mean UST.10Y?"),
        ("[sources.frod]\n", "line 1: sources.frod: 'frod' is not known; did you mean fred?"),
        (
            '[sources.fred]\nbase_ulr = "x"\n',
            "line 2: sources.fred.base_ulr: 'base_ulr' is not known; did you mean base_url",
        ),
        (
            '[sources.fred]\nbase_url = "ftp://x"\n',
            "line 2: sources.fred.base_url: must begin with https:// or http:// and hold no password",
        ),
        ("[sources.fred]\nbase_url = 3\n", "line 2: sources.fred.base_url: must begin with https:// or http://"),
        ("[sources.fred]\ntimeout = 0\n", "line 2: sources.fred.timeout: must be seconds up to 600, got 0"),
        ("[sources.fred]\ntimeout = true\n", "line 2: sources.fred.timeout: must be seconds up to 600, got True"),
        ("[sources.fred]\napi_url = 1\n", "line 2: sources.fred.api_url: must begin with https:// or http://"),
        (
            '[sources.sql]\nurl = "server"\n',
            "line 2: sources.sql.url: must be a database URL whose driver is installed",
        ),
        ('[sources.sql]\nurl = "postgresql://desk@server:x/q"\n', "line 2: sources.sql.url: must be a database URL"),
        ("[sources]\nfred = 1\n", "line 2: sources.fred: must be a table, got 1"),
        ("[feeds\n", "settings.toml must be TOML: .*line 1"),
    ],
)
def test_a_bad_file_is_refused_with_line_key_rule_and_value(haven_home, text, said):
    write(haven_home, text)
    with pytest.raises(HavenError) as caught:
        load_settings()
    assert re.search(said if "must be TOML" in said else re.escape(said), caught.value.message)


@pytest.mark.parametrize("key", ["key", "api_key", "password", "Token", "client_secret"])
def test_a_secret_in_the_file_is_refused_and_not_shown(haven_home, key):
    write(haven_home, f'[sources.fred]\n{key} = "never-to-be-shown"\n')
    with pytest.raises(HavenError, match="HAVEN_FRED_KEY") as caught:
        load_settings()
    assert "never-to-be-shown" not in str(caught.value)


@pytest.mark.parametrize("key", ["base_url", "api_url"])
def test_a_password_in_an_address_is_refused_and_not_shown(haven_home, key):
    write(haven_home, f'[sources.fred]\n{key} = "https://me:never-to-be-shown@gateway.example.com"\n')
    with pytest.raises(HavenError, match="and hold no password") as caught:
        load_settings()
    assert "never-to-be-shown" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+pg8000://desk:never-to-be-shown@server/quotes",
        "postgresql://:never-to-be-shown@server:5432/quotes",
        "postgresql://desk:never/to@be#shown@server/quotes",
        "postgresql://desk:@server/quotes",
        "snowflake://desk@account/quotes?password=never-to-be-shown",
        "snowflake://desk@account/quotes?Token=never-to-be-shown",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3DX%3BUID%3Ddesk%3BPWD%3Dnever-to-be-shown",
    ],
)
def test_a_password_in_a_database_url_is_refused_when_read_and_not_shown(haven_home, url):
    write(haven_home, f'[sources.sql]\nquery = "select 1"\nurl = "{url}"\n')
    with pytest.raises(HavenError) as caught:
        load_settings()
    told = "must not hold a password; set HAVEN_SQL_KEY to it, or use the keyring: keyring set haven sql"
    assert str(caught.value) == f"settings.toml line 3: sources.sql.url: {told}"


@pytest.mark.parametrize(
    "text",
    [
        'sources.sql = "postgresql://desk:never-to-be-shown@server/quotes"\n',
        '[sources.sql]\nurl = ["postgresql://desk:never-to-be-shown@server/quotes"]\n',
        '[sources.sql]\nurl = "postgresql://desk@never-to-be-shown:port/quotes"\n',
        '[sources.sql]\nseries = "postgresql://desk:never-to-be-shown@server/quotes"\n',
        '[feeds]\nSOFR = "postgresql://desk:never-to-be-shown@server/quotes"\n',
        '[feeds]\nSOFR = ["postgresql://desk:never-to-be-shown@server/quotes"]\n',
        'feeds = "postgresql://desk:never-to-be-shown@server/quotes"\n',
    ],
)
def test_an_address_in_the_wrong_place_is_refused_and_not_shown(haven_home, text):
    write(haven_home, text)
    with pytest.raises(HavenError) as caught:
        load_settings()
    assert "never-to-be-shown" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["sqlite:///C:/desk/a@b:c.sqlite", "postgresql://desk@server/q?sslmode=require", "mssql+pyodbc://server/q"]
)
def test_a_database_url_without_a_password_satisfies_the_rule(haven_home, url):
    write(haven_home, f"[sources.sql]\nurl = '{url}'\n")
    assert load_settings().of("sql")["url"] == url


def test_text_that_is_not_utf8_is_refused(haven_home):
    haven_home.mkdir()
    (haven_home / "settings.toml").write_bytes(b'[sources.fred]\nbase_url = "https://\xff"\n')
    with pytest.raises(HavenError, match="must be UTF-8 text, byte 35 is not"):
        load_settings()


def test_secret_satisfies_the_environment_before_the_keyring(monkeypatch):
    monkeypatch.setattr(keyring, "get_password", lambda service, name: f"{service} {name}")
    assert secret("fred") == "haven fred"
    monkeypatch.setenv("HAVEN_FRED_KEY", "from the environment")
    assert secret("fred") == "from the environment"


def test_a_machine_without_a_keyring_satisfies_no_secret(monkeypatch):
    def none(service, name):
        raise keyring.errors.NoKeyringError

    monkeypatch.setattr(keyring, "get_password", none)
    assert secret("fred") is None


def test_the_default_satisfies_saying_how_to_give_keys():
    assert "HAVEN_FRED_KEY" in default_text() and "keyring set haven fred" in default_text()


def test_series_of_a_desks_own_source_satisfy_ids_patterns_and_contracts(haven_home):
    feeds = '[feeds]\n"SURVEY.*" = ["file"]\nSPX = ["file", "fred"]\n"FF.2026M12" = ["file"]\n'
    write(haven_home, f'{feeds}[sources.file]\npath = "x.csv"\nseries = ["SURVEY.*", "SPX", "FF.2026M12"]\n')
    named = load_settings().named_by("file")
    assert {"SURVEY.1Y", "SURVEY.10Y", "SPX", "FF.2026M12"} <= named and "VIX" not in named


def test_every_option_of_every_source_satisfies_having_a_word():
    assert {kind for source in sources().values() for kind in source.options.values()} <= set(settings.WORDS)


def test_the_examples_in_the_default_satisfy_its_own_rules(haven_home):
    feeds = re.findall(r'^# (".*" = \[.*\])$', default_text(), re.MULTILINE)
    examples = re.findall(r"^# (\[sources\.[a-z]+\](?: *#.*)?|\w+ = .*)$", default_text(), re.MULTILINE)
    write(haven_home, "\n".join(["[feeds]", *feeds, *examples]))
    known = load_settings()
    assert set(known.sources) == {"fred", *(name for name, source in sources().items() if not source.feeds)}
    assert known.named_by("sql") == {"XCCY.EURUSD.3M"}
    wanted = wanted_series(known)
    assert (wanted["FFOIS.1Y"], wanted["MBS.CURRENTCOUPON"], wanted["VIX"]) == (
        ["file"],
        ["workbook"],
        ["bloomberg", "fred"],
    )
    for name in ("file", "sql", "workbook"):
        assert set(known.of(name)) <= set(sources()[name].options)


SWAPS = '[feeds]\n"SWAP.*" = ["{0}"]\n[sources.{0}]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[feeds]\n"FFOIS.*" = ["file"]\n', "line 2: feeds.FFOIS.*: file has no such series; name them under"),
        (SWAPS.format("file") + 'path = "x"\n', "line 2: feeds.SWAP.*: file has no such series; name them under"),
        (SWAPS.format("bloomberg") + "series = {}\n", "line 2: feeds.SWAP.*: bloomberg has no such series"),
        ('[feeds]\n"UST.*" = ["treasury", "acm"]\n', "line 2: feeds.UST.*: acm has no such series"),
        ('[feeds]\nUST.10Y = ["fred"]\n', 'feeds.UST: an id must stand in quotes, such as "UST.10Y"'),
        ('[feeds]\n"ust.10y" = ["fred"]\n', "feeds.ust.10y: ids must be in capital letters, got 'ust.10y'"),
        ('[feeds]\n"UST.*" = ["FRED"]\n', "feeds.UST.*: 'FRED' is not known; did you mean fred?"),
        (
            '[sources.file]\nseries = ["SWAP.*"]\n',
            'line 2: sources.file.series: SWAP.*: [feeds] must name file for it, such as "SWAP.*" = ["file"]',
        ),
        (SWAPS.format("file") + "series = [3]\n", "line 4: sources.file.series: must be a list of series, got [3]"),
        (
            SWAPS.format("file") + 'series = ["SWAP.10X"]\n',
            "line 4: sources.file.series: 'SWAP.10X' is not known; did you mean SWAP.10Y?",
        ),
        (
            '[feeds]\n"FF.*" = ["file"]\n[sources.file]\nseries = ["FF.*"]\n',
            "line 4: sources.file.series: 'FF.*' must be the months themselves, such as 'FF.2026M12'",
        ),
        (
            SWAPS.format("sql") + 'series = { "SWAP.10Y" = 3 }\n',
            "line 4: sources.sql.series: SWAP.10Y must be followed by a text, what it is called there, got 3",
        ),
        (
            SWAPS.format("bloomberg") + 'series = { "SWAP.*" = "X" }\n',
            "line 4: sources.bloomberg.series: must name each series by its id, got 'SWAP.*'",
        ),
        ("[sources.bloomberg]\nport = true\n", "line 2: sources.bloomberg.port: must be a whole number, got True"),
        ("[sources.file]\ntimeout = 3\n", "line 2: sources.file.timeout: 'timeout' is not known; there are path, map"),
        ('[sources.file]\npath = "S:\\desk"\n', "write a path with / or between single quotes"),
    ],
)
def test_what_would_be_ignored_in_silence_is_refused(haven_home, text, said):
    write(haven_home, text)
    with pytest.raises(HavenError) as caught:
        load_settings()
    assert said in caught.value.message
