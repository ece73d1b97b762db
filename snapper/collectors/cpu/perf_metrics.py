"""How metrics of the processor's counters are declared: events a second, and what becomes of two of them."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse

_MANUAL: Final = "https://man7.org/linux/man-pages/man2/perf_event_open.2.html"

_told = partial(Metric, kind=Kind.GAUGE, resource=Resource.CPU, role=Role.INTERNAL, doc=_MANUAL)
event = partial(_told, unit="events/s", worse=Worse.NEITHER)
"""An event of all CPUs together, a second."""
ratio = _told
"""What becomes of two events: of the processor's efficiency, which the amount of work does not change by itself."""


def profiled(event: str) -> str:
    """The command that tells which code makes an event happen."""
    return f"perf record -a -g -e {event} -- sleep 5; perf report"


def misses(missed: str, *, name: str, title: str, text: str) -> Derived:
    """Misses of a cache by the instructions that were completed in the same time."""
    return Derived(
        metric=ratio(
            name=name, unit="misses/instruction", worse=Worse.MORE, title=title, help=text, next=profiled(missed)
        ),
        inputs=(f"perf.{missed}", "perf.instructions"),
        compute=lambda missed, instructions: missed / instructions,
    )
