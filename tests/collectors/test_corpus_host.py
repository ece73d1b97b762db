"""Recordings of other machines: kernels 2.6.18 to 6.x, 13 architectures, up to 256 CPUs. Every one of them reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collectors.corpus_reads import SOURCES, Said, recording, recordings, table

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


Answer = Callable[[Said, str], float | None]


def value_of(name: str, scale: float = 1) -> Answer:
    """The reading of that name, `{}` standing for the fact's entity, in the fact's unit."""

    def answer(said: Said, entity: str) -> float | None:
        value = said.get(name.format(entity))
        return None if value is None else float(value) * scale

    return answer


def sum_of(*names: str, scale: float = 1) -> Answer:
    """Whichever of these readings there is: an entity can be a disk or a partition, a device or a purpose."""

    def answer(said: Said, entity: str) -> float | None:
        found = [float(said[name.format(entity)]) for name in names if name.format(entity) in said]
        return sum(found) * scale if found else None

    return answer


def cpus(said: Said, _entity: str) -> float:
    return sum(name.startswith("stat.percpu.busy[") for name in said)


def interrupts(said: Said, entity: str) -> float | None:
    name = {
        "0": "interrupts.device[timer]",
        "IPI0": "interrupts.cpu[Rescheduling interrupts]",
    }.get(entity, f"interrupts.cpu[{entity}]")
    return None if name not in said else float(said[name])


TICKS, KIB, SECTORS = 100, 1 / 1024, 1 / 512
ANSWERS: dict[str, Answer] = {
    "cpu_count": cpus,
    "user_jiffies": value_of("stat.cpu.user", TICKS),
    "idle_jiffies": value_of("stat.cpu.idle", TICKS),
    "delta_user": value_of("stat.cpu.user", TICKS),
    "delta_system": value_of("stat.cpu.system", TICKS),
    "delta_idle": value_of("stat.cpu.idle", TICKS),
    "delta_iowait": value_of("stat.cpu.iowait", TICKS),
    "ctxt": value_of("stat.ctxt"),
    "delta_ctxt": value_of("stat.ctxt"),
    "processes": value_of("stat.processes"),
    "delta_processes": value_of("stat.processes"),
    "procs_running": value_of("stat.procs_running"),
    **{
        f"{change}{field}_kB": value_of(f"meminfo.{field}", KIB)
        for field in ("MemTotal", "MemFree", "MemAvailable", "SwapTotal", "Slab")
        for change in ("", "delta_")
    },
    "reads": sum_of("diskstats.read_ios[{}]", "diskstats.partition.read_ios[{}]"),
    "sectors_written": sum_of("diskstats.write_sectors[{}]", "diskstats.partition.write_sectors[{}]", scale=SECTORS),
    "delta_sectors_written": sum_of(
        "diskstats.write_sectors[{}]", "diskstats.partition.write_sectors[{}]", scale=SECTORS
    ),
    "pgfault": value_of("vmstat.pgfault"),
    "delta_pgfault": value_of("vmstat.pgfault"),
    "pgpgin": value_of("vmstat.pgpgin", KIB),
    "total_all_cpus": interrupts,
    "load1": value_of("loadavg.load1"),
    "total_us": value_of("pressure.cpu.some.total", 1_000_000),
}
NOT_READINGS = {
    "fields": "how many columns a line has",
    "system_jiffies": "of one CPU, whose times are kept as busy and unused only",
    "btime": "the boot time is the recorder's to tell",
    "row_count": "lines of one driver are added up",
    "device_count": "checked with what is left out, below",
    "cpus_gone": "checked below",
    "cpus_new": "checked below",
    "gone": "checked below",
    "new": "checked below",
    "devices_with_decreasing_counters": "checked below",
}


def test_readings_agree_with_the_facts_that_were_worked_out_for_the_corpus(corpus: Path) -> None:
    wrong, checked = {}, 0

    for fact in table(corpus, "FACTS.tsv"):
        sides, _, path = fact["file"].rpartition(" ")
        paths = [f"{side}/{path}" for side in sides.split("->")] if sides else [path]
        if not any(paths[-1].endswith(f"/{name}") for name in SOURCES) or fact["metric"] in NOT_READINGS:
            continue
        values = [
            ANSWERS[fact["metric"]](recording(corpus, fact["case"], path).said(), fact["entity"]) for path in paths
        ]
        checked += 1
        found = None if None in values else values[-1] - (values[0] if len(values) > 1 else 0)  # type: ignore[operator] - none is None
        if found != pytest.approx(float(fact["expected"]), abs=1e-3):
            wrong[tuple(fact.values())] = found

    assert checked > 300
    assert not wrong


def test_every_device_is_there_save_those_that_never_did_anything(corpus: Path) -> None:
    for each in recordings(corpus, "proc.diskstats"):
        listed = {line.split()[2]: line.split()[3:] for line in each.text.splitlines() if line.strip()}
        there = {name.partition("[")[2][:-1] for name in each.said()}

        assert {name for name, numbers in listed.items() if set(numbers) != {"0"}} <= there <= set(listed), each.id


def test_a_cpu_that_goes_offline_and_disks_that_come_and_go_are_seen(corpus: Path) -> None:
    def instances(case: str, path: str, metric: str) -> set[str]:
        said = recording(corpus, case, path).said()
        return {name.partition("[")[2][:-1] for name in said if name.startswith(f"{metric}[")}

    busy, reads = "stat.percpu.busy", "diskstats.read_ios"
    dynamic = "collectl/fedora15-dynamic-instances"

    assert instances("sysstat/roots-1-2", "before/proc/stat", busy) - instances(
        "sysstat/roots-1-2", "after/proc/stat", busy
    ) == {"cpu8"}
    before, after = (instances(dynamic, f"{side}/proc/diskstats", reads) for side in ("before", "after"))
    assert (before - after, after - before) == ({"dm-3"}, {"dm-4", "dm-5", "dm-6"})


def test_a_disk_whose_counters_fell_is_left_for_the_analysis_to_see(corpus: Path) -> None:
    before, after = (
        recording(corpus, "sysstat/roots-2-3", f"{side}/proc/diskstats").said() for side in ("before", "after")
    )

    assert float(after["diskstats.read_ios[sdb]"]) < float(before["diskstats.read_ios[sdb]"])
