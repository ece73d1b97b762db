"""How idle CPUs slept: the share of time in each idle state, and which states are switched off.

Reads files of /sys/devices/system/cpu/cpuN/cpuidle/stateM (since Linux 2.6.24; above and below since 5.2, rejected
since 5.10) in one go, see `joined_lines`. `name` says which state it is, `time` counts microseconds in it, `usage` how
often it was entered; `above` and `below` count sleeps that turned out too short or too long for the state, `rejected`
the ones that the platform refused. `disable` is 1 where somebody or the driver switched the state off.

    /sys/devices/system/cpu/cpu0/cpuidle/state1/name:C1
    /sys/devices/system/cpu/cpu0/cpuidle/state1/time:868353733

States are told apart by name, for numbers mean other states with another driver; all CPUs are taken together. On a
virtual machine the states are those that the guest asks for, mostly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_DOC: Final = "https://www.kernel.org/doc/html/v6.12/admin-guide/pm/cpuidle.html"
_MICROSECONDS: Final = 1_000_000

_metric = partial(Metric, resource=Resource.CPU, doc=_DOC, next="cpupower idle-info")
_counter = partial(
    _metric, unit="events", kind=Kind.COUNTER, role=Role.INTERNAL, worse=Worse.NEITHER, labels=("state",),
    moved_by=("cpuidle.disable", "cpuidle.current_*", "cmdline"),
)  # fmt: skip
_fact = partial(_metric, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
_COUNTERS: Final = (
    _counter(name="cpuidle.time", unit="seconds", title="Time in an idle state",
             help="Share of all CPUs' time that they slept in this state. Deeper states save power and leave more to "
                  "the others' turbo; waking from them takes longer and adds to the latency of every request."),
    _counter(name="cpuidle.usage", title="Entries into an idle state",
             help="Times that CPUs went to sleep in this state. Many short sleeps cost more than a few long ones."),
    _counter(name="cpuidle.above", title="Sleeps too short for their state",
             help="Times that a CPU was woken too soon for the state to pay. Each cost latency for nothing."),
    _counter(name="cpuidle.below", title="Sleeps too long for their state",
             help="Times that a CPU slept so long that a deeper state would have saved more power."),
    _counter(name="cpuidle.rejected", title="Idle state refused",
             help="Times that the platform refused this state, so that the CPU did not sleep as deep as it was to."),
)
_DISABLE: Final = _fact(
    name="cpuidle.disable", labels=("state",), title="Idle state switched off",
    help="Whether CPUs may not sleep in this state. Without the deep ones they wake faster, use more power and have "
         "less room for turbo.",
)
_WHOLE: Final = {
    "current_driver": _fact(
        name="cpuidle.current_driver", title="Idle driver",
        help="What puts CPUs to sleep, and so which states there are: intel_idle, acpi_idle, haltpoll, none."),
    "current_governor": _fact(
        name="cpuidle.current_governor", title="Idle governor",
        help="The policy that chooses the idle state: menu and teo guess how long the sleep will be, haltpoll polls "
             "a while first, ladder goes step by step."),
}
# fmt: on

_COUNTED: Final = {metric.name.removeprefix("cpuidle."): metric.name for metric in _COUNTERS}
_FILE: Final = re.compile(
    r"/cpu([0-9]+)/cpuidle/state([0-9]+)/([a-z]+)|/cpu/cpuidle/(current_driver|current_governor)(?:_ro)?"
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sums over the CPUs for each state; time as a mean over them, so that its rate is a share of all.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line, or a count that is none.
    """
    host: dict[str, str] = {}
    states: dict[tuple[str, str], dict[str, str]] = {}
    for match, line in lines_of(text, _FILE):
        cpu, state, file, of_host = match.groups()
        if of_host:
            host[of_host] = line.strip()
        else:
            states.setdefault((cpu, state), {})[file] = line.strip()
    for file, value in host.items():
        yield Reading(_WHOLE[file].name, value)
    cpus = len({cpu for cpu, _ in states})
    named: dict[str, list[dict[str, str]]] = {}
    for (_, state), files in states.items():
        named.setdefault(files.get("name", f"state{state}"), []).append(files)
    for name, group in named.items():
        yield from _of_state(name, group, cpus)


def _of_state(name: str, group: Sequence[Mapping[str, str]], cpus: int) -> Iterator[Reading]:
    for file, metric in _COUNTED.items():
        counts = [whole(files[file], f"cpuidle/{name}/{file}") for files in group if file in files]
        if len(counts) == len(group):
            yield Reading(metric, sum(counts) / _MICROSECONDS / cpus if file == "time" else sum(counts), name)
    switches = [whole(files["disable"], f"cpuidle/{name}/disable") for files in group if "disable" in files]
    if off := sum(map(bool, switches)):
        yield Reading(_DISABLE.name, "yes" if off == len(switches) else f"on {off} of {len(switches)} CPUs", name)
    elif switches:
        yield Reading(_DISABLE.name, "no", name)


COLLECTOR: Final = Collector(
    name="sys.cpuidle",
    read=Files(
        patterns=(
            "sys/devices/system/cpu/cpuidle/current_*",
            *(f"sys/devices/system/cpu/cpu*/cpuidle/state*/{file}" for file in ("name", *_COUNTED, "disable")),
        ),
        cadence=Cadence.EDGES,
        joined=True,
        max_files=60_000,
    ),
    metrics=(*_COUNTERS, _DISABLE, *_WHOLE.values()),
    parse=parse,
    adds="in which idle states the CPUs slept, and which are switched off",
    needs="CONFIG_CPU_IDLE",
)
