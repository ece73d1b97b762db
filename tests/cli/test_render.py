"""`snapper render`, `schema` and `explain`: what was written once is told again, and what it means."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from snapper.cli.explain import told_of
from snapper.collectors import catalogue
from snapper.report.schema import diff_schema
from tests.cli.running import SNAPPER, Run, environment_of, the_sentence

REPORTS = ("report.html", "report.md", "report.json", "report.txt", "series.parquet")


@pytest.fixture(scope="module")
def direct(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every report of one comparison, as `snapper diff` writes them."""
    folder = tmp_path_factory.mktemp("direct")
    for name in REPORTS:
        subprocess.run(
            [*SNAPPER, "diff", "first", "second", "-o", folder / name],
            check=True,
            capture_output=True,
            env=environment_of(store),
        )
    return folder


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_from_the_json_is_the_same_bytes(name: str, direct: Path, alone: Run, tmp_path: Path) -> None:
    done = alone("render", direct / "report.json", "-o", tmp_path / name)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).read_bytes() == (direct / name).read_bytes()


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_standard_output_gets_the_bytes_of_the_file(form: str, direct: Path, store: Path) -> None:
    done = subprocess.run(
        [*SNAPPER, "render", direct / "report.json", "--format", form],
        check=True,
        capture_output=True,
        env=environment_of(store, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0"),
    )

    assert done.stdout == (direct / f"report.{form}").read_bytes()


def test_a_table_goes_through_a_pipe_and_not_to_a_terminal(direct: Path, store: Path) -> None:
    command = [*SNAPPER, "render", str(direct / "report.json"), "--format", "parquet"]
    piped = subprocess.run(command, check=True, capture_output=True, env=environment_of(store))
    ours, terminal = os.openpty()
    try:
        shown = subprocess.run(
            command, stdout=terminal, stderr=subprocess.PIPE, text=True, check=False, env=environment_of(store)
        )
    finally:
        os.close(terminal)
        os.close(ours)

    assert piped.stdout == (direct / "series.parquet").read_bytes()
    assert "-o series.parquet" in the_sentence(shown, 2)


def test_without_a_format_it_is_the_summary_of_diff(direct: Path, alone: Run, snapper: Run) -> None:
    assert alone("render", direct / "report.json").stdout == snapper("diff", "first", "second").stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"hello", "looks like text"),
        (b"<!doctype html>", "an HTML page"),
        (b"PAR1\x00\xff", "a Parquet file"),
        (b"\x1f\x8b\x08\x00", "unpack it first"),
        (b"{", "cut off or damaged"),
        (b'{"format": "snapper.diff/1"}', "has no 'before'"),
        (b'{"format": "snapper.diff/2"}', "update snapper"),
        (b'{"format": "snapper.diff/1", "before": NaN}', "NaN is no JSON"),
        (b"[]", "no comparison"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a": ' + b"9" * 5000 + b"}", "cut off or damaged"),
        (b'{"a": "\xff"}', "cut off or damaged"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else None,
)
def test_what_is_no_comparison_is_refused_in_a_sentence(content: bytes, says: str, alone: Run, tmp_path: Path) -> None:
    path = tmp_path / "diff.json"
    path.write_bytes(content)

    said = the_sentence(alone("render", path, "-o", tmp_path / "report.html"), 3)

    assert str(path) in said
    assert says in said
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_comparison_that_was_cut_off_is_refused(share: float, direct: Path, alone: Run, tmp_path: Path) -> None:
    whole = (direct / "report.json").read_bytes()
    path = tmp_path / "cut.json"
    path.write_bytes(whole[: int(len(whole) * share)])

    assert "cut off or damaged" in the_sentence(alone("render", path), 3)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["render", "/no/such.json"], 3, "there is no such file"),
        (["render", "/proc"], 3, "is a directory"),
        (["render", "/dev/null"], 3, "no regular file"),
        (["render"], 2, "comparison"),
        (["render", "README", "-o", "report.pdf"], 2, "--format"),
        (["explain", "cpu.utilisation"], 2, "cpu.utilization"),
        (["explain", "zzzzz"], 2, "lists them all"),
        (["explain", "disk.awiat[sda]"], 2, "disk.await"),
        (["explain"], 2, "metric"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_argument_is_told_in_a_sentence(arguments: list[str], code: int, says: str, alone: Run) -> None:
    assert says in the_sentence(alone(*arguments), code)


def test_a_report_does_not_replace_the_snapshot_it_was_made_from(snapper: Run, store: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "after.parquet"
    snapshot.write_bytes(next(store.glob("*second*.parquet")).read_bytes())
    whole = snapshot.read_bytes()

    said = the_sentence(snapper("diff", "first", snapshot, "-o", snapshot), 2)

    assert "is a snapshot" in said
    assert snapshot.read_bytes() == whole


def test_rendering_needs_neither_pandas_nor_pyarrow(direct: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from snapper.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted({'pandas', 'pyarrow'} & set(sys.modules)), file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, "render", direct / "report.json", "-o", tmp_path / "report.html"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.strip() == ""


def test_the_schema_is_printed(alone: Run) -> None:
    assert json.loads(alone("schema").stdout) == diff_schema()


def test_a_metric_is_explained_as_it_is_declared(alone: Run) -> None:
    metric = catalogue()["disk.await"]

    told = alone("explain", "disk.await").stdout

    for said in (metric.title, metric.help, metric.doc, metric.resource.value, metric.role.value, metric.next):
        assert said in told
    assert "snapper show latest proc.diskstats" in told
    assert all(pattern in told for pattern in metric.moved_by)


def test_a_series_is_explained_with_its_next_command_filled_in(alone: Run) -> None:
    assert "iostat -x sda " in alone("explain", "disk.await[sda]").stdout


def test_each_metric_is_explained_and_nothing_left_blank() -> None:
    for metric in catalogue().values():
        told = dict(told_of(metric, ""))
        assert all(told[word] for word in ("title", "means", "unit", "kind", "resource", "role", "worse", "source"))
