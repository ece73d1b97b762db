"""Record the stories that the tests tell: a small host before and after one thing went wrong, with snapper itself.

    sudo .venv/bin/python bench/stories.py [STORY ...]

Each story is recorded on this machine, in namespaces of its own: a host `web-1` on which only the story's
programs run, whose one network interface is the loopback, and whose end is the end of them all. Kernel, CPUs,
memory and disk are this machine's, and so is the load that others put on them: bench/load/stage.py waits until
there is next to none. What went wrong is written down in fixtures/snapshots/<story>.json, by hand and
beforehand; nothing here writes that. fixtures/README.md tells the rest.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from snapper import Snapshot, load
from snapper.archive.manifest import Manifest
from snapper.archive.parquet import write
from snapper.archive.read import Read
from snapper.collectors import all_collectors

REPOSITORY: Final = Path(__file__).resolve().parent.parent
FIXTURES: Final = REPOSITORY / "fixtures"
SIDES: Final = ("before", "after")
TICK: Final = 5
"""Which moment of a capture is unpacked: its middle."""
Command = tuple[str, ...]
"""A program of bench/load/ and its arguments, without the first: the seconds after which it ends by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What runs besides the small service, and what is done between the captures."""

    always: tuple[Command, ...] = ()
    """Programs that run on both sides; SIGUSR1 in between makes them go wrong."""
    after: tuple[Command, ...] = ()
    """Programs that run on the second side only."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Files below /proc/sys and what they hold on the second side: of the network, whose settings are the little
    host's own, so that none of this machine's is touched."""
    is_unpacked: bool = False
    """Whether a moment of each side is unpacked into fixtures/machines."""


STORIES: Final[Mapping[str, Story]] = {
    "quiet": Story(),
    "cpu-hog": Story(after=(("burn.py",),), is_unpacked=True),
    "fsync-writer": Story(after=(("fsync_writer.py", "/var/tmp"),), is_unpacked=True),  # noqa: S108 - on the disk
    "memory-hog": Story(after=(("memory_hog.py", "600"),)),
    "fd-leak": Story(always=(("fd_leak.py",),)),
    "listen-overflow": Story(after=(("deaf_listener.py",), ("knocker.py",))),
    "setting": Story(settings={"net/core/somaxconn": "128"}),
}

ENCLOSED: Final = ("unshare", "--mount", "--uts", "--ipc", "--net", "--cgroup", "--pid", "--fork", "--kill-child")
PREPARED: Final = """
set -e
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
hostname web-1
ip link set lo up
for point in $(awk '$2 !~ "^/(proc|sys|dev)?(/|$)" {print $2}' /proc/mounts | tac); do umount -l "$point"; done
umount -R /sys
mount -t sysfs sysfs /sys
mount --bind "$0" /opt
cd /opt
exec python3 bench/load/stage.py "$1"
"""

KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "proc.sys": (
        "kernel/hostname", "kernel/osrelease", "kernel/arch", "kernel/pid_max", "kernel/random/boot_id",
        "fs/file-max", "vm/*dirty_*", "vm/swappiness", "vm/overcommit_*", "vm/min_free_kbytes", "net/core/somaxconn",
        "net/core/[rw]mem_*", "net/ipv4/tcp_[rw]mem", "net/ipv4/tcp_congestion_control", "net/ipv4/tcp_max_syn_backlog",
    ),
    "sys.block": ("vda/size", "vda/serial", "vda/queue/[nrsw][!o]*"),
    "sys.class.net.statistics": ("lo/statistics/?x_[bpe]*", "lo/statistics/*missed*", "lo/*/rx_missed_errors"),
    "sys.thp": ("enabled", "defrag", "khugepaged/*"),
}  # fmt: skip
"""What of the sources that have many keys goes into a tree; of the others all."""


def main(arguments: list[str]) -> int:
    """Record the stories asked for, or all of them."""
    for name in arguments or STORIES:
        with tempfile.TemporaryDirectory(prefix="story-") as folder:
            record(STORIES[name], Path(folder))
            keep(name, Path(folder))
    return 0


def record(story: Story, folder: Path) -> None:
    """Record a story's two captures on a little host of its own."""
    command = (*ENCLOSED, "--mount-proc", "sh", "-c", PREPARED, str(REPOSITORY), str(folder))
    subprocess.run(command, check=True, input=json.dumps(asdict(story)).encode())


def keep(name: str, folder: Path) -> None:
    """Put a story into the fixtures, without what would give this machine away."""
    for side in SIDES:
        archive = load(folder / f"{side}.parquet").archive
        about = json.loads(disguised(json.dumps(archive.manifest.to_json()).encode()))
        rows = [disguised_read(read) for source in archive.sources() for read in archive.reads(source)]
        target = FIXTURES / "snapshots" / f"{name}-{side}.parquet"
        write(rows, Manifest.from_json(about), target, overwrite=True)
        print(f"{target.relative_to(REPOSITORY)}: {target.stat().st_size:,} bytes")
        if STORIES[name].is_unpacked:
            tree = FIXTURES / "machines" / name / side
            shutil.rmtree(tree, ignore_errors=True)
            print(f"{tree.relative_to(REPOSITORY)}: {unpack(load(target), TICK, tree)} files")


def disguised_read(read: Read) -> Read:
    """A read without what would give this machine away."""
    content = disguised(read.content)
    if read.source == "proc.cmdline":
        content = b" ".join(word for word in content.split() if word.startswith((b"mitigations=", b"psi="))) + b"\n"
    if read.key.endswith("/serial"):
        content = b"disk-1"
    return read._replace(content=content, stderr=None if read.stderr is None else disguised(read.stderr))


def disguised(content: bytes) -> bytes:
    """Text with other identifiers for the real ones, the same for the same, and the kernel's version alone."""
    release = os.uname().release
    content = content.replace(release.encode(), release.partition("-")[0].encode())
    content = content.replace(b"resv_strict,", b"")  # an option of this kernel's alone
    return re.sub(rb"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", _other_uuid, content)


def _other_uuid(found: re.Match[bytes]) -> bytes:
    return b"00000000-0000-4000-8000-" + sha256(found[0]).hexdigest()[:12].encode()


def unpack(snapshot: Snapshot, tick: int, root: Path) -> int:
    """Lay a snapshot's evidence of one tick out as a tree that `snapper capture --root` reads; how many files."""
    archive = snapshot.archive
    ticks, alive = [*archive.ticks(), 2**63], archive.pids()[tick] - set(archive.manifest.pids)
    files = 0
    for name, collector in all_collectors().items():
        for key in archive.keys(name):
            if not any(fnmatchcase(key, kept) for kept in KEPT.get(name, "*")):
                continue
            reads = archive.read(name, key)
            # What is read at the edges and not yet was is taken from the end.
            read = next((read for read in reversed(reads) if read.t < ticks[tick + 1]), reads[0])
            path = place_of(collector.read, name, key, {str(pid) for pid in alive})
            if path is not None and read.status == "ok":
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(read.content)
                files += 1
    return files


def place_of(read: Any, source: str, key: str, alive: set[str]) -> str | None:
    """Where a recorded tree holds a read; None for a process that is left out, and for what has no place in one."""
    tool = f"cmd/{source.removeprefix('cmd.')}"
    match read.kind:
        case "file":
            return str(read.path)
        case "files" if read.joined:
            return None  # many files as one text
        case "files":
            return next((path for pattern in read.patterns if (path := below(pattern, key))), None)
        case "process":
            return f"proc/{key}/{read.file}" if key in alive else None
        case "command" if read.largest:
            return f"{tool}/{key}" if key in alive else None
        case "command":
            return f"{tool}/{key}" if read.each else tool
    return f"cmd/statvfs/{key.replace('%', '%25').replace('/', '%2F')}"


def below(pattern: str, key: str) -> str:
    """The path of a key: behind the folder of the pattern's first wildcard; empty where it does not fit."""
    parts = pattern.split("/")
    fixed = list(takewhile(lambda part: not any(mark in part for mark in "*?["), parts[:-1]))
    path = "/".join((*fixed, key))
    return path if fnmatchcase(path, pattern.replace("**", "*")) else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
