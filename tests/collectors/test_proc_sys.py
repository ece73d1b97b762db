"""Which files of /proc/sys are settings, and under which name."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.kernel.proc_sys import COLLECTOR, parse
from snapper.collectors.kernel.sysctl_keys import by_size
from snapper.record.plan import Files
from snapper.record.recorder import Tree

VOLATILE = [
    "fs/aio-nr",
    "fs/dentry-state",
    "fs/file-nr",
    "fs/inode-nr",
    "fs/inode-state",
    "fs/quota/lookups",
    "kernel/arch",
    "kernel/domainname",
    "kernel/hostname",
    "kernel/hung_task_detect_count",
    "kernel/hung_task_warnings",
    "kernel/ns_last_pid",
    "kernel/osrelease",
    "kernel/perf_event_max_sample_rate",
    "kernel/pty/nr",
    "kernel/random/boot_id",
    "kernel/random/entropy_avail",
    "kernel/random/uuid",
    "kernel/sched_domain/cpu0/domain1/max_newidle_lb_cost",
    "kernel/spl/kmem/slab_kvmem_used",
    "kernel/version",
    "net/ipv4/conf/eth0/bootp_relay",
    "net/ipv4/neigh/eth0/app_solicit",
    "net/ipv4/tcp_available_congestion_control",
    "net/ipv6/conf/eth0/mtu",
    "net/mptcp/available_schedulers",
    "net/netfilter/nf_conntrack_count",
]
SECRET = ["net/ipv4/tcp_fastopen_key", "net/ipv6/conf/eth0/stable_secret", "net/core/netdev_rss_key"]
PASSING = [
    "net/ipv4/conf/veth12ab34c/forwarding",
    "net/ipv6/neigh/cali0123/gc_stale_time",
    "net/ipv6/conf/vnet7/accept_ra",
    "net/ipv4/conf/br-0123456789ab/rp_filter",
]
SETTINGS = {
    "vm/swappiness": "vm.swappiness",
    "vm/nr_hugepages": "vm.nr_hugepages",
    "fs/file-max": "fs.file-max",
    "fs/nr_open": "fs.nr_open",
    "fs/aio-max-nr": "fs.aio-max-nr",
    "fs/quota/warnings": "fs.quota.warnings",
    "kernel/pty/max": "kernel.pty.max",
    "kernel/hung_task_timeout_secs": "kernel.hung_task_timeout_secs",
    "kernel/sched_domain/cpu0/domain0/flags": "kernel.sched_domain.cpu0.domain0.flags",
    "net/netfilter/nf_conntrack_max": "net.netfilter.nf_conntrack_max",
    "net/ipv4/tcp_fastopen": "net.ipv4.tcp_fastopen",
    "net/ipv4/conf/default/forwarding": "net.ipv4.conf.default.forwarding",
    "net/ipv4/conf/all/bootp_relay": "net.ipv4.conf.all.bootp_relay",
    "net/ipv6/neigh/default/gc_thresh3": "net.ipv6.neigh.default.gc_thresh3",
}
OF_INTERFACES = {
    "net/ipv4/conf/eth0.100/forwarding": "net.ipv4.conf.eth0/100.forwarding",
    "net/ipv4/conf/docker0/rp_filter": "net.ipv4.conf.docker0.rp_filter",
    "net/ipv6/neigh/bond0/unres_qlen_bytes": "net.ipv6.neigh.bond0.unres_qlen_bytes",
}
BY_SIZE = {
    "net.ipv4.tcp_mem": "memory",
    "net.ipv4.tcp_rmem": "memory",
    "net.ipv4.tcp_max_orphans": "memory",
    "net.netfilter.nf_conntrack_max": "memory",
    "net.nf_conntrack_max": "memory",
    "kernel.threads-max": "memory",
    "kernel.pid_max": "cpus",
    "kernel.sched_min_granularity_ns": "cpus",
    "fs.file-max": "memory",
    "fs.inotify.max_user_watches": "memory",
    "fs.inotify.max_user_instances": "",
    "fs.nr_open": "",
    "user.max_user_namespaces": "memory",
    "vm.min_free_kbytes": "memory",
    "vm.swappiness": "",
    "net.ipv4.tcp_max_syn_backlog": "memory",
    "net.core.somaxconn": "",
    "net.core.rmem_max": "",
}


@pytest.mark.parametrize("path", [*VOLATILE, *SECRET, *PASSING])
def test_what_is_no_setting_of_this_host_is_left_out(path: str) -> None:
    assert parse("1\n", Origin(key=path)) == []


@pytest.mark.parametrize(("path", "name"), SETTINGS.items())
def test_a_setting_bears_the_name_that_sysctl_gives_it(path: str, name: str) -> None:
    assert [(reading.instance, reading.value) for reading in parse("1\n", Origin(key=path))] == [(name, "1")]


@pytest.mark.parametrize(("path", "name"), OF_INTERFACES.items())
def test_a_setting_of_one_interface_is_told_apart_for_interfaces_come_and_go(path: str, name: str) -> None:
    assert [tuple(reading) for reading in parse("1\n", Origin(key=path))] == [("sysctl.interface", "1", name)]


@pytest.mark.parametrize(("key", "size"), BY_SIZE.items())
def test_what_the_kernel_works_out_from_the_machines_size_is_known(key: str, size: str) -> None:
    assert by_size(key) == size


def test_each_file_is_read_once_and_none_that_has_an_effect(tmp_path: Path) -> None:
    paths = {
        *SETTINGS,
        *OF_INTERFACES,
        "abi/vsyscall32",
        "kernel/random/poolsize",
        "kernel/seccomp/actions_logged",
        "kernel/yama/ptrace_scope",
        "net/ipv4/conf/dummy0/rp_filter",
        "net/ipv4/netfilter/ip_conntrack_max",
        "net/netfilter/nf_log/2",
        "net/nf_conntrack_max",
        "vm/stat_interval",
    }
    unread = {
        "fs/binfmt_misc/status",
        "kernel/sched_domain/cpu7/domain0/flags",
        "net/ipv4/conf/eth0/bootp_relay",
        "vm/stat_refresh",
    }
    for path in paths | unread:
        file = tmp_path / "proc/sys" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1\n", encoding="ascii")
    assert isinstance(COLLECTOR.read, Files)

    tree = Tree(str(tmp_path))
    found = [key for pattern in COLLECTOR.read.patterns for key, _ in tree.match(pattern)]

    assert sorted(found) == sorted(paths)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4096\t131072\t6291456\n", "4096 131072 6291456"),
        ("a  b \n", "a b"),
        ("first line\nsecond\n", "first line; second"),
        ("\n", "(empty)"),
        ("<script>alert(1)</script>\n", "<script>alert(1)</script>"),
        ("caf\\xe9\n", "caf\\xe9"),
    ],
)
def test_white_space_is_made_single_blanks_and_nothing_else_is_changed(text: str, value: str) -> None:
    assert [reading.value for reading in parse(text, Origin(key="kernel/x"))] == [value]


def test_a_file_that_only_takes_commands_has_no_value() -> None:
    assert parse("", Origin(key="vm/drop_caches")) == []
