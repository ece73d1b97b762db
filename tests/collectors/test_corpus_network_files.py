"""Network files of other machines that `test_corpus_network` does not look at: IPv6, bonds, RDMA, IPsec, limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper.collectors import catalogue
from snapper.collectors.network.mib_lines import mib_fields
from snapper.collectors.network.sockstat_lines import protocol_values
from snapper.collectors.text.name_value_lines import name_values
from tests.collectors.corpus_trees import parsed, said, told

IPV6 = ("pcp/procnet-snmp6-2.6.32", "pcp/procnet-snmp6-5.14.7")
REMNANT = "Mode: 644\n"
"""Last line of snmp6 in procfs/fixtures-proc, which the archive that it comes from left there; no kernel prints it."""
BONDS = {"BONDINFO_1": 2, "BONDINFO_MODE_2": 2, "BONDINFO_MODE_4": 2}
"""Case → its number of links."""


def of_kernel(corpus: Path, file: str) -> Iterator[str]:
    """That file of every tree, of the host and of a process's network namespace."""
    for path in [*corpus.glob(f"*/*/*/proc/net/{file}"), *corpus.glob(f"*/*/*/proc/*/net/{file}")]:
        yield path.read_text(encoding="utf-8").removesuffix(REMNANT)


@pytest.mark.parametrize("case", IPV6)
def test_ipv6_reads_as_pcp_reads_it(corpus: Path, case: str) -> None:
    expected = told(corpus, case, "expected.pcp.json")
    protocols = {"Ip6": "ip6.", "Icmp6": "icmp6.", "UdpLite6": "udplite6.", "Udp6": "udp6."}

    found = {}
    for name, value in said("proc.net.snmp6", corpus / case / "input").items():
        field = name.removeprefix("snmp6.")
        protocol = next(protocol for protocol in protocols if field.startswith(protocol))
        found["network." + protocols[protocol] + field.removeprefix(protocol).lower()] = value

    assert {name: found[name] for name in expected if name in found} == {
        name: value for name, value in expected.items() if name in found
    }
    assert len(found.keys() & expected.keys()) >= 55


@pytest.mark.parametrize(
    ("file", "at_least"), [("snmp", 6), ("netstat", 5), ("snmp6", 4), ("sockstat", 7), ("sockstat6", 5)]
)
def test_no_field_of_any_machine_is_undeclared(corpus: Path, file: str, at_least: int) -> None:
    texts = list(of_kernel(corpus, file))
    fields = set()
    for text in texts:
        if file in {"snmp", "netstat"}:
            fields |= {field for field, _ in mib_fields(text, file)}
        elif file == "snmp6":
            fields |= {field for field, _ in name_values(text, file)}
        else:
            fields |= {f"{protocol}.{name}" for protocol, name, _ in protocol_values(text, file)}

    undeclared = {field for field in fields if f"{file}.{field.rstrip('0123456789')}" not in catalogue()}

    assert undeclared - {field for field in fields if f"{file}.{field}" in catalogue()} == set()
    assert len(texts) >= at_least


def test_ipv6_sockets_read_everywhere(corpus: Path) -> None:
    alone = said("proc.net.sockstat6", corpus / "pcp/proc_net_sockstat6/input")
    texts = list(of_kernel(corpus, "sockstat6"))

    assert alone == {
        "sockstat6.TCP6.inuse": 10, "sockstat6.UDP6.inuse": 10, "sockstat6.UDPLITE6.inuse": 0,
        "sockstat6.RAW6.inuse": 1, "sockstat6.FRAG6.inuse": 0, "sockstat6.FRAG6.memory": 0,
    }  # fmt: skip
    assert all(parsed("proc.net.sockstat6", text) for text in texts)
    assert len(texts) >= 5


def test_tables_of_neighbours_add_up_over_the_cpus(corpus: Path) -> None:
    folder = corpus / "procfs/fixtures-proc/root/proc/net/stat"

    arp = said("proc.net.stat.neigh", folder / "arp_cache", "arp_cache")
    ndisc = said("proc.net.stat.neigh", folder / "ndisc_cache", "ndisc_cache")

    assert arp["arp_cache.entries"] == 0x14
    assert arp["arp_cache.table_fulls"] == 0xC + 0x18
    assert ndisc["ndisc_cache.entries"] == 0x24
    assert ndisc["ndisc_cache.allocs"] == 0xF0 + 0xFC


def test_ipsec_reads_whole(corpus: Path) -> None:
    path = corpus / "procfs/fixtures-proc/root/proc/net/xfrm_stat"

    found = said("proc.net.xfrm_stat", path)

    assert found["xfrm.XfrmInStateMismatch"] == 23451
    assert found["xfrm.XfrmOutError"] == 1000000
    assert len(found) == len(path.read_text(encoding="utf-8").splitlines())


def test_sctp_reads_as_insights_reads_it(corpus: Path) -> None:
    case = "insights/sctp-SCTP_SNMP_DOC"
    expected = next(one["result"] for one in told(corpus, case) if "result" in one)

    found = said("proc.net.sctp.snmp", corpus / case / "input")

    assert {name.removeprefix("sctp."): value for name, value in found.items()} == expected


@pytest.mark.parametrize("case", ["SCTP_ASC_7", "SCTP_ASSOC_DOC", "SCTP_ASSOC_NO_2", "SCTP_EPS_DETAILS"])
def test_other_files_of_sctp_are_refused(corpus: Path, case: str) -> None:
    with pytest.raises(ValueError, match="a name and a count"):
        said("proc.net.sctp.snmp", corpus / f"insights/sctp-{case}/input")


@pytest.mark.parametrize("case", BONDS)
def test_bonds_read_as_insights_reads_them(corpus: Path, case: str) -> None:
    expected = next(one["result"] for one in told(corpus, f"insights/bond-{case}") if "result" in one)

    found = said("proc.net.bonding", corpus / f"insights/bond-{case}/input", "bond0")

    links = {name: link for name, link in expected["_data"].items() if isinstance(link, dict)}
    assert found["bond.slaves[bond0]"] == BONDS[case] == len(links)
    assert found["bond.mii_status[bond0]"] == expected["_mii_status"][0]
    for name, link in links.items():
        assert found[f"bond.link_failure_count[{name}]"] == int(link["link_fail_cnt"])
        assert found[f"bond.slave_mii_status[{name}]"] == link["mii_status"]
        assert found[f"bond.slave_speed[{name}]"] == link["speed"]
    assert found["bond.slaves_down[bond0]"] == 0


def test_a_link_outside_the_active_aggregator_shows(corpus: Path) -> None:
    found = said("proc.net.bonding", corpus / "insights/bond-BONDINFO_MODE_4/input", "bond0")

    assert (found["bond.slave_aggregated[eth1]"], found["bond.slave_aggregated[eth2]"]) == ("yes", "no")


def test_the_end_of_a_bond_alone_is_refused(corpus: Path) -> None:
    with pytest.raises(ValueError, match="Ethernet Channel Bonding Driver"):
        said("proc.net.bonding", corpus / "insights/bond-BONDINFO_CORRUPT/input", "bond0")


RDMA = {
    "port_data_received_bytes_total": "port_rcv_data", "port_data_transmitted_bytes_total": "port_xmit_data",
    "port_packets_received_total": "port_rcv_packets", "port_packets_transmitted_total": "port_xmit_packets",
    "port_transmit_wait_total": "port_xmit_wait", "port_errors_received_total": "port_rcv_errors",
    "port_discards_received_total": "port_rcv_discards", "port_discards_transmitted_total": "port_xmit_discards",
    "port_constraint_errors_received_total": "port_rcv_constraint_errors",
    "port_constraint_errors_transmitted_total": "port_xmit_constraint_errors",
    "link_downed_total": "link_downed", "link_error_recovery_total": "link_error_recovery",
    "unicast_packets_received_total": "unicast_rcv_packets",
    "unicast_packets_transmitted_total": "unicast_xmit_packets",
    "multicast_packets_received_total": "multicast_rcv_packets",
    "multicast_packets_transmitted_total": "multicast_xmit_packets",
}  # fmt: skip
"""node_exporter's name → the kernel's."""


def rdma(corpus: Path, case: str) -> dict[str, float | str]:
    """All that the files of a tree say which the source reads."""
    root = corpus / case / "root/sys/class/infiniband"
    shapes = ("*/fw_ver", "*/hca_type", "*/board_id", "*/ports/*/*", "*/ports/*/counters/*", "*/ports/*/hw_counters/*")
    found: dict[str, float | str] = {}
    for shape in shapes:
        for path in sorted(root.glob(shape)):
            if path.is_file():
                found |= said("sys.infiniband", path, str(path.relative_to(root)))
    return found


def test_rdma_ports_read_as_node_exporter_reads_them(corpus: Path) -> None:
    found = rdma(corpus, "node_exporter/fixtures-sys")
    seen = 0
    for name, labels, value in told(corpus, "node_exporter/fixtures-sys", "expected.prometheus.json"):
        field = name.removeprefix("node_infiniband_")
        instance = f"{labels.get('device')}/{labels.get('port')}"
        if name.startswith("node_infiniband_") and field in RDMA:
            assert found[f"infiniband.{RDMA[field]}[{instance}]"] == float(value), name
            seen += 1
        elif field == "rate_bytes_per_second":
            assert found[f"infiniband.speed[{instance}]"] == float(value) * 8
            seen += 1
        elif name == "node_infiniband_info":
            assert found[f"infiniband.board_id[{labels['device']}]"] == labels["board_id"]
            assert found[f"infiniband.fw_ver[{labels['device']}]"] == labels["firmware_version"]
            seen += 1
    assert seen >= 29


def test_what_a_device_has_no_counter_for_is_not_zero(corpus: Path) -> None:
    found = rdma(corpus, "node_exporter/fixtures-sys")

    assert found["infiniband.state[i40iw0/1]"] == "ACTIVE"
    assert not [name for name, value in found.items() if "[i40iw0/1]" in name and value == 0]


def test_faults_of_rdma_hardware_are_found_by_their_names(corpus: Path) -> None:
    found = rdma(corpus, "pcp/infiniband-ib-root-001")

    assert {"infiniband.hw_faults[mlx5_0/1 sq_num_to]", "infiniband.hw_faults[mlx5_1/2 rq_num_rnr]"} <= found.keys()
    assert len([name for name in found if name.startswith("infiniband.hw_faults")]) == 3 * 23


def test_conntrack_and_limits_of_a_server(corpus: Path) -> None:
    root = corpus / "aperf/m6g-5s/before/proc/sys/net"

    conntrack = said("proc.sys.net.netfilter", root / "netfilter/nf_conntrack_count", "nf_conntrack_count")
    memory = said("proc.sys.net.limits", root / "ipv4/tcp_mem", "tcp_mem")

    assert conntrack == {"nf_conntrack.count": 555}
    assert memory == {"limit.tcp_mem": 1504860 * 4096}
