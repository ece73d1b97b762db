"""The scores as a page: what the judge must reach and reaches, fault by fault, and beside other tools' rules."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from lab import compared, place, tables
from lab.compared import OfFault, OfPair
from lab.faults import FAULTS
from lab.plan import HALVES, takes

HEAD: Final = """# What the lab found

Written by `make lab`; not by hand. {there} of {planned} captures were there, made between {first} and {last} on
Linux {kernel} with {cpus} CPUs. A small service (a server, its client, a writer, a batch job) is started anew for each
capture but the `kept` ones; one fault goes wrong at a time. What is true of a fault stood in `faults.py` beforehand.
A case is in the tuning or the hold-out half by the parity of a hash of its name (`plan.half_of`).
A case is *disturbed* if programs that are not the lab's took more than {disturbed:.0%} of a CPU in any of its
captures; such cases are scored apart. Series and findings of others' programs are left out of all counts but the ranks
of findings and programs.
With three baselines, these are the undisturbed ones nearest in time. Captures called *-disturbed* had a stranger at
work on purpose, a program that keeps 0.7 of a CPU busy. `later-*` were made an hour or more after the first.
The service and the batch job work until they have taken a certain CPU time; those of `*uneven*` do a certain number of
instructions instead, which take what CPU time the machine's speed makes of it. Such faults are scored apart, such
unchanged pairs are not.
"""


def write() -> Path:
    """Score what there is and write the page; returns where it is."""
    of_faults, of_pairs = list(compared.faults()), list(compared.unchanged())
    place.RESULTS.write_text(page(of_faults, of_pairs), encoding="utf-8")
    return place.RESULTS


def page(of_faults: Sequence[OfFault], of_pairs: Sequence[OfPair]) -> str:
    """The whole page."""
    there = [take for take in takes() if place.is_there(take.name)]
    times = [place.read_note(take.name).started for take in there] or [0.0]
    first, last = (time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(moment)) for moment in (min(times), max(times)))
    head = HEAD.format(
        there=len(there),
        planned=len(takes()),
        first=first,
        last=last,
        kernel=os.uname().release.partition("-")[0],
        cpus=os.cpu_count(),
        disturbed=place.DISTURBED,
    )
    quiet = [case for case in of_faults if not case.is_disturbed and not case.is_uneven]
    disturbed = [case for case in of_faults if case.is_disturbed]
    uneven = [case for case in of_faults if case.is_uneven]
    calm = [case for case in of_pairs if not case.is_disturbed]
    sections = (
        head,
        "## What it must reach, and reaches\n",
        *(f"### {half.capitalize()} half, undisturbed\n\n{tables.targets(quiet, calm, half)}" for half in HALVES),
        f"### Disturbed captures, both halves\n\n{tables.disturbed(disturbed, of_pairs)}",
        f"### Work counted in instructions\n\n{_uneven(uneven)}",
        f"## An unchanged host, by kind of pair\n\n{tables.unchanged(of_pairs)}",
        f"## Beside the rules of other tools, one baseline, undisturbed\n\n{tables.rules(quiet, calm)}",
        f"## Fault by fault\n\n{tables.by_fault(of_faults)}",
        f"## Not possible here\n\n{_impossible()}",
        f"## Load\n\n{_load(there_foreign=[place.read_note(take.name).foreign for take in there])}",
    )
    return "\n".join(sections)


def _uneven(cases: Sequence[OfFault]) -> str:
    """How uneven the machine is, and what that leaves of a program that became dearer."""
    spread = "; ".join(f"{compared.spread_of(series):.1%} in `{series}`" for series in ("uneven", "service"))
    return (
        "What `service` took of a CPU from one capture of an unchanged host to the next, coefficient of variation: "
        f"{spread}.\nThe first is this machine's doing: the same instructions take longer when a neighbour is at work. "
        f"Both halves.\n\n{tables.uneven(cases)}"
    )


def _impossible() -> str:
    reasons = place.read_impossible()
    lines = [
        f"- {fault.name}: {why}."
        for fault in FAULTS
        if (why := next((reasons[need] for need in fault.needs if reasons.get(need)), ""))
    ]
    return "\n".join(lines or ["Everything was."]) + "\n"


def _load(there_foreign: Iterable[float]) -> str:
    taken = sorted(there_foreign)
    if not taken:
        return "Nothing was captured.\n"
    many = sum(share > place.DISTURBED for share in taken)
    return (
        f"Others kept {statistics.median(taken):.2f} of a CPU busy during the median capture, {taken[-1]:.2f} during "
        f"the worst; {many} of {len(taken)} captures count as disturbed.\n"
    )
