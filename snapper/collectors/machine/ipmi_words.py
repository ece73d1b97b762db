"""What all tools of IPMI share: where a management controller is, and which words of it mean a failure."""

from __future__ import annotations

import re
from typing import Final

THERE: Final = ("dev/ipmi0", "dev/ipmi/0", "dev/ipmidev/0")
"""Where the kernel's driver for the controller shows itself; without it nothing is asked."""
NEEDS: Final = "ipmitool; root; a server with a management controller (modprobe ipmi_si ipmi_devintf)"
DOC: Final = "https://manpages.debian.org/bookworm/ipmitool/ipmitool.1.en.html"

FAILURE: Final = re.compile(
    r"(?i)\bfail(?:ed|ure)\b|predictive|\blost\b|\buncorrectable\b|\bcorrectable\b|\bnon-recoverable\b|(?<!non-)\bcritical\b"
    r"|\bfatal\b|\bfault\b|\bIERR\b|thermal trip|\bparity\b|hard reset|out of range|non-redundant|degraded|over ?load"
)
"""Words of the states and events in the IPMI specification (tables 42-2, 42-3) that tell of a part that fails."""
