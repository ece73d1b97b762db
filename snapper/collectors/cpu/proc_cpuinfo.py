"""Which processors these are: model, microcode, features, known bugs, clock.

Reads /proc/cpuinfo: a block of `name : value` lines for each CPU online, in words that differ by
architecture. Where the CPUs differ, each distinct value is listed.

    processor	: 0
    model name	: AMD EPYC 7451 24-Core Processor
    microcode	: 0x8001206
    flags		: fpu vme de pse tsc ...

Arm names no model but implementer and part; s390 has one line for each CPU; POWER says `cpu` and `clock`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

_DOC: Final = "https://man7.org/linux/man-pages/man5/proc_cpuinfo.5.html"

_cpu = partial(Metric, resource=Resource.CPU, worse=Worse.EITHER, doc=_DOC, next="lscpu")
_fact = partial(_cpu, kind=Kind.FACT, unit="text", role=Role.CONFIGURATION)

PROCESSORS: Final = _fact(
    name="cpuinfo.processors",
    title="CPUs online",
    help="Logical CPUs that run tasks. With another number every share of a CPU and every queue means something else.",
)
MODEL: Final = _fact(
    name="cpuinfo.model_name",
    title="CPU model",
    help="The make of the processors. Another model means another speed for each piece of work.",
)
MICROCODE: Final = _fact(
    name="cpuinfo.microcode",
    title="CPU microcode",
    help="Revision of the processors' microcode, loaded by firmware or at boot. An update can bring mitigations that "
    "make system calls and branches dearer.",
)
FLAGS: Final = _fact(
    name="cpuinfo.flags",
    title="CPU features",
    help="Features that the processors offer and the kernel lets programs use. One that is gone (AVX, AES, a clock "
    "source) sends programs onto slower paths.",
)
BUGS: Final = _fact(
    name="cpuinfo.bugs",
    title="CPU bugs known to the kernel",
    help="Flaws of the processors that this kernel knows of and may work around. A new entry usually brings a new "
    "mitigation, and its cost.",
    next="grep . /sys/devices/system/cpu/vulnerabilities/*",
)
MHZ: Final = _cpu(
    name="cpuinfo.MHz",
    unit="hertz",
    kind=Kind.GAUGE,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    title="CPU clock",
    help="Mean clock of the CPUs at one moment before the window; where the clock is scaled, an idle CPU shows a low "
    "one, so only a large and lasting difference means anything.",
    next="turbostat --interval 5",
)

_NONE: Final = "(none)"
_COUNT_KEYS: Final = ("# processors", "cpus detected", "cpus active", "ncpus active")
_MODEL_KEYS: Final = ("model name", "cpu model", "cpu", "uarch", "Processor", "Model Name")
_FLAG_KEYS: Final = ("flags", "Features", "features", "isa")
_MHZ_KEYS: Final = ("cpu MHz", "CPU MHz", "clock", "cpu speed", "cpu MHz dynamic")
_HERTZ_KEYS: Final = ("cycle frequency [Hz]",)
_PARTS: Final = (
    (("CPU implementer", "CPU part"), "implementer {0} part {1}"),
    (("vendor_id", "machine"), "{0} machine {1}"),
    (("vendor", "arch", "family", "model"), "{0} {1} family {2} model {3}"),
    (("mvendorid", "marchid"), "vendor {0} architecture {1}"),
)
"""What stands for the model where there is no name for it: Arm, s390, IA-64, RISC-V."""
_S390_CPU: Final = re.compile(r"processor ([0-9]+)")
_MEGAHERTZ: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: ?MHz)?", re.IGNORECASE)
_HERTZ: Final = re.compile(r"([0-9]+)(?: est\.)?")


def parse(text: str, _origin: Origin) -> list[Reading]:
    """Give what the blocks say, each distinct value once; features and bugs are sorted so that a diff shows which.

    Raises:
        ValueError: A line that is not `name : value`, or nothing that tells of a processor.
    """
    fields = _fields(text)
    count = _count(fields)
    facts = {
        PROCESSORS: str(count) if count else "",
        MODEL: _model(fields),
        MICROCODE: ", ".join(_distinct(fields.get("microcode", ()))),
        FLAGS: _words(fields, _FLAG_KEYS),
        BUGS: (_words(fields, ("bugs",)) or _NONE) if "bugs" in fields else "",
    }
    readings = [Reading(metric.name, value) for metric, value in facts.items() if value]
    if not readings:
        raise ValueError(f"/proc/cpuinfo should tell of a processor, and is {text[:80]!r}.")
    if clocks := _clocks(fields):
        readings.append(Reading(MHZ.name, sum(clocks) / len(clocks)))
    return readings


def _fields(text: str) -> dict[str, list[str]]:
    """Every value of every name, in order; an s390's line of a CPU counts as the CPU and as its parts."""
    fields: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name:
            raise ValueError(f"/proc/cpuinfo:{number} should be a name, a colon and a value, and is {line[:80]!r}.")
        if cpu := _S390_CPU.fullmatch(name):
            fields.setdefault("processor", []).append(cpu[1])
            for part in value.split(","):
                key, _, said = part.partition("=")
                fields.setdefault(key.strip(), []).append(said.strip())
        else:
            fields.setdefault(name, []).append(value)
    return fields


def _count(fields: dict[str, list[str]]) -> int:
    """CPUs by their blocks, or as a line says it where there are no blocks; 0 for not known."""
    blocks = [value for value in fields.get("processor", ()) if value.isdigit()]
    said = next((fields[key][0] for key in _COUNT_KEYS if key in fields), "")
    return len(blocks) or (int(said) if said.isdigit() else 0)


def _model(fields: dict[str, list[str]]) -> str:
    """The names of the models, or what is said in place of a name; "" for nothing."""
    for key in _MODEL_KEYS:
        if names := _distinct(name for name in fields.get(key, ()) if name):
            return ", ".join(names)
    for keys, form in _PARTS:
        if all(key in fields for key in keys):
            columns = [fields[key] for key in keys]  # one value may be said once for all CPUs
            rows = range(max(map(len, columns)))
            return ", ".join(_distinct(form.format(*(said[row % len(said)] for said in columns)) for row in rows))
    return ""


def _words(fields: dict[str, list[str]], keys: Iterable[str]) -> str:
    """All words of the first of these names that is there, sorted, each once; IA-64's are phrases between commas."""
    values = next((fields[key] for key in keys if key in fields), [])
    comma = ", " if any("," in value for value in values) else None
    return (comma or " ").join(sorted({word for value in _distinct(values) for word in value.split(comma)}))


def _clocks(fields: dict[str, list[str]]) -> list[float]:
    """Clocks in hertz, as many as are told."""
    found = [_MEGAHERTZ.fullmatch(value) for key in _MHZ_KEYS for value in fields.get(key, ())]
    megahertz = [float(match[1]) * 1e6 for match in found if match]
    hertz = [_HERTZ.fullmatch(value) for key in _HERTZ_KEYS for value in fields.get(key, ())]
    return megahertz or [float(match[1]) for match in hertz if match]


def _distinct(values: Iterable[str]) -> list[str]:
    """The values without repetition, in the order of their first mention."""
    return list(dict.fromkeys(values))


COLLECTOR: Final = Collector(
    name="proc.cpuinfo",
    read=File(path="proc/cpuinfo", cadence=Cadence.ONCE),
    metrics=(PROCESSORS, MODEL, MICROCODE, FLAGS, BUGS, MHZ),
    parse=parse,
    adds="model, microcode, features and bugs of the processors",
    needs="a mount of /proc",
)
