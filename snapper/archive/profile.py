"""The noise profile of a host: how much each series differs between captures on which nothing changed.

`snapper learn` writes one, later comparisons of the host read it. JSON, 0600, a few hundred kB:
it names programs, disks and interfaces, as a snapshot does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Final

from snapper import __version__
from snapper.archive.checked import checked
from snapper.archive.files import describe, open_regular
from snapper.archive.place import check_target, placed
from snapper.archive.store import safe_name
from snapper.errors import CannotWrite, NewerFormat, UnreadableSnapshot

FORMAT: Final = 1
"""A reader refuses a greater one."""
FOLDER: Final = "profiles"
"""In the store."""
AGAIN: Final = "learn it again with: snapper learn"
LARGEST: Final = 2**28
"""Bytes: a thousand times what a host of a thousand series has."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one series: what its means in several captures say of the noise between them."""

    variance: float
    """Of the means, in the square of the metric's compared unit; >= 0."""
    freedom: int
    """Degrees of freedom: captures that knew the series, less one; >= 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What captures of one unchanged host taught."""

    format: int = FORMAT
    snapper: str = __version__
    host: str
    kernel: str
    cpus: int
    memory: int
    """Bytes."""
    captures: tuple[str, ...]
    """Ids of the snapshots that it was learnt from."""
    duration: float
    """Seconds of the shortest of them: a shorter window scatters more than the profile says."""
    learnt: float
    """Seconds since the epoch."""
    spreads: Mapping[tuple[str, str], Spread] = field(default_factory=dict, repr=False)
    """(metric name, instance) → spread."""


def profile_path(store: Path, host: str) -> Path:
    """Where the profile of a host lies.

    >>> profile_path(Path("/s"), "web-7").as_posix()
    '/s/profiles/web-7.json'
    """
    return store / FOLDER / f"{safe_name(host) or 'host'}.json"


def check_profile_target(target: Path) -> None:
    """Refuse a target that a user named and that cannot be written, or that holds something else.

    Raises:
        CannotWrite: With what is there.
    """
    check_target(target, overwrite=True)
    if target.is_file() and not _is_profile(target):
        raise CannotWrite(f"{target}: is no noise profile, and was left as it is; name another file with -o")


def save_profile(profile: Profile, target: Path) -> None:
    """Write a profile in the place of an older one; its folder is made if it is not there.

    Raises:
        CannotWrite: The target cannot be written.
    """
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{target.parent}: cannot be created: {error.strerror}; name a file with -o") from error
    told = {each.name: getattr(profile, each.name) for each in fields(profile) if each.name != "spreads"}
    series = [[*name, spread.variance, spread.freedom] for name, spread in sorted(profile.spreads.items())]
    with placed(target, overwrite=True) as file:
        file.write(
            json.dumps({**told, "series": series}, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        )


def load_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        NewerFormat: A later snapper wrote it.
        UnreadableSnapshot: It is not there, is no profile, or is damaged.
    """
    with open_regular(path, wanted=f"a noise profile, or {AGAIN}") as file:
        content = file.read(LARGEST)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):  # the second of lists within lists
        raise UnreadableSnapshot(f"{path}: is no noise profile, it {describe(content[:512])}; {AGAIN}") from None
    if not isinstance(data, dict) or "series" not in data or "spreads" in data:
        raise UnreadableSnapshot(f"{path}: is JSON, but no noise profile; {AGAIN}")
    if isinstance(data.get("format"), int) and data["format"] > FORMAT:
        raise NewerFormat(
            f"{path}: was written by a later snapper in format {data['format']}; this is snapper {__version__} and "
            f"reads up to {FORMAT}; upgrade snapper, or {AGAIN}"
        )
    head = checked(Profile, data, f"{path}: the profile")
    return replace(head, spreads=_spreads(path, data["series"]))


def _is_profile(path: Path) -> bool:
    try:
        load_profile(path)
    except NewerFormat:
        return True
    except UnreadableSnapshot:
        return False
    return True


def _spreads(path: Path, rows: object) -> dict[tuple[str, str], Spread]:
    """The series of a profile; all of it is refused where one row cannot be."""
    if not isinstance(rows, list):
        raise UnreadableSnapshot(f"{path}: the profile's `series` is no list; {AGAIN}")
    spreads = {}
    for place, row in enumerate(rows):
        match row:
            case [str(metric), str(instance), int() | float() as variance, int(freedom)] if (
                not isinstance(variance, bool) and math.isfinite(variance) and variance >= 0 and freedom >= 1
            ):
                spreads[metric, instance] = Spread(float(variance), freedom)
            case _:
                raise UnreadableSnapshot(
                    f"{path}: series {place + 1} of the profile is {str(row)[:60]}, expected metric, instance, "
                    f"variance and degrees of freedom; {AGAIN}"
                )
    return spreads
