"""The settings the README shows for a desk's own sources."""

import re
from pathlib import Path

from haven.market.series import find_series
from haven.market.settings import load_settings
from haven.market.sources.registry import sources


def test_the_example_of_the_readme_satisfies_each_source(haven_home):
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(\[feeds\].*?)```", readme, re.DOTALL)[1]
    haven_home.mkdir()
    (haven_home / "settings.toml").write_text(example, encoding="utf-8")
    tables = load_settings().sources
    assert set(tables) == {name for name, source in sources().items() if not source.feeds}
    for name, table in tables.items():
        options = sources()[name].options
        assert {key: type(value) for key, value in table.items()} == {key: options[key] for key in table}
        assert all(find_series(series) for series in table["series"])
