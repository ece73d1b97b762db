"""Every kernel setting that can be changed while it runs, as `sysctl -a` lists them.

Reads the files of /proc/sys, a setting each: vm/swappiness holds "60". The instance is the name
that sysctl(8) prints and takes: slashes become dots, and the dots of a path's component (an
interface eth0.100) become slashes, `net.ipv4.conf.eth0/100.forwarding`.

Which files are settings is told in `sysctl_keys`. Not even read are vm/stat_refresh, at which every CPU has to
stop and count, fs/binfmt_misc, which systemd would mount for us, the scheduler's domains of all CPUs but one,
and what each interface has besides the settings that are kept.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.kernel.sysctl_keys import ROUTING, is_of_interface, is_setting, key_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_fact = partial(
    Metric,
    unit="text",
    kind=Kind.FACT,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    labels=("key",),
    next="sysctl {instance}",
)

SYSCTL: Final = _fact(
    name="sysctl",
    resource=Resource.HOST,
    title="Kernel setting",
    help="A setting of the running kernel (sysctl). A changed one takes effect at once and says nothing in any log; "
    "whether it is for the better depends on what it is.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/sysctl/index.html",
)
INTERFACE: Final = _fact(
    name="sysctl.interface",
    resource=Resource.NETWORK,
    title="Kernel setting of an interface",
    help="A setting of the running kernel (sysctl) that one network interface has for itself: whether it passes "
    "packets on, which ones it drops, how it answers for addresses.",
    doc="https://www.kernel.org/doc/html/v6.12/networking/ip-sysctl.html",
)

_EMPTY: Final = "(empty)"  # a list without members is a value, and has to be seen in a table

_PATTERNS: Final = (
    "proc/sys/[!fknv]*/**",
    "proc/sys/[f]s/*",
    "proc/sys/[f]s/[!b]*/**",
    "proc/sys/[k]ernel/*",
    "proc/sys/[k]ernel/[!s]*/**",
    "proc/sys/[k]ernel/s[!c]*/**",
    "proc/sys/[k]ernel/sched_domain/cpu0/**",
    "proc/sys/[n]et/*",
    "proc/sys/[n]et/*/*",
    "proc/sys/[n]et/*/[!cn]*/**",
    "proc/sys/[n]et/*/n[!e]*/**",
    "proc/sys/[n]et/*/net*/**",
    "proc/sys/[n]et/*/conf/all/*",
    "proc/sys/[n]et/*/conf/default/*",
    "proc/sys/[n]et/*/neigh/default/*",
    *(
        f"proc/sys/[n]et/{folder}/{name}/{setting}"
        for folder, settings in ROUTING.items()
        for setting in settings
        for name in ("[!ad]*", "a[!l]*", "d[!e]*")
    ),
    "proc/sys/[v]m/[!s]*",
    "proc/sys/[v]m/s[!t]*",
    "proc/sys/[v]m/stat_[!r]*",
)
"""No two of them match the same file; a name in brackets keeps the key's beginning where it is, at /proc/sys."""


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the value of one setting, its white space made single blanks, or nothing for what is no setting.

    A file of no byte at all only takes commands (vm/drop_caches). Several lines are joined by "; ".

    Raises:
        ValueError: The key does not say which setting it is, or the text holds zero bytes.

    >>> parse("287898\t383867\t575796\n", Origin(key="net/ipv4/tcp_mem"))
    [Reading(metric='sysctl', value='287898 383867 575796', instance='net.ipv4.tcp_mem')]
    """
    path = origin.key
    if "/" not in path:
        raise ValueError(f"A setting needs its path below /proc/sys, as 'vm/swappiness', and has {path!r}.")
    if "\0" in text:
        raise ValueError(f"/proc/sys/{path} should be text, and holds zero bytes: {text[:60]!r}.")
    if not text or not is_setting(path):
        return []
    value = "; ".join(" ".join(line.split()) for line in text.strip().splitlines())
    metric = INTERFACE if is_of_interface(path) else SYSCTL
    return [Reading(metric.name, value or _EMPTY, key_of(path))]


COLLECTOR: Final = Collector(
    name="proc.sys",
    read=Files(patterns=_PATTERNS, cadence=Cadence.ONCE),
    metrics=(SYSCTL, INTERFACE),
    parse=parse,
    adds="every kernel setting (sysctl), to tell which were changed",
    needs="CONFIG_SYSCTL; root for the settings that only root may read",
)
