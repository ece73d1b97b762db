"""One file for each source: what to read, the pure parser, and the metrics it declares.

Files are found by their folders, which are named after what they are about; plug-ins by the entry-point
group `snapper.collectors`. There is no list to edit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module, metadata
from pkgutil import walk_packages

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.programs.program_metrics import ANALYSIS_METRICS
from snapper.errors import BadPlugIn, UnknownSource, UsageError
from snapper.metric import Metric
from snapper.record.plan import Command

__all__ = [
    "Collector", "Derived", "Origin", "Reading", "all_collectors", "catalogue", "chosen_collectors", "plug_in_files",
]  # fmt: skip

_GROUP = "snapper.collectors"


@cache
def all_collectors() -> dict[str, Collector]:
    """Every collector, its own and the plug-ins', by source name in alphabetical order.

    Raises:
        BadPlugIn: One cannot be loaded, is no collector, or has another's name.
    """
    found: dict[str, Collector] = {}
    for collector in (*_built_in(), *_plug_ins()):
        if collector.name in found:
            raise BadPlugIn(f"two collectors are named {collector.name!r}; rename the plug-in's")
        found[collector.name] = collector
    return dict(sorted(found.items()))


def chosen_collectors(
    only: Sequence[str] = (), skip: Sequence[str] = (), asked: Mapping[str, str] | None = None
) -> list[Collector]:
    """The collectors that a user asked for, by name or pattern ("proc.net.*").

    Args:
        only: Restrict to these; without it, all.
        skip: Leave these out.
        asked: Host by option, for those that are read only when asked for: {"ping": "db-1"}.

    Raises:
        UsageError: What is asked of is no host's name or address.
        UnknownSource: A name or pattern fits none, or none is left.

    >>> [collector.name for collector in chosen_collectors(only=["proc.stat", "proc.load*"])]
    ['proc.loadavg', 'proc.stat']
    """
    known = {name: one for name, one in all_collectors().items() if not one.opt_in or one.opt_in in (asked or {})}
    for pattern in (*only, *skip):
        if not any(fnmatchcase(name, pattern) for name in known):
            _refuse_unasked(pattern)
            near = get_close_matches(pattern, known, n=3)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise UnknownSource(f"no source is called {pattern!r}{hint}; `snapper doctor` lists them all")
    wanted = [name for name in known if not only or any(fnmatchcase(name, pattern) for pattern in only)]
    left = [name for name in wanted if not any(fnmatchcase(name, pattern) for pattern in skip)]
    if not left:
        raise UnknownSource("--skip leaves no source to capture; skip fewer")
    return [_asking(known[name], asked or {}) for name in left]


def _refuse_unasked(pattern: str) -> None:
    for name, collector in all_collectors().items():
        if fnmatchcase(name, pattern):
            raise UnknownSource(f"{name} is read only when asked for: add --{collector.opt_in} to the command")


def _asking(collector: Collector, asked: Mapping[str, str]) -> Collector:
    """The collector with the host filled in that it is to ask; nothing that a tool would take for an option.

    Who asks for dear tools gets those too that a host in trouble is spared.
    """
    if isinstance(collector.read, Command) and collector.read.sockets and "tools" in asked:
        return replace(collector, read=replace(collector.read, sockets=0))
    if not isinstance(collector.read, Command) or not any("{host}" in word for word in collector.read.argv):
        return collector
    host = asked[collector.opt_in]
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.:_%-]{0,252}|::[0-9A-Fa-f:.]*", host):
        raise UsageError(f"--{collector.opt_in}: {host!r} is no host name or address; write it like db-1 or 192.0.2.7")
    return replace(collector, read=collector.read.asking(host))


@cache
def catalogue() -> dict[str, Metric]:
    """Every declared metric by name, derived ones included.

    Raises:
        BadPlugIn: Two declarations have one name, or metrics are said to repeat each other in a circle.
    """
    metrics = {metric.name: metric for metric in ANALYSIS_METRICS}
    owners = dict.fromkeys(metrics, "snapper itself")
    for collector in all_collectors().values():
        for metric in (*collector.metrics, *(derived.metric for derived in collector.derived)):
            owner = owners.setdefault(metric.name, collector.name)
            if metric.name in metrics:
                raise BadPlugIn(
                    f"metric {metric.name!r} is declared by {owner} and by {collector.name}; rename the plug-in's"
                )
            metrics[metric.name] = metric
    for name in metrics:
        _follow_aliases(name, metrics)
    return metrics


def _follow_aliases(name: str, metrics: Mapping[str, Metric]) -> None:
    """See that what a metric repeats, and what that repeats, comes to an end."""
    met = {name}
    while (name := metrics[name].alias_of) in metrics:
        if name in met:
            raise BadPlugIn(f"metric {name!r} is declared as an alias of itself, by way of others; mend the plug-in")
        met.add(name)


@cache
def declared_sources() -> dict[str, str]:
    """Metric → the source that says it, for the command that shows the raw evidence.

    >>> declared_sources()["stat.ctxt"], declared_sources()["proc.count"]
    ('proc.stat', 'proc.pid.stat')
    """
    declared = {
        metric.name: collector.name
        for collector in all_collectors().values()
        for metric in (*collector.metrics, *(derived.metric for derived in collector.derived))
    }
    return declared | dict.fromkeys((metric.name for metric in ANALYSIS_METRICS), "proc.pid.stat")


def _built_in() -> list[Collector]:
    modules = (import_module(module.name) for module in walk_packages(__path__, f"{__name__}."))
    return [module.COLLECTOR for module in modules if hasattr(module, "COLLECTOR")]


def plug_in_files() -> list[str]:
    """The files of the modules that plug-ins name: what a plug-in reads may change with them."""
    modules = {entry.module for entry in metadata.entry_points(group=_GROUP)}
    found = [getattr(import_module(module), "__file__", None) for module in sorted(modules)]
    return [file for file in found if file]


def _plug_ins() -> list[Collector]:
    return [_loaded(entry) for entry in metadata.entry_points(group=_GROUP)]


def _loaded(entry: metadata.EntryPoint) -> Collector:
    told = f"the plug-in {entry.name} ({entry.value})"
    try:
        found = entry.load()
    except Exception as error:  # whatever somebody's module raises
        raise BadPlugIn(f"{told} cannot be loaded: {type(error).__name__}: {error}; mend it or uninstall it") from error
    if not isinstance(found, Collector):
        raise BadPlugIn(f"{told} is no Collector but a {type(found).__name__}; mend it or uninstall it")
    return found
