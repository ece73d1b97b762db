"""What the machine is made of as `lshw` sees it: processors, caches, memory banks, cards, disks, power supplies.

Runs `lshw -json -quiet -sanitize`, which leaves out serial numbers and addresses. It asks devices themselves, which can
take seconds, so it is for those who ask for it; most of it other sources tell as well. As root it tells more.

    {"id": "computer", "class": "system", "children": [
      {"id": "core", "class": "bus", "children": [
        {"id": "memory", "class": "memory", "description": "System memory", "units": "bytes", "size": 25769803776},
        {"id": "cpu", "class": "processor", "product": "AMD EPYC", "vendor": "Advanced Micro Devices [AMD]"}]}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.tool_tables import number, rows_of, word
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_DOC: Final = "https://manpages.debian.org/bookworm/lshw/lshw.1.en.html"
_PRODUCT: Final = Metric(
    name="lshw.product",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HARDWARE,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    labels=("part",),
    title="Part of the machine",
    help="What the part is and who made it. One that is missing was taken out, or failed.",
    doc=_DOC,
    next="lshw -sanitize",
)
_SIZE: Final = Metric(
    name="lshw.size",
    unit="bytes",
    kind=Kind.GAUGE,
    resource=Resource.HARDWARE,
    role=Role.INTERNAL,
    worse=Worse.LESS,
    labels=("part",),
    title="Size of a part of memory",
    help="Size of a memory bank, of a cache, or of all memory. Less is a module that is missing, or a smaller machine.",
    doc=_DOC,
    next="lshw -sanitize -class memory",
)
_CLASSES: Final = frozenset({"processor", "memory", "network", "storage", "disk", "display", "power"})
_MOST: Final = 200
"""Parts that are told."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield product and size of the first `_MOST` parts of the classes that matter.

    Raises:
        ValueError: No JSON, or something else than parts within parts.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"lshw expected JSON, read {text[:60]!r}: {error}") from None
    roots = rows_of(found if isinstance(found, list) else [found], "lshw")
    told = 0
    for path, node in _parts(roots, ""):
        if word(node, "class") not in _CLASSES or told >= _MOST:
            continue
        readings = list(_of(path, node))
        told += bool(readings)
        yield from readings


def _parts(nodes: list[dict[str, Any]], above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part with its path below the machine: "core/cpu:0"."""
    for node in nodes:
        name = word(node, "id")
        if not name:
            raise ValueError(f"lshw expected a part's id, read {str(node)[:80]!r}.")
        path = f"{above}/{name}" if above else name
        yield path.partition("/")[2] or name, node
        yield from _parts(rows_of(node.get("children", []), "lshw"), path)


def _of(path: str, node: dict[str, Any]) -> Iterator[Reading]:
    product = " ".join(part for part in (word(node, "vendor"), word(node, "product")) if part)
    if product:
        yield Reading(_PRODUCT.name, ", ".join(part for part in (word(node, "description"), product) if part), path)
    size = number(node.get("size"))
    if word(node, "class") == "memory" and word(node, "units") == "bytes" and size is not None:
        yield Reading(_SIZE.name, size, path)


COLLECTOR: Final = Collector(
    name="cmd.lshw",
    read=Command(
        argv=("lshw", "-json", "-quiet", "-sanitize"),
        version=("lshw", "-version"),
        cadence=Cadence.ONCE,
        timeout=15.0,
    ),
    metrics=(_PRODUCT, _SIZE),
    parse=parse,
    opt_in="tools",  # it probes every bus, for seconds
    adds="parts of the machine: processors, caches, memory banks, cards, power supplies",
    needs="lshw (package lshw); root, to see all",
)
