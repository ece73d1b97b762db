"""What the seven sources share that run ethtool: how it is run, and how its `name: value` lines are read.

    Ring parameters for eth0:
    Pre-set maximums:
    RX:		4096
    Current hardware settings:
    RX:		256
    RX Mini:	n/a

The text is the same in all versions since 2.6 of ethtool, which the JSON of the later ones (since 5.x, and not of every
mode) is not, so the text is what is read. What the driver does not have is `n/a` or missing, and is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Origin, Parse, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Command

DOC: Final = "https://man7.org/linux/man-pages/man8/ethtool.8.html"
NEEDS: Final = "ethtool (package ethtool), and a network card: virtual interfaces without a device are passed over"
CURRENT: Final = "Current hardware settings"
MAXIMUM: Final = "Pre-set maximums"

fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.NETWORK, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc=DOC, labels=("interface", "parameter"),
)  # fmt: skip


def ethtool(*mode: str, cadence: Cadence = Cadence.ONCE) -> Command:
    """Run ethtool in a mode (`-g`) for every interface that a device stands behind."""
    return Command(
        argv=("ethtool", *mode, "{name}"),
        version=("ethtool", "--version"),
        cadence=cadence,
        each=("sys/class/net/*/device",),
        timeout=3.0,
    )


def settings(text: str, *headings: str) -> Iterator[tuple[str, str, str]]:
    r"""Yield every setting as (section, name, value), in the order of the output; "" before the first section.

    Args:
        text: What ethtool printed, complaints before the heading included.
        headings: What stands before `for <interface>:` in this mode; any of them is taken.

    Raises:
        ValueError: None of the headings is there.

    >>> list(settings("Channel parameters for eth0:\nPre-set maximums:\nRX: n/a\nCombined: 8\n", "Channel parameters"))
    [('Pre-set maximums', 'Combined', '8')]
    """
    lines = text.splitlines()
    heading = re.compile(rf"\s*(?:{'|'.join(map(re.escape, headings))}) for \S+:\s*")
    begin = next((number for number, line in enumerate(lines, start=1) if heading.fullmatch(line)), 0)
    if not begin:
        raise ValueError(f"ethtool printed no '{headings[0]} for <interface>:', but {text[:80]!r}.")
    section = ""
    for line in lines[begin:]:
        name, colon, value = (part.strip() for part in line.partition(":"))
        if colon and not value and name in {CURRENT, MAXIMUM}:
            section = name
        elif colon and name and value not in {"", "n/a"}:
            yield section, name, value


def parser(heading: str, metrics: Mapping[str, Metric]) -> Parse:
    """Read every setting of a section as the section's metric; the instance is `eth0 rx-mini`, the key the interface.

    Args:
        heading: What stands before `for <interface>:`; the parser raises ValueError where it is missing.
        metrics: Section → metric; "" is what stands before the first section. Other sections are passed over.
    """

    def parse(text: str, origin: Origin) -> Iterator[Reading]:
        for section, name, value in settings(text, heading):
            if section in metrics:
                yield Reading(metrics[section].name, value, f"{origin.key} {name.lower().replace(' ', '-')}")

    return parse
