"""Every recorded case is read by a source of ours, or stands here with the reason why not."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.collectors.corpus_cases import Case, Outcome, cases, outcome


class Unread(NamedTuple):
    """Cases of which we read nothing; patterns."""

    came_to: str
    category: str
    name: str
    why: str
    says: str = "*"
    """How the refusal puts it."""


def no_source(why: str, *categories: str, name: str = "*") -> list[Unread]:
    return [Unread("no source", category, name, why) for category in categories]


def refused(category: str, name: str, why: str, says: str = "*") -> Unread:
    return Unread("refused", category, name, why, says)


def nothing(category: str, name: str, why: str) -> Unread:
    return Unread("nothing to say", category, name, why)


UNREAD = [
    *no_source("neighbours, addresses and routes come of `ip -j`", "arp", "ifconfig", "route", "proc/net_arp"),
    *no_source("routes and neighbours come of `ip -j`", "proc/net_route", "proc/net_ipv6_route"),
    *no_source("groups and taps of an interface, of which none is a load", "proc/net_dev_mcast", "proc/net_igmp*"),
    *no_source("single sockets come of ss", "proc/net_tcp", "proc/net_netlink", "proc/net_packet", "proc/net_sctp"),
    *no_source("queues of packets that a program judges, of which each is one program's", "proc/net_nfnetlink_queue"),
    *no_source("lsblk tells of file systems and sizes", "blkid", "losetup", "parted", "proc/partitions"),
    *no_source("/proc/scsi/scsi and sysfs are read", "lsscsi", "systool", "proc/cciss"),
    *no_source("the kernel's own counters are read", "cifsiostat", "tapestat", "sadf", "slabtop", "top", "pmrep"),
    *no_source("the kernel's own files are read", "cpupower", "ipcs", "swapon", "uptime"),
    *no_source("single mappings are of pmap, and their sum of smaps_rollup", "proc/pid_smaps"),
    *no_source("descriptors are counted, not told one by one", "lsof", "proc/pid_fdinfo"),
    *no_source("environments hold secrets", "env", "proc/pid_environ"),
    *no_source("users and what they did last are no load of the host", "w", "who"),
    *no_source("walks whole file systems", "du", "repquota"),
    *no_source("the clock is the recorder's own", "date", "getconf"),
    *no_source("the cost of one command, which somebody has to run", "time"),
    *no_source("captures packets", "iftop"),
    *no_source("of one vendor's hardware or driver", "proc/powerpc", "teamd", "vdo"),
    *no_source("lsmem is asked, which reads this tree", "lsmem-root"),
    *no_source("a cluster's file system, read by traces", "root-gfs2"),
    *no_source("files of Docker's own: cmd.docker asks it", "root-containers"),
    *no_source("of a module outside the kernel", "root-storage", name="pcp/vdo-*"),
    *no_source("nothing of it is a resource's", "proc/consoles", "proc/crypto", "proc/keys", "proc/tty", "sys/class"),
    *no_source("addresses that the kernel gave to its modules", "proc/vmallocinfo"),
    *no_source("since Linux 5.18 it is always full", "proc/sys_kernel", name="*entropy_avail*"),
    *no_source("/proc/PID/cgroup tells who is where", "cgroup/cgroup.procs"),
    *no_source("of the host the nodes are told, not of each group", "cgroup/memory.numa_stat"),
    *no_source("a count of values by `uniq -c`, no file of the kernel", "sys/cgroup", name="*UNIQ*"),
    nothing("iostat", "*", "the report since boot alone, and nothing of a window"),
    nothing("vmstat", "*", "the report since boot alone, and nothing of a window"),
    nothing("pidstat", "*-TCHILD*", "children that ended, since their start"),
    nothing("pidstat", "sysstat/out-e.pidstat-C", "no process matched"),
    nothing("dmidecode", "*", "no memory device: other types alone, or no table"),
    nothing("sar", "*-I", "interrupts, which /proc/interrupts tells by who raises them"),
    nothing("sar", "*-m-freq", "clocks of each CPU, weighted by time"),
    nothing("sar", "*-sigint", "clocks of CPUs"),
    nothing("sar", "*-CPUoffon", "single CPUs, without the line of all"),
    nothing("ps", "*", "columns of other arguments, of which none is ours"),
    nothing("lsblk", "*NO_TYPE_DATA", "without the column TYPE, of which ours are"),
    nothing("mdadm", "*examine-container1", "of a container, no array"),
    nothing("proc/interrupts", "*NO_INTERRUPTS", "a heading and no line"),
    nothing("proc/mdstat", "insights/*", "no array"),
    nothing("proc/scsi", "*HAS_ONLY_HEADER", "no disk"),
    refused("iostat", "*", "without -x, of which the waits are", "*lacks extended statistics*"),
    refused("iostat", "*human*", "units for people, cut off", "*numbers without units*"),
    refused("vmstat", "*", "another view: -s, -d, -D, -m", "*expected headings 'r b swpd free*"),
    refused("mpstat", "*", "another view: interrupts or nodes", "*printed no CPU times*"),
    refused("netstat", "*", "another view than -s", "*as netstat -s prints them*"),
    refused("netstat", "*-PROC_NETSTAT_4", "a value more than names"),
    refused("sar", "*", "without averages: a view of moments, or nothing but a restart", "*begins with 'Average:'*"),
    refused("sar", "*-jSID", "units for people, cut off", "*expected a number, read '0.0k'*"),
    refused("sar", "*-x2", "units for people, cut off", "*expected a number, read '3.7%'*"),
    refused("iptables", "*", "a table for people, where iptables-save is asked", "iptables-save*"),
    refused("lspci", "*", "a line for each device, where -vmm is asked for", "lspci -vmmnnk*"),
    refused("nvidia-smi", "*", "other questions, or without the heading", "*a heading that begins with*"),
    refused("ip", "*", "text, where JSON is asked for", "*is no JSON*"),
    refused("ethtool", "*", "a complaint, a name of a file, or a view that is not asked for", "ethtool printed no*"),
    refused("mount", "*", "a print-out of mount(8); the kernel's own list is read", "*expected six fields*"),
    refused("free", "*-h", "units for people, cut off", "*of free -b*"),
    refused("pidstat", "*", "units for people, cut off", "*numbers without units*"),
    refused("ps", "*busybox*", "units for people, cut off", "*whole numbers*"),
    refused("ps", "*_BAD", "cut off in its second row", "*11 columns*"),
    refused("df", "jc/*-h", "units for people, cut off"),
    refused("df", "*_BAD_BS", "damaged: blocks of 1a"),
    refused("lsblk", "*", "a tree for people", "*expected JSON or*"),
    refused("lvm", "*", "columns for people, or a warning alone", "*expected JSON or*"),
    refused("dmsetup", "*EXAMPLES", "dmsetup info, not status"),
    refused("mdadm", "*PLATFORM*", "of the controller, no array"),
    refused("zpool", "*iostat*", "rates since boot, of another command"),
    refused("lsmod", "*", "a print-out of lsmod; the kernel's own list is read"),
    refused("containers", "*IMAGES*", "images, of which none need be in use"),
    refused("containers", "*INVALID*", "broken on purpose"),
    refused("dmesg", "*kmsg*", "records of /dev/kmsg, which dmesg reads and does not print"),
    refused("journalctl", "*HEADER*", "the header of the journal's files, not what is written there"),
    refused("sysctl", "*INITRAMFS*", "several files with headings between them"),
    refused("systemctl", "*", "properties without the unit's name, or no list"),
    refused("uname", "*", "one word, three, or the command itself above it"),
    refused("proc/bonding", "*CORRUPT", "broken on purpose"),
    refused("proc/cpuinfo", "*CPUINFO", "the command itself stands above it"),
    refused("proc/interrupts", "*INVALID*", "no heading of CPUs"),
    refused("proc/mdstat", "*UPSTRING*", "a line out of the middle"),
    refused("proc/meminfo", "psutil/*", "made up: a number of huge pages in kB, which no kernel prints"),
    refused("proc/mountinfo", "*_ERR?", "a message of wc"),
    refused("proc/net_snmp", "insights/*", "lines that do not go in pairs"),
    refused("proc/pid_limits", "*_ERR", "a message of cat"),
    refused("proc/scsi", "*device_info", "another file of /proc/scsi"),
    refused("sys/*", "insights/*", "broken on purpose", "*a whole number*"),
    refused("sys/mm", "*_EMPTY", "broken on purpose", "*should be a number, or words*"),
    refused("cgroup/cpu.stat", "*parse_failure*", "broken on purpose"),
    refused("resctrl/mode", "*", "broken on purpose", "*invalid_mode*"),
    refused("root-small", "gopsutil/cpu-times_empty", "an empty file"),
]


@pytest.fixture(scope="module")
def outcomes(corpus: Path) -> list[tuple[Case, Outcome]]:
    return [(case, outcome(case)) for case in cases(corpus).values()]


def reasons(case: Case, found: Outcome) -> list[Unread]:
    told = (found.came_to, case.category, case.name)
    return [
        one
        for one in UNREAD
        if all(fnmatchcase(text, pattern) for text, pattern in zip(told, one[:3], strict=True))
        and fnmatchcase(found.refusal, one.says)
    ]


def test_every_case_is_read_or_listed_with_one_reason(outcomes: list[tuple[Case, Outcome]]) -> None:
    unread = [(case, found) for case, found in outcomes if not found.read]

    assert [(case.name, found) for case, found in unread if len(reasons(case, found)) != 1] == []
    used = {one for case, found in unread for one in reasons(case, found)}
    assert [one for one in UNREAD if one not in used] == []


def test_how_many_cases_are_read(outcomes: list[tuple[Case, Outcome]]) -> None:
    assert len(outcomes) == 1113
    assert Counter(found.came_to for _, found in outcomes) == {
        "read": 560,
        "refused": 282,
        "no source": 145,
        "nothing to say": 126,
    }
