"""Recordings of other machines: kernels 2.6.18 to 6.x, 13 architectures, up to 256 CPUs. Every one of them reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_reads import SOURCES, recordings

REFUSED = {
    "gopsutil/cpu-times_empty/root/proc/stat": "an empty file",
    "insights/interrupts-INT_INVALID_1/input": "no heading of CPUs",
    "psutil/test_virtual_memory_mocked/input": "made up: a number of huge pages in kB, which no kernel prints",
}
SAYS_NOTHING = {
    "insights/interrupts-INT_NO_INTERRUPTS/input": "a heading of CPUs and no line",
    **{f"pcp/xfs-root-00{number}/root/proc/mounts": "an empty file: nothing is mounted" for number in (1, 2, 3)},
}

each_source = pytest.mark.parametrize("source", sorted(set(SOURCES.values())))


@each_source
def test_every_recording_reads_or_is_refused_for_a_known_reason(corpus: Path, source: str) -> None:
    known = {**REFUSED, **SAYS_NOTHING}
    came_to: dict[str, str] = {}
    read = 0

    for each in recordings(corpus, source):
        try:
            said = each.said()
        except ValueError as refusal:
            came_to[each.id] = str(refusal)
            continue
        read += 1
        if not said:
            came_to[each.id] = "nothing"

    assert read
    assert set(came_to) == {name for name in known if name in {each.id for each in recordings(corpus, source)}}


@pytest.mark.parametrize(
    ("source", "prefix", "ends"), [("proc.vmstat", "vmstat.", " "), ("proc.meminfo", "meminfo.", ":")]
)
def test_no_field_of_any_kernel_goes_unread(corpus: Path, source: str, prefix: str, ends: str) -> None:
    for each in recordings(corpus, source):
        if each.id in REFUSED:
            continue
        listed = {f"{prefix}{line.partition(ends)[0]}" for line in each.text.splitlines()}

        assert set(each.said()) == listed, each.id


def test_every_device_is_there_save_those_that_never_did_anything(corpus: Path) -> None:
    for each in recordings(corpus, "proc.diskstats"):
        listed = {line.split()[2]: line.split()[3:] for line in each.text.splitlines() if line.strip()}
        there = {name.partition("[")[2][:-1] for name in each.said()}

        assert {name for name, numbers in listed.items() if set(numbers) != {"0"}} <= there <= set(listed), each.id
