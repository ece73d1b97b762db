"""What has happened to a kernel that makes its developers distrust it: the bits of /proc/sys/kernel/tainted."""

from __future__ import annotations

from typing import Final

_FLAGS: Final = (
    "proprietary module",
    "module loaded by force",
    "processor out of its specification",
    "module removed by force",
    "machine check",
    "bad page",
    "set by a program",
    "oops",
    "ACPI table overridden",
    "warning",
    "staging driver",
    "firmware bug worked around",
    "module from outside the tree",
    "unsigned module",
    "soft lockup",
    "live patch",
    "set by the distribution",
    "structures laid out at random",
    "test of the kernel",
    "firmware's debug interface",
)
"""In the order of the bits, of https://www.kernel.org/doc/html/v6.12/admin-guide/tainted-kernels.html."""


def taints(mask: int) -> str:
    """Name the bits that are set, those that later kernels may add by their number.

    >>> taints(0), taints(4608), taints(1 << 40)
    ('(none)', 'warning, module from outside the tree', 'bit 40')
    """
    bits = [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
    return ", ".join(_FLAGS[bit] if bit < len(_FLAGS) else f"bit {bit}" for bit in bits) or "(none)"
