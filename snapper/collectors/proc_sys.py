"""Every kernel setting that can be changed while it runs, as `sysctl -a` lists them.

Reads the files of /proc/sys, a setting each: vm/swappiness holds "60". The instance is the name
that sysctl(8) prints and takes: slashes become dots, and the dots of a path's component (an
interface eth0.100) become slashes, `net.ipv4.conf.eth0/100.forwarding`.

Left out is what is no setting: counters and states that move by themselves, secrets, what only
takes commands, and the interfaces that containers and virtual machines bring with them.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

SYSCTL: Final = Metric(
    name="sysctl",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Kernel setting",
    help="A setting of the running kernel (sysctl). A changed one takes effect at once and says nothing in any log; "
    "whether it is for the better depends on what it is.",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/sysctl/index.html",
    labels=("key",),
    next="sysctl {instance}",
)

_EMPTY: Final = "(empty)"  # a list without members is a value, and has to be seen in a table

_VOLATILE: Final = re.compile(
    r"""
    kernel/random/.* | kernel/ns_last_pid | kernel/pty/nr | kernel/spl/kmem/.*
    | kernel/hung_task_(?:detect_count|warnings)            # counts up, counts down
    | kernel/perf_event_max_sample_rate                     # lowered by the kernel itself when interrupts take long
    | kernel/sched_domain/.*/max_newidle_lb_cost            # learnt by the scheduler (Linux < 5.13)
    | kernel/(?:msg|sem|shm)_next_id
    | fs/(?:aio|file|inode)-nr | fs/(?:dentry|inode)-state
    | fs/quota/(?!warnings$).*                              # statistics of the quota cache
    | net/(?:netfilter/)?nf_conntrack_count | net/ipv4/netfilter/ip_conntrack_count
    | lustre/.*memused.* | dev/cdrom/info
    """,
    re.VERBOSE,
)
"""What moves by itself: found in two readings seconds apart on Linux 6.18, and in the kernel's documentation."""

_SECRET: Final = re.compile(r"net/ipv4/tcp_fastopen_key|net/ipv6/conf/.*/stable_secret|net/core/netdev_rss_key")
"""Keys that a report must not carry out of the house; the last is random, made anew at each boot."""

_PASSING: Final = re.compile(r"net/(?:ipv[46]|mpls)/(?:conf|neigh)/(?:veth|cali|lxc|vnet|tap|cilium|gke|eni)[^/]*/.*")
"""Interfaces named at random by container runtimes and hypervisors: sixty settings each, all copies of `default`."""


def key_of(path: str) -> str:
    """Turn a path below /proc/sys into the name that sysctl(8) gives it.

    >>> key_of("vm/swappiness"), key_of("net/ipv4/conf/eth0.100/forwarding")
    ('vm.swappiness', 'net.ipv4.conf.eth0/100.forwarding')
    """
    return path.translate(str.maketrans("/.", "./"))


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
    if not text or any(kind.fullmatch(path) for kind in (_VOLATILE, _SECRET, _PASSING)):
        return []
    value = "; ".join(" ".join(line.split()) for line in text.strip().splitlines())
    return [Reading(SYSCTL.name, value or _EMPTY, key_of(path))]


COLLECTOR: Final = Collector(
    name="proc.sys",
    read=Files(patterns=("proc/sys/**",), cadence=Cadence.ONCE),
    metrics=(SYSCTL,),
    parse=parse,
    adds="every kernel setting (sysctl), to tell which were changed",
    needs="CONFIG_SYSCTL; root for the settings that only root may read",
)
