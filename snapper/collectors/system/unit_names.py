"""Which units of systemd are worth a line of their own: those whose names stay from boot to boot."""

from __future__ import annotations

import re
from typing import Final

BOOTED: Final = ("run/systemd/system",)
"""What is there where systemd is init (man sd_booted)."""
KINDS: Final = (
    "service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice", "scope",
    "snapshot",
)  # fmt: skip
"""Behind the last dot of a unit's name; snapshots until systemd 227."""
UNIT: Final = re.compile(rf"[A-Za-z0-9:_.\\@-]+\.(?:{'|'.join(KINDS)})")
"""What systemd lets a unit be called (man systemd.unit); other characters are written as \\x2d."""

_PASSING: Final = re.compile(
    r"""
    user(?:-runtime-dir)?@[0-9]+\.service           # of who is logged in
    | run-[rpu]?[0-9a-f]+(?:-i[0-9]+)?\.service     # systemd-run
    | [^@]+@[0-9]+-(?:[^-]*:[0-9]+-.*|[0-9]+-[0-9]+)\.service     # a connection of a socket that starts one for each
    | snap-[\w\\-]+-x?[0-9]+\.mount                 # a revision of a snap
    | dbus-:.*\.service                             # bus names
    | [^@]+@[0-9a-f-]{16,}\.service                 # random numbers
    """,
    re.VERBOSE,
)


def lasts(unit: str) -> bool:
    """Whether a unit bears the same name in another capture: not a connection's, a session's or a random one.

    >>> lasts("postgresql@15-main.service"), lasts("sshd@4-192.0.2.1:22-192.0.2.9:51234.service")
    (True, False)
    """
    return _PASSING.fullmatch(unit) is None
