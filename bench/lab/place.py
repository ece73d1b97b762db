"""Where the lab keeps what it records, and what it knows of each capture besides."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DATA: Final = REPOSITORY / "lab"
"""Outside of git: snapshots, and the work files of the programs."""
WORK: Final = DATA / "work"
RESULTS: Final = Path(__file__).resolve().parent / "RESULTS.md"
IMPOSSIBLE: Final = DATA / "impossible.json"
"""What a probe found not to be possible here: probe → reason."""
DISTURBED: Final = 0.25
"""Of one CPU: a capture during which others took more is scored apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the lab knows of a capture that the capture does not say."""

    started: float
    """Seconds since the epoch."""
    foreign: float
    """CPUs that programs which are not the lab's kept busy meanwhile."""

    @property
    def is_disturbed(self) -> bool:
        """Whether others did so much that it may show."""
        return self.foreign > DISTURBED


def snapshot(name: str) -> Path:
    """The file of a capture."""
    return DATA / f"{name}.parquet"


def is_there(name: str) -> bool:
    """Whether a capture is complete."""
    return snapshot(name).exists() and _note(name).exists()


def write_note(name: str, note: Note) -> None:
    """Keep what is known of a capture."""
    _note(name).write_text(json.dumps(asdict(note)), encoding="ascii")


def read_note(name: str) -> Note:
    """What is known of a capture."""
    return Note(**json.loads(_note(name).read_text(encoding="ascii")))


def write_impossible(reasons: dict[str, str]) -> None:
    """Keep what cannot be done here."""
    IMPOSSIBLE.write_text(json.dumps(reasons, indent=1), encoding="utf-8")


def read_impossible() -> dict[str, str]:
    """What cannot be done here: probe → reason; empty before the first capture."""
    if not IMPOSSIBLE.exists():
        return {}
    reasons: dict[str, str] = json.loads(IMPOSSIBLE.read_text(encoding="utf-8"))
    return reasons


def _note(name: str) -> Path:
    return DATA / f"{name}.json"
