"""Circumstances under which a command is run: as nobody, with a limit on files, on a disk of a few pages."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

import snapper
from tests.cli.running import environment_of

PAGE = os.sysconf("SC_PAGESIZE")
"""Bytes that a disk in memory takes for the least of files."""

_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
_LIMITED = (
    "import os, resource, sys; size = int(sys.argv[1]); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)); os.execv(sys.argv[2], sys.argv[2:])"
)
_SPAWNS = "import subprocess, sys, snapper, typer; subprocess.run([sys.executable, '-c', ''], check=True)"


def at_most(size: int) -> tuple[str, ...]:
    """No file may grow beyond that many bytes, as with `ulimit -f`."""
    return (sys.executable, "-c", _LIMITED, str(size))


def as_nobody() -> tuple[str, ...]:
    """As an ordinary user: whoever runs the tests, unless that is root."""
    if os.geteuid():
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("no setpriv (util-linux), with which root becomes somebody else")
    for by in (_NOBODY, (*_NOBODY, *_with_the_systems_python())):
        done = subprocess.run([*by, sys.executable, "-c", _SPAWNS], capture_output=True, check=False)
        if done.returncode == 0:
            return by
    pytest.skip("nobody may not run this interpreter, nor the system's in its place, or may not read this repository")


def _with_the_systems_python() -> tuple[str, ...]:
    """The same version of Python from /usr/bin, for this one may lie in root's home."""
    python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    path = ":".join((str(Path(snapper.__file__).parents[1]), *site.getsitepackages()))
    return ("env", f"PYTHONPATH={path}", "PYTHONDONTWRITEBYTECODE=1", "sh", "-c", f'shift; exec {python} "$@"', "sh")


@contextmanager
def folder_of_all() -> Iterator[Path]:
    """A folder that everybody may write to; pytest's own are root's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def on_small_disk(
    folder: Path, pages: int, script: str, words: Sequence[object], *, store: Path
) -> subprocess.CompletedProcess[str]:
    """Run a shell script in `folder`, a disk of that many pages; in it `snapper` is ours, `$1`... the words.

    The disk is there for the script alone, and gone with it.
    """
    mounted = f'mount -t tmpfs -o size={pages * PAGE} none "$0" && cd "$0"'
    return _on_disk(mounted, folder, script, words, store=store)


def with_quota(folder: Path, kib: int, script: str, *, store: Path) -> subprocess.CompletedProcess[str]:
    """The same where the disk has room, and a quota is in the way: of a Btrfs subvolume, which every kernel has."""
    if os.geteuid() or shutil.which("mkfs.btrfs") is None or shutil.which("btrfs") is None:
        pytest.skip("no quota can be set here: that takes root, mkfs.btrfs and btrfs (btrfs-progs)")
    image = folder / "image"
    mounted = f"""
        truncate -s 128M "{image}" && mkfs.btrfs -q -f "{image}" >&2 && mount -o loop "{image}" "$0" && cd "$0" &&
        btrfs quota enable . && btrfs subvolume create own >&2 && btrfs qgroup limit {kib}K own && cd own
    """
    (folder / "disk").mkdir()
    return _on_disk(mounted.strip(), folder / "disk", script, [], store=store)


def _on_disk(
    mounted: str, folder: Path, script: str, words: Sequence[object], *, store: Path
) -> subprocess.CompletedProcess[str]:
    namespace = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    try:
        subprocess.run([*namespace, "sh", "-c", mounted, folder], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here: neither root with unshare (util-linux), nor user namespaces")
    ours = 'snapper() { "$python" -m snapper "$@"; }'
    whole = f"{{ {mounted}\n}} 2>/dev/null || exit 99\n{ours}\n{script}"
    return subprocess.run(
        [*namespace, "sh", "-c", whole, folder, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment_of(store, python=sys.executable),
    )
