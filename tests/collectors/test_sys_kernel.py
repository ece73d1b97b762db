from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.kernel.sys_kernel import COLLECTOR, parse
from snapper.collectors.kernel.taint_flags import taints
from snapper.metric import Kind, Role, Worse
from snapper.record.plan import Files


def test_an_oops_between_two_captures_is_seen_though_it_fell_into_no_window() -> None:
    counts = [metric for metric in COLLECTOR.metrics if metric.kind is not Kind.FACT]

    assert len(counts) == 6
    for metric in counts:
        assert metric.kind is Kind.GAUGE
        assert metric.role is Role.ERRORS
        assert metric.worse is Worse.MORE
        assert not metric.history


def test_each_file_that_is_read_is_known() -> None:
    assert isinstance(COLLECTOR.read, Files)
    for pattern in COLLECTOR.read.patterns:
        assert len(parse("1\n", Origin(key=pattern.rpartition("/")[2]))) == 1
    assert parse("1\n", Origin(key="uevent_seqnum")) == []


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (0, "(none)"),
        (1, "proprietary module"),
        (1 << 4, "machine check"),
        (1 << 7, "oops"),
        (1 << 9, "warning"),
        (1 << 12 | 1 << 13, "module from outside the tree, unsigned module"),
        (1 << 14, "soft lockup"),
        (1 << 15, "live patch"),
        (1 << 18, "test of the kernel"),
        (1 << 63, "bit 63"),
    ],
)
def test_taints_are_named_by_their_bits(mask: int, words: str) -> None:
    assert taints(mask) == words
