"""Two hundred planted secrets, and none of them in any byte: of the spool, of the snapshot, of any report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from snapper import diff, load, render
from snapper.archive.finish import finish
from snapper.record.plan import Cadence, Command, File, PerProcess, Read
from snapper.record.recorder import Mask
from tests.record.running import run, stat_line, write
from tests.record.secrets import Planted, planted

PLANTED = planted()
READS: dict[str, Read] = {
    "proc.stat": File(path="proc/stat"),
    "proc.pid.stat": PerProcess(file="stat"),
    "proc.pid.cmdline": PerProcess(file="cmdline", cadence=Cadence.NEW),
    "proc.cmdline": File(path="proc/cmdline", cadence=Cadence.ONCE),
    "cmd.dmesg": Command(argv=("dmesg",), version=()),
    "cmd.ps": Command(argv=("ps",), version=()),
}


def test_there_are_two_hundred_of_them() -> None:
    assert len(PLANTED) >= 200


@pytest.mark.parametrize("apart", ["\0", " "], ids=["arguments", "text"])
@pytest.mark.parametrize("case", PLANTED, ids=lambda case: " ".join(case.argv).replace(case.secret, "...")[:40])
def test_each_is_masked(case: Planted, apart: str) -> None:
    masked, count = Mask()(apart.join((*case.argv, "")).encode())

    assert case.secret.encode() not in masked
    assert count >= 1
    assert masked.startswith(case.argv[0].encode())


def tree(root: Path, tick: int) -> Path:
    """A host on which all of them run at once."""
    write(root, "proc/stat", f"cpu  {100 + tick} 2 3 4\ncpu0 {100 + tick} 2 3 4\nbtime 1795421867\n")
    texts = []
    for pid, case in enumerate(PLANTED, start=100):
        write(root, f"proc/{pid}/stat", stat_line(pid, comm=case.argv[0].rpartition("/")[2][:15]))
        write(root, f"proc/{pid}/cmdline", "\0".join(case.argv) + "\0")
        if "\n" not in "".join(case.argv):
            texts.append(" ".join(case.argv))
    write(root, "proc/cmdline", f"root=/dev/vda iscsi_password={PLANTED[0].secret} quiet\n")
    write(root, "cmd/ps", "\n".join(texts) + "\n")
    write(root, "cmd/dmesg", "".join(f"<6>[    1.0] audit: exec {text}\n" for text in texts[:50]))
    return root


def in_clear(where: Iterable[bytes]) -> list[str]:
    told = b"\0".join(where)
    return [case.secret for case in PLANTED if case.secret.encode() in told]


def test_none_is_in_any_byte_of_what_is_kept_or_told(tmp_path: Path) -> None:
    snapshots = []
    for number, label in enumerate(("before", "after")):
        folder = tmp_path / label
        folder.mkdir()
        recording = run(folder, READS, root=tree(folder / "tree", number), ticks=3)
        assert in_clear([recording.data, recording.spool.plain]) == []
        finish(folder / "spool", folder / "snapshot.parquet")
        snapshots.append(load(folder / "snapshot.parquet"))
        table = pq.read_table(folder / "snapshot.parquet")
        rows = [value for row in table.to_pylist() for value in row.values() if isinstance(value, bytes)]
        names = [value.encode() for row in table.to_pylist() for value in row.values() if isinstance(value, str)]
        about = pq.read_metadata(folder / "snapshot.parquet").metadata.values()
        assert in_clear([*rows, *names, *about, (folder / "snapshot.parquet").read_bytes()]) == []
        coverage = snapshots[-1].manifest.coverage
        assert coverage["proc.pid.cmdline"].masked >= len(PLANTED)
        assert coverage["cmd.ps"].masked >= len(PLANTED) - 10  # keys of several lines are in the command lines alone
        assert coverage["proc.cmdline"].masked == 1

    result = diff(*snapshots)

    for form in ("html", "json", "md", "text"):
        report = render(result, tmp_path / f"report.{form}", format=form).read_bytes()
        assert in_clear([report]) == []
        assert form != "json" or json.loads(report)
