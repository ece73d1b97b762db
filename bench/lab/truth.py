"""What is true of a fault, and how it is brought about: the words in which `faults` are declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

Command = tuple[str, ...]
"""A program of `lab.loads` and its arguments, without the first: the seconds after which it ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a right report says. Written down before the fault is first run."""

    metrics: tuple[str, ...]
    """Globs over metric names: what the fault moves by itself. Of programs' metrics, the guilty program's only."""
    resource: str
    """Of the finding: a value of `snapper.metric.Resource`."""
    program: str = ""
    """Who did it; empty where no program is to blame."""
    allowed: tuple[str, ...] = ()
    """Programs that take part: to name them is not wrong, and not enough where another is to blame."""
    effects: tuple[str, ...] = ()
    """Globs over metric names that move as a consequence; they count for precision only."""

    def names(self, metric: str) -> bool:
        """Whether a metric is one that the fault moves.

        >>> Truth(metrics=("disk.*",), resource="disk").names("disk.await")
        True
        """
        return any(fnmatchcase(metric, pattern) for pattern in self.metrics)

    def explains(self, metric: str) -> bool:
        """Whether a metric moves because of the fault, itself or as a consequence."""
        return self.names(metric) or any(fnmatchcase(metric, pattern) for pattern in self.effects)

    @property
    def involved(self) -> frozenset[str]:
        """All programs that may be named."""
        return frozenset({self.program, *self.allowed} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong."""

    name: str
    kind: str
    """The class of faults that it belongs to."""
    truth: Truth
    loads: tuple[Command, ...] = ()
    """Programs that run besides the service."""
    service: Mapping[str, float] = field(default_factory=dict)
    """Options of the service that differ: see `lab.service.Service`."""
    acts: tuple[Command, ...] = ()
    """Functions of `lab.acts` and their arguments, done before the programs start and undone after."""
    needs: tuple[str, ...] = ()
    """Probes of `lab.probes` that must succeed."""
    ticks: int = 0
    """Captured for that many ticks, a second each; 0 for the usual window."""
