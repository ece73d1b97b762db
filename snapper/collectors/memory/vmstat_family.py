"""How fields of /proc/vmstat that have most in common are declared together.

Unless a family says otherwise its fields count pages, are internal to the memory management and better in no direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

ZONES: Final = ("dma", "dma32", "normal", "high", "movable", "device")
"""Kinds of memory that some fields are counted by."""

event = partial(
    Metric,
    unit="pages",
    kind=Kind.COUNTER,
    resource=Resource.MEMORY,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/include/linux/vm_event_item.h",
)


def family(titles: Mapping[str, str], text: str, **declared: Any) -> tuple[Metric, ...]:
    """Declare fields that have all in common save their names and titles.

    Args:
        titles: By field.
        text: What there is to say of all.
        declared: Fields of `Metric` that differ from those of `event`.

    >>> [metric.help for metric in family({"pgfree": "Pages freed"}, "It follows the load.")]
    ['Pages freed. It follows the load.']
    """
    return tuple(
        event(**{"name": f"vmstat.{name}", "title": title, "help": f"{title}. {text}", **declared})
        for name, title in titles.items()
    )


def zones(field: str, title: str, text: str, **declared: Any) -> tuple[Metric, ...]:
    """Declare a field that is counted by zone, as `allocstall_normal`."""
    return family({f"{field}_{zone}": f"{title}, zone {zone}" for zone in ZONES}, text, **declared)
