"""How the CPUs are set up as a whole: which are online and isolated, hyper-threading, and what guards against flaws.

Reads files of /sys/devices/system/cpu: `online`, `offline`, `isolated`, `nohz_full` hold lists ("0-47,96-143"),
smt/active and smt/control (since Linux 4.19) the state of simultaneous multithreading, vulnerabilities/* (since 4.15)
a sentence for each known flaw of processors: "Not affected", "Vulnerable" or "Mitigation: PTI".

What the sentences say is kept as it is: a mitigation that came or went changes the price of system calls, switches
and page faults, and of all that virtual machines do.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_ABI: Final = "https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-devices-system-cpu"
_NONE: Final = "(none)"  # a list without members is a value, and has to be seen in a table
_UNSET: Final = frozenset({"", "(null)"})
"""nohz_full prints a null mask where the kernel was not given one."""

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.CPU, role=Role.CONFIGURATION, worse=Worse.EITHER, doc=_ABI,
    next="lscpu",
)  # fmt: skip

# fmt: off
_LISTS: Final = (
    _fact(name="cpu.online", title="CPUs that are online",
          help="Numbers of the CPUs that run tasks. With fewer, everything that was spread over them queues."),
    _fact(name="cpu.offline", title="CPUs that are offline",
          help="Numbers of CPUs that are there, or could be plugged in, and are not used."),
    _fact(name="cpu.isolated", title="Isolated CPUs", next="cat /proc/cmdline",
          help="Numbers of CPUs that the scheduler leaves alone (isolcpus, isolated cpusets). Only tasks that were "
               "bound to them run there; the others have that much less."),
    _fact(name="cpu.nohz_full", title="CPUs without a tick", next="cat /proc/cmdline",
          help="Numbers of CPUs whose timer interrupt stops while one task runs there (nohz_full). System calls on "
               "them cost more, and others do their housekeeping."),
)
_SMT: Final = (
    _fact(name="cpu.smt_active", title="Hyper-threading in use",
          help="1 where cores run more than one thread. Switched off there are half as many CPUs, each faster."),
    _fact(name="cpu.smt_control", title="Hyper-threading setting",
          help="Whether more threads than one may run in a core: on, off, forceoff, notsupported, or how many."),
)
_VULNERABILITY: Final = _fact(
    name="cpu.vulnerability", labels=("flaw",), title="CPU flaw",
    next="grep . /sys/devices/system/cpu/vulnerabilities/*",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/hw-vuln/index.html",
    help="What the kernel does about a flaw of the processors. A mitigation costs time in system calls, switches or "
         "virtual machines; one that is gone makes them faster, and the host open to the attack.",
)
# fmt: on

_OF_FILE: Final = {metric.name.removeprefix("cpu."): metric for metric in _LISTS} | {
    metric.name.removeprefix("cpu.").replace("_", "/"): metric for metric in _SMT
}
_FLAWS: Final = "vulnerabilities/"


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the fact that one file holds, or nothing for a file that is not known or is empty.

    Raises:
        ValueError: More than one line.

    >>> parse("Mitigation: PTI\n", Origin(key="vulnerabilities/meltdown"))
    [Reading(metric='cpu.vulnerability', value='Mitigation: PTI', instance='meltdown')]
    """
    value = text.strip()
    if len(value.splitlines()) > 1:
        raise ValueError(f"/sys/devices/system/cpu/{origin.key} should be one line, and is {text[:60]!r}.")
    if origin.key.startswith(_FLAWS):
        return [Reading(_VULNERABILITY.name, value, origin.key.removeprefix(_FLAWS))] if value else []
    metric = _OF_FILE.get(origin.key)
    if metric is None or not text or (not value and metric not in _LISTS):
        return []
    return [Reading(metric.name, _NONE if value in _UNSET else value)]


COLLECTOR: Final = Collector(
    name="sys.cpu",
    read=Files(
        patterns=(
            *(f"sys/devices/system/cpu/{file}" for file in _OF_FILE if "/" not in file),
            "sys/devices/system/cpu/smt*/*",
            "sys/devices/system/cpu/vulnerabilities*/*",
        ),
        cadence=Cadence.ONCE,
    ),
    metrics=(*_LISTS, *_SMT, _VULNERABILITY),
    parse=parse,
    adds="CPUs online and isolated, hyper-threading, and the mitigations of CPU flaws",
    needs="sysfs mounted at /sys; Linux >= 4.15",
)
