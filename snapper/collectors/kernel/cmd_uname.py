"""What uname(1) says of kernel and machine, as evidence beside /proc/version.

Runs `uname -a`, one line: system, node, release, build, machine, and before the last word perhaps processor and
hardware platform. The build is several words; it ends before the machine.

    Linux db-1 3.10.0-1062.1.2.el7.x86_64 #1 SMP Mon Sep 30 14:19:46 UTC 2019 x86_64 x86_64 x86_64 GNU/Linux

The node's name is left out. BusyBox prints the same, with the processor only where it knows it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://man7.org/linux/man-pages/man1/uname.1.html",
    next="uname -a",
)
_RELEASE: Final = _fact(
    name="uname.release", title="Kernel (uname)", help="Release of the running kernel, as uname tells it."
)
_VERSION: Final = _fact(
    name="uname.version", title="Build of the kernel (uname)", help="Which build of that release it is."
)
_MACHINE: Final = _fact(
    name="uname.machine",
    title="Machine (uname)",
    help="Instruction set of the machine. Programs of another one are other programs.",
)

_MACHINES: Final = re.compile(
    r"x86_64|i[3-6]86|aarch64\w*|arm\w*|ppc\w*|s390x?|riscv\d+|mips\w*|loongarch\d+|sparc\w*|alpha|ia64|m68k|sh4\w*"
    r"|parisc\w*|arc\w*|xtensa"
)
"""What the kernel calls machines (UTS_MACHINE of each architecture's Makefile)."""
_BUILD_AT: Final = 3
"""Place of the build's first word, behind system, node and release."""


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give release, build and machine.

    Raises:
        ValueError: Not one line of uname -a of Linux.

    >>> [reading.value for reading in parse("Linux n 6.1.0 #1 SMP Debian 6.1.1 x86_64 GNU/Linux\n", Origin())]
    ['6.1.0', '#1 SMP Debian 6.1.1', 'x86_64']
    """
    lines = text.strip().splitlines()
    words = lines[0].split() if len(lines) == 1 else []
    machines = [place for place, word in enumerate(words[:-1]) if place > _BUILD_AT and _MACHINES.fullmatch(word)]
    is_linux = bool(machines) and words[0] == "Linux" and words[-1] in {"GNU/Linux", "Linux"}
    if not is_linux or not words[_BUILD_AT].startswith("#"):
        raise refused("uname", 1, text, "one line: Linux, node, release, build, machine, GNU/Linux")
    return [
        Reading(_RELEASE.name, words[2]),
        Reading(_VERSION.name, " ".join(words[_BUILD_AT : machines[0]])),
        Reading(_MACHINE.name, words[machines[0]]),
    ]


COLLECTOR: Final = Collector(
    name="cmd.uname",
    read=Command(argv=("uname", "-a"), version=("df", "--version"), cadence=Cadence.ONCE, max_bytes=4 * KIB),
    metrics=(_RELEASE, _VERSION, _MACHINE),
    parse=parse,
    adds="uname's own words on the kernel, to check /proc/version against",
    needs="uname (package coreutils or busybox)",
    judged=False,
)
