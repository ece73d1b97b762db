"""The tables of the page: scores in, Markdown out."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from lab.compared import SEVERAL, SNAPPER, OfFault, OfPair, RuleScore
from lab.plan import HALVES, Half
from lab.rules import RULES
from lab.score import share

COUNTS: Final = (1, SEVERAL)
TARGETS: Final = {
    "A/A: headline findings a pair": ("≤ 0.1", "≤ 0.02"),
    "A/A: flagged series": ("≤ 0.3 %", "≤ 0.1 %"),
    "true finding first": ("≥ 0.90", "≥ 0.97"),
    "true finding in the first three": ("≥ 0.97", "1.0"),
    "true program first": ("≥ 0.90", "≥ 0.97"),
    "no program named where none is to blame": ("≥ 0.95", "≥ 0.95"),
    "precision": ("≥ 0.4", "≥ 0.7"),
}
"""With one baseline and with several."""
SMALL: Final = ("dearer-10-long", "dearer-5")
"""A program that is a little dearer, sixty ticks: named one by one."""


def targets(faults: Sequence[OfFault], pairs: Sequence[OfPair], half: Half) -> str:
    """What one half reaches of what it must."""
    measured = [
        (
            [case for case in faults if case.half == half and case.baselines == count],
            [case for case in pairs if case.half == half and case.baselines == count],
        )
        for count in COUNTS
    ]
    figures = [_figures(some, calm) for some, calm in measured]
    rows = [(name, wanted[0], figures[0][name], wanted[1], figures[1][name]) for name, wanted in TARGETS.items()]
    for name in SMALL:
        told = [next((_told(case) for case in some if case.name == name), "–") for some, _ in measured]
        if told != ["–", "–"]:
            rows.append((f"{name}, 60 ticks", "found", told[0], "found", told[1]))
    cases = ", ".join(
        f"{len(some)} faults and {len(calm)} pairs with {count}"
        for count, (some, calm) in zip(COUNTS, measured, strict=True)
    )
    return f"{cases}.\n\n" + table(("", "one baseline: must", "is", f"{SEVERAL} baselines: must", "is"), rows)


def _figures(faults: Sequence[OfFault], pairs: Sequence[OfPair]) -> dict[str, str]:
    blamed = [case for case in faults if case.fault.truth.program]
    nobody = [case for case in faults if not case.fault.truth.program]
    flagged = [case.score for case in faults if case.score.flags]
    compared = sum(case.score.compared for case in pairs)
    values: tuple[float | None, ...] = (
        statistics.fmean(case.score.headlines for case in pairs) if pairs else None,
        100 * sum(case.score.flags for case in pairs) / compared if compared else None,
        share(case.score.finding == 1 for case in faults),
        share(case.score.finding is not None and case.score.finding <= 3 for case in faults),
        share(case.score.program == 1 for case in blamed),
        share(not case.score.bystanders for case in nobody),
        statistics.fmean(score.true_flags / score.flags for score in flagged) if flagged else None,
    )
    return {
        name: f"{number(value)} %" if "series" in name and value is not None else number(value)
        for name, value in zip(TARGETS, values, strict=True)
    }


def _told(case: OfFault) -> str:
    if not case.score.tier:
        return "missed"
    who = "right program" if case.score.program == 1 else f"program at {case.score.program or 'no rank'}"
    return f"{case.score.tier}, rank {case.score.finding or '–'}, {who}"


def disturbed(faults: Sequence[OfFault], pairs: Sequence[OfPair]) -> str:
    """What is left of it while others are at work."""
    rows = []
    for count in COUNTS:
        some = [case for case in faults if case.baselines == count]
        loud = [case for case in pairs if case.baselines == count and case.is_disturbed]
        third = share(case.score.finding is not None and case.score.finding <= 3 for case in some)
        warned = share(case.score.is_warned for case in some)
        headlines = statistics.fmean(case.score.headlines for case in loud) if loud else None
        rows.append((str(count), str(len(some)), number(third), number(warned), str(len(loud)), number(headlines)))
    return table(
        (
            "baselines",
            "faults",
            "true finding in the first three",
            "foreign load in the banner",
            "pairs",
            "headlines a pair",
        ),
        rows,
    )


def uneven(faults: Sequence[OfFault]) -> str:
    """What is found of a program that became dearer on a machine whose speed is not steady."""
    rows = [(case.name, str(case.baselines), _told(case)) for case in faults]
    return table(("fault", "baselines", "found"), rows)


def unchanged(pairs: Sequence[OfPair]) -> str:
    """Flags and findings on an unchanged host."""
    rows = []
    for count in COUNTS:
        for is_disturbed in (False, True):
            cases = [case for case in pairs if case.baselines == count and case.is_disturbed == is_disturbed]
            for kind in sorted({case.kind for case in cases}):
                some = [case.score for case in cases if case.kind == kind]
                flags = [score.flags for score in some]
                portion = 100 * sum(flags) / sum(score.compared for score in some)
                rows.append(
                    (
                        kind,
                        str(count),
                        "yes" if is_disturbed else "no",
                        str(len(some)),
                        f"{number(statistics.fmean(flags))} ({number(portion)} %)",
                        str(max(flags)),
                        number(statistics.fmean(score.headlines for score in some)),
                        number(statistics.fmean(score.minors for score in some)),
                        number(statistics.fmean(score.foreign_flags for score in some)),
                    )
                )
    head = (
        "kind",
        "baselines",
        "disturbed",
        "pairs",
        "flags a pair",
        "most",
        "headlines a pair",
        "minor a pair",
        "flags of others' programs",
    )
    return table(head, rows)


def rules(faults: Sequence[OfFault], pairs: Sequence[OfPair]) -> str:
    """The same snapshots by other rules; a rank is that of the first true series among all flagged."""
    rows = []
    for half in HALVES:
        for rule in (SNAPPER, *RULES):
            on_faults = _of_rule((case.rules for case in faults if case.half == half), rule)
            on_pairs = _of_rule((case.rules for case in pairs if case.half == half), rule)
            compared = sum(score.compared for score in on_pairs)
            flags = statistics.fmean(score.flags for score in on_pairs) if on_pairs else None
            portion = 100 * sum(score.flags for score in on_pairs) / compared if compared else None
            ranks = [score.rank for score in on_faults if score.rank is not None]
            precise = [score.true_flags / score.flags for score in on_faults if score.flags]
            rows.append(
                (
                    half,
                    rule,
                    f"{number(flags)} ({number(portion)} %)",
                    number(share(score.rank is not None for score in on_faults)),
                    number(share(score.rank is not None and score.rank < 2 for score in on_faults)),
                    number(share(score.rank is not None and score.rank < 4 for score in on_faults)),
                    number(statistics.median(ranks) if ranks else None),
                    number(statistics.fmean(score.flags for score in on_faults) if on_faults else None),
                    number(statistics.fmean(precise) if precise else None),
                )
            )
    head = (
        "half",
        "rule",
        "A/A flags a pair",
        "recall",
        "first",
        "in three",
        "median rank",
        "flags a fault",
        "precision",
    )
    return table(head, rows)


def _of_rule(cases: Iterable[tuple[RuleScore, ...]], rule: str) -> list[RuleScore]:
    return [score for scores in cases for score in scores if score.rule == rule]


def by_fault(faults: Sequence[OfFault]) -> str:
    """Every fault, with one baseline and with several in brackets."""
    rows = []
    for name in dict.fromkeys(case.name for case in faults):
        cases = [case for case in faults if case.name == name]
        fault = cases[0].fault
        rows.append(
            (
                name,
                fault.kind,
                cases[0].half,
                fault.truth.resource,
                _each(cases, lambda case: str(case.score.finding or "–")),
                _each(cases, lambda case: case.score.tier or "missed"),
                fault.truth.program or "none",
                _each(cases, lambda case: str(case.score.program or "–") if case.fault.truth.program else ""),
                ", ".join(dict.fromkeys(name for case in cases for name in case.score.bystanders)),
                _each(cases, lambda case: str(case.score.flags)),
                _each(
                    cases, lambda case: number(case.score.true_flags / case.score.flags if case.score.flags else None)
                ),
                f"{cases[0].foreign:.2f}{' disturbed' if cases[0].is_disturbed else ''}",
            )
        )
    head = (
        "fault", "class", "half", "resource", "rank of finding", "tier", "to blame", "rank of program",
        "bystanders named", "flags", "precision", "foreign CPUs",
    )  # fmt: skip
    return table(head, rows)


def _each(cases: Sequence[OfFault], told: Callable[[OfFault], str]) -> str:
    first, *more = map(told, cases)
    return f"{first} ({', '.join(more)})" if any(more) else first


def number(value: float | None) -> str:
    """A figure with as many digits as mean something.

    >>> number(0.8333), number(12.5), number(None), number(1.0)
    ('0.83', '12.5', '–', '1.0')
    """
    if value is None:
        return "–"
    return f"{value:.1f}" if value >= 10 or value == int(value) else f"{value:.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table.

    >>> print(table(("a", "b"), [("1", "2")]), end="")
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = [head, ["---"] * len(head), *rows]
    told = (f"| {' | '.join(line)} |" if at != 1 else f"|{'|'.join(line)}|" for at, line in enumerate(lines))
    return "\n".join(told) + "\n"
