"""The sources there are: each module of this package that has a ``SOURCE``."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from haven.market import sources as package
from haven.market.sources.source import Source


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its name."""
    modules = (import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__))
    found = [module.SOURCE for module in modules if hasattr(module, "SOURCE")]
    return MappingProxyType({source.name: source for source in found})
