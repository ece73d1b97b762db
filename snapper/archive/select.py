"""Which snapshot is meant: by path, `latest~1`, label, id, or age."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from snapper.archive.manifest import Manifest
from snapper.archive.moments import Moment, moment_of
from snapper.archive.store import SUFFIX, Store
from snapper.errors import UnknownSnapshot
from snapper.units import format_duration

FORMS: Final = "a path, a label, 4 or more digits of an id, latest, latest~1, an age (7d, 'last week'), or a date"
_LATEST: Final = re.compile(r"latest(?:~(\d{1,9}))?")
_ID: Final = re.compile(r"[0-9a-f]{4,}")
_SHORT_ID: Final = 6  # digits by which a snapshot is told to people
_SHOWN: Final = 5  # candidates in a message


@dataclass(frozen=True, slots=True)
class Selection:
    """A snapshot that was chosen."""

    path: Path
    said: str
    """Which one it is and of when, where the selector leaves that open; else empty."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    path: Path
    manifest: Manifest


def select(
    selector: str, store: Store, *, now: float, host: str | None = None, zone: tzinfo | None = None
) -> Selection:
    """Find the snapshot that is meant.

    Tried in this order: a file; `latest`, `latest~N`; a label (its newest snapshot, of this host if it has one);
    the beginning of an id; an age or a date (the nearest to it). So a label that looks like an age is a label.

    Args:
        selector: As the user wrote it.
        store: Where to look for all but files.
        now: Seconds since the epoch, from which ages are counted.
        host: This host's name; None to ask the system.
        zone: Of dates without an offset; None for the local one.

    Raises:
        UnknownSnapshot: Nothing matches, or an id prefix matches several.
    """
    file = _file(selector, store)
    if file is not None:
        return Selection(file, "")
    candidates = [_Candidate(entry.path, entry.manifest) for entry in store.entries() if entry.manifest is not None]
    if not candidates:
        raise UnknownSnapshot(
            f"{selector!r}: {store.folder} holds no snapshot yet; take one with: snapper capture LABEL"
        )
    found = (
        _latest(selector, candidates, now)
        or _labelled(selector, candidates, now, host)
        or _identified(selector, candidates)
        or _nearest(selector, candidates, now, zone)
    )
    if found is None:
        raise UnknownSnapshot(_nothing(selector, store, candidates))
    return found


def _file(selector: str, store: Store) -> Path | None:
    """The file, if the selector is one or can be nothing else."""
    path = Path(selector)
    if os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a folder may not be looked into
        return path
    if "/" not in selector and not selector.endswith(SUFFIX):
        return None
    if not _is_missing(path):
        return path  # a directory, a pipe, or not to be seen: whoever opens it says so
    listed = store.folder / path.name
    if "/" not in selector and os.path.isfile(listed):  # noqa: PTH113 - same
        return listed  # a name as `snapper list` shows it
    raise UnknownSnapshot(f"{selector!r}: there is no such file; `snapper list` shows the snapshots there are")


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return False
    except (OSError, ValueError):  # ValueError: a null character
        return True
    return False


def _latest(selector: str, candidates: list[_Candidate], now: float) -> Selection | None:
    match = _LATEST.fullmatch(selector)
    if match is None:
        return None
    back = int(match[1] or 0)
    if back >= len(candidates):
        raise UnknownSnapshot(f"{selector!r}: there are only {len(candidates)} snapshots; `snapper list` shows them")
    return _told(selector, candidates[back], now)


def _labelled(selector: str, candidates: list[_Candidate], now: float, host: str | None) -> Selection | None:
    named = [each for each in candidates if selector and each.manifest.label == selector]
    if not named:
        return None
    here = host or socket.gethostname()
    chosen = next((each for each in named if each.manifest.host == here), named[0])
    if len(named) == 1:
        return Selection(chosen.path, "")
    return _told(selector, chosen, now, f"; of {len(named)} with this label")


def _identified(selector: str, candidates: list[_Candidate]) -> Selection | None:
    prefix = selector.lower()
    if not _ID.fullmatch(prefix):
        return None
    matching = [each for each in candidates if each.manifest.id.startswith(prefix)]
    if len({each.manifest.id for each in matching}) > 1:
        names = ", ".join(_name(each.manifest, len(each.manifest.id)) for each in matching[:_SHOWN])
        raise UnknownSnapshot(f"{selector!r}: {len(matching)} ids begin so: {names}; write more digits")
    return Selection(matching[0].path, "") if matching else None


def _nearest(selector: str, candidates: list[_Candidate], now: float, zone: tzinfo | None) -> Selection | None:
    moment = moment_of(selector, now=now, zone=zone)
    if moment is None:
        return None
    chosen = min(candidates, key=lambda each: moment.distance(each.manifest.started))
    return _told(selector, chosen, now, _how_far_off(moment, chosen.manifest.started, now))


def _how_far_off(moment: Moment, started: float, now: float) -> str:
    """Words for a miss that matters: more than a minute and a tenth of the age."""
    off = moment.distance(started)
    if off <= max(60.0, 0.1 * abs(now - moment.end)):
        return ""
    return f"; the nearest there is, {_span(off)} {'later' if started > moment.end else 'earlier'} than asked for"


def _told(selector: str, chosen: _Candidate, now: float, more: str = "") -> Selection:
    age = now - chosen.manifest.started
    when = f"{_span(age)} ago" if age >= 0 else f"{_span(-age)} in the future"
    name = _name(chosen.manifest, _SHORT_ID).removeprefix(f"{selector} ")
    return Selection(chosen.path, f"{selector}: {name}, {when}{more}")


def _name(manifest: Manifest, digits: int) -> str:
    return f"{manifest.label} {manifest.id[:digits]}".lstrip()


def _span(seconds: float) -> str:
    """A span of time, with the tenths of days that tell "a week" from nearly one.

    >>> _span(45.0), _span(3 * 3600), _span(6.9 * 86400), _span(40 * 86400)
    ('45 s', '3 hours', '6.9 days', '40 days')
    """
    days = seconds / 86_400
    return f"{days:.1f} days" if 2 <= days < 9.95 else format_duration(seconds)


def _nothing(selector: str, store: Store, candidates: list[_Candidate]) -> str:
    labels = dict.fromkeys(each.manifest.label for each in candidates if each.manifest.label)
    near = get_close_matches(selector, labels, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"labels there: {', '.join([*labels][:_SHOWN]) or 'none'}."
    return f"{selector!r}: no such snapshot in {store.folder}; {hint} Write {FORMS}"
