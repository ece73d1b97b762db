"""Metrics that repeat another: what is read twice is tested once, and has one verdict.

/proc/vmstat says in pages what /proc/meminfo says in kB, and `sar` says it once more. Were each a test of its own,
the false discovery rate would be shared among tests that say nothing new, and a copy in a coarser unit, with another
floor, could be flagged where its original is not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from snapper.analyze.compare import Compared
from snapper.analyze.window import Bools

Rows = npt.NDArray[np.intp]


def originals(compared: Compared, known: Bools) -> Rows:
    """The row that each row repeats, where that was compared as well; -1 for what stands for itself.

    Args:
        compared: What `compare` gives.
        known: The rows that both sides know.

    A copy is of the same instance; what it is a copy of is declared (`Metric.alias_of`). That of a copy is one of
    what this repeats.
    """
    row, metrics = compared.row, compared.metrics

    def of(place: int, instance: str) -> int:
        found = row.get((metrics[place].alias_of, instance), -1) if metrics[place].alias_of else -1
        if found < 0 or not known[found]:
            return -1
        further = of(found, instance)
        return found if further < 0 else further

    return np.fromiter((of(place, instance) for place, instance in enumerate(compared.instances)), np.intp, len(known))
