import importlib
import pkgutil

from haven.market import sources as package
from haven.market.series import catalogue
from haven.market.sources.registry import sources


def test_sources_satisfy_one_for_each_module_that_has_one():
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]
    assert {module.SOURCE.name for module in modules if hasattr(module, "SOURCE")} == set(sources())


def test_feeds_satisfy_the_catalogue():
    for source in sources().values():
        assert source.feeds <= set(catalogue()), source.name
        assert set(source.slower) <= source.feeds, source.name
        assert not source.base_url.endswith("/"), source.name
        assert source.fresh_for >= 0, source.name
        assert source.licence and source.publishes, source.name


def test_catalogue_satisfies_a_source_that_feeds_each_series():
    for series in catalogue().values():
        if series.source != "file":
            assert series.id in sources()[series.source].feeds, series.id
            assert series.code, series.id
