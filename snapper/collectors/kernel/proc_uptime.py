"""For how long the host has been up.

Reads /proc/uptime (since Linux 1.x): seconds since boot, and seconds that the CPUs were idle, summed over them.

    46901.13 46856.66

On kernels that keep no account of idle CPUs with a stopped tick the second number stands still.
"""

from __future__ import annotations

from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.figures import decimal
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_uptime.5.html"

_UPTIME: Final = Metric(
    name="uptime.up",
    unit="seconds",
    kind=Kind.GAUGE,
    resource=Resource.HOST,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    history=True,
    title="Uptime",
    help="Time since the host was booted. Shortly after a boot caches are cold; less than before means that it was "
    "booted in between.",
    doc=_DOC,
    next="last -x reboot shutdown | head",
)
_IDLE: Final = Metric(
    name="uptime.idle",
    unit="seconds",
    kind=Kind.COUNTER,
    resource=Resource.CPU,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    alias_of="stat.cpu.idle",
    title="CPUs idle (uptime)",
    help="CPUs that had nothing to run, in CPUs, as /proc/stat has it.",
    doc=_DOC,
)


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give both times in seconds.

    Raises:
        ValueError: Not two numbers.

    >>> parse("46901.13 46856.66\n", Origin())[0]
    Reading(metric='uptime.up', value=46901.13, instance='')
    """
    words = text.split()
    if len(words) != 2:
        raise ValueError(f"/proc/uptime should be two numbers of seconds, and is {text[:60]!r}.")
    return [
        Reading(metric.name, decimal(word, "/proc/uptime"))
        for metric, word in zip((_UPTIME, _IDLE), words, strict=True)
    ]


COLLECTOR: Final = Collector(
    name="proc.uptime",
    read=File(path="proc/uptime", cadence=Cadence.EDGES),
    metrics=(_UPTIME, _IDLE),
    parse=parse,
    adds="for how long the host has been up",
    needs="CONFIG_PROC_FS",
)
