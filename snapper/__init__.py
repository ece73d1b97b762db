"""Before/after snapshots of a Linux host: what is different, does it matter, and who did it.

The whole program, in one line of its public API:

    render(diff(load("before.parquet"), load("after.parquet")), "report.html")

Everything here is imported on first use, so that the part that runs on an observed host stays small.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snapper.analyze.diff import Diff, Finding
    from snapper.analyze.snapshot import Snapshot
    from snapper.api import capture, diff, load, render
    from snapper.collectors.contract import Collector
    from snapper.metric import Metric

__version__ = "0.1.0"
__all__ = ["Collector", "Diff", "Finding", "Metric", "Snapshot", "capture", "diff", "load", "render"]

_HOMES = {
    "Collector": "snapper.collectors.contract",
    "Diff": "snapper.analyze.diff",
    "Finding": "snapper.analyze.diff",
    "Metric": "snapper.metric",
    "Snapshot": "snapper.analyze.snapshot",
    "capture": "snapper.api",
    "diff": "snapper.api",
    "load": "snapper.api",
    "render": "snapper.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'snapper' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
