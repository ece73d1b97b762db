"""The recorder's plan, put together of reads that are plain data already.

Apart from `snapper.record.plan`, whose dataclasses a capture does without when its reads were kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def assembled(  # noqa: PLR0913 - the plan's fields, keyword-only
    reads: Sequence[Mapping[str, Any]],
    *,
    interval: float,
    duration: float,
    root: str,
    max_cpu: float,
    meta: Mapping[str, Any],
) -> dict[str, Any]:
    """The plan, as `snapper.record.plan.plan_of` describes it.

    >>> assembled([], interval=0.5, duration=2, root="/", max_cpu=0, meta={})["ticks"]
    5
    """
    return {
        "format": 1,
        "root": root,
        "interval": interval,
        "ticks": round(duration / interval) + 1,
        "max_cpu": max_cpu,
        "meta": dict(meta),
        "reads": list(reads),
    }
