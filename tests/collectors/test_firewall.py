"""Chains of a firewall: what is a drop, names that are made up anew, very many chains, comments that mislead."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from snapper.collectors import Collector, Origin
from snapper.collectors.network.cmd_ip6tables import COLLECTOR as IP6TABLES
from snapper.collectors.network.cmd_iptables import COLLECTOR as IPTABLES
from snapper.collectors.network.cmd_nft import COLLECTOR as NFT
from snapper.collectors.network.firewall_metrics import MOST_CHAINS
from snapper.record.plan import Command
from snapper.record.recorder import ENVIRONMENT

COUNTER = {"counter": {"packets": 5, "bytes": 300}}
IN_FILTER = {"family": "inet", "table": "filter"}


def said(collector: Collector, text: str) -> dict[str, float | str]:
    return {f"{name}[{instance}]": value for name, value, instance in collector.parse(text, Origin())}


def ruleset(*elements: dict[str, Any]) -> str:
    return json.dumps({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}, *elements]})


def rule(*statements: dict[str, Any], chain: str = "input") -> dict[str, Any]:
    return {"rule": IN_FILTER | {"chain": chain, "handle": 4, "expr": list(statements)}}


@pytest.mark.parametrize(
    ("statements", "dropped"),
    [
        ([COUNTER, {"drop": None}], 5),
        ([COUNTER, {"reject": {"type": "tcp reset"}}], 5),
        ([COUNTER, {"reject": None}], 5),
        ([COUNTER, {"xt": {"type": "target", "name": "REJECT"}}], 5),
        ([COUNTER, {"accept": None}], None),
        ([COUNTER, {"jump": {"target": "drop"}}], None),
        ([{"drop": None}], None),
        ([{"counter": "dropped"}, {"drop": None}], None),
    ],
    ids=["drop", "reject", "reject by default", "iptables' reject", "accept", "jump", "no counter", "a shared counter"],
)
def test_what_a_rule_dropped_is_what_its_own_counter_says(
    statements: list[dict[str, Any]], dropped: int | None
) -> None:
    found = said(NFT, ruleset(rule(*statements)))

    assert found["nft.rules[inet filter input]"] == 1
    assert found.get("nft.dropped_packets[inet filter input]") == dropped


def test_rules_of_a_chain_are_summed() -> None:
    found = said(NFT, ruleset(*[rule(COUNTER, {"drop": None})] * 3, rule(COUNTER, {"accept": None})))

    assert found == {
        "nft.rules[inet filter input]": 4,
        "nft.dropped_packets[inet filter input]": 15,
        "nft.dropped_bytes[inet filter input]": 900,
    }


def test_chains_named_anew_for_each_service_go_by_one_name() -> None:
    chains = [f"KUBE-SEP-{'ABCDEFGHIJKLMNOP'[i:]}{'ABCDEFGHIJKLMNOP'[:i]}" for i in range(16)]

    found = said(NFT, ruleset(*(rule(COUNTER, {"drop": None}, chain=chain) for chain in chains)))

    assert found["nft.rules[inet filter KUBE-SEP-*]"] == 16
    assert len(found) == 3


def test_of_very_many_chains_the_rest_is_summed_up() -> None:
    found = said(NFT, ruleset(*(rule(COUNTER, {"drop": None}, chain=f"c-{i}") for i in range(MOST_CHAINS + 50))))

    assert sum(name.startswith("nft.rules") for name in found) == MOST_CHAINS + 1
    assert found["nft.dropped_packets[(other chains)]"] == 250


def test_no_rules_at_all_are_no_readings() -> None:
    assert said(NFT, ruleset()) == said(IPTABLES, "") == said(IP6TABLES, "") == {}


@pytest.mark.parametrize(
    ("rule_text", "dropped"),
    [
        ("-p tcp -j DROP", 5),
        ("-p tcp -j REJECT --reject-with tcp-reset", 5),
        ('-m comment --comment "-j DROP" -j ACCEPT', None),
        ('-m comment --comment "say \\"no\\"" -j DROP', 5),
        ("-p tcp", None),
        ("-j LOG --log-prefix DROP", None),
        ("-g DROP_ALL", None),
    ],
)
def test_the_target_of_a_rule_of_iptables(rule_text: str, dropped: int | None) -> None:
    found = said(IPTABLES, f"*filter\n:INPUT ACCEPT [9:900]\n[5:300] -A INPUT {rule_text}\nCOMMIT\n")

    assert found["iptables.rules[filter INPUT]"] == 1
    assert found.get("iptables.dropped_packets[filter INPUT]") == dropped


@pytest.mark.parametrize(
    ("collector", "path"), [(IPTABLES, "proc/net/ip_tables_names"), (IP6TABLES, "proc/net/ip6_tables_names")]
)
def test_no_module_is_loaded_by_the_asking(collector: Collector, path: str) -> None:
    assert isinstance(collector.read, Command)
    assert collector.read.where == (path,)
    assert isinstance(NFT.read, Command)
    assert NFT.read.where == ("sys/module/nf_tables",)


RULES = """
ip link set lo up
nft add table inet snapper
nft 'add chain inet snapper in { type filter hook input priority 0 ; policy accept ; }'
nft add rule inet snapper in meta l4proto udp counter drop
python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(7): s.sendto(b"x" * 100, ("127.0.0.1", 9))'
nft -j -t list ruleset
"""


def test_packets_that_a_real_firewall_dropped() -> None:
    if os.getuid() != 0 or not all(shutil.which(tool, path=ENVIRONMENT["PATH"]) for tool in ("nft", "unshare", "ip")):
        pytest.skip("needs root, nft and a network namespace")
    argv = ["unshare", "-n", "sh", "-ec", RULES]
    done = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no network namespace with nf_tables here: {done.stderr.strip()[:200]}")

    found = said(NFT, done.stdout)

    assert found["nft.policy[inet snapper in]"] == "filter input priority 0 accept"
    assert found["nft.dropped_packets[inet snapper in]"] == 7
    assert found["nft.dropped_bytes[inet snapper in]"] == 7 * (100 + 20 + 8)
