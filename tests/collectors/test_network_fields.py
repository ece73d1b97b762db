"""The network files of the host that runs the tests have no field that is not declared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from snapper.collectors import Derived, Origin, Reading, all_collectors, catalogue
from snapper.collectors.network.mib_lines import mib_fields
from snapper.collectors.network.proc_sys_net_limits import COLLECTOR as LIMITS
from snapper.collectors.network.proc_sys_net_netfilter import COLLECTOR as NETFILTER
from snapper.collectors.network.sockstat_lines import protocol_values
from snapper.collectors.text.name_value_lines import name_values
from snapper.collectors.text.percpu_columns import column_sums

PREFIX = {
    "proc/net/snmp": "snmp.", "proc/net/netstat": "netstat.", "proc/net/snmp6": "snmp6.",
    "proc/net/sockstat": "sockstat.", "proc/net/sockstat6": "sockstat6.", "proc/net/xfrm_stat": "xfrm.",
    "proc/net/sctp/snmp": "sctp.", "proc/net/stat/nf_conntrack": "nf_conntrack.",
    "proc/net/stat/arp_cache": "arp_cache.", "proc/net/stat/ndisc_cache": "ndisc_cache.",
    "proc/net/stat/rt_cache": "rt_cache.",
}  # fmt: skip
ALWAYS_ZERO = {
    "proc/net/stat/nf_conntrack": {"new", "ignore", "delete", "delete_list", "searched"},
    "proc/net/stat/rt_cache": {
        "in_hit", "out_hit", "gc_total", "gc_ignored", "gc_goal_miss", "gc_dst_overflow", "in_hlist_search",
        "out_hlist_search",
    },
}  # fmt: skip
"""What kernels print as 0 whatever happens, and is left out for that."""


def fields_of(path: str, text: str) -> set[str]:
    if path in {"proc/net/snmp", "proc/net/netstat"}:
        return {field for field, _ in mib_fields(text, path)}
    if path.startswith("proc/net/sockstat"):
        return {f"{protocol}.{name}" for protocol, name, _ in protocol_values(text, path)}
    if path.startswith("proc/net/stat/"):
        return set(column_sums(text, path)) - ALWAYS_ZERO.get(path, set())
    return {field for field, _ in name_values(text, path)}


@pytest.mark.parametrize("path", PREFIX)
def test_every_field_of_this_host_is_declared(path: str) -> None:
    file = Path("/") / path
    if not file.is_file():
        pytest.skip(f"this kernel has no /{path}")

    fields = fields_of(path, file.read_text(encoding="utf-8"))

    # IcmpMsg and ICMPv6 count by the number of a type, which is the instance.
    declared = {
        name for name in fields if {PREFIX[path] + name, PREFIX[path] + name.rstrip("0123456789")} & set(catalogue())
    }
    assert fields - declared == set(), f"declare what Linux has in /{path} since the last look"


def test_every_column_of_softnet_stat_is_accounted_for() -> None:
    text = Path("/proc/net/softnet_stat").read_text(encoding="utf-8")
    known = 15  # Linux 6.4 to 6.18

    assert max(len(line.split()) for line in text.splitlines()) <= known


def derived(name: str) -> Derived:
    return next(one for one in (*LIMITS.derived, *NETFILTER.derived) if one.metric.name == name)


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("sockstat.TCP.mem_utilization", ("sockstat.TCP.mem", "limit.tcp_mem")),
        ("sockstat.UDP.mem_utilization", ("sockstat.UDP.mem", "limit.udp_mem")),
        ("sockstat.TCP.orphan_utilization", ("sockstat.TCP.orphan", "limit.tcp_max_orphans")),
        ("sockstat.TCP.tw_utilization", ("sockstat.TCP.tw", "limit.tcp_max_tw_buckets")),
        ("ss.local_port_utilization", ("ss.busiest_destination", "limit.ip_local_port_range")),
        ("nf_conntrack.utilization", ("nf_conntrack.count", "nf_conntrack.max")),
    ],
)
def test_utilization_is_what_is_used_against_its_limit(name: str, inputs: tuple[str, str]) -> None:
    one = derived(name)

    assert one.inputs == inputs
    assert {catalogue()[inputs[0]].unit, catalogue()[inputs[1]].unit} in (
        {catalogue()[inputs[0]].unit},
        {"sockets", "count"},
    )
    assert one.compute(np.array([30.0]), np.array([120.0])).tolist() == [0.25]


def test_the_number_of_tracked_connections_is_no_setting() -> None:
    settings = all_collectors()["proc.sys"]

    assert list(settings.parse("77\n", Origin(key="net/netfilter/nf_conntrack_count"))) == []
    assert list(settings.parse("262144\n", Origin(key="net/netfilter/nf_conntrack_max"))) != []


def test_a_limit_of_nothing_is_not_divided_by() -> None:
    assert list(NETFILTER.parse("0\n", Origin(key="nf_conntrack_max"))) == []
    assert list(NETFILTER.parse("0\n", Origin(key="nf_conntrack_count"))) == [Reading("nf_conntrack.count", 0)]


def test_other_settings_of_the_folder_are_passed_over() -> None:
    assert list(NETFILTER.parse("5\n", Origin(key="nf_conntrack_buckets"))) == []
    assert list(LIMITS.parse("5\n", Origin(key="tcp_sack"))) == []


@pytest.mark.parametrize(("written", "expected"), [("-1", None), ("512", 512)])
def test_no_limit_of_connections_is_no_number_of_them(written: str, expected: int | None) -> None:
    text = f"Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens\nTcp: 1 200 120000 {written} 14\n"

    said = {name: value for name, value, _ in all_collectors()["proc.net.snmp"].parse(text, Origin())}

    assert said.get("snmp.Tcp.MaxConn") == expected
    assert said["snmp.Tcp.ActiveOpens"] == 14
