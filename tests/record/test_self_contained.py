"""The recorder is one file that any Python since 3.6 runs, with nothing installed."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from snapper.record.local import RECORDER
from snapper.record.plan import Cadence, Command, File, Files, PerProcess, Read, StatVfs
from tests.record.running import start

READS: dict[str, Read] = {
    "proc.stat": File(path="proc/stat"),
    "proc.sys": Files(patterns=("proc/sys/vm/**",)),
    "proc.pid.stat": PerProcess(file="stat"),
    "proc.pid.fd": PerProcess(file="fd", count=True),
    "proc.pid.cmdline": PerProcess(file="cmdline", cadence=Cadence.NEW),
    "statvfs": StatVfs(),
    "cmd.uname": Command(argv=("uname", "-a"), version=("uname", "--version")),
    "cmd.sleep": Command(argv=("sleep", "600"), version=(), cadence=Cadence.WINDOW),
}


def other_interpreters() -> list[str]:
    """Of other versions, where the machine has any: on the path, or where pyenv keeps them."""
    names = [shutil.which(f"python3.{minor}", path="/usr/bin:/usr/local/bin") for minor in range(6, 20)]
    kept = [str(path) for path in sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))]
    found = {Path(name).resolve() for name in (*names, *kept) if name}
    return sorted(str(path) for path in found if path != Path(sys.executable).resolve())


def test_its_syntax_is_that_of_python_3_6() -> None:
    ast.parse(RECORDER.read_text(), feature_version=(3, 6))


def test_it_imports_the_standard_library_alone() -> None:
    imported = set()
    for node in ast.walk(ast.parse(RECORDER.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported
    assert not imported - sys.stdlib_module_names


@pytest.mark.parametrize("interpreter", [sys.executable, *other_interpreters()])
def test_it_runs_where_nothing_else_is(tmp_path: Path, interpreter: str) -> None:
    alone = tmp_path / "sent" / "recorder.py"
    alone.parent.mkdir()
    shutil.copy(RECORDER, alone)
    version = subprocess.run(
        (interpreter, "-c", "import sys; print(sys.version_info >= (3, 6))"), check=False, stdout=-1
    )
    if version.stdout != b"True\n":
        pytest.skip(f"{interpreter} is no Python >= 3.6 that runs here")
    recording = start(tmp_path, READS, command=(interpreter, "-I", "-S", "-W", "error", str(alone))).end()
    assert (recording.code, recording.complaint) == (0, "")
    assert [recording.spool.coverage(name)["status"] for name in READS] == ["ok"] * len(READS)
    assert recording.spool.coverage("cmd.uname")["version"].startswith("uname")
    assert b"f_blocks" in recording.spool.contents("statvfs", "/")[0]
    assert recording.spool.coverage("cmd.sleep")["why"] == ""


def test_it_loads_nothing_heavy_before_its_first_sample(tmp_path: Path) -> None:
    script = f"import sys; sys.argv = ['x']; exec(open({str(RECORDER)!r}).read().split('if __name__')[0]); "
    loaded = subprocess.run(
        (sys.executable, "-I", "-S", "-c", script + "print(*sys.modules)"), check=True, cwd=tmp_path, stdout=-1
    ).stdout.decode()
    assert not {"typing", "subprocess", "socket", "argparse", "asyncio", "logging"} & set(loaded.split())
