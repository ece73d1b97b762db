"""Interrupts by the device or purpose that caused them, on all CPUs together.

Reads /proc/interrupts (since Linux 1.x): a heading with the CPUs that are online, then a line for each source. A number
stands for a device's line, which ends in the names of the drivers that share it; what is between (controller, pin,
trigger) differs by architecture and version. Numbers are given out anew at each boot, so the names tell them apart,
and lines of the same name are added up. A word stands for what the CPU itself raises, with a description at its end;
of errors there may be a single count.

               CPU0       CPU1
     24:          1          0  IO-APIC   5-edge      ACPI:Ged
     36:          0     114405 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0
    LOC:      35546      42030   Local timer interrupts
    ERR:          0

ARM's inter-processor interrupts (IPI0, IPI1, ...) change their numbers between kernels: there the description is the
name. Counts are 32 bits wide for each CPU; when one wraps around, the sum falls and that step is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.figures import LARGEST
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import File

_PATH: Final = "/proc/interrupts"
_DOC: Final = "https://www.kernel.org/doc/html/v6.12/filesystems/proc.html#kernel-data"
_X86: Final = "https://elixir.bootlin.com/linux/v6.12/source/arch/x86/kernel/irq.c"

_TRIGGERS: Final = ("edge", "Edge", "level", "Level", "fasteoi")
"""How the kernel calls what makes an interrupt; a line that ends in one has no driver."""

_counter = partial(
    Metric,
    unit="interrupts",
    kind=Kind.COUNTER,
    resource=Resource.INTERRUPTS,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc=_DOC,
    next="watch -d cat /proc/interrupts",
)
_fault = partial(
    _counter,
    resource=Resource.CPU,
    role=Role.ERRORS,
    worse=Worse.MORE,
    doc=_X86,
    next="dmesg | grep -iE 'mce|machine check|hardware error'; ras-mc-ctl --summary",
)

_DEVICE: Final = _counter(
    name="interrupts.device",
    labels=("device",),
    title="Interrupts of a device",
    help="Interrupts that this device raised; drivers that share a line stand together. It follows the load on the "
    "device and tells which one keeps the CPUs from their work.",
)
_CPU: Final = _counter(
    name="interrupts.cpu",
    labels=("purpose",),
    title="Interrupts among the CPUs",
    help="Interrupts that CPUs raise for themselves or for each other: LOC the timer, RES waking a task elsewhere, "
    "CAL calls of functions elsewhere, TLB unmapping of shared memory, NMI the profiler's and watchdog's.",
)
_FAULTS: Final = {
    "MCE": _fault(
        name="interrupts.MCE",
        primary=True,
        title="Machine check exceptions",
        help="Hardware errors that a CPU reported by an exception: memory, caches, buses. Any is worth a look.",
    ),
    "THR": _fault(
        name="interrupts.THR",
        title="Corrected hardware errors over their threshold",
        help="Times that corrected errors of memory or caches became so many that the CPU said so. A module or a CPU "
        "is ageing.",
    ),
    "DFR": _fault(
        name="interrupts.DFR",
        title="Deferred hardware errors",
        help="Errors in data that nobody has used yet, found by AMD's CPUs. Any means a failing memory module.",
    ),
    "ERR": _fault(
        name="interrupts.ERR",
        resource=Resource.INTERRUPTS,
        primary=True,
        title="Interrupt controller errors",
        help="Interrupts that the controller garbled or that nobody had asked for. More points at a board or a "
        "hypervisor at fault.",
        next="dmesg | grep -iE 'irq|apic'",
    ),
    "MIS": _fault(
        name="interrupts.MIS",
        resource=Resource.INTERRUPTS,
        title="Misrouted interrupts",
        help="Interrupts of the IO-APIC that arrived with the wrong trigger and were repaired. Seldom harmful.",
        next="dmesg | grep -iE 'irq|apic'",
    ),
    "HMI": _fault(
        name="interrupts.HMI",
        doc="https://elixir.bootlin.com/linux/v6.12/source/arch/powerpc/kernel/irq.c",
        title="Hypervisor maintenance interrupts (POWER)",
        help="Hardware errors of the processor that POWER reports to the kernel: of its clock, its caches, its links. "
        "Any is worth a look.",
    ),
    "TRM": _fault(
        name="interrupts.TRM",
        role=Role.SATURATION,
        title="Thermal events",
        help="Times a CPU became too hot or cool again. A CPU that is too hot runs slower.",
        next="sensors; turbostat --quiet --show Busy%,Bzy_MHz,CoreTmp --interval 1 --num_iterations 5",
    ),
}


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sums over all CPUs: one reading for each name, whatever the number of its lines.

    Raises:
        ValueError: There is no heading of CPUs, or a numbered line has not a count for each.
    """
    heading, *lines = text.splitlines() or [""]
    cpus = heading.split()
    if not cpus or not all(cpu.startswith("CPU") for cpu in cpus):
        raise refused(_PATH, 1, heading, "a heading of CPUs ('CPU0 CPU1')")
    totals: dict[tuple[str, str], int] = {}
    for number, line in enumerate(lines, start=2):
        source, colon, rest = line.partition(":")
        if not colon:
            if line.strip():
                raise refused(_PATH, number, line, "a number or a name, a colon and counts")
            continue
        source = source.strip()
        words = rest.split(None, len(cpus))
        counts = list(takewhile(str.isdecimal, words[: len(cpus)]))
        if source.isdecimal() and len(counts) != len(cpus):
            raise refused(_PATH, number, line, f"a number, a colon and {len(cpus)} counts")
        if counts:
            name = _name(source, words[len(counts)] if len(words) > len(counts) else "")
            totals[name] = totals.get(name, 0) + sum(map(int, counts))
            if totals[name] > LARGEST:
                raise refused(_PATH, number, line, "counts of 32 bits")
    for (metric, instance), total in totals.items():
        yield Reading(metric, total, instance)


def _name(source: str, rest: str) -> tuple[str, str]:
    """Metric and instance of a line.

    Args:
        source: What stands before its colon.
        rest: What follows the counts, with its inner blanks.

    >>> _name("36", "PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0")
    ('interrupts.device', 'virtio1-req.0')
    >>> _name("19", "IO-APIC-fasteoi   firewire_ohci, yenta"), _name("49", "GICv3  23 Level     arm-pmu")
    (('interrupts.device', 'firewire_ohci, yenta'), ('interrupts.device', 'arm-pmu'))
    >>> _name("7", "IO-APIC   7-edge    "), _name("IPI1", "Function call interrupts"), _name("MCE", "")
    (('interrupts.device', 'irq 7'), ('interrupts.cpu', 'Function call interrupts'), ('interrupts.MCE', ''))
    """
    if source.isdecimal():
        drivers = rest.rpartition("  ")[2]
        return _DEVICE.name, drivers if drivers.strip() and not drivers.endswith(_TRIGGERS) else f"irq {source}"
    if source.upper() in _FAULTS:
        return _FAULTS[source.upper()].name, ""
    return _CPU.name, (rest.strip() or source) if source.startswith("IPI") else source


COLLECTOR = Collector(
    name="proc.interrupts",
    read=File(path="proc/interrupts"),
    metrics=(_DEVICE, _CPU, *_FAULTS.values()),
    parse=parse,
    adds="interrupts by device and purpose, and the hardware errors that CPUs report",
    needs="CONFIG_PROC_FS",
)
