"""Which changed facts may explain a change, and what they are as a finding."""

from __future__ import annotations

import pytest

from snapper.analyze.diff import Culprit, DriftRow
from snapper.analyze.explain import explanations, movable, moves
from snapper.analyze.settings import changed_settings, settings_in
from snapper.collectors import catalogue
from tests.analyze.lab import THRESHOLDS, metric

METRICS = catalogue()


def row(source: str, key: str, before: str | None = "a", after: str | None = "b") -> DriftRow:
    return DriftRow(source=source, key=key, before=before, after=after)


MOVES = [
    (("sysctl[vm.dirty_*]",), (), "", row("sysctl", "vm.dirty_ratio"), True),
    (("sysctl[vm.dirty_*]",), (), "", row("sysctl", "vm.swappiness"), False),
    (("thp.*",), (), "", row("thp.enabled", "enabled"), True),
    (("sysctl",), (), "", row("sysctl", "vm.swappiness"), True),
    (("net.mtu",), ("interface",), "eth0", row("net.mtu", "eth0"), True),
    (("net.mtu",), ("interface",), "eth0", row("net.mtu", "eth1"), False),
    (("net.mtu",), (), "", row("net.mtu", "eth1"), True),
    (("block.iosched*",), ("disk",), "vda", row("block.iosched", "vda/read_expire"), True),
    (("block.iosched*",), ("disk",), "vda", row("block.iosched", "vdab/read_expire"), False),
    (("proc.nice",), ("program",), "nginx", row("proc.nice", "nginx"), True),
    (("proc.nice",), ("program",), "nginx", row("proc.nice", "redis"), False),
    ((), (), "", row("sysctl", "vm.swappiness"), False),
]


@pytest.mark.parametrize(("globs", "labels", "instance", "fact", "expected"), MOVES)
def test_a_fact_moves_what_declares_it(
    globs: tuple[str, ...], labels: tuple[str, ...], instance: str, fact: DriftRow, *, expected: bool
) -> None:
    assert moves(fact, metric(moved_by=globs, labels=labels), instance, METRICS) is expected


def test_what_moves_the_culprit_explains_the_resource() -> None:
    culprit = Culprit(
        program="nginx", unit="nginx.service", share=0.9, severity=5, metric="proc.cpu",
        before=0.1, after=0.9, value_unit="ratio",
    )  # fmt: skip
    drift = [row("proc.nice", "nginx.service/nginx", "0", "-5"), row("proc.nice", "redis", "0", "5")]

    found = explanations(METRICS["cpu.utilization"], "", [culprit], drift, METRICS)

    assert [(fact.key, fact.after) for fact in found] == [("nginx.service/nginx", "-5")]


def test_each_kind_of_setting_says_what_it_can_move_flagged_metrics_first() -> None:
    drift = [row("dpkg", "bash"), row("sysctl", "vm.swappiness"), row("uname.nodename", "")]

    (able,) = movable(drift, {"vmstat.pswpout"}, METRICS)

    assert able.source == "sysctl"
    assert able.metrics[0] == "vmstat.pswpout"
    assert list(able.metrics[1:]) == sorted(able.metrics[1:])
    for name in able.metrics:
        assert moves(drift[1], METRICS[name], "", METRICS)


def test_a_new_kernel_does_not_fill_the_page() -> None:
    drift = [row("sysctl", f"kernel.sched_{number}") for number in range(100)]

    assert len(explanations(METRICS["cpu.utilization"], "", [], drift, METRICS)) == 8


def title(*rows: DriftRow) -> str:
    (finding,) = changed_settings(rows, METRICS, explaining=False, other_host=False, thresholds=THRESHOLDS)
    return finding.title


TITLES = [
    ([row("sysctl", "vm.dirty_ratio", "20", "5")], "vm.dirty_ratio changed from 20 to 5"),
    ([row("proc.nice", "nginx", "0", "10")], "Nice value nginx changed from 0 to 10"),
    ([row("thp.enabled", "enabled", "always", "never")], "Transparent huge pages changed from always to never"),
    ([row("cmdline", "mitigations", None, "off")], "Boot parameter mitigations is new: off"),
    ([row("sysctl", key) for key in "abcde"], "5 settings changed: a, b, c and 2 more"),
    ([row("sysctl", "a", "x" * 99, "y")], f"a changed from {'x' * 39}… to y"),
]


@pytest.mark.parametrize(("rows", "expected"), TITLES, ids=[expected[:20] for _, expected in TITLES])
def test_a_changed_setting_is_told(rows: list[DriftRow], expected: str) -> None:
    assert title(*rows) == expected


@pytest.mark.parametrize(
    "fact",
    [
        row("proc.nice", "nginx", None, "0"),
        row("net.mtu", "veth1", "1500", None),
        row("mount.options", "/mnt", None, "rw"),
    ],
    ids=["program", "interface", "mount"],
)
def test_what_came_or_went_brought_its_settings_along(fact: DriftRow) -> None:
    assert settings_in([fact], METRICS, services=()) == []


def test_what_changes_by_the_way_is_no_headline() -> None:
    (finding,) = changed_settings(
        [row("module", "nf_conntrack", None, "loaded"), row("proc.cmdline", "app", "app --port 1", "app --port 2")],
        METRICS, explaining=True, other_host=False, thresholds=THRESHOLDS,
    )  # fmt: skip

    assert finding.tier == "minor"
    assert finding.severity < THRESHOLDS.headline


def test_arguments_of_what_is_no_service_are_not_worth_a_word() -> None:
    rows = [row("proc.cmdline", "sleep", "sleep 1", "sleep 2")]

    assert settings_in(rows, METRICS, services=()) == []
    assert settings_in(rows, METRICS, services={"sleep"}) == rows


@pytest.mark.parametrize(
    ("resized", "counts"), [((), True), (("cpus",), True), (("memory",), False)], ids=["same", "cpus", "memory"]
)
def test_what_the_kernel_works_out_from_the_memory_is_no_setting_where_that_differs(
    resized: tuple[str, ...], *, counts: bool
) -> None:
    rows = [row("sysctl", "net.ipv4.tcp_mem", "1 2 3", "2 4 6")]

    assert bool(settings_in(rows, METRICS, (), resized)) == counts


def test_what_a_module_brings_along_is_no_setting_but_a_changed_parameter_is() -> None:
    came, changed = row("module.parameter", "loop.max_loop", None, "8"), row("module.parameter", "kvm.x", "0", "1")

    assert settings_in([came, changed], METRICS, ()) == [changed]


def test_a_turned_knob_is_not_hidden_by_what_changed_by_the_way() -> None:
    rows = [row("module", "loop", None, "loaded"), row("sysctl", "vm.swappiness", "60", "10")]

    assert title(*rows) == "vm.swappiness changed from 60 to 10"
