"""No test of a host asks the publishers: no source feeds anything."""

import pytest


@pytest.fixture(autouse=True)
def no_feeds(haven_home):
    haven_home.mkdir()
    (haven_home / "settings.toml").write_text('[feeds]\n"*" = []\n')
