"""Programs that leak, come and go, and settings that somebody changed."""

from __future__ import annotations

from typing import Final

from lab.faults.metrics import CPU, FAULTS_OF_PAGES, FORKS, MEMORY, SOCKETS, SWITCHES, WAITING
from lab.truth import Fault, Truth

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        name="fd-leak",
        kind="leaks",
        loads=(("filekeeper",),),
        truth=Truth(metrics=("proc.fds*", "files.*"), resource="files", program="filekeeper"),
    ),
    Fault(
        name="thread-leak",
        kind="leaks",
        loads=(("threadkeeper",),),
        truth=Truth(
            metrics=("proc.Threads", "proc.num_threads", "loadavg.threads"),
            resource="tasks",
            program="threadkeeper",
            effects=(*FORKS, "meminfo.*", "vmstat.*"),
        ),
    ),
    Fault(
        name="socket-leak",
        kind="leaks",
        loads=(("socketkeeper",),),
        truth=Truth(metrics=SOCKETS, resource="sockets", program="socketkeeper", effects=("files.*",)),
    ),
    Fault(
        name="program-gone",
        kind="programs",
        service={"no-batch": 1},
        truth=Truth(
            metrics=("proc.*",),
            resource="program",
            program="batch",
            effects=(*CPU, *WAITING, *SWITCHES, *MEMORY, "cgroup.*", "interrupts.*"),
        ),
    ),
    Fault(
        name="restart-loop",
        kind="programs",
        loads=(("keeper", "@flapper"),),
        truth=Truth(
            metrics=("proc.*", *FORKS),
            resource="program",
            program="flapper",
            allowed=("keeper",),
            effects=FAULTS_OF_PAGES,
        ),
    ),
    Fault(
        name="new-program",
        kind="programs",
        loads=(("newcomer",),),
        truth=Truth(metrics=("proc.*", *CPU, *MEMORY), resource="program", program="newcomer", effects=SWITCHES),
    ),
    Fault(
        name="new-version",
        kind="programs",
        service={"calls": 300},
        truth=Truth(metrics=("proc.sysc*", "proc.rchar", *CPU), resource="program", program="service", effects=WAITING),
    ),
    Fault(
        name="setting-network",
        kind="settings",
        acts=(("setting", "net/core/somaxconn", "128"),),
        truth=Truth(metrics=("sysctl",), resource="network"),
    ),
    Fault(
        name="setting-memory",
        kind="settings",
        acts=(("setting", "vm/vfs_cache_pressure", "200"),),
        truth=Truth(metrics=("sysctl",), resource="memory"),
    ),
    Fault(
        name="setting-huge-pages",
        kind="settings",
        acts=(("setting", "/sys/kernel/mm/transparent_hugepage/defrag", "never"),),
        needs=("thp",),
        truth=Truth(metrics=("thp.defrag",), resource="memory"),
    ),
    Fault(
        name="mount-option",
        kind="settings",
        acts=(("remounted", "sync", "async"),),
        needs=("loop",),
        truth=Truth(metrics=("mount.options", "findmnt.options"), resource="filesystem"),
    ),
    Fault(
        name="module",
        kind="settings",
        acts=(("module", "dummy"),),
        needs=("modules",),
        truth=Truth(metrics=("module",), resource="host"),
    ),
)
