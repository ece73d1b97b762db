"""On how many CPUs the interrupts of each device are served.

Reads of /proc/irq/N smp_affinity_list (the CPUs that may serve a line, since Linux 2.6.39) and effective_affinity_list
(the one that does, since 4.13), of /sys/kernel/irq/N actions (whose line it is, since 4.9), and default_smp_affinity,
in one go, see `joined_lines`.

    /proc/irq/36/effective_affinity_list:1
    /sys/kernel/irq/36/actions:virtio1-req.0

Numbers of lines are given out anew at each boot and irqbalance moves lines about while it runs, so that facts about
single lines would differ in every two captures. What lasts is read: of each device with several lines (the queues of
a network card or disk) how many there are, and over how many CPUs they are spread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/core-api/irq/irq-affinity.html"
_MOST_CPUS: Final = 65_536
"""More than any kernel can have (NR_CPUS)."""

_gauge = partial(
    Metric, unit="count", kind=Kind.GAUGE, resource=Resource.INTERRUPTS, role=Role.INTERNAL, doc=_DOC,
    labels=("device",), next="grep . /proc/irq/*/effective_affinity_list; grep {instance} /proc/interrupts",
)  # fmt: skip

# fmt: off
_LINES: Final = _gauge(
    name="irq.lines", worse=Worse.EITHER, title="Interrupt lines of a device",
    help="Interrupt lines that the device has, mostly one for each of its queues. With fewer queues fewer CPUs share "
         "its work.",
)
_CPUS: Final = _gauge(
    name="irq.effective_cpus", worse=Worse.LESS, title="CPUs that serve a device",
    help="CPUs over which the device's interrupts are spread. Fewer is worse: a CPU that serves all queues becomes the "
         "limit of what the device can do.",
)
_DEFAULT: Final = Metric(
    name="irq.default_smp_affinity", unit="text", kind=Kind.FACT, resource=Resource.INTERRUPTS,
    role=Role.CONFIGURATION, worse=Worse.EITHER, title="CPUs for new interrupt lines", doc=_DOC,
    next="cat /proc/irq/default_smp_affinity",
    help="Mask of the CPUs on which interrupts of devices that come up may be served.",
)
# fmt: on

_FILE: Final = re.compile(r"/irq/(?:([0-9]+)/(smp_affinity_list|effective_affinity_list|actions)|default_smp_affinity)")
_QUEUE: Final = re.compile(r"[0-9]+$")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield lines and CPUs of each device that has several lines.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line, or a list of CPUs that is none.
    """
    lines: dict[str, dict[str, str]] = {}
    for match, said in lines_of(text, _FILE):
        number, file = match.groups()
        if number:
            lines.setdefault(number, {})[file] = said.strip()
        else:
            yield Reading(_DEFAULT.name, said.strip())
    devices: dict[str, list[set[int]]] = {}
    for number, files in lines.items():
        cpus = files.get("effective_affinity_list") or files.get("smp_affinity_list")
        if cpus and "actions" in files:
            devices.setdefault(_device(files["actions"]), []).append(_cpus(cpus, number))
    for device, each in devices.items():
        if len(each) > 1:
            yield Reading(_LINES.name, len(each), device)
            yield Reading(_CPUS.name, len(set().union(*each)), device)


def _device(action: str) -> str:
    """The name of a line without the number of its queue.

    >>> _device("eth0-TxRx-3"), _device("mlx5_comp12@pci:0000:3b:00.0"), _device("ahci[0000:00:17.0]")
    ('eth0-TxRx-*', 'mlx5_comp*@pci:0000:3b:00.0', 'ahci[0000:00:17.0]')
    """
    name, at, place = action.partition("@")
    return f"{_QUEUE.sub('*', name)}{at}{place}"


def _cpus(text: str, number: str) -> set[int]:
    """The members of a list such as `0-3,8`."""
    members: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        low = whole(first, f"/proc/irq/{number}")
        high = whole(last, f"/proc/irq/{number}") if last else low
        if not low <= high < _MOST_CPUS:
            raise ValueError(f"/proc/irq/{number} should list CPUs, as '0-3,8', and is {text[:60]!r}.")
        members.update(range(low, high + 1))
    return members


COLLECTOR: Final = Collector(
    name="proc.irq",
    read=Files(
        patterns=(
            "proc/irq/default_smp_affinity",
            "proc/irq/*/smp_affinity_list",
            "proc/irq/*/effective_affinity_list",
            "sys/kernel/irq/*/actions",
        ),
        joined=True,
    ),
    metrics=(_LINES, _CPUS, _DEFAULT),
    parse=parse,
    adds="over how many CPUs the interrupts of each device are spread",
    needs="Linux >= 4.9 with CONFIG_SMP",
)
