"""Which kernel runs: its release, which build of it, and what it was compiled with.

Reads /proc/version, one line: who compiled it and with what in brackets (in one pair of brackets inside the other
before Linux 5.10), then the build.

    Linux version 5.8.0-63-generic (buildd@host) (gcc (Ubuntu 10.3.0-1ubuntu1) 10.3.0, GNU ld 2.35.1) #71-Ubuntu SMP ...

Who compiled it, and where, is left out.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, File

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://man7.org/linux/man-pages/man5/proc_version.5.html",
    next="uname -a",
)
# fmt: off
_RELEASE: Final = _fact(
    name="kernel.release", title="Kernel",
    help="Release of the running kernel. Another one brings other defaults, drivers, schedulers and mitigations, any "
         "of which can explain a change.",
)
_BUILD: Final = _fact(
    name="kernel.build", title="Build of the kernel",
    help="Which build of that release it is, how it is pre-empted and when it was built. Distributions put "
         "security fixes under the same release.",
)
_COMPILER: Final = _fact(
    name="kernel.compiler", title="Compiler of the kernel",
    help="What the kernel was compiled with. Another compiler can make hot paths faster or slower.",
)
# fmt: on
_LINE: Final = re.compile(r"Linux version (\S+) \(([^()]*)\) (\(.*\)) (#.*)")


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the three parts of the line.

    Raises:
        ValueError: The line has another form.

    >>> [reading.value for reading in parse("Linux version 6.1.0 (me@here) (gcc (Debian) 12.2) #1 SMP Tue\n", Origin())]
    ['6.1.0', '#1 SMP Tue', 'gcc (Debian) 12.2']
    """
    match = _LINE.fullmatch(text.strip())
    if match is None:
        raise refused("/proc/version", 1, text, "'Linux version', a release, who and what compiled it, and a build")
    release, _, compiler, build = match.groups()
    return [
        Reading(_RELEASE.name, release),
        Reading(_BUILD.name, build),
        Reading(_COMPILER.name, compiler[1:-1].strip()),
    ]


COLLECTOR: Final = Collector(
    name="proc.version",
    read=File(path="proc/version", cadence=Cadence.ONCE, max_bytes=4 * KIB),
    metrics=(_RELEASE, _BUILD, _COMPILER),
    parse=parse,
    adds="which kernel runs",
    needs="a mount of /proc",
)
