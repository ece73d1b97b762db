"""Who did it: shares, signs, short-lived children, and nobody where nobody can be named."""

from __future__ import annotations

import pytest

from snapper.analyze.attribute import CHILDREN, NO_PROCESS, cast_of, culprits_of, instance_of
from snapper.analyze.diff import Culprit
from snapper.analyze.table import Program, SeriesTable
from tests.analyze.lab import GIB, MIB, THRESHOLDS, Name, judged_of, known, table_of

NGINX = Program("nginx", "nginx.service")


def culprits(before: SeriesTable, after: SeriesTable, series: Name) -> list[Culprit]:
    judged = judged_of(before, after)
    return list(
        culprits_of(judged, cast_of(judged, [before], after, THRESHOLDS), judged.compared.row[series], THRESHOLDS)
    )


def table(**values: float) -> SeriesTable:
    """Series named `metric__instance`, dots as underscores where they would not be Python."""
    names = {
        "busy": ("cpu.utilization", ""), "unseen": ("cpu.unattributed", ""), "available": ("meminfo.MemAvailable", ""),
        "util": ("disk.utilization", "vda"), "retrans": ("snmp.Tcp.RetransSegs", ""),
        "sockets": ("sockstat.TCP.inuse", ""),
        "a_cpu": ("proc.cpu", "a"), "b_cpu": ("proc.cpu", "b"), "nginx_cpu": ("proc.cpu", NGINX.instance),
        "a_children": ("proc.children_cpu", "a"), "b_children": ("proc.children_cpu", "b"),
        "a_rss": ("proc.rss", "a"), "b_rss": ("proc.rss", "b"), "a_majflt": ("proc.majflt", "a"),
        "b_majflt": ("proc.majflt", "b"),
        "a_read": ("proc.read_bytes", "a"), "b_write": ("proc.write_bytes", "b"),
        "a_sockets": ("ss.program_sockets", "a"), "b_sockets": ("ss.program_sockets", "b"),
    }  # fmt: skip
    rows = {(known(names[name][0]), names[name][1]): value for name, value in values.items()}
    return table_of(rows, programs=[NGINX])


BUSY = ("cpu.utilization", "")

CASES = [
    ("one did it all", {"busy": 0.1, "a_cpu": 0.1, "b_cpu": 0.2},
     {"busy": 0.4, "a_cpu": 1.3, "b_cpu": 0.2}, BUSY, ["a"]),
    ("two did it, the greater first", {"busy": 0.1, "a_cpu": 0, "b_cpu": 0}, {"busy": 0.6, "a_cpu": 0.8, "b_cpu": 1.2},
     BUSY, ["b", "a"]),
    ("a small share is none", {"busy": 0.1, "a_cpu": 0, "b_cpu": 0},
     {"busy": 0.6, "a_cpu": 0.2, "b_cpu": 1.8}, BUSY, ["b"]),
    ("who moved the other way did not do it", {"busy": 0.1, "a_cpu": 0.9, "b_cpu": 0},
     {"busy": 0.3, "a_cpu": 0, "b_cpu": 1.8},
     BUSY, ["b"]),
    ("who is behind a fall", {"busy": 0.5, "a_cpu": 1.8}, {"busy": 0.1, "a_cpu": 0.2}, BUSY, ["a"]),
    ("less available is more in use", {"available": 6 * GIB, "a_rss": 1 * GIB, "b_rss": 1 * GIB},
     {"available": 4 * GIB, "a_rss": 3 * GIB, "b_rss": 0.9 * GIB}, ("meminfo.MemAvailable", ""), ["a"]),
    ("memory is told by memory before faults", {"available": 6 * GIB, "a_rss": 1 * GIB, "b_majflt": 0},
     {"available": 4 * GIB, "a_rss": 3 * GIB, "b_majflt": 900}, ("meminfo.MemAvailable", ""), ["a"]),
    ("where memory is told by program, faults tell nothing", {"available": 6 * GIB, "a_rss": 1 * GIB, "b_majflt": 0},
     {"available": 4 * GIB, "a_rss": 1 * GIB, "b_majflt": 900}, ("meminfo.MemAvailable", ""), []),
    ("faults tell where nothing else does", {"available": 6 * GIB, "b_majflt": 0},
     {"available": 4 * GIB, "b_majflt": 900}, ("meminfo.MemAvailable", ""), ["b"]),
    ("parents explain no more than was unseen", {"busy": 0.1, "unseen": 0, "a_children": 0, "b_children": 0},
     {"busy": 0.3, "unseen": 0.8, "a_children": 1.6, "b_children": 0.8}, BUSY, [f"{CHILDREN}a", f"{CHILDREN}b"]),
    ("reads and writes are one pool", {"util": 0.1, "a_read": 0, "b_write": 0},
     {"util": 0.8, "a_read": 1 * MIB, "b_write": 60 * MIB}, ("disk.utilization", "vda"), ["b"]),
    ("what is too small to matter did nothing", {"util": 0.1, "a_read": 0}, {"util": 0.8, "a_read": 500},
     ("disk.utilization", "vda"), []),
    ("nobody loses packets", {"retrans": 0.3, "a_cpu": 0, "a_rss": 0}, {"retrans": 40, "a_cpu": 0.9, "a_rss": GIB},
     ("snmp.Tcp.RetransSegs", ""), []),
    ("sockets are told by program", {"sockets": 90, "a_sockets": 10, "b_sockets": 80},
     {"sockets": 290, "a_sockets": 210, "b_sockets": 80}, ("sockstat.TCP.inuse", ""), ["a"]),
    ("children that no sample saw", {"busy": 0.1, "unseen": 0.02, "a_cpu": 0.1},
     {"busy": 0.3, "unseen": 0.8, "a_cpu": 0.15},
     BUSY, [NO_PROCESS]),
    ("what nobody who was seen did, nobody who was seen did", {"unseen": 0.02, "a_cpu": 0.1},
     {"unseen": 0.8, "a_cpu": 0.9}, ("cpu.unattributed", ""), [NO_PROCESS]),
    ("who reaped them", {"busy": 0.1, "unseen": 0.02, "a_children": 0, "b_children": 0.01},
     {"busy": 0.3, "unseen": 0.8, "a_children": 0.75, "b_children": 0.01}, BUSY, [f"{CHILDREN}a"]),
    ("who reaped a part of them", {"busy": 0.1, "unseen": 0.02, "a_children": 0},
     {"busy": 0.3, "unseen": 0.8, "a_children": 0.25},
     BUSY, [NO_PROCESS, f"{CHILDREN}a"]),
]  # fmt: skip


@pytest.mark.parametrize(("was", "now", "series", "who"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_who(was: dict[str, float], now: dict[str, float], series: Name, who: list[str]) -> None:
    found = culprits(table(**was), table(**now), series)

    assert [culprit.program for culprit in found] == who
    assert sum(culprit.share for culprit in found) <= 1 + 1e-9


def test_a_culprit_carries_its_unit_share_and_level() -> None:
    (culprit,) = culprits(table(busy=0.1, nginx_cpu=0.2, a_cpu=0), table(busy=0.4, nginx_cpu=1.1, a_cpu=0.1), BUSY)

    assert (culprit.program, culprit.unit, culprit.metric) == ("nginx", "nginx.service", "proc.cpu")
    assert (culprit.before, culprit.after, culprit.value_unit) == (pytest.approx(0.2), pytest.approx(1.1), "ratio")
    assert culprit.share == pytest.approx(0.9)
    assert instance_of(culprit) == NGINX.instance
    assert culprit.severity > 0


def test_a_program_that_came_is_named() -> None:
    (culprit,) = culprits(table(busy=0.1, a_cpu=0.1), table(busy=0.4, a_cpu=0.1, b_cpu=0.98), BUSY)

    assert (culprit.program, culprit.before) == ("b", 0.0)


def test_shares_come_to_no_more_than_the_whole() -> None:
    found = culprits(
        table(busy=0.1, a_cpu=0, b_cpu=0, nginx_cpu=0, unseen=0),
        table(busy=0.9, a_cpu=1, b_cpu=0.9, nginx_cpu=1.1, unseen=0.8),
        BUSY,
    )

    assert len(found) == THRESHOLDS.culprits
    assert sum(culprit.share for culprit in found) <= 1


def test_sockets_of_no_process_are_held_against_nobody() -> None:
    sockets, used = known("ss.program_sockets"), known("sockstat.TCP.inuse")

    def side(count: float, own: float) -> SeriesTable:
        return table_of({(used, ""): count, (sockets, "unknown"): count - own, (sockets, "nginx"): own})

    assert culprits(side(5, 1), side(300, 1), ("sockstat.TCP.inuse", "")) == []
    assert [one.program for one in culprits(side(5, 1), side(300, 120), ("sockstat.TCP.inuse", ""))] == ["nginx"]


def test_a_tool_that_knows_the_command_means_the_program() -> None:
    script = Program("python app.py", "app.service")
    sockets, cpu = known("ss.program_sockets"), known("proc.cpu")
    used = known("sockstat.TCP.inuse")

    def side(count: float) -> SeriesTable:
        return table_of({(used, ""): count, (sockets, "python"): count, (cpu, script.instance): 0.1}, programs=[script])

    (culprit,) = culprits(side(5), side(300), ("sockstat.TCP.inuse", ""))

    assert (culprit.program, culprit.unit) == (script.name, script.unit)
