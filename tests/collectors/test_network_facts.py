"""Facts about the network that an unchanged host keeps: nothing in them moves by itself or depends on an order."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin, all_collectors
from snapper.collectors.network.ip_routes import _MOST
from snapper.collectors.network.passing_interfaces import is_passing
from snapper.metric import Kind

PARSE = Path(__file__).resolve().parents[2] / "fixtures" / "parse"
JSON_TOOLS = ("cmd.ip.addr", "cmd.ip.link", "cmd.ip.route", "cmd.ip.route6", "cmd.ip.rule", "cmd.tc")


def facts(source: str, text: str, key: str = "") -> dict[tuple[str, str], float | str]:
    collector = all_collectors()[source]
    kinds = {metric.name: metric.kind for metric in collector.metrics}
    return {
        (reading.metric, reading.instance): reading.value
        for reading in collector.parse(text, Origin(key=key))
        if kinds[reading.metric] is Kind.FACT
    }


def recorded(source: str) -> list[Any]:
    rows: list[Any] = json.loads((PARSE / source / "iproute2-6.1.txt").read_text(encoding="utf-8"))
    return rows


def with_other_numbers(value: Any) -> Any:
    """The same rows later: lifetimes, ages, indices, counts and timers have moved on."""
    moving = {
        "valid_life_time", "preferred_life_time", "expires", "ifindex", "hello_timer", "gc_timer", "bytes", "packets",
        "drops", "overlimits", "requeues", "backlog", "qlen", "direct_packets_stat", "forward_delay_timer", "refcnt",
        "hold_timer", "topology_change_timer", "used", "age",
    }  # fmt: skip
    if isinstance(value, dict):
        return {key: 4711 if key in moving else with_other_numbers(one) for key, one in value.items()}
    return [with_other_numbers(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("source", JSON_TOOLS)
def test_what_moves_by_itself_is_in_no_fact(source: str) -> None:
    rows = recorded(source)
    before = facts(source, json.dumps(rows))

    assert before
    assert facts(source, json.dumps(with_other_numbers(rows))) == before


@pytest.mark.parametrize("source", JSON_TOOLS)
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(source: str, order: random.Random) -> None:
    rows = recorded(source)
    shuffled = list(rows)
    order.shuffle(shuffled)

    assert facts(source, json.dumps(shuffled)) == facts(source, json.dumps(rows))


def test_a_neighbour_is_no_fact() -> None:
    assert facts("cmd.ip.neigh", json.dumps(recorded("cmd.ip.neigh"))) == {}


def test_a_router_tells_its_ways_out_and_not_a_million_routes() -> None:
    rows = [{"dst": f"10.{number >> 8}.{number & 255}.0/24", "dev": "eth0"} for number in range(_MOST + 1)]
    rows.append({"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"})

    found = list(all_collectors()["cmd.ip.route"].parse(json.dumps(rows), Origin()))

    assert [(reading.metric, reading.instance, reading.value) for reading in found] == [
        ("ip.route.count", "", _MOST + 2),
        ("ip.route", "default", "via 192.0.2.1 dev eth0"),
    ]


@pytest.mark.parametrize("name", ["veth12ab34c", "cali0a1b2c3d4e5", "lxc_health", "vnet3", "tap0", "cilium_9f"])
def test_ends_of_containers_pass(name: str) -> None:
    assert is_passing(name)


@pytest.mark.parametrize("name", ["eth0", "enp1s0", "bond0", "br0", "lo", "wg0", "veth", "tailscale0", "cilium"])
def test_interfaces_that_somebody_named_stay(name: str) -> None:
    assert not is_passing(name)


def test_no_ipv6_is_no_rule_and_no_failure() -> None:
    assert facts("cmd.ip.rule6", "") == {}
    assert facts("cmd.ip.route6", "[ ]\n") == {}


@given(
    masks=st.lists(st.integers(0, 2**200), min_size=1, max_size=64),
    way=st.sampled_from(["rps_cpus", "xps_cpus"]),
    order=st.randoms(use_true_random=False),
)
def test_masks_of_queues_read_back_whatever_their_width_and_order(
    masks: list[int], way: str, order: random.Random
) -> None:
    kind = "rx" if way == "rps_cpus" else "tx"
    lines = []
    for queue, mask in enumerate(masks):
        digits = f"{mask:064x}"
        groups = ",".join(digits[at : at + 8] for at in range(0, 64, 8))
        lines.append(f"/sys/class/net/eth0/queues/{kind}-{queue}/{way}:{groups}\n")
    order.shuffle(lines)

    found = facts("sys.class.net.queues", "".join(lines), "eth0")

    told = [int(mask, 16) for mask in str(found[f"queues.{way}", "eth0"]).split()]
    assert told == ([masks[0]] if len(set(masks)) == 1 else masks)
    assert found[f"queues.{kind}", "eth0"] == str(len(masks))


def test_an_aggregator_that_has_another_number_is_the_same() -> None:
    text = (PARSE / "proc.net.bonding" / "lacp.txt").read_text(encoding="utf-8")
    renumbered = text.replace("Aggregator ID: 2", "Aggregator ID: 7").replace("Aggregator ID: 1", "Aggregator ID: 2")

    assert renumbered != text
    assert facts("proc.net.bonding", renumbered, "bond1") == facts("proc.net.bonding", text, "bond1")
