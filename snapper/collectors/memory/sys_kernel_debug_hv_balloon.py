"""How much memory Hyper-V has taken from this virtual machine, and how much it has added to it.

Reads /sys/kernel/debug/hv-balloon (since Linux 6.0; root, debugfs mounted): a name, a colon and a value in each line.

    host_version          : 2.0
    page_size             : 4096
    pages_added           : 0
    pages_ballooned       : 3276800

Pages are of the size that the file itself says, the hypervisor's, which need not be the kernel's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_PATH: Final = "/sys/kernel/debug/hv-balloon"
_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.MEMORY, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/drivers/hv/hv_balloon.c", next=f"cat {_PATH}",
)  # fmt: skip
_pages = partial(_fact, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER)

# fmt: off
_PAGES: Final = (
    _pages(name="hv_balloon.pages_ballooned", worse=Worse.MORE, title="Memory taken by Hyper-V",
           help="Memory that the balloon holds for the hypervisor. To this machine it is used, and nobody here has it: "
                "more of it leaves less for programs and the page cache."),
    _pages(name="hv_balloon.pages_added", title="Memory added by Hyper-V",
           help="Memory that the hypervisor plugged into this machine since it started."),
    _pages(name="hv_balloon.pages_onlined", title="Added memory in use",
           help="Memory of what the hypervisor added that the kernel took into use. Less than was added is idle."),
    _pages(name="hv_balloon.total_pages_committed", title="Demand told to Hyper-V",
           help="What the driver reports as this machine's demand for memory; the hypervisor balances machines by it."),
    _pages(name="hv_balloon.max_dynamic_page_count", title="Most memory under Hyper-V",
           help="The most memory that the hypervisor says it may give to this machine."),
)
_FACTS: Final = (
    _fact(name="hv_balloon.host_version", title="Balloon protocol of Hyper-V",
          help="The version of the balloon's protocol that the hypervisor agreed to."),
    _fact(name="hv_balloon.capabilities", title="Balloon capabilities",
          help="Whether ballooning is enabled, and whether memory can be added while the machine runs (hot_add)."),
)
# fmt: on
_FIELD: Final = re.compile(r"([a-z_]+) *: ?(.*)")
_NUMBER: Final = re.compile(r"[0-9]{1,20}")


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sizes in bytes, and how the balloon is set up.

    Raises:
        ValueError: A line without a name and a colon, a size that is no whole number, or no size of a page.
    """
    fields: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        found = _FIELD.fullmatch(line)
        if not found:
            raise refused(_PATH, number, line, "a name, a colon and a value")
        fields[found[1]] = found[2].strip()
    size = _number(fields, "page_size")
    if not size:
        raise ValueError(f"{_PATH} expected a page_size above 0, read {fields.get('page_size', 'none')!r:.80}.")
    for metric in _PAGES:
        pages = _number(fields, metric.name.partition(".")[2])
        if pages is not None:
            yield Reading(metric.name, pages * size)
    for metric in _FACTS:
        if value := fields.get(metric.name.partition(".")[2]):
            yield Reading(metric.name, value)


def _number(fields: dict[str, str], name: str) -> int | None:
    if name not in fields:
        return None
    if not _NUMBER.fullmatch(fields[name]):
        raise ValueError(f"{_PATH} expected a whole number of {name}, read {fields[name][:80]!r}.")
    return int(fields[name])


COLLECTOR: Final = Collector(
    name="sys.kernel.debug.hv-balloon",
    read=File(path="sys/kernel/debug/hv-balloon", cadence=Cadence.EDGES),
    metrics=(*_PAGES, *_FACTS),
    parse=parse,
    adds="memory that Hyper-V took from this virtual machine or added to it",
    needs="a virtual machine of Hyper-V, Linux >= 6.0; root; debugfs mounted and not locked down",
)
