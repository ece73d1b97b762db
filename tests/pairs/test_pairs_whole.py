"""A whole foreign machine under the real capture, tools included: its /proc and /sys stand where the host's were.

netlink, statfs and system calls still see the host that the test runs on.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from snapper.analyze.snapshot import Snapshot
from snapper.api import diff, load, render
from snapper.collectors import all_collectors
from tests.collectors.corpus_sources import of_file
from tests.collectors.corpus_trees import parsed

LONGEST = 120
"""Seconds after which a capture of one has hung."""
SEES_THE_HOST = {"cmd.uname", "cmd.dpkg"}
"""Tools that ask neither /proc nor /sys: they answer whatever stands there."""

TOOLS = (
    (
        "cmd.free",
        "proc/meminfo",
        {f"free.{column}[Mem]": f"meminfo.Mem{column.title()}" for column in ("total", "free")},
    ),
    (
        "cmd.nstat",
        "proc/net/netstat",
        {
            "nstat.counter[TcpExtDelayedACKs]": "netstat.TcpExt.DelayedACKs",
            "nstat.counter[IpExtInOctets]": "netstat.IpExt.InOctets",
        },
    ),
)
"""What tools print that the kernel's own file says as well."""


@pytest.fixture(scope="module")
def unshare() -> str:
    if os.geteuid() != 0:
        pytest.skip("not root: a foreign /proc cannot be mounted over this one")
    found = shutil.which("unshare")
    if not found or subprocess.run([found, "-m", "mount", "--bind", "/proc", "/proc"], check=False).returncode != 0:
        pytest.skip("no unshare, or no right to mount: a foreign /proc cannot be mounted over this one")
    return found


@pytest.fixture(scope="module", params=["aperf/m6g-52s", "sysstat/roots-1-2"])
def captured(
    request: pytest.FixtureRequest, corpus: Path, unshare: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Snapshot]]:
    """The case, and what a capture under each of its moments gave; both run at once."""
    case, folder = corpus / request.param, tmp_path_factory.mktemp("whole")
    running = {side: under(case / side, unshare, folder / f"{side}.parquet") for side in ("before", "after")}
    try:
        said = {side: process.communicate(timeout=LONGEST)[1] for side, process in running.items()}
    finally:
        for process in running.values():
            process.kill()
    assert {side: process.returncode for side, process in running.items()} == {"before": 0, "after": 0}, said
    return case, {side: load(folder / f"{side}.parquet") for side in running}


def under(tree: Path, unshare: str, target: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "snapper", "capture", "whole", "-d", "1s", "-i", "1s", "-o", str(target)]
    mounts = "; ".join(shlex.join(["mount", "--bind", str(tree / name), f"/{name}"]) for name in ("sys", "proc"))
    return subprocess.Popen(
        [unshare, "-m", "sh", "-c", f"{mounts}; exec {shlex.join(command)}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_what_was_captured_is_the_foreign_machine(captured: tuple[Path, dict[str, Snapshot]]) -> None:
    case, snapshots = captured
    for side, snapshot in snapshots.items():
        theirs = of_file(case / side / "proc/meminfo", case / side)
        row = snapshot.table.row["meminfo.MemTotal", ""]

        assert snapshot.table.mean[row] == theirs["meminfo.MemTotal"]
        assert not [text for text in snapshot.table.warnings if "did not parse" in text and "fc_host" not in text]


def test_every_tool_was_read_or_says_why_not(captured: tuple[Path, dict[str, Snapshot]]) -> None:
    asked = {name for name, one in all_collectors().items() if name.startswith("cmd.") and not one.opt_in}
    for snapshot in captured[1].values():
        coverage = snapshot.manifest.coverage
        tools = {name: coverage[name] for name in asked}

        assert {name for name, each in tools.items() if each.status != "ok" and not each.why} == set()
        assert SEES_THE_HOST & {name for name, each in tools.items() if each.status == "ok"}


def test_what_the_tools_print_is_the_foreign_machine_too(captured: tuple[Path, dict[str, Snapshot]]) -> None:
    case, snapshots = captured
    for side, snapshot in snapshots.items():
        for source, file, same in TOOLS:
            read = next((read for read in snapshot.archive.reads(source) if read.status == "ok"), None)
            if read is None or not (case / side / file).is_file():
                continue  # a host without that tool, which its row of the coverage says
            printed = parsed(source, read.content.decode())
            recorded = of_file(case / side / file, case / side)
            assert {ours: printed[ours] for ours in same} == {ours: recorded[theirs] for ours, theirs in same.items()}


def test_the_moments_are_diffed_whole(captured: tuple[Path, dict[str, Snapshot]], tmp_path: Path) -> None:
    found = diff(captured[1]["before"], captured[1]["after"])

    assert found.summary.series_compared > 400
    assert {row.source for row in found.coverage.sources} >= {"cmd.uname", "cmd.free", "proc.stat"}
    for report in ("report.html", "report.md", "report.json", "report.txt"):
        assert render(found, tmp_path / report).stat().st_size > 1000
