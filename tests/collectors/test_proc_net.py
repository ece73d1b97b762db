"""Rules of the files in /proc/net that no single recorded text shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin, Reading, catalogue
from snapper.collectors.network.mib_lines import mib_fields
from snapper.collectors.network.proc_net_dev import COLLECTOR as DEV
from snapper.collectors.network.proc_net_snmp import COLLECTOR as SNMP
from snapper.collectors.network.proc_net_softnet_stat import COLLECTOR as SOFTNET
from snapper.metric import Kind, Resource, Role

HEADINGS = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier\n"
)
COLUMNS = [metric.name for metric in DEV.metrics if metric.name != "netdev.tx_compressed"]
counts = st.integers(0, 2**64 - 1)
words = st.from_regex("[A-Z][A-Za-z0-9]{0,20}", fullmatch=True)


@given(
    name=st.from_regex(r"[a-z][a-z0-9.@_-]{0,10}(:[0-9])?", fullmatch=True),
    values=st.lists(counts, min_size=len(COLUMNS), max_size=len(COLUMNS)),
    gap=st.sampled_from(["", " ", "      "]),
)
def test_every_interface_reads_back(name: str, values: list[int], gap: str) -> None:
    text = f"{HEADINGS}{name:>6}:{gap}{'  '.join(map(str, values))}\n"

    found = {reading.metric: (reading.instance, reading.value) for reading in DEV.parse(text, Origin())}

    assert found == {column: (name, value) for column, value in zip(COLUMNS, values, strict=True)}


@given(
    protocols=st.lists(
        st.tuples(words, st.lists(st.tuples(words, st.integers(-(2**63), 2**64 - 1)), min_size=1)), min_size=1
    )
)
def test_pairs_of_lines_read_back(protocols: list[tuple[str, list[tuple[str, int]]]]) -> None:
    text = "".join(
        f"{protocol}: {' '.join(map(str, column))}\n"
        for protocol, fields in protocols
        for column in zip(*fields, strict=True)
    )

    assert list(mib_fields(text, "here")) == [
        (f"{protocol}.{name}", value) for protocol, fields in protocols for name, value in fields
    ]


@given(
    rows=st.lists(st.lists(st.integers(0, 2**32 - 1), min_size=13, max_size=13), min_size=1, max_size=8),
    width=st.integers(9, 13),
)
def test_cpus_add_up(rows: list[list[int]], width: int) -> None:
    text = "".join(" ".join(f"{value:08x}" for value in row[:width]) + "\n" for row in rows)

    found = {reading.metric: reading.value for reading in SOFTNET.parse(text, Origin())}

    assert found["softnet.processed"] == sum(row[0] for row in rows)
    assert found.get("softnet.received_rps") == (sum(row[9] for row in rows) if width > 9 else None)
    assert found.get("softnet.backlog_len") == (sum(row[11] for row in rows) if width > 11 else None)


def test_a_column_that_only_some_cpus_have_is_not_known() -> None:
    text = " ".join(["00000001"] * 13) + "\n" + " ".join(["00000001"] * 10) + "\n"

    found = {reading.metric for reading in SOFTNET.parse(text, Origin())}

    assert "softnet.received_rps" in found
    assert "softnet.flow_limit_count" not in found


def test_retransmissions_are_a_share_of_what_was_sent() -> None:
    (derived,) = SNMP.derived
    again, sent = np.array([2.0, 0.0, 0.0]), np.array([100.0, 50.0, 0.0])

    with np.errstate(invalid="ignore"):
        found = derived.compute(again, sent)

    assert found[:2].tolist() == [0.02, 0.0]
    assert np.isnan(found[2])


def test_icmp_types_are_instances() -> None:
    text = "IcmpMsg: InType3 InType11 OutType8 InTypeX\nIcmpMsg: 4 5 6 7\n"

    assert list(SNMP.parse(text, Origin())) == [
        Reading("snmp.IcmpMsg.InType", 4, "3"),
        Reading("snmp.IcmpMsg.InType", 5, "11"),
        Reading("snmp.IcmpMsg.OutType", 6, "8"),
    ]


@pytest.mark.parametrize(
    ("name", "resource", "role"),
    [
        ("netdev.rx_errs", Resource.NETWORK, Role.ERRORS),
        ("netdev.rx_drop", Resource.NETWORK, Role.SATURATION),
        ("net.utilization", Resource.NETWORK, Role.UTILIZATION),
        ("snmp.Tcp.RetransSegs", Resource.NETWORK, Role.ERRORS),
        ("netstat.TcpExt.ListenOverflows", Resource.SOCKETS, Role.SATURATION),
        ("netstat.TcpExt.ListenDrops", Resource.SOCKETS, Role.SATURATION),
        ("snmp.Tcp.AttemptFails", Resource.SOCKETS, Role.ERRORS),
        ("ss.fullest_accept_queue", Resource.SOCKETS, Role.UTILIZATION),
    ],
)
def test_the_use_matrix_has_a_row_for_network_and_sockets(name: str, resource: Resource, role: Role) -> None:
    metric = catalogue()[name]

    assert (metric.resource, metric.role, metric.primary) == (resource, role, True)


@pytest.mark.parametrize("name", ["snmp.Tcp.CurrEstab", "snmp.Tcp.RtoMin", "snmp.Ip.Forwarding", "sockstat.TCP.tw"])
def test_levels_are_not_taken_for_counters(name: str) -> None:
    assert catalogue()[name].kind is Kind.GAUGE
