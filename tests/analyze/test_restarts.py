"""Who is started again and again is told as that, and not as somebody who came."""

from __future__ import annotations

import pytest

from snapper.analyze.diff import Diff
from snapper.analyze.table import Program
from tests.analyze.lab import MIB, Host, diff_of

WORKER = Program("worker", "worker.service")


def diffed(before: float, after: float, *, processes: float = 1.0) -> Diff:
    """So many starts a second on each side, and so many processes at a time."""
    hosts = Host(1), Host(2)
    for host, starts in zip(hosts, (before, after), strict=True):
        host.program(WORKER, cpu=0.01, rss=3 * MIB, fds=4)
        host.add("proc.count", processes - 1, WORKER.instance)
        host.rate("proc.starts", starts, WORKER.instance, scatter=0)
    return diff_of(hosts[0].table(), hosts[1].table())


@pytest.mark.parametrize(
    ("before", "after", "processes", "told"),
    [
        pytest.param(0.0, 2.0, 1.0, True, id="a loop"),
        pytest.param(1.9, 2.0, 1.0, False, id="as before"),
        pytest.param(0.0, 0.05, 1.0, False, id="once or twice"),
        pytest.param(0.0, 2.0, 8.0, False, id="workers side by side"),
        pytest.param(2.0, 0.0, 1.0, False, id="it is over"),
    ],
)
def test_a_loop_is_a_headline(before: float, after: float, processes: float, told: bool) -> None:  # noqa: FBT001 - a table
    diff = diffed(before, after, processes=processes)

    found = [one for one in diff.findings if "again and again" in one.title]
    assert bool(found) is told
    for one in found:
        assert (one.tier, one.verdict, one.worse, one.metric) == ("headline", "regressed", True, "proc.starts")
        assert "60 times within the window" in one.title
