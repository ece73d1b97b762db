"""A snapshot to share names nobody, and compares as the one that does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from snapper import diff, load
from snapper.analyze.snapshot import Snapshot
from snapper.archive.archive import open_archive
from snapper.archive.manifest import SourceCoverage
from snapper.archive.pack import pack
from snapper.archive.parquet import write
from snapper.archive.redact import LEFT_OUT
from tests.archive import spools
from tests.archive.planted import KEY, NAMES, planted
from tests.cli.running import run_snapper, the_sentence


@pytest.fixture
def named(tmp_path: Path) -> Path:
    path = tmp_path / "named.parquet"
    coverage = {read.source: SourceCoverage(status="ok") for read in planted()}
    write(planted(), spools.manifest(host="gaffelbit", tags={"by": "hildegard"}, coverage=coverage), path)
    return path


def everything(path: Path) -> bytes:
    """All that a snapshot holds, unpacked, its manifest too."""
    table = pq.read_table(path)
    about = b"".join((pq.read_metadata(path).metadata or {}).values())
    return repr(table.to_pylist()).encode() + about


def test_no_name_is_left_in_any_byte(named: Path, tmp_path: Path) -> None:
    packed = pack(open_archive(named), tmp_path, key=KEY)

    told = everything(packed.path) + packed.path.name.encode()
    assert [name for name in NAMES if name.encode() in told or name.encode() in packed.path.read_bytes()] == []
    assert [name for name in NAMES if name.encode() not in everything(named)] == ["gaffelbit.zwirnwerk.com"]


def test_what_is_no_name_stays(named: Path, tmp_path: Path) -> None:
    archive = open_archive(pack(open_archive(named), tmp_path, key=KEY).path)

    arguments = {read.key: read.content.split(b"\0") for read in archive.reads("proc.pid.cmdline")}
    assert arguments["42"][0] == b"/usr/bin/python3"
    assert arguments["42"][1].startswith(b"/home/")
    assert arguments["42"][1].endswith(b".py")
    assert arguments["41"][1].startswith(b"--listen=10.")
    assert arguments["41"][1].endswith(b":8080")
    assert arguments["41"][2:4] == [b"--size", b"64"]
    (group,) = archive.reads("proc.pid.cgroup")
    assert group.content.startswith(b"0::/system.slice/")
    assert b".service/docker-" in group.content
    assert archive.read("proc.pid.status", "41")[0].content.endswith(b"\nVmRSS:\t 12 kB\n")


def test_a_name_is_the_same_wherever_it_stands(named: Path, tmp_path: Path) -> None:
    archive = open_archive(pack(open_archive(named), tmp_path, key=KEY).path)
    program = archive.read("proc.pid.status", "41")[0].content.split()[1]
    host = archive.manifest.host.encode()

    assert b"(" + program + b")" in archive.read("proc.pid.stat", "41")[0].content
    assert b'"' + program + b'"' in archive.reads("cmd.ss")[0].content
    assert archive.read("proc.pid.cmdline", "41")[0].content.split(b"\0")[0].rpartition(b"/")[2].startswith(program)
    assert b"(" + program + b")" in archive.reads("cmd.dmesg")[0].content
    assert archive.reads("proc.sys")[0].content == host + b"\n"
    assert archive.reads("proc.mounts")[0].content.startswith(host + b":/")
    assert archive.keys("statvfs")[0].encode() in archive.reads("proc.mounts")[0].content
    (cgroup,) = archive.keys("sys.cgroup.cpu")
    assert cgroup.removesuffix("/cpu.stat").encode() in archive.reads("proc.pid.cgroup")[0].content


def test_the_manifest_says_what_was_replaced_and_left_out(named: Path, tmp_path: Path) -> None:
    packed = pack(open_archive(named), tmp_path, key=KEY)
    found = open_archive(packed.path).manifest

    assert found == packed.manifest
    assert {"host", "ipv4", "ipv6", "mac", "path", "program", "unit", "container", "argument"} <= found.redacted.keys()
    assert found.redacted == dict(sum(packed.counts.values(), Counter()))
    assert found.coverage["cmd.journal"].status == "skipped"
    assert LEFT_OUT.isdisjoint(open_archive(packed.path).sources())


def verdicts(before: Snapshot, after: Snapshot) -> Counter[object]:
    """What is told of each finding but for who and which; of a path or a program only the figures."""
    found = diff(before, after)
    return Counter(
        (each.metric, each.verdict, each.tier, rounded(each.before), rounded(each.after)) for each in found.findings
    )


def rounded(value: float | None) -> str:
    """What is summed over a program's processes is summed in the order of their names."""
    return "unknown" if value is None else f"{value:.9g}"


def test_two_that_are_packed_with_one_key_compare_as_their_originals(store: Path, tmp_path: Path) -> None:
    originals = [load(next(store.glob(f"*{label}*.parquet"))) for label in ("first", "second")]
    packed = [load(pack(each.archive, tmp_path, key=KEY).path) for each in originals]

    for original, redacted in zip(originals, packed, strict=True):
        assert Counter(metric.name for metric in original.table.metrics) == Counter(
            metric.name for metric in redacted.table.metrics
        )
        assert Counter(map(rounded, original.table.mean)) == Counter(map(rounded, redacted.table.mean))
    assert verdicts(*originals) == verdicts(*packed)


def test_another_key_gives_other_names(named: Path, tmp_path: Path) -> None:
    first = pack(open_archive(named), tmp_path, key=KEY).manifest
    second = pack(open_archive(named), tmp_path, key=KEY[::-1]).manifest

    assert first.host != second.host
    assert first.id != second.id


def test_pack_audits_and_tells_its_key_once(named: Path, tmp_path: Path) -> None:
    done = run_snapper("pack", named, "--redact", "-o", tmp_path / "shared", store=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "REPLACED IN" in done.stdout
    assert "proc.pid.cmdline" in done.stdout
    assert "left out, for their text may name anything: cmd.journal" in done.stderr
    key = done.stderr.split("told this once: ")[1].split()[0]
    (tmp_path / "key").write_text(key + "\n")
    (first,) = (tmp_path / "shared").iterdir()
    again = run_snapper(
        "pack", named, "--redact", "-o", tmp_path / "again", "--key-file", tmp_path / "key", store=tmp_path
    )
    assert again.returncode == 0
    assert key not in again.stdout + again.stderr
    assert (tmp_path / "again" / first.name).read_bytes() == first.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("{named}", "-o", "{folder}/x"), 2, "say --redact"),
        (("{named}", "--redact", "-o", "{folder}/x", "--key-file", "{folder}/short"), 3, "16 or more"),
        (("{named}", "--redact", "-o", "{folder}/x", "--key-file", "{folder}/none"), 3, "no such file"),
        (("{named}", "--redact", "-o", "{folder}/short"), 3, "cannot be made"),
    ],
)
def test_what_cannot_be_packed_is_said(
    words: tuple[str, ...], code: int, says: str, named: Path, tmp_path: Path
) -> None:
    (tmp_path / "short").write_text("secret\n")

    done = run_snapper("pack", *(word.format(named=named, folder=tmp_path) for word in words), store=tmp_path)

    assert says in the_sentence(done, code)
