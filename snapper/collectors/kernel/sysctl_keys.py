"""Which files of /proc/sys are settings, and what kind of setting each is.

Left out is what is no setting: counters and states that move by themselves, what the kernel adapts on its own,
secrets, and what only says who the host is. Of what there is for each network interface only what decides where
packets go is kept, and nothing of the interfaces that containers and virtual machines bring with them.

Some settings have no default but a size: the kernel works them out at boot from the memory or from the number of
CPUs, so that they differ between two hosts of which nobody has touched anything. `by_size` knows them.
"""

from __future__ import annotations

import re
from typing import Final

_VOLATILE: Final = re.compile(
    r"""
    kernel/random/.* | kernel/ns_last_pid | kernel/pty/nr | kernel/spl/kmem/.*
    | kernel/hung_task_(?:detect_count|warnings)            # counts up, counts down
    | kernel/perf_event_max_sample_rate                     # lowered by the kernel itself when interrupts take long
    | kernel/sched_domain/.*/max_newidle_lb_cost            # learnt by the scheduler (Linux < 5.13)
    | kernel/(?:msg|sem|shm)_next_id | kernel/cad_pid
    | fs/(?:aio|file|inode)-nr | fs/(?:dentry|inode)-state
    | fs/quota/(?!warnings$).*                              # statistics of the quota cache
    | net/(?:netfilter/)?nf_conntrack_count | net/ipv4/netfilter/ip_conntrack_count
    | lustre/.*memused.* | dev/cdrom/info
    """,
    re.VERBOSE,
)
"""What moves by itself: found in two readings seconds apart on Linux 6.18, and in the kernel's documentation."""

_TOLD_ELSEWHERE: Final = re.compile(
    r"""
    kernel/(?:ostype|osrelease|version|arch)                # proc.version
    | net/(?:ipv4|mptcp)/(?:tcp_)?available_.*              # what loaded modules offer, not what is chosen
    """,
    re.VERBOSE,
)
_IDENTITY: Final = re.compile(r"kernel/(?:hostname|domainname|spl/hostid)")
"""Who the host is: two hosts always differ in it, and nothing follows from that."""

_SECRET: Final = re.compile(
    r"net/ipv4/tcp_fastopen_key|net/ipv4/fib_multipath_hash_seed|net/ipv6/conf/.*/stable_secret|net/core/netdev_rss_key"
)
"""Keys that a report must not carry out of the house; the last is random, made anew at each boot."""

_INTERFACE: Final = re.compile(r"net/([^/]+/(?:conf|neigh))/(?!(?:all|default)/)([^/]+)/(.+)")
_PASSING: Final = re.compile(r"(?:veth|cali|lxc|vnet|tap|cilium|gke|eni|br-[0-9a-f]{12}).*")
"""Interfaces named at random by container runtimes and hypervisors."""
_NEIGHBOUR: Final = ("base_reachable_time_ms", "gc_stale_time", "unres_qlen_bytes")
ROUTING: Final = {
    "ipv4/conf": ("forwarding", "rp_filter", "arp_filter", "arp_ignore", "arp_announce", "accept_local", "proxy_arp"),
    "ipv6/conf": ("forwarding", "disable_ipv6", "accept_ra"),
    "ipv4/neigh": _NEIGHBOUR,
    "ipv6/neigh": _NEIGHBOUR,
}
"""Of the hundred settings that each interface has, copies of `default` at first: what moves or drops packets."""

_MEMORY: Final = re.compile(
    r"""
    fs\.file-max | fs\.(?:inotify|epoll)\.max_user_watches | fs\.fanotify\.max_user_marks
    | fs\.fuse\.max_user_(?:bgreq|congthresh)
    | kernel\.(?:threads-max|msgmni|shmall|shmmax|auto_msgmni)
    | user\.max_(?:\w+_namespaces|inotify_watches|fanotify_marks)
    | vm\.(?:min_free_kbytes|user_reserve_kbytes|admin_reserve_kbytes)
    | net\.ipv4\.(?:tcp|udp|sctp)_mem | net\.sctp\.sctp_[rw]?mem | net\.ipv4\.tcp_[rw]mem
    | net\.ipv4\.tcp_max_(?:orphans|tw_buckets|syn_backlog)
    | net\.ipv4\.(?:tcp_ehash|udp_hash)_entries | net\.ipv4\.inet_peer_threshold
    | net\.ipv[46]\.route\.(?:max_size|gc_thresh) | net\.ipv[46]\.xfrm[46]_gc_thresh
    | net\.(?:netfilter\.)?nf_conntrack_(?:max|buckets|expect_max)
    """,
    re.VERBOSE,
)
_CPUS: Final = re.compile(
    r"""
    kernel\.(?:pid_max|watchdog_cpumask)
    | kernel\.sched_(?:latency|min_granularity|wakeup_granularity|base_slice)_ns    # times 1 + log2(CPUs), < 5.13
    | kernel\.sched_domain\..*
    | net\.core\.(?:flow_limit_cpu_bitmap|rps_default_mask)
    """,
    re.VERBOSE,
)


def key_of(path: str) -> str:
    """Turn a path below /proc/sys into the name that sysctl(8) gives it.

    >>> key_of("vm/swappiness"), key_of("net/ipv4/conf/eth0.100/forwarding")
    ('vm.swappiness', 'net.ipv4.conf.eth0/100.forwarding')
    """
    return path.translate(str.maketrans("/.", "./"))


def is_setting(path: str) -> bool:
    """Whether a path below /proc/sys is a setting of the host or of one of its own interfaces.

    >>> is_setting("vm/swappiness"), is_setting("fs/file-nr"), is_setting("net/ipv4/conf/veth1/rp_filter")
    (True, False, False)
    """
    if any(kind.fullmatch(path) for kind in (_VOLATILE, _TOLD_ELSEWHERE, _IDENTITY, _SECRET)):
        return False
    match = _INTERFACE.fullmatch(path)
    return match is None or (match[3] in ROUTING.get(match[1], ()) and not _PASSING.fullmatch(match[2]))


def is_of_interface(path: str) -> bool:
    """Whether a setting is one interface's own.

    >>> is_of_interface("net/ipv4/conf/eth0/rp_filter"), is_of_interface("net/ipv4/conf/all/rp_filter")
    (True, False)
    """
    return _INTERFACE.fullmatch(path) is not None


def by_size(key: str) -> str:
    """Tell from what the kernel works a setting out where nobody sets it; "" for all others.

    Args:
        key: The name that sysctl(8) gives it.

    Returns:
        "memory", "cpus" or "": two hosts that differ in that may differ in the setting for no other reason.

    >>> by_size("net.ipv4.tcp_mem"), by_size("kernel.pid_max"), by_size("vm.swappiness")
    ('memory', 'cpus', '')
    """
    if _MEMORY.fullmatch(key):
        return "memory"
    return "cpus" if _CPUS.fullmatch(key) else ""
