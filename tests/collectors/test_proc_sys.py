"""Which files of /proc/sys are settings, and under which name."""

from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.proc_sys import parse

VOLATILE = [
    "fs/aio-nr",
    "fs/dentry-state",
    "fs/file-nr",
    "fs/inode-nr",
    "fs/inode-state",
    "fs/quota/lookups",
    "kernel/hung_task_detect_count",
    "kernel/hung_task_warnings",
    "kernel/ns_last_pid",
    "kernel/perf_event_max_sample_rate",
    "kernel/pty/nr",
    "kernel/random/boot_id",
    "kernel/random/entropy_avail",
    "kernel/random/uuid",
    "kernel/sched_domain/cpu0/domain1/max_newidle_lb_cost",
    "kernel/spl/kmem/slab_kvmem_used",
    "net/netfilter/nf_conntrack_count",
]
SECRET = ["net/ipv4/tcp_fastopen_key", "net/ipv6/conf/eth0/stable_secret", "net/core/netdev_rss_key"]
PASSING = ["net/ipv4/conf/veth12ab34c/forwarding", "net/ipv6/neigh/cali0123/mcast_solicit", "net/ipv6/conf/vnet7/mtu"]
SETTINGS = {
    "vm/swappiness": "vm.swappiness",
    "vm/nr_hugepages": "vm.nr_hugepages",
    "fs/file-max": "fs.file-max",
    "fs/nr_open": "fs.nr_open",
    "fs/aio-max-nr": "fs.aio-max-nr",
    "fs/quota/warnings": "fs.quota.warnings",
    "kernel/hostname": "kernel.hostname",
    "kernel/pty/max": "kernel.pty.max",
    "kernel/hung_task_timeout_secs": "kernel.hung_task_timeout_secs",
    "kernel/sched_domain/cpu0/domain0/flags": "kernel.sched_domain.cpu0.domain0.flags",
    "net/netfilter/nf_conntrack_max": "net.netfilter.nf_conntrack_max",
    "net/ipv4/tcp_fastopen": "net.ipv4.tcp_fastopen",
    "net/ipv4/conf/eth0.100/forwarding": "net.ipv4.conf.eth0/100.forwarding",
    "net/ipv4/conf/docker0/forwarding": "net.ipv4.conf.docker0.forwarding",
    "net/ipv4/conf/default/forwarding": "net.ipv4.conf.default.forwarding",
}


@pytest.mark.parametrize("path", [*VOLATILE, *SECRET, *PASSING])
def test_what_is_no_setting_of_this_host_is_left_out(path: str) -> None:
    assert parse("1\n", Origin(key=path)) == []


@pytest.mark.parametrize(("path", "name"), SETTINGS.items())
def test_a_setting_bears_the_name_that_sysctl_gives_it(path: str, name: str) -> None:
    assert [(reading.instance, reading.value) for reading in parse("1\n", Origin(key=path))] == [(name, "1")]


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
