"""How the running kernel was configured, as far as it can make it faster or slower.

Reads the configuration that distributions put beside the kernel, /boot/config-RELEASE, or that the kernel has in
itself, /proc/config.gz: an option a line, what is not chosen as a comment.

    CONFIG_HZ=250
    CONFIG_DEFAULT_TCP_CONG="cubic"
    # CONFIG_PREEMPT is not set

Only awk can find the file of the kernel that runs, among those of others that are installed, without a shell. An
option that is not set is not there, so that one that a newer kernel brings, and nobody chose, is no news.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.kernel.kernel_options import PATTERN, matters
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Command

_OPTION: Final = Metric(
    name="kernel_config",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Kernel option",
    help="What the running kernel was compiled with: how often it ticks, whether it can be pre-empted, which checks "
    "and mitigations it has. It changes with the kernel only.",
    doc="https://www.kernel.org/doc/html/v6.12/kbuild/kconfig.html",
    labels=("option",),
    next="grep {instance} /boot/config-$(uname -r)",
)
_LINE: Final = re.compile(r'CONFIG_(\w+)=("(?:[^"\\]|\\.)*"|[^"\s]+)')
_PLACES: Final = (
    "/boot/config-{}",
    "/usr/lib/modules/{}/config",
    "/lib/modules/{}/config",
    "/usr/lib/kernel/config-{}",
)

_FIND: Final = "\n".join(
    (
        "BEGIN {",
        '  getline release < "/proc/sys/kernel/osrelease"',
        *(
            f'  if (!found) while ((getline line < ("{before}" release "{behind}")) > 0)'
            f" {{ found = 1; if (line ~ /^CONFIG_({PATTERN})=/) print line }}"
            for before, behind in (place.split("{}") for place in _PLACES)
        ),
        "  exit !found",
        "}",
    )
)
"""A program for awk: print the chosen options of the first file that is there; fail where none is."""


def parse(text: str, _origin: Origin) -> list[Reading]:
    r"""Give the options that are set and matter, without quotes.

    Raises:
        ValueError: A line that is neither an option nor a comment, or no option at all.

    >>> parse("CONFIG_HZ=250\nCONFIG_SND=m\n# CONFIG_NUMA is not set\n", Origin())
    [Reading(metric='kernel_config', value='250', instance='CONFIG_HZ')]
    """
    readings: list[Reading] = []
    options = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise refused("kernel configuration", number, line, "CONFIG_ and a name, '=' and a value, or a comment")
        options += 1
        if matters(match[1]):
            readings.append(Reading(_OPTION.name, match[2].strip('"') or "(empty)", f"CONFIG_{match[1]}"))
    if not options:
        raise refused("kernel configuration", 1, text, "lines as 'CONFIG_HZ=250'")
    return readings


COLLECTOR: Final = Collector(
    name="cmd.kernel-config",
    read=Command(
        argv=("awk", _FIND),
        version=("uname", "-r"),
        cadence=Cadence.ONCE,
        alternatives=(("zcat", "/proc/config.gz"),),
        max_bytes=1024 * KIB,
    ),
    metrics=(_OPTION,),
    parse=parse,
    adds="how the running kernel was compiled: tick, pre-emption, mitigations, debugging",
    needs="/boot/config-RELEASE or CONFIG_IKCONFIG_PROC; awk and gzip",
)
