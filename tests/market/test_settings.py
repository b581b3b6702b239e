"""The desk's choice of sources, and what is said of a file that can't be followed."""

import re

import keyring
import keyring.errors
import pytest

from haven.errors import HavenError
from haven.market import settings
from haven.market.series import catalogue
from haven.market.settings import default_text, load_settings, secret, write_default
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


def test_the_longest_of_the_desks_patterns_speaks_before_the_default(haven_home):
    write(haven_home, '[feeds]\n"UST.*" = ["fred"]\n"UST.10Y" = []\n')
    known = load_settings()
    assert known.sources_of("UST.2Y") == ("fred",)
    assert known.sources_of("UST.10Y") == ()
    assert known.sources_of("SWAP.10Y") == ("eris",)
    write(haven_home, '[feeds]\n"*" = ["eris"]\n')
    assert load_settings().sources_of("UST.2Y") == ("eris",)


def test_a_byte_order_mark_and_line_ends_of_windows_are_understood(haven_home):
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
            "line 2: sources.fred.base_url: must be an http address",
        ),
        ("[sources.fred]\nbase_url = 3\n", "line 2: sources.fred.base_url: must be an http address without a"),
        ("[sources.fred]\ntimeout = 0\n", "line 2: sources.fred.timeout: must be seconds up to 600, got 0"),
        ("[sources.fred]\ntimeout = true\n", "line 2: sources.fred.timeout: must be seconds up to 600, got True"),
        ("[sources.fred]\napi_url = 1\n", "line 2: sources.fred.api_url: must be str, got 1"),
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


def test_a_password_in_an_address_is_refused_and_not_shown(haven_home):
    write(haven_home, '[sources.fred]\nbase_url = "https://me:never-to-be-shown@gateway.example.com"\n')
    with pytest.raises(HavenError, match="without a password") as caught:
        load_settings()
    assert "never-to-be-shown" not in str(caught.value)


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


def test_a_machine_without_a_keyring_has_no_secret(monkeypatch):
    def none(service, name):
        raise keyring.errors.NoKeyringError

    monkeypatch.setattr(keyring, "get_password", none)
    assert secret("fred") is None


def test_the_default_says_how_to_give_keys():
    assert "HAVEN_FRED_KEY" in default_text() and "keyring set haven fred" in default_text()
    assert settings.LONGEST_TIMEOUT == 600
