"""Profiles to render: a usual one, one that means harm, and the widest that there is."""

from __future__ import annotations

from dataclasses import replace

from snapper.analyze.cpu_profile import CpuProfile
from snapper.analyze.diff import Diff
from snapper.analyze.profiling import compared
from tests.analyze.profiles import AFTER, BEFORE, taken_of

HOSTILE = "<script>window.pwned=1</script>\"'><svg onload=alert(1)> \x1b[2J\u202e | ` {{7*7}} std::map<int, T>: "


def usual() -> CpuProfile:
    return compared(taken_of(BEFORE, seed=1), taken_of(AFTER, seed=2))


def hostile(name: str = HOSTILE) -> CpuProfile:
    profile = usual()
    return replace(
        profile,
        functions=tuple(replace(row, name=f"{name}{place}", image=name) for place, row in enumerate(profile.functions)),
        frames=tuple(replace(row, name=f"{name}{place}") for place, row in enumerate(profile.frames)),
    )


def widest() -> CpuProfile:
    """As many frames as are kept, with names as long as they may be."""
    stacks = {
        ";".join((f"program{number}", *(f"{number}_{depth}_{'x' * 190}" for depth in range(20)))): 30.0
        for number in range(120)
    }
    return compared(taken_of(stacks, seed=1), taken_of(stacks, seed=2))


def profiled(diff: Diff, profile: CpuProfile) -> Diff:
    return replace(diff, profile=profile)
