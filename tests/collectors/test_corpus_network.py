"""Network files of other machines, kernels 2.6.32 to 5.14, against what other programs read from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_trees import of_procfs, said, told

FILES = {
    "proc.net.dev": ("proc/net/dev", 10),
    "proc.net.snmp": ("proc/net/snmp", 6),
    "proc.net.netstat": ("proc/net/netstat", 5),
    "proc.net.softnet_stat": ("proc/net/softnet_stat", 7),
    "proc.net.sockstat": ("proc/net/sockstat", 7),
}
"""Where each source's file lies in a recorded tree, and how many trees have one."""

ALONE = {
    "proc.net.snmp": (
        "pcp/proc_net_snmp", "pcp/procnet-snmp-2.6.32", "pcp/procnet-snmp-5.14.0", "insights/snmp-TCP_STATS_DOC",
    ),
    "proc.net.netstat": (
        "jc/linux-proc-net_netstat", "insights/netstat-PROC_NETSTAT_2", "below/procfs-write_net_netstat-netstat-127e",
    ),
    "proc.net.softnet_stat": tuple(f"insights/softnet_stat-SOFTNET_STAT_{number}" for number in (3, 4, 5)),
    "proc.net.sockstat": ("insights/sockstat-SOCK_STATS_DOC",),
}  # fmt: skip

REFUSED = {
    "procfs/fixtures-proc/root/proc/net/softnet_stat.broken": (
        "proc.net.softnet_stat",
        "9 or more hexadecimal columns",
    ),
    "insights/snmp-PROC_SNMP6_ODD/input": ("proc.net.snmp", "does not give the values"),
    "insights/snmp-SNMPD_CONF_NO_HIT/input": ("proc.net.snmp", "expected"),
    "insights/netstat-PROC_NETSTAT_4/input": ("proc.net.netstat", "values for the"),
    "insights/netstat-NETSTAT_TRUNCATED/input": ("proc.net.netstat", "expected"),
    "pcp/procnet-snmp6-5.14.7/input": ("proc.net.snmp", "expected pairs of them"),
}
"""Damaged, or of another form (snmp6, a configuration file, the tool netstat): refused, never guessed."""


@pytest.mark.parametrize("source", FILES)
def test_every_recorded_file_parses(corpus: Path, source: str) -> None:
    file, at_least = FILES[source]
    paths = [*corpus.glob(f"*/*/*/{file}"), *(corpus / case / "input" for case in ALONE.get(source, ()))]

    assert all(said(source, path) for path in paths)
    assert len(paths) >= at_least


@pytest.mark.parametrize("path", REFUSED)
def test_what_is_damaged_or_of_another_form_is_refused(corpus: Path, path: str) -> None:
    source, why = REFUSED[path]

    with pytest.raises(ValueError, match=why):
        said(source, corpus / path)


def test_interfaces_read_as_procfs_reads_them(corpus: Path) -> None:
    names = {
        "rx_errors": "rx_errs", "rx_dropped": "rx_drop", "tx_errors": "tx_errs", "tx_dropped": "tx_drop",
        "tx_collisions": "tx_colls",
    }  # fmt: skip
    seen = 0
    for root, parsed in of_procfs(corpus, "net/dev"):
        expected = {
            f"netdev.{names.get(name, name)}[{interface['name']}]": value
            for interface in parsed.values()
            for name, value in interface.items()
            if name != "name"
        }

        assert said("proc.net.dev", root / "proc/net/dev") == expected
        seen += 1
    assert seen >= 8


def test_packets_of_all_cpus_add_up_to_what_procfs_reads(corpus: Path) -> None:
    columns = {
        "softnet.processed": ("Processed", 0), "softnet.dropped": ("Dropped", 1),
        "softnet.time_squeeze": ("TimeSqueezed", 2), "softnet.received_rps": ("ReceivedRps", 9),
        "softnet.flow_limit_count": ("FlowLimitCount", 10), "softnet.backlog_len": ("SoftnetBacklogLen", 11),
    }  # fmt: skip
    seen = 0
    for root, rows in of_procfs(corpus, "net/softnet_stat"):
        expected = {
            metric: sum(row[name] for row in rows)
            for metric, (name, column) in columns.items()
            if all(row["Width"] > column for row in rows)
        }

        assert said("proc.net.softnet_stat", root / "proc/net/softnet_stat") == expected
        seen += 1
    assert seen >= 5


def test_sockets_read_as_procfs_reads_them(corpus: Path) -> None:
    names = {"InUse": "inuse", "Orphan": "orphan", "TW": "tw", "Alloc": "alloc", "Mem": "mem", "Memory": "memory"}
    seen = 0
    for root, parsed in of_procfs(corpus, "net/sockstat"):
        expected = {
            f"sockstat.{row['Protocol']}.{short}": row[name] * (4096 if name == "Mem" else 1)
            for row in parsed["Protocols"]
            for name, short in names.items()
            if row[name] is not None
        }

        assert said("proc.net.sockstat", root / "proc/net/sockstat") == {
            **expected,
            "sockstat.sockets.used": parsed["Used"],
        }
        seen += 1
    assert seen >= 5


@pytest.mark.parametrize("machine", ["aperf/m6g-5s", "collectl/debian-i686-rt-30s"])
def test_protocols_read_as_nstat_reads_them_in_32_bits(corpus: Path, machine: str) -> None:
    told_by_nstat = told(corpus, f"toolrun/{machine.replace('/', '_')}__nstat-iproute2-6.1.0__-a_-s_-z")["kernel"]
    found: dict[str, float | str] = {}
    for source in ("proc.net.netstat", "proc.net.snmp"):
        path = corpus / machine / "before" / FILES[source][0]
        if path.is_file():
            found |= {"".join(name.split(".")[1:]): value for name, value in said(source, path).items()}
    common = found.keys() & told_by_nstat.keys()

    wrapped = {name: value % 2**32 for name, value in found.items() if name in common and not isinstance(value, str)}
    assert wrapped == {name: told_by_nstat[name] % 2**32 for name in common}
    assert len(common) >= 50


@pytest.mark.parametrize("case", ["pcp/procnet-snmp-2.6.32", "pcp/procnet-snmp-5.14.0"])
def test_protocols_read_as_pcp_reads_them(corpus: Path, case: str) -> None:
    expected = told(corpus, case, "expected.pcp.json")
    milliseconds = {"snmp.Tcp.RtoMin": 1000, "snmp.Tcp.RtoMax": 1000}

    found = {
        "network." + name.removeprefix("snmp.").lower(): value * milliseconds.get(name, 1)
        for name, value in said("proc.net.snmp", corpus / case / "input").items()
        if not isinstance(value, str)
    }

    common = found.keys() & expected.keys()
    assert {name: found[name] for name in common} == pytest.approx({name: expected[name] for name in common})
    assert len(common) >= 50


def test_single_files_read_as_jc_and_insights_read_them(corpus: Path) -> None:
    jc = {
        name: value
        for protocol in told(corpus, "jc/linux-proc-net_netstat")
        for name, value in protocol.items()
        if name != "type"
    }
    insights = told(corpus, "insights/netstat-PROC_NETSTAT_2")[0]["result"]["data"]
    tcp_ip = told(corpus, "insights/snmp-TCP_STATS_DOC")[0]["result"]["data"]

    for case, expected in (("jc/linux-proc-net_netstat", jc), ("insights/netstat-PROC_NETSTAT_2", insights)):
        found = said("proc.net.netstat", corpus / case / "input")
        assert {name.rpartition(".")[2]: value for name, value in found.items()} == {
            name: int(value) for name, value in expected.items()
        }
    found = said("proc.net.snmp", corpus / "insights/snmp-TCP_STATS_DOC/input")
    for protocol in ("Ip", "Icmp", "Udp", "UdpLite"):
        assert {name: found[f"snmp.{protocol}.{name}"] for name in tcp_ip[protocol]} == tcp_ip[protocol]


def test_what_changed_between_two_moments(corpus: Path) -> None:
    seen = 0
    for case in ("sysstat/roots-1-2", "sysstat/roots-2-3", "collectl/debian-i686-rt-30s"):
        before, after = (said("proc.net.dev", corpus / case / side / "proc/net/dev") for side in ("before", "after"))
        changed = {name: (before[name], after[name]) for name in before.keys() & after if before[name] != after[name]}
        expected = {
            f"netdev.{name}[{interface}]": (change["before"], change["after"])
            for interface, changes in told(corpus, case, "expected.deltas.json")["proc/net/dev"].items()
            for name, change in changes.items()
        }

        assert changed == expected
        seen += len(changed)
    assert seen >= 30


def test_links_read_as_procfs_reads_them(corpus: Path) -> None:
    files = {
        "MTU": "mtu", "OperState": "operstate", "Duplex": "duplex", "Carrier": "carrier", "TxQueueLen": "tx_queue_len",
        "Address": "address", "Type": "type", "Flags": "flags", "Speed": "speed", "CarrierChanges": "carrier_changes",
    }  # fmt: skip
    seen = 0
    for root, parsed in of_procfs(corpus, "class/net", "sys/class/net/*/*"):
        for interface, fields in parsed.items():
            for field, file in files.items():
                path = root / "sys/class/net" / interface / file
                if not path.is_file() or fields[field] in (None, ""):
                    continue
                found = said("sys.class.net", path, f"{interface}/{file}")
                if field == "Speed":
                    expected: dict[str, float | str] = {
                        f"net.speed[{interface}]": fields["Speed"] * 1_000_000,
                        f"net.negotiated_speed[{interface}]": str(fields["Speed"]),
                    }
                    assert found == (expected if fields["Speed"] > 0 else {})
                elif field == "CarrierChanges":
                    assert found == {f"net.carrier_changes[{interface}]": fields[field]}
                else:
                    value = hex(fields[field]) if field == "Flags" else str(fields[field])
                    assert found == {f"net.{file}[{interface}]": value}
                seen += 1
    assert seen >= 30
