"""The one way through the house, and what may be imported where."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SNAPPER = Path(__file__).resolve().parent.parent / "snapper"
SOURCES = sorted(SNAPPER.rglob("*.py"))
VOCABULARY = {"snapper", "snapper.metric", "snapper.units", "snapper.errors"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", sorted((SNAPPER / "collectors").rglob("*.py")), ids=lambda path: path.name)
def test_collectors_import_only_the_standard_library_and_the_vocabulary(path: Path) -> None:
    allowed = VOCABULARY | {"snapper.record.plan"}

    foreign = {
        name
        for name in imports(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name not in allowed
        and not name.startswith("snapper.collectors")
    }

    assert not foreign


def test_the_recorder_imports_only_the_standard_library() -> None:
    foreign = {name.partition(".")[0] for name in imports(SNAPPER / "record" / "recorder.py")} - sys.stdlib_module_names

    assert not foreign


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SNAPPER)))
def test_only_the_commands_print_or_exit(path: Path) -> None:
    if path.parent.name == "cli" or path.name in {"__main__.py", "recorder.py"}:
        pytest.skip("here it is allowed")
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert not called & {"print", "exit", "quit", "input"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SNAPPER)))
def test_a_file_holds_one_idea(path: Path) -> None:
    if path.name == "recorder.py":
        pytest.skip("one self-contained file by design, so that it can be sent to a bare host")

    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def test_a_capture_loads_next_to_nothing_until_the_recorder_is_at_work(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from snapper.__main__ import main\n"
        "from snapper.record import local\n"
        "def record(*_, **__):\n    print(*sys.modules)\n    raise KeyboardInterrupt\n"
        "local.Recorder.record = record\n"
        "main()\n"
    )
    command = (sys.executable, "-c", code, "capture", "-o", str(tmp_path / "host.parquet"))
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    for _ in range(2):  # the first asks the collectors, whose reads are kept
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    loaded = set(done.stdout.split())
    assert "snapper.record.local" in loaded, done.stderr
    assert not {"typer", "click", "rich", "numpy", "pandas", "pyarrow", "jinja2", "platformdirs"} & loaded
    assert not {name for name in loaded if name.startswith("snapper.collectors")}


@pytest.mark.parametrize("command", [["capture", "--help"], ["list", "--help"]], ids=" ".join)
def test_what_runs_on_the_observed_host_stays_light(command: list[str]) -> None:
    code = (
        "import sys\n"
        "from snapper.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted({'numpy', 'pandas', 'pyarrow', 'jinja2'} & set(sys.modules)), file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == ""
