"""One file for each source: what to read, the pure parser, and the metrics it declares.

Files are found by their folder, plug-ins by the entry-point group `snapper.collectors`;
there is no list to edit.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module, metadata
from pkgutil import iter_modules

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.metric import Metric

__all__ = ["Collector", "Derived", "Origin", "Reading", "all_collectors", "catalogue"]


@cache
def all_collectors() -> dict[str, Collector]:
    """Every collector, its own and the plug-ins', by source name in alphabetical order.

    Raises:
        ValueError: Two collectors have one name.
    """
    found: dict[str, Collector] = {}
    for collector in (*_built_in(), *_plug_ins()):
        if collector.name in found:
            raise ValueError(f"two collectors are named {collector.name!r}; rename the plug-in's")
        found[collector.name] = collector
    return dict(sorted(found.items()))


@cache
def catalogue() -> dict[str, Metric]:
    """Every declared metric by name, derived ones included.

    Raises:
        ValueError: Two declarations have one name.
    """
    metrics: dict[str, Metric] = {}
    for collector in all_collectors().values():
        for metric in (*collector.metrics, *(derived.metric for derived in collector.derived)):
            if metric.name in metrics:
                raise ValueError(f"metric {metric.name!r} is declared twice, the second time in {collector.name}")
            metrics[metric.name] = metric
    return metrics


def _built_in() -> list[Collector]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return [module.COLLECTOR for module in modules if hasattr(module, "COLLECTOR")]


def _plug_ins() -> list[Collector]:
    return [entry.load() for entry in metadata.entry_points(group="snapper.collectors")]
