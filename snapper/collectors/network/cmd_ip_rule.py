"""Which table of routes is asked for which IPv4 packets.

Runs `ip -j rule` of iproute2 (JSON since 4.17).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.network.ip_rules import rule_metric, rules
from snapper.record.plan import Cadence, Command

_COMMAND: Final = ("ip", "-j", "rule")
_NAME: Final = "ip.rule"


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the rules of each priority; see `ip_rules.rules`.

    Raises:
        ValueError: The output is not JSON, was cut, or is not that of ip rule.
    """
    return rules(text, _NAME, " ".join(_COMMAND))


COLLECTOR = Collector(
    name="cmd.ip.rule",
    read=Command(argv=_COMMAND, version=("ip", "-V"), cadence=Cadence.ONCE),
    metrics=(rule_metric(_NAME, "IPv4", "ip rule"),),
    parse=parse,
    adds="which table of routes is asked for which IPv4 packets",
    needs="ip of iproute2 >= 4.17 (package iproute2)",
)
