"""What lscpu finds out by asking the processor: whether this is a virtual machine, and of whose.

Runs `lscpu -J` (util-linux >= 2.30; a tree since 2.37), or `lscpu` on older ones:

    {"lscpu": [{"field": "Hypervisor vendor:", "data": "KVM"}, {"field": "Virtualization type:", "data": "full"}]}

All else that it tells is read where it has it from: /proc/cpuinfo, and sysfs by `sys.cpu` and `sys.cpu.topology`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.CPU, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://man7.org/linux/man-pages/man1/lscpu.1.html", next="lscpu",
)  # fmt: skip

# fmt: off
_METRICS: Final = {
    "Hypervisor vendor": _fact(
        name="lscpu.hypervisor_vendor", title="Hypervisor",
        help="Whose guest this host is. On another hypervisor, clocks, interrupts and the share of the CPUs differ."),
    "Hypervisor": _fact(
        name="lscpu.hypervisor", title="Hypervisor's version",
        help="The hypervisor by name and version, where it tells."),
    "Virtualization type": _fact(
        name="lscpu.virtualization_type", title="Kind of virtualization",
        help="Full, para or container: how much of the machine is pretended, and so what a privileged step costs."),
    "Virtualization": _fact(
        name="lscpu.virtualization", title="Virtualization by the processor",
        help="What the processor offers to run guests with: VT-x or AMD-V. A guest that has it can run guests."),
    "Dispatching mode": _fact(
        name="lscpu.dispatching_mode", title="CPU dispatching (s390)",
        help="Horizontal: all CPUs get the same share of the real ones; vertical: some get more."),
}
# fmt: on
_SURE: Final = "Architecture"
"""Every version since util-linux 2.14 begins with it."""


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the facts that are there; a real machine has none of a hypervisor.

    Raises:
        ValueError: Neither lscpu's JSON nor its text.
    """
    found = _from_json(text) if text.lstrip().startswith("{") else _from_text(text)
    if _SURE not in found:
        raise ValueError(f"lscpu should tell the architecture, and says {text[:80]!r}.")
    for field, metric in _METRICS.items():
        if found.get(field):
            yield Reading(metric.name, found[field])


def _from_json(text: str) -> dict[str, str]:
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"lscpu's JSON is not JSON: {error}") from error
    found: dict[str, str] = {}
    rows = [document.get("lscpu")]
    while rows:
        row = rows.pop()
        if isinstance(row, list):
            rows += row
        elif isinstance(row, dict):
            found[str(row.get("field", "")).rstrip(":")] = _said(row.get("data"))
            rows.append(row.get("children"))
    return found


def _said(data: Any) -> str:
    return data.strip() if isinstance(data, str) else ""


def _from_text(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


COLLECTOR: Final = Collector(
    name="cmd.lscpu",
    read=Command(
        argv=("lscpu", "-J"), version=("lscpu", "-V"), cadence=Cadence.ONCE, alternatives=(("lscpu",),), timeout=10.0
    ),
    metrics=tuple(_METRICS.values()),
    parse=parse,
    adds="whether this is a virtual machine, and of which hypervisor",
    needs="lscpu (package util-linux)",
)
