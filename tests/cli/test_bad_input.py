"""Bad input: one clear sentence, the right exit code, no traceback, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.archive.load import load_manifest
from tests.cli.crafted import rewritten, shortened
from tests.cli.running import Run, the_sentence

BRIEF = ("-d", "200ms", "-i", "100ms")


@pytest.fixture
def real(store: Path) -> Path:
    return next(store.glob("*first*.parquet"))


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["capture", "-d", "-5s"], 2, "-5s"),
        (["capture", "-d", "0"], 2, "above zero"),
        (["capture", "-d", "soon"], 2, "no duration"),
        (["capture", "-d", "1s", "-i", "2s"], 2, "interval (2 s)"),
        (["capture", "-d", "1s", "-i", "-1s"], 2, "--interval"),
        (["capture", "-d", "9999w"], 2, "longer interval"),
        (["capture", "--only", "proc.metinfo"], 2, "proc.meminfo"),
        (["capture", "--skip", "proc.metinfo"], 2, "proc.meminfo"),
        (["capture", "--only", "proc.stat", "--skip", "proc.*"], 2, "skip fewer"),
        (["capture", "--tag", "x"], 2, "name=value"),
        (["capture", "--root", "/no/such/tree"], 2, "no recorded tree"),
        (["capture", "--colour"], 2, "--colour"),
        (["capture", "-o"], 2, "-o"),
        (["diff", "first"], 2, "after"),
        (["diff", "first", "secnd"], 2, "second"),
        (["diff", "first", "second", "--format", "pdf"], 2, "'--format': 'pdf' is not one of 'html'"),
        (["diff", "first", "second", "-o", "report.pdf"], 2, "--format"),
        (["diff", "first", "/no/such.parquet"], 2, "/no/such.parquet"),
        (["diff", "first", "x" * 300 + ".parquet"], 2, "no such file"),
        (["diff", "first", "/proc"], 3, "is a directory"),
        (["diff", "first", "second", "--profile", "/no/such.json"], 3, "name a noise profile"),
        (["pack", "first", "-o", "shared"], 2, "--redact"),
        (["pack", "first", "-o", "shared", "--redact", "--key-file", "/no/such.key"], 3, "openssl rand"),
        (["show", "first", "proc.nothing"], 2, "proc.nothing"),
        (["show", "first", "proc.stat", "7"], 2, "7"),
        (["show", "first", "proc.stat", "--tick", "0"], 2, "--tick"),
        (["show", "first", "proc.stat", "--tick", "99"], 2, "99"),
        (["list", "--store", "/no/such/store"], 3, "/no/such/store: there is no such folder"),
        (["show", "first", "--store", "/no/such/store"], 3, "/no/such/store"),
        (["diff", "first", "second", "--store", "/no/such/store"], 3, "/no/such/store"),
        (["list", "--store", "/proc/version"], 3, "--store"),
        (["recover", "/no/such.spool"], 3, "/no/such.spool"),
        (["metrics", "cpu.utilisation"], 2, "cpu.utilization"),
        (["frobnicate"], 2, "frobnicate"),
        (["captrue"], 2, "did you mean 'capture'?"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_a_wrong_argument_is_told_in_a_sentence(arguments: list[str], code: int, says: str, snapper: Run) -> None:
    assert says in the_sentence(snapper(*arguments), code)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("text", b"hello", "looks like text"),
        ("empty", b"", "is empty"),
        ("html", b"<!doctype html>", "an HTML page"),
        ("packed", b"\x1f\x8b\x08\0", "unpack it first"),
        ("magic", b"PAR1" + b"\0" * 64 + b"PAR1", "magic"),
    ],
)
@pytest.mark.parametrize("command", ["diff", "show", "recover"])
def test_a_file_that_is_no_snapshot_is_refused(
    snapper: Run, tmp_path: Path, *, command: str, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / f"{name}.parquet"
    path.write_bytes(content)

    said = the_sentence(snapper(command, *(["first"] if command == "diff" else []), path), 3)

    assert str(path) in said
    assert says in said
    assert path.read_bytes() == content


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_cut_off_snapshot_is_refused(share: float, snapper: Run, real: Path, tmp_path: Path) -> None:
    whole = real.read_bytes()
    path = tmp_path / "cut.parquet"
    path.write_bytes(whole[: int(len(whole) * share)])

    said = the_sentence(snapper("show", path), 3)

    assert str(path) in said
    assert "cut off" in said


def test_a_snapshot_of_a_newer_format_asks_for_a_newer_snapper(snapper: Run, real: Path, tmp_path: Path) -> None:
    path = rewritten(real, tmp_path / "newer.parquet", format=99, snapper="9.1")

    said = the_sentence(snapper("diff", "first", path), 3)

    assert str(path) in said
    assert "snapper 9.1 in format 99" in said
    assert "upgrade snapper" in said


def test_a_file_that_is_none_does_not_spoil_the_list(snapper: Run, real: Path, tmp_path: Path) -> None:
    rewritten(real, tmp_path / "newer.parquet", format=99)
    (tmp_path / "text.parquet").write_text("hello")
    (tmp_path / "good.parquet").write_bytes(real.read_bytes())

    done = snapper("list", "--store", tmp_path)

    assert done.returncode == 0
    assert "first" in done.stdout
    assert sorted(line.partition(":")[0] for line in done.stderr.splitlines()) == ["newer.parquet", "text.parquet"]


@pytest.mark.parametrize("sides", [("first", "empty"), ("empty", "first"), ("empty", "empty")], ids=" ".join)
def test_an_empty_capture_is_not_compared(sides: tuple[str, str], snapper: Run, real: Path, tmp_path: Path) -> None:
    path = shortened(real, tmp_path / "empty.parquet", ticks=0)

    said = the_sentence(snapper("diff", *(str(path) if side == "empty" else side for side in sides)), 3)

    assert "nothing to compare" in said
    assert snapper("show", path).returncode == 0


def test_a_capture_of_one_tick_is_compared_without_a_verdict(snapper: Run, real: Path, tmp_path: Path) -> None:
    path = shortened(real, tmp_path / "short.parquet", ticks=1)

    for sides in (("first", path), (path, "first"), (path, path)):
        done = snapper("diff", *sides, "--exit-code")
        assert done.returncode == 0, done.stderr
        assert "1 tick" in done.stdout


def test_snapshots_with_nothing_in_common_are_not_compared(alone: Run, tmp_path: Path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    assert alone("capture", *BRIEF, "-o", one, "--only", "proc.loadavg").returncode == 0
    assert alone("capture", *BRIEF, "-o", other, "--only", "proc.softirqs").returncode == 0

    assert "in common" in the_sentence(alone("diff", one, other), 3)


def test_what_was_not_asked_for_is_not_missed(alone: Run, tmp_path: Path) -> None:
    target = tmp_path / "one.parquet"

    done = alone("capture", *BRIEF, "-o", target, "--only", "proc.stat")

    assert done.returncode == 0
    assert done.stderr == ""
    assert "1 of 1 sources read in full" in done.stdout
    assert list(load_manifest(target).coverage) == ["proc.stat"]


def test_what_this_host_does_not_have_is_one_line_and_no_problem(alone: Run, tmp_path: Path) -> None:
    tree = tmp_path / "bare"
    (tree / "proc").mkdir(parents=True)
    (tree / "proc" / "loadavg").write_text("0.10 0.20 0.30 1/99 4711\n")
    target = tmp_path / "bare.parquet"
    only = [word for name in ("proc.loadavg", "proc.stat", "sys.cpufreq") for word in ("--only", name)]

    done = alone("capture", *BRIEF, "-o", target, "--root", tree, *only)

    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert f"not in {tree}: proc.stat, sys.cpufreq; `snapper show {target}`" in line
    assert "1 of 3 sources" in done.stdout
    shown = alone("show", target).stdout
    assert f"nothing matches {tree}/sys/devices/system/cpu/cpu*/cpufreq/" in shown
    assert "would help: CONFIG_CPU_FREQ" in shown


def test_the_usual_store_need_not_be_there_yet(alone: Run) -> None:
    done = alone("list")

    assert done.returncode == 0
    assert "snapper capture LABEL" in done.stderr


def test_a_host_without_snapshots_is_named(snapper: Run) -> None:
    assert "'no-such-host'" in snapper("list", "--host", "no-such-host").stderr
