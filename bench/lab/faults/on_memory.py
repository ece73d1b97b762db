"""What goes wrong with memory."""

from __future__ import annotations

from typing import Final

from lab.faults.metrics import CPU, DISK, FAULTS_OF_PAGES, FORKS, MEMORY, WRITTEN
from lab.truth import Fault, Truth

SERVICE_GREW: Final = Truth(
    metrics=("proc.rss", "proc.Rss*", "proc.pss*", "proc.uss", "proc.VmHWM"),
    resource="program",
    program="service",
    effects=(*MEMORY, *FAULTS_OF_PAGES),
)
"""The service holds five or ten MiB more: too little to show in the memory of the host."""

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="memory-leak",
        kind="memory",
        loads=(("leaker",),),
        truth=Truth(metrics=MEMORY, resource="memory", program="leaker", effects=FAULTS_OF_PAGES),
    ),
    Fault(
        name="memory-hog",
        kind="memory",
        loads=(("hoarder", "1024"),),
        truth=Truth(metrics=MEMORY, resource="memory", program="hoarder", effects=FAULTS_OF_PAGES),
    ),
    Fault(
        name="cache-thrash",
        kind="memory",
        loads=(("thrasher", "@small", "@work"),),
        acts=(("small_memory", "small", "64"),),
        needs=("memory group",),
        truth=Truth(
            metrics=("vmstat.workingset_*", "vmstat.pgscan*", "vmstat.pgsteal*", "memory.*", "cgroup.memory.*", *DISK),
            resource="disk",
            program="thrasher",
            effects=(*WRITTEN, *FAULTS_OF_PAGES, "cgroup.*", "pressure.*", "vmstat.*", "proc.rchar", "proc.syscr"),
        ),
    ),
    Fault(
        name="swapping",
        kind="memory",
        loads=(("swapper", "@small"),),
        acts=(("swapping", "256"), ("small_memory", "small", "64")),
        needs=("memory group", "swap"),
        truth=Truth(
            metrics=(
                "vmstat.psw*",
                "swap.*",
                "swaps.*",
                "meminfo.Swap*",
                "proc.swap*",
                "proc.VmSwap",
                "proc.majflt",
                "memory.*",
                "vmstat.pgmajfault",
                "vmstat.pgsc*",
                "vmstat.pgst*",
            ),
            resource="memory",
            program="swapper",
            effects=(*MEMORY, *FAULTS_OF_PAGES, *DISK, *WRITTEN, "cgroup.*", "pressure.*", "vmstat.*", *CPU),
        ),
    ),
    Fault(name="rss-5", kind="memory", service={"memory": 1.05}, truth=SERVICE_GREW),
    Fault(name="rss-10", kind="memory", service={"memory": 1.10}, truth=SERVICE_GREW),
    Fault(
        name="huge-pages-off",
        kind="memory",
        acts=(("setting", "/sys/kernel/mm/transparent_hugepage/enabled", "never"),),
        needs=("thp",),
        truth=Truth(
            metrics=(
                "thp.enabled",
                "proc.anon_huge_pages",
                "meminfo.AnonHugePages",
                "vmstat.nr_anon_transparent_hugepages",
            ),
            resource="memory",
            allowed=("batch",),
            effects=("vmstat.thp_*", "proc.minflt", "meminfo.*", "vmstat.nr_*", "thp.*", "zoneinfo.*"),
        ),
    ),
    Fault(
        name="oom-kill",
        kind="memory",
        loads=(("glutton", "@small"),),
        acts=(("small_memory", "small", "32"),),
        needs=("memory group",),
        truth=Truth(
            metrics=("vmstat.oom_kill", "kernel.log.*", "cgroup.memory.events.*", "memory.*"),
            resource="memory",
            program="glutton",
            effects=(*MEMORY, *FAULTS_OF_PAGES, *FORKS, "cgroup.*", "vmstat.*"),
        ),
    ),
)
