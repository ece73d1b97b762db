"""What is told of a host that was asked: nothing that its answers do not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin
from snapper.collectors.contract import Collector
from snapper.collectors.network.cmd_ping import COLLECTOR as PING
from snapper.collectors.network.cmd_trace import COLLECTOR as TRACE
from snapper.record.plan import Cadence, Command

HEADING = "PING 192.0.2.7 (192.0.2.7) 56(84) bytes of data.\n"


def said(collector: Collector, text: str) -> dict[tuple[str, str], float | str]:
    return {(reading.metric, reading.instance): reading.value for reading in collector.parse(text, Origin())}


@given(
    times=st.lists(st.integers(1, 10**7), min_size=1, max_size=50),
    lost=st.integers(0, 50),
)
def test_replies_read_back(times: list[int], lost: int) -> None:
    replies = "".join(
        f"64 bytes from 192.0.2.7: icmp_seq={number} ttl=64 time={time / 1000:.3f} ms\n"
        for number, time in enumerate(times, start=1)
    )
    sent = len(times) + lost
    summary = (
        f"\n--- 192.0.2.7 ping statistics ---\n{sent} packets transmitted, {len(times)} received, x% packet loss\n"
    )

    found = said(PING, HEADING + replies + summary)

    assert found["ping.rtt", ""] == pytest.approx(sum(times) / len(times) / 1e6)
    assert found["ping.rtt_max", ""] == pytest.approx(max(times) / 1e6)
    assert found["ping.loss", ""] == pytest.approx(lost / sent)


def test_without_a_summary_the_loss_is_not_known() -> None:
    assert said(PING, HEADING + "64 bytes from 192.0.2.7: icmp_seq=1 ttl=64 time=1.5 ms\n") == {
        ("ping.rtt", ""): 0.0015,
        ("ping.rtt_max", ""): 0.0015,
    }


def test_answers_that_came_twice_are_no_gain() -> None:
    text = HEADING + "2 packets transmitted, 2 received, +1 duplicates, 0% packet loss, time 1ms\n"

    assert said(PING, text)["ping.loss", ""] == 0
    assert said(PING, HEADING + "1 packets transmitted, 2 received, 0% packet loss\n")["ping.loss", ""] == 0


def test_nothing_sent_tells_nothing() -> None:
    assert said(PING, HEADING + "0 packets transmitted, 0 received\n") == {}


def test_a_router_that_is_silent_has_no_address() -> None:
    text = (
        " 1:  192.0.2.1   0.5ms\n 2:  no reply\n 3:  no reply\n     Too many hops: pmtu 1500\n     Resume: pmtu 1500\n"
    )

    assert said(TRACE, text) == {("trace.hop", "1"): "192.0.2.1", ("trace.pmtu", ""): "1500"}


@pytest.mark.parametrize("collector", [PING, TRACE], ids=lambda collector: collector.name)
def test_only_who_asks_for_it_asks_another_host(collector: Collector) -> None:
    assert collector.opt_in == collector.name.removeprefix("cmd.")
    assert isinstance(collector.read, Command)
    assert collector.read.cadence is (Cadence.WINDOW if collector is PING else Cadence.ONCE)
    for argv in (collector.read.argv, *collector.read.alternatives):
        assert argv[-1] == "{host}"
    assert collector.read.asking("192.0.2.7").argv[-1] == "192.0.2.7"
