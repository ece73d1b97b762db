"""Which series a user means: "METRIC", "METRIC/INSTANCE" or "METRIC[INSTANCE]"."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from snapper.analyze.judge import Judged
from snapper.collectors import catalogue
from snapper.errors import UsageError
from snapper.metric import Kind

NAMED: Final = 6
"""Series that a refusal names."""


def row_of(name: str, judged: Judged) -> int:
    """The row of the comparison that a name means.

    Args:
        name: An instance may hold slashes; it may be left out where there is but one.
        judged: Of it only the names of the rows.

    Raises:
        UsageError: There is no such series, or it takes an instance to say which.
    """
    compared = judged.compared
    if name.endswith("]") and "[" in name:
        metric, _, instance = name[:-1].partition("[")
        given = True
    else:
        metric, slash, instance = name.partition("/")
        given = bool(slash)
    if (metric, instance) in compared.row:
        return compared.row[metric, instance]
    own = sorted(which for other, which in compared.row if other == metric)
    if len(own) == 1 and not given:
        return compared.row[metric, own[0]]
    raise UsageError(_unknown(metric, instance, own, judged) if given or not own else _which(metric, own))


def _which(metric: str, own: Sequence[str]) -> str:
    more = f" and {len(own) - NAMED} more" if len(own) > NAMED else ""
    return f"{metric} has {len(own)} instances; say which, as in {metric}/{own[0]}: {', '.join(own[:NAMED])}{more}"


def _unknown(metric: str, instance: str, own: Sequence[str], judged: Judged) -> str:
    if own:
        near = get_close_matches(instance, own, n=3, cutoff=0.4) or own[:3]
        return f"{metric} has no instance {instance!r} on either side; nearest: {', '.join(near)}"
    declared = catalogue().get(metric)
    if declared is not None and declared.kind is Kind.FACT:
        return f"{metric} is a setting, compared for equality: there is no series of it; the report lists what differs"
    near = get_close_matches(metric, sorted({other for other, _ in judged.compared.row}), n=3)
    hint = f"nearest: {', '.join(near)}" if near else "`snapper metrics` lists all there are"
    return f"no series of {metric!r} is on either side; {hint}"
