"""The hypervisor, as Xen tells its guests: type, version, kind of guest, features.

Reads /sys/hypervisor (since Linux 2.6.24; Xen only), a value each: `type` holds "xen", `version/major` "4",
`guest_type` "HVM" (since 4.13). What differs from guest to guest by design, as the uuid, is left out.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/stable/sysfs-hypervisor-xen",
    next="grep -r . /sys/hypervisor/version /sys/hypervisor/type",
)

# fmt: off
_FILES: Final = {
    "type": _fact(name="hypervisor.type", title="Hypervisor",
                  help="The hypervisor that this host is a guest of: xen."),
    "guest_type": _fact(name="hypervisor.guest_type", title="Kind of guest",
                        help="How the guest is run: PV, HVM or PVH. They differ in the cost of system calls, faults "
                             "and interrupts."),
    "major": _fact(name="hypervisor.version.major", title="Hypervisor's version, first number",
                   help="First number of the hypervisor's version. An update of the host below changes it."),
    "minor": _fact(name="hypervisor.version.minor", title="Hypervisor's version, second number",
                   help="Second number of the hypervisor's version. An update of the host below changes it."),
    "extra": _fact(name="hypervisor.version.extra", title="Hypervisor's version, rest",
                   help="The rest of the hypervisor's version, as .4-pre or .amazon. An update of the host below "
                        "changes it."),
    "features": _fact(name="hypervisor.features", title="Hypervisor's features",
                      help="Bits, in hexadecimal, of what the hypervisor offers its guests."),
}
# fmt: on


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give the fact of one file, or nothing for an empty file or one that is not known.

    Raises:
        ValueError: More than one line.
    """
    value = text.strip()
    metric = _FILES.get(origin.key.rpartition("/")[2])
    if metric is None or not value:
        return []
    if "\n" in value:
        raise ValueError(f"/sys/hypervisor: {origin.key} should be one line, and is {text[:80]!r}.")
    return [Reading(metric.name, value)]


COLLECTOR: Final = Collector(
    name="sys.hypervisor",
    read=Files(
        patterns=("sys/hypervisor/*type", "sys/hypervisor/version/*", "sys/hypervisor/properties/features"),
        cadence=Cadence.ONCE,
    ),
    metrics=tuple(_FILES.values()),
    parse=parse,
    adds="the version of Xen that this guest runs on",
    needs="a guest of Xen; CONFIG_XEN_SYS_HYPERVISOR",
)
