"""What is captured, which pairs are compared, and which half each case belongs to: decided here, before any capture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, combinations, product
from typing import Final, Literal

from lab.faults import FAULTS
from lab.truth import Fault

Condition = Literal["idle", "service", "busy"]
"""Nothing of the lab, the service, the service and a background load that has nothing to do with it."""
Half = Literal["tuning", "hold-out"]
HALVES: Final[tuple[Half, ...]] = ("tuning", "hold-out")

INTERVAL: Final = 0.5
USUAL: Final = 32
"""Ticks of the usual window: sixteen seconds."""
LONG: Final = 60
SHORT: Final = 10
WARM_UP: Final = 4.0
"""Seconds from the start of the programs to the first tick."""
OVERHEAD: Final = 3.5
"""Seconds that a capture takes besides its window and the warm-up, as measured; for the expected time only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One capture."""

    name: str
    series: str
    """What it is a repetition of; captures of one series are compared with each other. Empty for a fault's."""
    condition: Condition = "service"
    fault: str = ""
    ticks: int = USUAL
    interval: float = INTERVAL
    is_kept: bool = False
    """Whether the programs of the take before are kept running instead of started again."""
    is_disturbed: bool = False
    """Whether a stranger, who is none of the lab's, is at work as well."""
    is_uneven: bool = False
    """Whether the programs do a number of instructions, so that they take what CPU time the machine's speed makes of
    it, instead of a certain CPU time."""

    @property
    def seconds(self) -> float:
        """How long it takes, about."""
        return self.ticks * self.interval + OVERHEAD + (0.0 if self.is_kept else WARM_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two captures of an unchanged host."""

    name: str
    before: str
    after: str
    kind: str


def half_of(name: str) -> Half:
    """The half that a fault or a pair belongs to: by the parity of a hash of its name, so that nobody chooses.

    >>> half_of("cpu-hog"), half_of("packet-loss")
    ('tuning', 'hold-out')
    """
    return HALVES[hashlib.sha256(name.encode()).digest()[0] % 2]


def _repeated(series: str, count: int, **same: object) -> list[Take]:
    return [Take(name=f"{series}-{number}", series=series, **same) for number in range(1, count + 1)]  # type: ignore[arg-type]


UNCHANGED: Final[dict[str, list[Take]]] = {
    "service": _repeated("service", 8),
    "idle": _repeated("idle", 4, condition="idle"),
    "busy": _repeated("busy", 4, condition="busy"),
    "short": _repeated("short", 4, ticks=SHORT, interval=1.0),
    "long": _repeated("long", 4, ticks=LONG, interval=1.0),
    "kept": [Take(name=f"kept-{number}", series="kept", is_kept=number > 1) for number in (1, 2, 3)],
    "uneven": _repeated("uneven", 4, is_uneven=True),
    "later": _repeated("later", 2),
}
"""Captures of an unchanged host, by series. All but `kept` start the service anew; `later` is `service` once more, at
the earliest `LATER` seconds after the first capture: whoever captures is to come again."""
LATER: Final = 3600.0


def take_of(fault: Fault) -> Take:
    """The capture of a fault."""
    if fault.ticks:
        return Take(name=fault.name, series="", fault=fault.name, ticks=fault.ticks, interval=1.0)
    return Take(name=fault.name, series="", fault=fault.name)


def disturbed_take_of(fault: Fault) -> Take | None:
    """The same with a stranger at work besides, for some: by another byte of the hash, so that nobody chooses."""
    is_chosen = hashlib.sha256(fault.name.encode()).digest()[1] % 5 == 0
    return replace(take_of(fault), name=f"{fault.name}-disturbed", is_disturbed=True) if is_chosen else None


def uneven_take_of(fault: Fault) -> Take | None:
    """The same with work that is counted in instructions, for those that make a program dearer."""
    if fault.kind != "dearer" or fault.ticks:
        return None
    return replace(take_of(fault), name=f"{fault.name}-uneven", is_uneven=True)


def takes_of(fault: Fault) -> list[Take]:
    """All captures of a fault."""
    return [take for take in (take_of(fault), disturbed_take_of(fault), uneven_take_of(fault)) if take]


def takes(faults: Iterable[Fault] = FAULTS) -> list[Take]:
    """Every capture, in order: faults by the hash of their name, the unchanged spread evenly between them."""
    wrong = sorted(chain(*map(takes_of, faults)), key=lambda take: hashlib.sha256(take.name.encode()).digest())
    blocks = [[take] for series, repeated in UNCHANGED.items() if series not in {"kept", "later"} for take in repeated]
    blocks.sort(
        key=lambda block: (int(block[0].name.rpartition("-")[2]) / len(UNCHANGED[block[0].series]), block[0].name)
    )
    blocks.append(UNCHANGED["kept"])
    placed = [((place + 0.5) / len(blocks), block) for place, block in enumerate(blocks)]
    placed += [((place + 0.5) / max(len(wrong), 1), [take]) for place, take in enumerate(wrong)]
    return [*(take for _, block in sorted(placed, key=lambda one: one[0]) for take in block), *UNCHANGED["later"]]


@cache
def pairs() -> tuple[Pair, ...]:
    """The pairs of an unchanged host: all of each series, but of `service` only those next to and far from another."""
    found = []
    for series, repeated in UNCHANGED.items():
        if series == "later":
            continue
        for first, second in combinations(range(len(repeated)), 2):
            apart = second - first
            if series == "service" and apart not in {1, 4}:
                continue
            kind = f"{series}, minutes apart" if series == "service" and apart > 1 else series
            before, after = repeated[first].name, repeated[second].name
            found.append(Pair(name=f"{before} {after}", before=before, after=after, kind=kind))
    for early, late in product(UNCHANGED["service"][:3], UNCHANGED["later"]):
        found.append(
            Pair(name=f"{early.name} {late.name}", before=early.name, after=late.name, kind="service, hours apart")
        )
    return tuple(found)


def baselines_of(take: Take) -> Sequence[Take]:
    """The captures of an unchanged host that a take can be compared with, itself left out."""
    of_fault = "uneven" if take.is_uneven else "long" if take.ticks == LONG else "service"
    series = take.series.replace("later", "service") or of_fault
    return [other for other in UNCHANGED[series] if other.name != take.name]


def seconds(chosen: Iterable[Take]) -> float:
    """How long the captures take, about."""
    return sum(take.seconds for take in chosen)
