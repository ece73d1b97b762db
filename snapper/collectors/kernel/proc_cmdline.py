"""What the boot loader told the kernel: mitigations, isolated CPUs, huge pages, consoles.

Reads /proc/cmdline, one line of blank-separated parameters, quotes around values with blanks:

    BOOT_IMAGE=/vmlinuz-6.1.0 root=/dev/vda1 ro quiet isolcpus=2-5 dyndbg="file ec.c +p" -- single

What follows "--" is not for the kernel but for init. Left out is what the boot loader adds by itself: which file it
loaded, which changes with every kernel.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, File

PARAMETER: Final = Metric(
    name="cmdline",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Boot parameter",
    help="A parameter that the kernel was booted with. Mitigations, isolated CPUs, idle states and huge pages are "
    "set here; a change takes a reboot, so the kernel may be another too.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/kernel-parameters.html",
    labels=("parameter",),
    next="cat /proc/cmdline",
)

_WORD: Final = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
_ADDED: Final = frozenset({"BOOT_IMAGE", "initrd"})
_PRESENT: Final = "set"  # the value of a parameter that has none: quiet, ro, nosmt


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give each parameter, in the order of its first mention; one that is given several times has all its values.

    Raises:
        ValueError: More than one line, or zero bytes.

    >>> [reading[1:] for reading in parse("ro console=tty0 console=ttyS0 -- single\n", Origin())]
    [('set', 'ro'), ('tty0 ttyS0', 'console'), ('single', '--')]
    """
    line = text.strip()
    if "\0" in line or "\n" in line:
        raise ValueError(f"/proc/cmdline should be one line of parameters, and is {text[:80]!r}.")
    words = [word.replace('"', "") for word in _WORD.findall(line)]
    ours, dashes, for_init = _split(words)
    values: dict[str, list[str]] = {}
    for word in ours:
        name, equals, value = word.partition("=")
        values.setdefault(name, []).append(value if equals else _PRESENT)
    if dashes and for_init:
        values["--"] = for_init
    return [Reading(PARAMETER.name, " ".join(said), name) for name, said in values.items() if name not in _ADDED]


def _split(words: list[str]) -> tuple[list[str], bool, list[str]]:
    """The words before and behind "--", and whether there is one.

    >>> _split(["ro", "--", "single"]), _split(["ro"])
    ((['ro'], True, ['single']), (['ro'], False, []))
    """
    if "--" not in words:
        return words, False, []
    place = words.index("--")
    return words[:place], True, words[place + 1 :]


COLLECTOR: Final = Collector(
    name="proc.cmdline",
    read=File(path="proc/cmdline", cadence=Cadence.ONCE),
    metrics=(PARAMETER,),
    parse=parse,
    adds="what the kernel was booted with",
    needs="a mount of /proc",
)
