"""What network tools of other machines printed: ethtool of all modes, nstat; and what belongs to no source of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.collectors.corpus_trees import parsed, rows, told

MODES = {
    "cmd.ethtool.statistics": ("SUCCEED_ETHTOOL_S", "ETHTOOL_S_eth0_1", "TEST_ETHTOOL_S_DOCS"),
    "cmd.ethtool.pause": ("SUCCESS_ETHTOOL_A_BLANK_LINE", "TEST_ETHTOOL_A_DOCS", "FAIL_ETHTOOL_A"),
    "cmd.ethtool.coalesce": ("TEST_ETHTOOL_C", "TEST_ETHTOOL_C_DOCS", "TEST_ETHTOOL_C_SHORT"),
    "cmd.ethtool.ring": (
        "TEST_ETHTOOL_G", "TEST_ETHTOOL_G_1", "TEST_ETHTOOL_G_4", "TEST_ETHTOOL_G_5", "TEST_ETHTOOL_G_DOCS",
    ),
    "cmd.ethtool.driver": ("TEST_ETHTOOL_I_MISSING_KEYS",),
    "cmd.ethtool.link": ("ETHTOOL_INFO", "ETHTOOL_INFO_BAD_3", "TEST_ETHTOOL_DOCS"),
}  # fmt: skip
"""Source → the cases of insights that are of its mode."""

SILENT = frozenset({"FAIL_ETHTOOL_A", "TEST_ETHTOOL_C_SHORT", "TEST_ETHTOOL_G_1", "ETHTOOL_INFO_BAD_3"})
"""A heading with nothing behind it, or with lines that have no value: nothing is told."""

OF_NO_SOURCE = {
    "FAIL_ETHTOOL_A_1": "a complaint about the arguments",
    "SUCCESS_ETHTOOL_A_PATH": "the name of a file",
    "TEST_ETHTOOL_G_PATH_1": "the name of a file",
    "TEST_ETHTOOL_G_PATH_3": "the name of a file",
    "ETHTOOL_T_NO_CAP_VALUE": "time stamping (-T), which no source asks for",
}

OTHER_MODES = {
    "cmd.netstat": ("netstat", {"insights/netstat-PROC_NETSTAT_2": "proc.net.netstat"}),
    "cmd.ip.route": ("ip", {}),
}
"""Source → category of the manifest, and cases in it that belong to another source."""


def recorded(corpus: Path, case: str) -> str:
    text = (corpus / case / "input").read_text(encoding="utf-8")
    return text if text.endswith("\n") else text + "\n"


def insights(corpus: Path, case: str) -> Any:
    return next(one["result"] for one in told(corpus, f"insights/ethtool-{case}") if "result" in one)


@pytest.mark.parametrize(("source", "case"), [(source, case) for source, cases in MODES.items() for case in cases])
def test_every_recording_of_a_mode_is_read(corpus: Path, source: str, case: str) -> None:
    found = parsed(source, recorded(corpus, f"insights/ethtool-{case}"), "eth0")

    assert bool(found) == (case not in SILENT)


@pytest.mark.parametrize("case", OF_NO_SOURCE)
def test_what_is_of_no_mode_is_refused_by_all(corpus: Path, case: str) -> None:
    for source in MODES:
        with pytest.raises(ValueError, match="ethtool"):
            parsed(source, recorded(corpus, f"insights/ethtool-{case}"), "eth0")


def test_rings_read_as_insights_reads_them(corpus: Path) -> None:
    names = ("rx", "rx-mini", "rx-jumbo", "tx")
    seen = 0
    for case in ("TEST_ETHTOOL_G", "TEST_ETHTOOL_G_5", "TEST_ETHTOOL_G_DOCS"):
        expected = insights(corpus, case)["data"]
        found = parsed("cmd.ethtool.ring", recorded(corpus, f"insights/ethtool-{case}"), "eth0")

        for part, metric in (("current", "ethtool.ring"), ("max", "ethtool.ring_maximum")):
            assert [found[f"{metric}[eth0 {name}]"] for name in names] == list(map(str, expected[part]))
            seen += 1
    assert seen == 6


def test_coalescing_reads_as_insights_reads_it(corpus: Path) -> None:
    for case in ("TEST_ETHTOOL_C", "TEST_ETHTOOL_C_DOCS"):
        found = parsed("cmd.ethtool.coalesce", recorded(corpus, f"insights/ethtool-{case}"), "eth0")
        expected = {
            f"ethtool.coalesce[eth0 {name}]": ("on" if value else "off") if isinstance(value, bool) else str(value)
            for name, value in insights(corpus, case)["data"].items()
        }

        assert found == expected


@pytest.mark.parametrize("case", ["SUCCESS_ETHTOOL_A_BLANK_LINE", "TEST_ETHTOOL_A_DOCS"])
def test_flow_control_reads_as_insights_reads_it(corpus: Path, case: str) -> None:
    found = parsed("cmd.ethtool.pause", recorded(corpus, f"insights/ethtool-{case}"), "eth0")

    assert found == {
        f"ethtool.pause[eth0 {name.lower().replace(' ', '-')}]": "on" if value else "off"
        for name, value in insights(corpus, case)["data"].items()
    }


def test_drivers_read_as_others_read_them(corpus: Path) -> None:
    e1000e = parsed("cmd.ethtool.driver", recorded(corpus, "node_exporter/ethtool-eth0-driver"), "eth0")
    virtio = parsed("cmd.ethtool.driver", recorded(corpus, "insights/ethtool-TEST_ETHTOOL_I_MISSING_KEYS"), "eth0")

    assert e1000e == {
        "ethtool.driver[eth0]": "e1000e", "ethtool.driver_version[eth0]": "5.11.0-22-generic",
        "ethtool.firmware_version[eth0]": "0.5-4", "ethtool.bus_info[eth0]": "0000:00:1f.6",
    }  # fmt: skip
    assert virtio == {"ethtool.driver[eth0]": "virtio_net", "ethtool.bus_info[eth0]": "0000:00:03.0"}


def test_links_read_as_insights_reads_them(corpus: Path) -> None:
    names = {
        "Supported link modes": "ethtool.supported_modes", "Advertised link modes": "ethtool.advertised_modes",
        "Link partner advertised link modes": "ethtool.partner_modes", "Port": "ethtool.port",
        "Auto-negotiation": "ethtool.auto_negotiation", "Transceiver": "ethtool.transceiver",
        "Advertised pause frame use": "ethtool.advertised_pause",
    }  # fmt: skip
    for case in ("ETHTOOL_INFO", "TEST_ETHTOOL_DOCS"):
        data = insights(corpus, case)["data"]
        found = parsed("cmd.ethtool.link", recorded(corpus, f"insights/ethtool-{case}"), "eth0")

        assert found == {f"{names[name]}[eth0]": " ".join(data[name]) for name in names if name in data}


def test_links_of_other_programs_fixtures_read_too(corpus: Path) -> None:
    settings = parsed("cmd.ethtool.link", recorded(corpus, "node_exporter/ethtool-eth0-settings"), "eth0")
    partner = parsed(
        "cmd.ethtool.link", recorded(corpus, "jc/generic-ethtool--link-partner-advertised-link-modes"), "eth0"
    )

    assert settings["ethtool.supported_modes[eth0]"].split()[-1:] == ["10000baseT/Full"]
    assert "ethtool.advertised_fec[eth0]" not in settings
    expected = told(corpus, "jc/generic-ethtool--link-partner-advertised-link-modes")
    assert partner["ethtool.partner_modes[eth0]"].split() == expected["link_partner_advertised_link_modes"]


def test_losses_and_faults_are_found_among_all_counters(corpus: Path) -> None:
    case = "SUCCEED_ETHTOOL_S"
    text = recorded(corpus, f"insights/ethtool-{case}")
    everything = insights(corpus, case)["data"]

    found = parsed("cmd.ethtool.statistics", text, "eth0")

    single = {name: value for name, value in found.items() if "_queue_" not in name}
    assert {name: value for name, value in single.items() if everything[name.split()[1].rstrip("]")] != value} == {}
    assert "ethtool.lost[eth0 rx_no_buffer_count]" in found
    assert "ethtool.faults[eth0 rx_align_errors]" in found
    assert not [name for name in found if "rx_crc_errors" in name or "bytes" in name or "packets" in name]


def test_queues_add_up(corpus: Path) -> None:
    found = parsed("cmd.ethtool.statistics", recorded(corpus, "insights/ethtool-ETHTOOL_S_eth0_1"), "eth0")

    assert found == {"ethtool.lost[eth0 rxq_rx_drops_no_frags]": 10000}


@pytest.mark.parametrize("machine", ["aperf_m6g-5s", "collectl_debian-i686-rt-30s"])
def test_nstat_says_as_text_what_it_says_as_json_in_32_bits(corpus: Path, machine: str) -> None:
    case = f"toolrun/{machine}__nstat-iproute2-6.1.0__-a_-s_-z"
    expected = told(corpus, case)["kernel"]

    found = parsed("cmd.nstat", recorded(corpus, case))
    nonzero = parsed("cmd.nstat", recorded(corpus, case.removesuffix("_-z")))

    in_32_bits = {name.split("[")[1].rstrip("]"): int(value) % 2**32 for name, value in found.items()}
    assert in_32_bits == {name: value % 2**32 for name, value in expected.items()}
    assert nonzero == {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("source", OTHER_MODES)
def test_other_modes_of_a_tool_are_refused(corpus: Path, source: str) -> None:
    category, elsewhere = OTHER_MODES[source]
    cases = [row["case"] for row in rows(corpus, "MANIFEST.tsv") if row["category"] == category]
    assert len(cases) >= 9

    for case in cases:
        with pytest.raises(ValueError, match=r"expected|no JSON"):
            parsed(source, recorded(corpus, case))
        if case in elsewhere:
            assert parsed(elsewhere[case], recorded(corpus, case))
