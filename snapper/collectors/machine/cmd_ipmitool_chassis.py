"""The state of the server's case: power, cooling, drives, and what it does when power comes back.

Runs `ipmitool chassis status` once, one question to the management controller.

    System Power         : on
    Main Power Fault     : false
    Power Restore Policy : always-off
    Cooling/Fan Fault    : false
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.machine.ipmi_words import DOC, NEEDS, THERE
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_chassis = partial(Metric, resource=Resource.HARDWARE, labels=("field",), doc=DOC, next="ipmitool chassis status")

# fmt: off
_FIELD: Final = _chassis(
    name="ipmi.chassis", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="State of the case (IPMI)",
    help="What the management controller says of power, locks and intrusion, and what happens when power comes back.",
)
_FAULT: Final = _chassis(
    name="ipmi.chassis_fault", unit="errors", kind=Kind.GAUGE, role=Role.ERRORS, worse=Worse.MORE,
    title="Fault of power, cooling or a drive (IPMI)",
    help="1 where the management controller says that the server's power, its cooling or a drive has failed.",
)
# fmt: on

_FAULTS: Final = {"true": 1, "false": 0}


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield a fact for each line that says something, and for faults whether there is one.

    Raises:
        ValueError: A line without a colon.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        field, colon, said = (part.strip() for part in line.partition(":"))
        if not colon and line.strip():
            raise ValueError(f"ipmitool:{number} expected a field, a colon and its state, read {line[:80]!r}.")
        if said in _FAULTS and field:
            yield Reading(_FAULT.name, _FAULTS[said], field)
        elif said and field:
            yield Reading(_FIELD.name, said, field)


COLLECTOR: Final = Collector(
    name="cmd.ipmitool.chassis",
    read=Command(
        argv=("ipmitool", "chassis", "status"),
        version=("ipmitool", "-V"),
        cadence=Cadence.ONCE,
        where=THERE,
        max_bytes=64 * 1024,
    ),
    metrics=(_FIELD, _FAULT),
    parse=parse,
    adds="faults of power, cooling and drives, as the server's management controller has them",
    needs=NEEDS,
)
