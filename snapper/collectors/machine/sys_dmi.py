"""Which machine it is, and which firmware it runs.

Reads files of /sys/class/dmi/id (since Linux 2.6.25), a value each, as the firmware tells them: sys_vendor,
product_name, board_name, bios_version, bios_date. Serial numbers and UUIDs, which only root may read, are left alone.
Bytes that are no text, which some firmware has in place of a name, tell nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.HARDWARE, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/drivers/firmware/dmi-id.c", next="dmidecode --type 0,1,2",
)  # fmt: skip

# fmt: off
_METRICS: Final = (
    _fact(name="dmi.sys_vendor", title="Maker of the machine",
          help="Who made the machine, or the hypervisor that it is a guest of."),
    _fact(name="dmi.product_name", title="Model of the machine",
          help="The model, or the type of instance. Another one has other processors, memory and buses."),
    _fact(name="dmi.product_version", title="Version of the machine",
          help="What the maker adds to the model; hypervisors put the version of the virtual machine here."),
    _fact(name="dmi.board_vendor", title="Maker of the board", help="Who made the main board."),
    _fact(name="dmi.board_name", title="Model of the board", help="The main board; makers change it within a model."),
    _fact(name="dmi.bios_vendor", title="Maker of the firmware", help="Who made the firmware (BIOS or UEFI)."),
    _fact(name="dmi.bios_version", title="Firmware version",
          help="Version of the firmware. An update can change power limits, memory timing and what it hides from the "
               "kernel, and set its settings back."),
    _fact(name="dmi.bios_date", title="Firmware date", help="The day that the firmware was released."),
    _fact(name="dmi.bios_release", title="Firmware release", help="The firmware's own count of its releases."),
)
# fmt: on
_OF_FILE: Final = {metric.name.removeprefix("dmi."): metric.name for metric in _METRICS}


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give what one file says; nothing for an empty one, one that holds no text, or one that is not asked for.

    Raises:
        ValueError: More than one line.

    >>> parse("1.6.4\n", Origin(key="bios_version"))
    [Reading(metric='dmi.bios_version', value='1.6.4', instance='')]
    """
    if "\n" in text.strip():
        raise ValueError(f"/sys/class/dmi/id/{origin.key} should be one line, and is {text[:60]!r}.")
    value = " ".join(text.split())
    if not value or origin.key not in _OF_FILE or not text.strip().isprintable() or "\\x" in value:
        return []
    return [Reading(_OF_FILE[origin.key], value)]


COLLECTOR: Final = Collector(
    name="sys.dmi",
    read=Files(patterns=tuple(f"sys/class/dmi/id/{file}" for file in _OF_FILE), cadence=Cadence.ONCE),
    metrics=_METRICS,
    parse=parse,
    adds="model of the machine and version of its firmware",
    needs="a machine whose firmware has DMI tables (x86, most arm64 servers)",
)
