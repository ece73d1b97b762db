"""The vocabulary: what a metric is, said once, beside the parser that yields it.

Catalogue, report texts, grouping, colours, noise and attribution all come from
the declaration below; nothing downstream repeats any of it. The USE roles are
those of Brendan Gregg's USE method (https://www.brendangregg.com/usemethod.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

UNITS: Final = frozenset(
    {
        "seconds", "bytes", "ratio", "hertz", "bits/second", "celsius", "joules", "watts", "volts", "amperes",
        "count", "tasks", "threads", "programs", "files", "sockets", "connections", "inodes", "pages",
        "operations", "faults", "switches", "interrupts", "packets", "datagrams", "segments", "messages",
        "calls", "events", "errors", "text",
        "instructions/cycle", "misses/instruction",
        "bytes/s", "operations/s", "interrupts/s", "switches/s", "faults/s", "calls/s", "events/s", "cycles/s",
        "instructions/s",  # gauges that a tool has made rates already
    }
)  # fmt: skip
"""Base units only: a value never carries a prefix, a printed figure does (`snapper.units`)."""


_NAMED_RATES: Final = {"seconds": "ratio", "joules": "watts"}
"""What a unit a second has a name of its own for: seconds of work in a second are a share, joules a second watts."""


class Kind(Enum):
    """How a metric's readings become something that can be compared."""

    COUNTER = "counter"
    """Only ever grows; compared as its rate per second. A fall is a reset, never a rate."""
    GAUGE = "gauge"
    """A level; compared as its mean over the window."""
    FACT = "fact"
    """Configuration or identity, as text; compared for equality."""


class Role(Enum):
    """What a metric says of its resource, in the terms of the USE method."""

    UTILIZATION = "utilization"
    SATURATION = "saturation"
    ERRORS = "errors"
    WORKLOAD = "workload"
    """Demand put on the resource: never a fault by itself."""
    INTERNAL = "internal"
    """How the kernel does it: detail that explains a finding and is seldom one."""
    CONFIGURATION = "configuration"


class Worse(Enum):
    """Which direction of change is the worse one."""

    MORE = "more"
    LESS = "less"
    EITHER = "either"
    NEITHER = "neither"


class Resource(Enum):
    """What a metric is about; findings and the USE matrix are grouped by it."""

    CPU = "cpu"
    SCHEDULER = "scheduler"
    MEMORY = "memory"
    DISK = "disk"
    FILESYSTEM = "filesystem"
    NETWORK = "network"
    SOCKETS = "sockets"
    TASKS = "tasks"
    FILES = "files"
    INTERRUPTS = "interrupts"
    CGROUP = "cgroup"
    """A unit or container with its own accounts and limits."""
    HARDWARE = "hardware"
    """What is true of the machine itself: temperatures, memory errors, its buses."""
    PROGRAM = "program"
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measurable quantity. Everything that is ever said of it comes from here."""

    name: str
    """`<source>.<field>`, the kernel's own field name; a derived one bears the name sar or iostat gives it."""
    unit: str
    """A member of `UNITS`; "text" for a fact."""
    kind: Kind
    resource: Resource
    role: Role
    worse: Worse
    title: str
    """What the report calls it, a few words without a verb: "CPU utilization"."""
    help: str
    """One or two sentences for whoever has not met it; shown in the report."""
    doc: str
    """Kernel documentation, source or man page at a fixed version (an https address)."""
    labels: tuple[str, ...] = ()
    """What tells its instances apart: ("disk",). Empty: there is one, whose instance is ""."""
    next: str = ""
    """The command to run next; `{instance}` stands for the instance."""
    primary: bool = False
    """Fills the cell of its role in the USE matrix."""
    history: bool = False
    """Remembers what was before the capture (load averages, caches): never a headline."""
    alias_of: str = ""
    """Another metric that says the same; this one is then context only."""
    moved_by: tuple[str, ...] = ()
    """Globs over facts (`sysctl[vm.dirty_*]`, written `metric` or `metric[instance]`) whose change can move it."""
    attributes: tuple[Resource, ...] = ()
    """For a metric of programs: the resources whose change its shares explain."""

    @property
    def compared_unit(self) -> str:
        """The unit of what is compared: a counter's rate, a gauge's level.

        >>> from snapper.metric import Kind, Metric, Resource, Role, Worse
        >>> switches = Metric(
        ...     name="stat.ctxt", unit="switches", kind=Kind.COUNTER, resource=Resource.SCHEDULER,
        ...     role=Role.WORKLOAD, worse=Worse.NEITHER, title="Context switches", help="", doc="",
        ... )
        >>> switches.compared_unit
        'switches/s'
        """
        if self.kind is not Kind.COUNTER:
            return self.unit
        return _NAMED_RATES.get(self.unit, f"{self.unit}/s")
