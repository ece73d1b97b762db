"""Which live patches kpatch has loaded, and which it has installed for which kernel: evidence beside sysfs.

Runs `kpatch list`:

    Loaded patch modules:
    kpatch_3_10_0_1062_1_1_1_4 [enabled]

    Installed patch modules:
    kpatch_3_10_0_1062_1_1_1_4 (3.10.0-1062.1.1.el7.x86_64)
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
    doc="https://github.com/dynup/kpatch/blob/v0.9.9/man/kpatch.1",
    labels=("patch",),
    next="kpatch list",
)
_LOADED: Final = _fact(
    name="kpatch.loaded",
    title="Live patch loaded (kpatch)",
    help="A patch of the running kernel that is loaded, and whether it is in effect.",
)
_INSTALLED: Final = _fact(
    name="kpatch.installed",
    title="Live patch installed (kpatch)",
    help="A patch that is loaded at boot of the kernel that it is for.",
)
_SECTIONS: Final = {
    "Loaded patch modules:": (_LOADED, re.compile(r"(\S+)(?: \[(\w+)\])?")),
    "Installed patch modules:": (_INSTALLED, re.compile(r"(\S+) \((\S+)\)")),
}
_STATELESS: Final = "loaded"
"""What kpatch says of a patch whose state it could not tell: only that it is there."""


def parse(text: str, _origin: Origin) -> list[Reading]:
    """Give the patches of both lists; a line of an installed patch without a name is passed over.

    Raises:
        ValueError: A line before the first heading, or one that fits no list.
    """
    readings: list[Reading] = []
    section: tuple[Metric, re.Pattern[str]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        row = line.strip()
        section = _SECTIONS.get(row, section)
        if not row or row in _SECTIONS or row.startswith("("):
            continue
        match = section[1].fullmatch(row) if section else None
        if section is None or match is None:
            raise refused("kpatch list", number, line, "a heading, a patch with its state, or one with its kernel")
        readings.append(Reading(section[0].name, match[2] or _STATELESS, match[1]))
    if section is None:
        raise refused("kpatch list", 1, text, "'Loaded patch modules:'")
    return readings


COLLECTOR: Final = Collector(
    name="cmd.kpatch",
    read=Command(argv=("kpatch", "list"), version=("kpatch", "version"), cadence=Cadence.ONCE, max_bytes=64 * KIB),
    metrics=(_LOADED, _INSTALLED),
    parse=parse,
    adds="live patches that are installed for other kernels, and a check of those that are loaded",
    needs="kpatch (package kpatch), on distributions that patch kernels with it",
    judged=False,
)
