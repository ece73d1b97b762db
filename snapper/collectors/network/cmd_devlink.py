"""What network cards found wrong with themselves: errors and recoveries by the driver's own reporters.

Runs `devlink -j health show` of iproute2 (since 5.1) at both edges of the window, where a driver of such a card is
loaded. A reporter watches one part: tx (a queue that hangs), fw (firmware), fw_fatal. Firmware's version is told by
ethtool already.

    {"health": {"pci/0000:3b:00.0": [{"reporter": "fw", "state": "healthy", "error": 0, "recover": 0},
                                     {"reporter": "tx", "state": "error", "error": 3, "recover": 2}]}}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.json_rows import count, word
from snapper.collectors.text.tool_tables import document, rows_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/networking/devlink/devlink-health.html"
_base = partial(Metric, resource=Resource.NETWORK, labels=("reporter",), doc=_DOC, next="devlink health show")
# fmt: off
_ERRORS: Final = _base(
    name="devlink.error", unit="errors", kind=Kind.COUNTER, role=Role.ERRORS, worse=Worse.MORE,
    title="Errors of a network card's part",
    help="Errors that the driver's reporter found. Each can stop a queue, or the card, until it is set up again. More "
         "is worse.")
_RECOVERED: Final = _base(
    name="devlink.recover", unit="events", kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.MORE,
    title="Recoveries of a network card's part",
    help="Times that the part was set up again after an error; what was on its way is lost.")
_STATE: Final = _base(
    name="devlink.state", unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER,
    title="Health of a network card's part", help="healthy, or error: what was found is not set right yet.")
# fmt: on


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield state, errors and recoveries of every reporter; nothing where there is none.

    Raises:
        ValueError: No JSON with "health", or something else than counts where counts should be.
    """
    devices: Any = document(text, "devlink").get("health")
    if type(devices) is not dict:
        raise ValueError(f"devlink expected 'health' with devices by name, read {text[:60]!r}.")
    for device, reporters in devices.items():
        for row in rows_of(reporters, "devlink"):
            instance = f"{device} {word(row, 'reporter')}".strip()
            if state := word(row, "state"):
                yield Reading(_STATE.name, state, instance)
            for metric, key in ((_ERRORS, "error"), (_RECOVERED, "recover")):
                value = count(row, key)
                if value is not None:
                    yield Reading(metric.name, value, instance)


COLLECTOR: Final = Collector(
    name="cmd.devlink",
    read=Command(
        argv=("devlink", "-j", "health", "show"),
        version=("ip", "-V"),
        cadence=Cadence.EDGES,
        where=tuple(f"sys/bus/pci/drivers/{driver}" for driver in ("mlx5_core", "bnxt_en", "ice", "nfp", "ionic")),
    ),
    metrics=(_ERRORS, _RECOVERED, _STATE),
    parse=parse,
    adds="errors that network cards found in themselves, by part",
    needs="devlink of iproute2 >= 5.1 (package iproute2), a card whose driver has reporters",
)
