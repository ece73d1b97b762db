"""How the modules of the kernel are set, those built into it included; and of loaded ones, version and taint.

Reads single values below /sys/module (parameters since Linux 2.6.2, taint since 3.3): `tcp_cubic/parameters/hystart`
holds "1". The instance is what one writes on the kernel command line, `tcp_cubic.hystart`.

    zfs/parameters/zfs_arc_max   0
    zfs/version                  2.1.11-1+deb12u1
    zfs/taint                    POE          proprietary, out of tree, not signed; empty for the kernel's own

Left out are counters and debugging aids that a few modules show as parameters, and what only consoles and sound
cards care for. A module that has its parameters write-only, or keeps them to root, is not asked.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/abi-testing.html#symbols-under-sys-module",
)
# fmt: off
_PARAMETER: Final = _fact(
    name="module.parameter", title="Module parameter", labels=("parameter",),
    help="How a driver or another part of the kernel is set: queue depths, polling, caches, algorithms. Some take "
         "effect at once, some when the module is loaded.",
    next="modinfo -p $(echo {instance} | cut -d. -f1)",
)
_VERSION: Final = _fact(
    name="module.version", title="Version of a module", labels=("module",),
    help="Version that a module tells of itself; drivers from outside the kernel have releases of their own.",
    next="modinfo {instance}",
)
_TAINT: Final = _fact(
    name="module.taint", title="Taint by a module", labels=("module",),
    help="Why a module is not taken for the kernel's own: P proprietary, O from out of tree, E not signed, C staging.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/tainted-kernels.html", next="modinfo {instance}",
)
# fmt: on
_UNINTERESTING: Final = re.compile(r"vt|keyboard|hid\w*|snd\w*|8250\w*|psmouse|atkbd|i8042|fb\w*|usbhid|pnp|spurious")
_NO_SETTING: Final = re.compile(
    r"""
    dm_bufio\.(?:allocated|current|peak)\w*             # bytes at the moment
    | rng_core\.current_quality | pstore\.backend | acpi\.(?:debug_\w+|acpica_version|trace_\w+)
    | kernel\.panic\w*                                   # sysctl has them
    | spl\.spl_hostid | nfs\.nfs4_unique_id | netconsole\.netconsole
    | \w+\.\w*(?:_stats|_count|counter)s? | \w+\.\w*(?:debug|verbose|notests)\w*
    | \w+\.(?:passes|rounds|walked|(?:reported|moved|tried|emptied)_\w+|time_us|\w*_stamp(?:_\w+)?|\w+_stamp)
    """,
    re.VERBOSE,
)
_LONGEST: Final = 400
"""Letters of a value; longer ones are tables for people to read."""


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the value of one file, white space made single blanks, or nothing for one that is empty or no setting.

    Raises:
        ValueError: The key names no module and file, or the text holds zero bytes.

    >>> parse("1\n", Origin(key="tcp_cubic/parameters/hystart"))
    [Reading(metric='module.parameter', value='1', instance='tcp_cubic.hystart')]
    """
    module, slash, file = origin.key.partition("/")
    if not slash or not module:
        raise ValueError(f"A module's file needs its path below /sys/module, as 'zfs/taint', and has {origin.key!r}.")
    if "\0" in text:
        raise ValueError(f"/sys/module/{origin.key} should be text, and holds zero bytes: {text[:60]!r}.")
    value = " ".join(text.split())
    if not value or len(value) > _LONGEST:
        return []
    if file in {"version", "taint"}:
        return [Reading(_VERSION.name if file == "version" else _TAINT.name, value, module)]
    name = f"{module}.{file.removeprefix('parameters/')}"
    if not file.startswith("parameters/") or _UNINTERESTING.fullmatch(module) or _NO_SETTING.fullmatch(name):
        return []
    return [Reading(_PARAMETER.name, value, name)]


COLLECTOR: Final = Collector(
    name="sys.module",
    read=Files(
        patterns=("sys/module/*/parameters/*", "sys/module/*/version", "sys/module/*/taint"),
        cadence=Cadence.ONCE,
        max_bytes=4 * KIB,
        max_files=5000,
    ),
    metrics=(_PARAMETER, _VERSION, _TAINT),
    parse=parse,
    adds="parameters of every module and built-in part of the kernel, versions and taints of those from outside",
    needs="sysfs mounted; root for the parameters that only root may read",
)
