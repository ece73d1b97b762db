"""Which lines of the kernel's log tell of what, and which of them are new."""

from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin
from snapper.collectors.kernel.cmd_dmesg import EVENTS, LogEvent, events, kind_of, parse
from snapper.collectors.kernel.kernel_log import Line, lines_of, new_lines
from snapper.record.recorder import Mask

SAID = [
    ("oom", "Out of memory: Killed process 1234 (java) total-vm:9000000kB, anon-rss:8000000kB"),
    ("oom", "Out of memory (oom_kill_allocating_task): Killed process 1234 (java) total-vm:1kB"),
    ("oom", "Out of memory: Kill process 1234 (java) score 900 or sacrifice child"),
    ("oom_cgroup", "Memory cgroup out of memory: Killed process 77 (node) total-vm:1kB"),
    (
        "page_allocation_failure",
        "kworker/1:1: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL), nodemask=(null)",
    ),
    ("page_allocation_failure", "swapper/0: page allocation failure. order:0, mode:0x20"),
    ("bad_page", "BUG: Bad page state in process cat  pfn:1a2b3"),
    ("swap_error", "Read-error on swap-device (8:16:123456)"),
    ("hung_task", "INFO: task jbd2/sda1-8:321 blocked for more than 120 seconds."),
    ("crash", "node[600]: segfault at 0 ip 000055d0c0 sp 00007ffd error 4 in node[400000+2000]"),
    ("crash", "traps: my app[9] trap invalid opcode ip:401000 sp:7ffd error:0 in app[400000+1000]"),
    ("crash", "traps: python3[42] general protection fault ip:401000 sp:7ffd error:0"),
    ("crash", "nginx[88]: unhandled level 3 translation fault (11) at 0x00000000, esr 0x92000007"),
    ("soft_lockup", "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [dd:4321]"),
    ("hard_lockup", "watchdog: Watchdog detected hard LOCKUP on cpu 2"),
    ("rcu_stall", "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:"),
    ("rcu_stall", "INFO: rcu_sched self-detected stall on CPU"),
    ("rcu_stall", "rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 1-... }"),
    ("workqueue_lockup", "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 35s!"),
    (
        "workqueue_hog",
        "workqueue: output_poll_execute hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND",
    ),
    (
        "clocksource_unstable",
        "clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew",
    ),
    ("clocksource_unstable", "tsc: Marking TSC unstable due to clocksource watchdog"),
    ("perf_slowed", "perf: interrupt took too long (2510 > 2500), lowering kernel.perf_event_max_sample_rate to 79500"),
    ("thermal_throttle", "mce: CPU0: Package temperature above threshold, cpu clock throttled (total events = 12)"),
    ("thermal_throttle", "CPU4: Core temperature/speed above threshold, cpu clock throttled (total events = 1)"),
    ("nmi", "Uhhuh. NMI received for unknown reason 2d on CPU 0."),
    ("nmi", "INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.234 msecs"),
    ("irq_nobody_cared", 'irq 16: nobody cared (try booting with the "irqpoll" option)'),
    ("mce", "mce: [Hardware Error]: Machine check events logged"),
    ("mce", "{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 4"),
    ("edac", "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0)"),
    ("edac", "EDAC MC1: CE page 0x1234, offset 0x0, grain 1, syndrome 0x0, row 0, channel 0"),
    ("memory_failure", "Memory failure: 0x1a2b3: recovery action for dirty LRU page: Recovered"),
    ("pcie_error", "pcieport 0000:00:1c.5: AER: Corrected error received: 0000:03:00.0"),
    ("pcie_error", "pcieport 0000:00:01.0: AER: Multiple Uncorrected (Fatal) error received: id=0008"),
    ("pcie_error", "pcieport 0000:00:1c.5: AER: Correctable error message received from 0000:03:00.0"),
    ("gpu_error", "NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus."),
    ("gpu_error", "i915 0000:00:02.0: [drm] GPU HANG: ecode 9:1:85dffffb"),
    ("oops", "Oops: 0000 [#1] SMP"),
    ("oops", "Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1] PREEMPT SMP NOPTI"),
    ("oops", "general protection fault: 0000 [#3] SMP"),
    ("oops", "Internal error: Oops: 0000000096000004 [#1] SMP"),
    ("warning", "WARNING: CPU: 3 PID: 812 at net/core/dev.c:3001 skb_warn_bad_offload+0xc4/0xe0"),
    ("warning", "WARNING: at fs/inode.c:280 drop_nlink+0x3e/0x50()"),
    ("warning", "WARNING: fs/inode.c:280 at drop_nlink+0x3e/0x50, CPU#1: rm/77"),
    ("warning", "BUG: scheduling while atomic: swapper/0/0/0x00000100"),
    ("denied", 'audit: type=1400 audit(1700000000.123:45): apparmor="DENIED" operation="open" profile="cupsd"'),
    ("denied", 'audit: type=1400 audit(1.1:2): avc:  denied  { read } for  pid=99 comm="httpd" name="x"'),
    ("audit_lost", "audit: backlog limit exceeded"),
    ("suppressed", "net_ratelimit: 1234 callbacks suppressed"),
    ("suppressed", "** 17 printk messages dropped **"),
    ("io_error", "I/O error, dev nvme0n1, sector 2048 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2"),
    ("io_error", "blk_update_request: critical medium error, dev sdb, sector 123456 op 0x0:(READ) flags 0x0"),
    ("io_error", "end_request: I/O error, dev sda, sector 2048"),
    ("disk_timeout", "nvme nvme0: I/O 123 QID 4 timeout, aborting"),
    (
        "disk_timeout",
        "nvme nvme0: I/O tag 5 (1005) opcode 0x2 (I/O Cmd) QID 1 timeout, aborting req_op:READ(0) size:4096",
    ),
    ("disk_timeout", "ata1.00: exception Emask 0x0 SAct 0x800 SErr 0x0 action 0x6 frozen"),
    ("disk_timeout", "sd 0:0:0:0: [sda] tag#12 FAILED Result: hostbyte=DID_TIME_OUT driverbyte=DRIVER_OK cmd_age=30s"),
    ("disk_reset", "ata1: hard resetting link"),
    ("disk_reset", "nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff"),
    ("disk_reset", "sd 2:0:0:0: attempting task abort!scmd(0x00000000abcd), outstanding for 30028 ms"),
    ("disk_offline", "sd 2:0:0:0: Device offlined - not ready after error recovery"),
    ("disk_offline", "sd 2:0:0:0: rejecting I/O to offline device"),
    ("raid_failure", "md/raid1:md0: Disk failure on sdb1, disabling device."),
    ("path_failure", "device-mapper: multipath: 253:3: Failing path 8:32."),
    ("fs_error", "EXT4-fs error (device sda1): ext4_lookup:1789: inode #2: comm ls: deleted inode referenced: 12"),
    ("fs_error", "XFS (sdb1): Metadata corruption detected at xfs_agf_verify+0xd3/0x1b0, xfs_agf block 0x1"),
    ("fs_error", 'XFS (dm-0): metadata I/O error in "xfs_trans_read_buf_map" at daddr 0x2 len 1 error 5'),
    ("fs_error", "BTRFS error (device sdc): bdev /dev/sdc errs: wr 0, rd 0, flush 0, corrupt 1, gen 0"),
    ("fs_error", "BTRFS: error (device sda2) in btrfs_commit_transaction:2418: errno=-5 IO failure"),
    ("fs_error", "Buffer I/O error on dev sda1, logical block 5, lost async page write"),
    ("fs_readonly", "EXT4-fs (sda1): Remounting filesystem read-only"),
    ("fs_readonly", "BTRFS info (device sdc): forced readonly"),
    (
        "fs_readonly",
        "XFS (sdb1): Corruption of in-memory data (0x8) detected at xfs_defer (a.c:1).  Shutting down filesystem.",
    ),
    ("server_not_responding", "nfs: server 192.0.2.7 not responding, still trying"),
    ("server_not_responding", "CIFS: VFS: \\\\files has not responded in 180 seconds. Reconnecting..."),
    ("link_down", "igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Down"),
    ("link_down", "mlx5_core 0000:03:00.0 eth2: Link down"),
    ("link_down", "r8169 0000:02:00.0 enp2s0: Link is Down"),
    ("link_up", "e1000e 0000:00:1f.6 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx"),
    ("tx_timeout", "e1000e 0000:00:1f.6 eth0: NETDEV WATCHDOG: CPU: 2: transmit queue 0 timed out 5120 ms"),
    ("tx_timeout", "NETDEV WATCHDOG: eth0 (igb): transmit queue 3 timed out"),
    ("conntrack_full", "nf_conntrack: nf_conntrack: table full, dropping packet"),
    ("conntrack_full", "ip_conntrack: table full, dropping packet."),
    ("neighbour_overflow", "neighbour: arp_cache: neighbor table overflow!"),
    ("neighbour_overflow", "Neighbour table overflow."),
    ("route_cache_full", "Route cache is full: consider increasing sysctl net.ipv6.route.max_size."),
    ("firewall_log", "DROP: IN=eth0 OUT= MAC=02:00:00:00:00:01 SRC=192.0.2.9 DST=192.0.2.1 LEN=60"),
    ("syn_flood", "TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:443. Sending cookies."),
    ("syn_flood", "possible SYN flooding on port 80. Sending cookies."),
    ("tcp_memory", "TCP: out of memory -- consider tuning tcp_mem"),
    ("tcp_memory", "TCP: too many orphaned sockets"),
    ("fork_rejected", "cgroup: fork rejected by pids controller in /system.slice/batch.service"),
    ("file_max", "VFS: file-max limit 9223372 reached"),
]
NOTHING = [
    "Linux version 6.1.0-28-amd64 (builder@example) (gcc-12) #1 SMP",
    "EXT4-fs (vda): mounted filesystem with ordered data mode. Quota mode: none.",
    "XFS (loop1): Please unmount the filesystem and rectify the problem(s)",
    "ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)",
    "ata2: SATA link down (SStatus 0 SControl 300)",
    "pcieport 0000:00:01.0: pciehp: Slot(1): Link Down",
    "IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready",
    "operation not supported error, dev loop0, sector 0 op 0x9:(WRITE_ZEROES) flags 0x800 phys_seg 0",
    "mce: CPU0: Package temperature/speed normal",
    "EDAC MC: Ver: 3.0.0",
    "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.",
    "rcu: Hierarchical RCU implementation.",
    "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,task=java,pid=1234,uid=0",
    "nvme nvme0: 8/0/0 default/read/poll queues",
    "workqueue: Round-robin CPU selection forced, expect performance impact",
    "Memory: 4096000K/8192000K available",
]
BEFORE = "<6>[    1.000000] one\n<6>[    2.000000] two\n<6>[    3.000000] three\n"


@pytest.mark.parametrize(("name", "text"), SAID)
def test_the_kernels_words_are_known(name: str, text: str) -> None:
    kind = kind_of(Line(1.0, 3, text))

    assert kind is not None
    assert kind.name == name
    assert kind.word in text


def test_every_kind_has_an_example() -> None:
    assert {kind.name for kind in EVENTS} == {name for name, _ in SAID}


@pytest.mark.parametrize("text", NOTHING)
def test_what_tells_of_no_trouble_is_not_taken_for_any(text: str) -> None:
    assert kind_of(Line(1.0, 6, text)) is None


def test_what_a_program_wrote_into_the_log_is_not_the_kernels() -> None:
    quoted = "<14>[    9.000000] app: Out of memory: Killed process 7 (java)\n"

    assert events("", quoted) == []
    assert {reading.value for reading in parse(quoted, Origin())} == {0}


@pytest.mark.parametrize("text", ["", "\n"])
def test_an_empty_log_counts_nothing_at_all(text: str) -> None:
    assert list(parse(text, Origin())) == []


@pytest.mark.parametrize(
    ("after", "new"),
    [
        (BEFORE, []),
        (f"{BEFORE}<6>[    4.000000] four\n", ["four"]),
        ("<6>[    3.000000] three\n<6>[    4.000000] four\n", ["four"]),
        ("<6>[    7.000000] seven\n<6>[    8.000000] eight\n", ["seven", "eight"]),
        ("", []),
        (f"{BEFORE}<6>[    4.000000] four\nsecond line\n", ["four", "second line"]),
    ],
)
def test_what_is_new_is_what_comes_behind_what_both_have(after: str, new: list[str]) -> None:
    assert [line.text for line in new_lines(BEFORE, after)] == new


def test_a_log_that_was_cleared_before_has_only_new_lines() -> None:
    assert [line.text for line in new_lines("", BEFORE)] == ["one", "two", "three"]


def test_equal_lines_of_one_moment_are_told_apart_by_their_place() -> None:
    line = "<3>[    5.000000] I/O error, dev sda, sector 8\n"

    assert events(line * 2, line * 3) == [LogEvent(5.0, "io_error", "I/O error, dev sda, sector 8")]


def test_without_times_the_order_tells_what_is_new() -> None:
    before, after = "<6>a\n<6>b\n", "<6>b\n<4>Out of memory: Killed process 1 (x)\n"

    assert events(before, after) == [LogEvent(None, "oom", "Out of memory: Killed process 1 (x)")]


def test_a_masked_line_that_differs_between_the_print_outs_does_not_make_all_the_log_new() -> None:
    after = "<6>[    1.000000] one [masked]\n<6>[    3.000000] three\n<4>[    4.000000] TCP: out of memory -- more\n"

    assert [event.name for event in events(BEFORE, after)] == ["tcp_memory"]


def test_events_of_the_window_are_told_with_their_time() -> None:
    after = (
        f"{BEFORE}<4>[   90.500000] [  T412] INFO: task x:412 blocked for more than 120 seconds.\n<6>[   91.000000] y\n"
    )

    assert events(BEFORE, after) == [LogEvent(90.5, "hung_task", "INFO: task x:412 blocked for more than 120 seconds.")]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("<6>[    0.500000] text", Line(0.5, 6, "text")),
        ("<6>[    0.500000][    T1] text", Line(0.5, 6, "text")),
        ("<6>[    0.500000] [    C0] text", Line(0.5, 6, "text")),
        ("<30>[12345.500000] app: text", Line(12345.5, 30, "app: text")),
        ("[    0.500000] text", Line(0.5, None, "text")),
        ("<6>text [#1]", Line(None, 6, "text [#1]")),
        ("<6>[    0.500000]", Line(0.5, 6, "")),
    ],
)
def test_each_form_of_a_line_is_read(row: str, line: Line) -> None:
    assert lines_of(f"{row}\n") == [line]


def test_a_secret_of_the_boot_loader_is_masked_and_the_line_is_still_read() -> None:
    text = b"<6>[    0.000000] Kernel command line: ro rd.db_password=hunter2 quiet\n"

    masked, count = Mask()(text)

    assert count == 1
    assert [line.text for line in lines_of(masked.decode())] == [
        "Kernel command line: ro rd.db_password=[masked] quiet"
    ]


def test_the_rest_of_a_line_whose_beginning_was_overwritten_is_passed_over() -> None:
    assert [line.text for line in lines_of("of a lost line\n<6>[    1.000000] whole\n")] == ["of a lost line", "whole"]
