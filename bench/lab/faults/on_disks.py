"""What goes wrong with disks and file systems."""

from __future__ import annotations

from typing import Final

from lab.faults.metrics import CPU, DISK, SWITCHES, WAITING, WRITTEN
from lab.truth import Fault, Truth

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="disk-writer",
        kind="disk",
        loads=(("writer", "@work"),),
        truth=Truth(metrics=DISK, resource="disk", program="writer", effects=WRITTEN),
    ),
    Fault(
        name="random-reader",
        kind="disk",
        loads=(("reader", "@work"),),
        truth=Truth(metrics=DISK, resource="disk", program="reader", effects=(*WRITTEN, "proc.rchar", "proc.syscr")),
    ),
    Fault(
        name="fsync-storm",
        kind="disk",
        loads=(("syncer", "@work"),),
        truth=Truth(metrics=DISK, resource="disk", program="syncer", effects=WRITTEN),
    ),
    Fault(
        name="small-files",
        kind="disk",
        loads=(("filer", "@work"),),
        truth=Truth(
            metrics=("proc.*", *CPU, "dentry.*", "inode.*", "ext4.*", *DISK),
            resource="program",
            program="filer",
            effects=(*WRITTEN, *WAITING, *SWITCHES, "slabinfo.*", "meminfo.*", "vmstat.*"),
        ),
    ),
    Fault(
        name="full-disk",
        kind="disk",
        acts=(("filled", "97"),),
        needs=("loop",),
        truth=Truth(metrics=("filesystem.*", "df.*"), resource="filesystem", effects=DISK),
    ),
    Fault(
        name="inodes-out",
        kind="disk",
        acts=(("crowded", "98"),),
        needs=("loop",),
        truth=Truth(
            metrics=("filesystem.inode*", "df.*"),
            resource="filesystem",
            effects=("inode.*", "dentry.*", "slabinfo.*", *DISK),
        ),
    ),
)
