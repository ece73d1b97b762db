"""Every fault of the lab, with its truth. Written before the first run; a fault is changed only if it does not show."""

from __future__ import annotations

from typing import Final

from lab.faults import on_cpus, on_disks, on_memory, on_network, on_programs
from lab.truth import Fault

FAULTS: Final[tuple[Fault, ...]] = (
    *on_cpus.FAULTS,
    *on_memory.FAULTS,
    *on_disks.FAULTS,
    *on_network.FAULTS,
    *on_programs.FAULTS,
)
