"""Which sources read each recorded case, found out by handing it to every one that could."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from snapper.collectors import all_collectors
from tests.collectors.corpus_sources import of_text, of_tree, sources_of
from tests.collectors.corpus_trees import Said, rows
from tests.collectors.storage_reads import PLACEHOLDERS

DEVICE = "eth0"
"""What a tool of devices was asked of."""


@dataclass(frozen=True)
class Case:
    """A row of MANIFEST.tsv."""

    folder: Path
    name: str
    kind: str
    category: str


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    asked: tuple[str, ...]
    """Sources that were handed it."""
    read: str = ""
    """The first that had readings of it."""
    said: Said = field(default_factory=dict)
    """What that one read: of a tree, of its first file that says anything."""
    refusal: str = ""
    """What the first said that refused it."""

    @property
    def came_to(self) -> str:
        if self.read:
            return "read"
        return "refused" if self.refusal else "nothing to say" if self.asked else "no source"


@cache
def cases(corpus: Path) -> dict[str, Case]:
    """All of them, by name."""
    return {
        row["case"]: Case(corpus / row["case"], row["case"], row["kind"], row["category"])
        for row in rows(corpus, "MANIFEST.tsv")
    }


BY_NAME = {
    "insights/bdi_read_ahead_kb-*": "sys/class/bdi/0:45/read_ahead_kb",
    "insights/cpu_vulns-*": "sys/devices/system/cpu/vulnerabilities/meltdown",
    "insights/date-TIMEDATECTL_*": "cmd.timedatectl",
    "insights/ksmstate-*": "sys/kernel/mm/ksm/run",
    "insights/kubepods_cpu_quota-*": "sys/fs/cgroup/cpu/kubepods/cpu.cfs_quota_us",
    "insights/lru_gen_enabled-*": "sys/kernel/mm/lru_gen/enabled",
    "insights/mlx4_port-*": "sys/bus/pci/devices/0000:00:01.0/mlx4_port1",
    "insights/netstat-PROC_NETSTAT_*": "proc/net/netstat",
    "insights/numa_cpus-*": "sys/devices/system/node/node0/cpulist",
    "insights/proc_random_entropy_avail-*": "proc/sys/kernel/random/entropy_avail",
    "insights/scheduler-*": "sys/block/sda/queue/scheduler",
    "insights/scsi_eh_deadline-*": "sys/class/scsi_host/host0/eh_deadline",
    "insights/sctp-SCTP_ASSOC*": "proc/net/sctp/assocs",
    "insights/sctp-SCTP_EPS*": "proc/net/sctp/eps",
    "insights/sctp-SCTP_SNMP*": "proc/net/sctp/snmp",
    "insights/sendq_recvq_socket_buffer-*": "proc/sys/net/ipv4/tcp_rmem",
    "insights/snmp-PROC_SNMP6_ODD": "proc/net/snmp6",
    "insights/sys_kernel-*FEATURES": "sys/kernel/debug/sched/features",
    "insights/sys_kernel-*RUNTIME*": "proc/sys/kernel/sched_rt_runtime_us",
    "insights/transparent_hugepage-ENABLED*": "sys/kernel/mm/transparent_hugepage/enabled",
    "insights/transparent_hugepage-THP_SHMEM*": "sys/kernel/mm/transparent_hugepage/shmem_enabled",
    "insights/vma_ra_enabled_*": "sys/kernel/mm/swap/vma_ra_enabled",
    "jc/*-timesync-status": "cmd.timesync-status",
    "pcp/sysfs-hv-balloon-*": "sys/kernel/debug/hv-balloon",
}
"""What a file was called where it was recorded, or the source whose command printed it; the category says less."""
BY_CATEGORY = {
    "containers": ("cmd.docker", "cmd.crictl"),
    "fstab": ("etc/fstab",),
    "journalctl": ("cmd.journal",),
    "lsmod": ("proc/modules",),
    "lvm": ("cmd.lvs", "cmd.pvs", "cmd.vgs"),
    "mount": ("proc/mounts", "proc/self/mountinfo"),
    "mountstats": ("proc/self/mountstats",),
    "os-release": ("usr/lib/os-release",),
    "sysctl": ("etc/sysctl.conf",),
    "tuned": ("cmd.tuned-adm",),
}

NESTED = "root-denki"
"""Whose trees lie a folder deeper, named after the machine."""


def outcome(case: Case) -> Outcome:
    """Hand a case to the sources that its name, its category or its paths point to."""
    asked: list[str] = []
    refusal = ""
    for source, key, path in handed(case):
        asked.append(source)
        try:
            found = of_tree(source, path) if path.is_dir() else of_text(source, key, path)
        except ValueError as error:
            refusal = refusal or str(error)
            continue
        if found:
            return Outcome(tuple(asked), read=source, said=found)
    return Outcome(tuple(asked), refusal=refusal)


def handed(case: Case) -> Iterator[tuple[str, str, Path]]:
    """Source, key and path of all that could be read of a case; a folder, for a source of many files as one."""
    if case.kind == "file":
        named = [where for pattern, where in BY_NAME.items() if fnmatchcase(case.name, pattern)]
        for where in named or BY_CATEGORY.get(case.category) or guesses(case.category):
            for source, key in sources_of(where) if "/" in where else [(where, DEVICE)]:
                yield source, key, case.folder / "input"
        return
    for tree in [case.folder / "root"] if case.kind == "tree" else [case.folder / "before", case.folder / "after"]:
        for path in sorted(tree.rglob("*")):
            if path.is_file() and path.name not in PLACEHOLDERS:
                if case.category == "root-smart":  # print-outs of smartctl, a disk each
                    yield "cmd.smartctl", path.stem, path
                root = tree if case.category != NESTED else next(tree.iterdir())
                for source, key in sources_of(path.relative_to(root).as_posix()):
                    yield (source, "", root) if joined(source) else (source, key, path)


def guesses(category: str) -> Iterator[str]:
    """A tool's source or those of its views; the paths that the manifest may mean, which writes net_snmp for net/snmp,
    pid_stat for the stat of a process, and leaves folders out."""
    yield from (name for name in all_collectors() if name == f"cmd.{category}" or name.startswith(f"cmd.{category}."))
    root, _, name = category.partition("/")
    file = name.removeprefix("net_").removeprefix("pid_").partition("_tid")[0]
    if root == "proc":
        yield from (f"proc/{place}" for place in (name, file, f"net/{file}", f"self/{file}", f"7/{file}"))
        yield from (f"proc/{place}" for place in (f"{file}/{file}", f"net/{file}/bond0"))
    if root in {"cgroup", "resctrl"}:
        yield from (f"sys/fs/{root}/{file}", f"sys/fs/{root}/x.slice/{file}")


@cache
def joined(source: str) -> bool:
    return bool(getattr(all_collectors()[source].read, "joined", False))
