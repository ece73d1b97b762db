"""The cache of ZFS (ARC), writers that ZFS holds back, pools that are not well, and what each dataset did.

Reads files of /proc/spl/kstat/zfs (OpenZFS >= 0.6.2, state and objset-* since 0.8); the keys are `arcstats`, `dmu_tx`,
`tank/state` and `tank/objset-0x36`. A kstat has two lines of heading, then a name, a type and a value each.

    13 1 0x01 147 39984 5266690024 1130838402118
    name                            type data
    hits                            4    122983
    c_max                           4    8339349504

A pool's state is one word: ONLINE, DEGRADED, FAULTED, SUSPENDED and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from snapper.collectors.contract import Collector, Derived, Origin, Reading
from snapper.collectors.filesystems.zfs_metrics import ARC, DATASET, DMU, HIT_RATIO, METRICS, STATE, UNWELL, UTILIZATION
from snapper.collectors.text.refusal import refused
from snapper.record.plan import Cadence, Files

_HEADING: Final = 2
_STRING: Final = "7"
"""KSTAT_DATA_STRING of the kstat header; all other types are numbers."""


def parse(text: str, origin: Origin) -> Iterator[Reading]:
    r"""Yield what one file tells.

    Raises:
        ValueError: A kstat without its heading, or a line of it that is not a name, a type and a value.

    >>> list(parse("DEGRADED\n", Origin(key="tank/state")))[1]
    Reading(metric='zfs.unwell', value=1, instance='tank')
    """
    folder, _, file = origin.key.rpartition("/")
    path = f"/proc/spl/kstat/zfs/{origin.key}"
    if file == "state":
        yield from _of_pool(text, folder)
    elif file.startswith("objset-"):
        values = _kstat(text, path)
        name = values.get("dataset_name", "")
        for field in DATASET:
            if name and (value := values.get(field, "")).isdecimal():
                yield Reading(f"zfs.dataset.{field}", int(value), name)
    elif file in {"arcstats", "dmu_tx"}:
        values = _kstat(text, path)
        for field in ARC if file == "arcstats" else DMU:
            if (value := values.get(field, "")).isdecimal():
                yield Reading(f"zfs.{field}" if file == "dmu_tx" else f"zfs.arc.{field}", int(value))


def _of_pool(text: str, pool: str) -> Iterator[Reading]:
    state = text.strip()
    if not state.isascii() or not state.isalpha():
        raise ValueError(f"/proc/spl/kstat/zfs/{pool}/state expected a word as 'ONLINE', read {text[:60]!r}.")
    yield Reading(STATE.name, state, pool)
    yield Reading(UNWELL.name, int(state != "ONLINE"), pool)


def _kstat(text: str, path: str) -> dict[str, str]:
    """The values of a kstat by their names."""
    lines = text.splitlines()
    if len(lines) < _HEADING or lines[1].split() != ["name", "type", "data"]:
        raise refused(path, min(2, len(lines)), lines[1] if len(lines) > 1 else text, "the heading 'name type data'")
    values: dict[str, str] = {}
    for number, line in enumerate(lines[_HEADING:], start=_HEADING + 1):
        name, kind, *data = line.split() or ["", ""]
        if not (kind.isdecimal() and kind.isascii()) or not data:
            raise refused(path, number, line, "a name, a type and a value")
        value = " ".join(data)
        number_like = value.removeprefix("-")
        if kind != _STRING and not (number_like.isdecimal() and number_like.isascii() and len(number_like) <= 20):
            raise refused(path, number, line, "a whole number of type " + kind)
        values[name] = value
    return values


def _hit_ratio(hits: Any, misses: Any) -> Any:
    return hits / (hits + misses)


def _filled(size: Any, limit: Any) -> Any:
    return size / limit


COLLECTOR: Final = Collector(
    name="proc.spl.kstat.zfs",
    read=Files(
        patterns=(
            "proc/spl/kstat/zfs/arcstats",
            "proc/spl/kstat/zfs/dmu_tx",
            "proc/spl/kstat/zfs/*/state",
            "proc/spl/kstat/zfs/*/objset-*",
        ),
        cadence=Cadence.EDGES,
        max_files=200,
    ),
    metrics=METRICS,
    parse=parse,
    derived=(
        Derived(metric=HIT_RATIO, inputs=("zfs.arc.hits", "zfs.arc.misses"), compute=_hit_ratio),
        Derived(metric=UTILIZATION, inputs=("zfs.arc.size", "zfs.arc.c_max"), compute=_filled),
    ),
    adds="hits and size of ZFS's cache, writers that ZFS holds back, pools that are not well",
    needs="OpenZFS",
)
