"""The USE matrix: every resource, every column, and why a cell is empty."""

from __future__ import annotations

import numpy as np
import pytest

from snapper.analyze.cells import ROWS
from snapper.analyze.diff import Cell, UseRow
from snapper.archive.manifest import SourceCoverage
from tests.analyze.lab import Host, diff_of, known


def matrix(before: Host, after: Host, **told: object) -> dict[tuple[str, str], UseRow]:
    return {(row.resource, row.instance): row for row in diff_of(before.table(), after.table(), **told).use}


def test_every_resource_has_a_row() -> None:
    rows = list(matrix(Host(1), Host(2)))

    assert [resource for resource, _ in rows] == sorted(
        (resource for resource, _ in rows),
        key=[resource.value for resource in ROWS].index,
    )
    assert {("cpu", ""), ("memory", ""), ("disk", "vda"), ("filesystem", "/"), ("network", "eth0")} <= set(rows)


def test_cells_carry_both_sides_and_the_verdict() -> None:
    after = Host(2)
    after.add("cpu.utilization", 0.6)

    (cell,) = matrix(Host(1), after)["cpu", ""].utilization

    assert (cell.metric, cell.unit, cell.verdict, cell.worse) == ("cpu.utilization", "ratio", "regressed", True)
    assert cell.before == pytest.approx(0.08, abs=0.02)
    assert cell.after == pytest.approx(0.68, abs=0.02)
    assert cell.reason == ""


def test_a_disk_that_does_nothing_has_no_row() -> None:
    assert ("disk", "vdb") not in matrix(Host(1), Host(2))


def test_an_error_that_began_is_for_the_worse() -> None:
    after = Host(2)
    after.rate("netdev.rx_errs", 12, "eth0", scatter=2)

    (cell, *_) = matrix(Host(1), after)["network", "eth0"].errors

    assert (cell.verdict, cell.worse) == ("new", True)


def empty(row: UseRow) -> list[Cell]:
    return [cell for cells in (row.utilization, row.saturation, row.errors) for cell in cells if cell.before is None]


def test_no_cell_is_empty_without_a_reason() -> None:
    for row in matrix(Host(1), Host(2)).values():
        assert row.utilization
        assert row.saturation
        assert row.errors
        for cell in empty(row):
            assert cell.reason.startswith(("not observable here: ", "nothing to observe: "))


def test_what_could_not_be_read_is_the_reason() -> None:
    before, after = Host(1), Host(2)
    for host in (before, after):
        del host.rows[known("pressure.cpu.some.total"), ""]
        del host.rows[known("stat.procs_running"), ""]
    why = "/proc/pressure/cpu is absent (psi=0)."
    coverage = {
        "proc.pressure": SourceCoverage(status="absent", why=why),
        "proc.stat": SourceCoverage(status="ok"),
        "proc.schedstat": SourceCoverage(status="ok"),
    }

    (cell,) = matrix(before, after, coverage=coverage)["cpu", ""].saturation

    assert cell.reason == f"not observable here: {why}"


def test_a_source_that_was_not_asked_for_is_the_reason() -> None:
    before, after = Host(1), Host(2)
    for host in (before, after):
        del host.rows[known("files.utilization"), ""]
    coverage = {"proc.sys.fs.file-nr": SourceCoverage(status="skipped")}

    (cell,) = matrix(before, after, coverage=coverage)["files", ""].utilization

    assert cell.reason == "not observable here: proc.sys.fs.file-nr was not asked for"


@pytest.mark.parametrize(
    ("gpus", "reason"),
    [
        (SourceCoverage(status="absent", why="nothing matches /sys/class/drm/*"), "nothing matches /sys/class/drm"),
        (SourceCoverage(status="skipped"), "cmd.nvidia-smi was not asked for"),
    ],
    ids=["what was tried and failed", "nothing was asked"],
)
def test_a_tool_that_was_not_asked_for_hides_no_better_reason(gpus: SourceCoverage, reason: str) -> None:
    coverage = {"cmd.nvidia-smi": SourceCoverage(status="skipped"), "sys.drm": gpus}

    (cell,) = matrix(Host(1), Host(2), coverage=coverage)["hardware", ""].utilization

    assert cell.reason.startswith(f"not observable here: {reason}")


def test_a_number_that_was_never_known_is_told() -> None:
    before, after = Host(1), Host(2)
    for host in (before, after):
        host.rows[known("files.utilization"), ""] = np.full(host.ticks, np.nan)

    (cell,) = matrix(before, after)["files", ""].utilization

    assert (cell.verdict, cell.reason) == ("too little data", "not observable here: it was not known at any tick")


def test_a_host_of_many_file_systems_shows_those_that_matter() -> None:
    before, after = Host(1), Host(2)
    for number in range(60):
        for host in (before, after):
            host.level("filesystem.utilization", number / 100, instance=f"/data/{number:02}")
    after.level("filesystem.utilization", 0.5, instance="/data/00")

    shown = [instance for resource, instance in matrix(before, after) if resource == "filesystem"]

    assert len(shown) == 24
    assert {"/data/00", "/data/59"} <= set(shown)
    assert shown == sorted(shown)
