"""Two sources that say the same thing agree, here and now: a tool's own figure lies between two readings of /proc.

Counters only grow, so what a tool prints lies between the reading before it and the one after. What can
move both ways is compared where nothing else moves it: in a process or a namespace of our own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapper.collectors import Origin, all_collectors
from snapper.record.plan import Command
from snapper.record.recorder import ENVIRONMENT, SocketTable, Tree

Said = dict[str, float | str]


def said(source: str, text: str, key: str = "") -> Said:
    origin = Origin(key=key, page_size=os.sysconf("SC_PAGE_SIZE"), clock_ticks=os.sysconf("SC_CLK_TCK"))
    found = all_collectors()[source].parse(text, origin)
    return {f"{name}[{instance}]" if instance else name: value for name, value, instance in found}


def read(source: str, path: str, key: str = "") -> Said:
    return said(source, Path(path).read_text(encoding="utf-8"), key)


def told(*argv: str) -> str:
    """What a tool prints; skips where there is no such tool."""
    if shutil.which(argv[0], path=ENVIRONMENT["PATH"]) is None:
        pytest.skip(f"no {argv[0]} here")
    return subprocess.run(argv, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout


def asked(source: str, **filled: str) -> Said:
    """What a source's own command says, read by its own parser."""
    command = all_collectors()[source].read
    assert isinstance(command, Command)
    argv = [word.format(**filled) if "{" in word else word for word in command.argv]
    return said(source, told(*argv))


def numbers(found: Said, names: dict[str, str]) -> dict[str, float]:
    return {ours: float(found[theirs]) for theirs, ours in names.items()}


def test_free_and_meminfo() -> None:
    names = {
        "free.total[Mem]": "meminfo.MemTotal",
        "free.buffers[Mem]": "meminfo.Buffers",
        "free.available[Mem]": "meminfo.MemAvailable",
        "free.free[Mem]": "meminfo.MemFree",
        "free.shared[Mem]": "meminfo.Shmem",
    }
    before = read("proc.meminfo", "/proc/meminfo")
    theirs = numbers(asked("cmd.free"), names)
    after = read("proc.meminfo", "/proc/meminfo")

    assert theirs["meminfo.MemTotal"] == before["meminfo.MemTotal"]
    # Other programs of this host take and give memory at any moment: some hundred MiB at most between two lines.
    slack = 0.02 * float(before["meminfo.MemTotal"])
    for name, value in theirs.items():
        low, high = sorted((float(before[name]), float(after[name])))
        assert low - slack <= value <= high + slack, name


def test_vmstat_and_proc_stat() -> None:
    lines = {"CPU context switches": "stat.ctxt", "interrupts": "stat.intr", "forks": "stat.processes"}
    paging = {"pages swapped in": "vmstat.pswpin", "pages swapped out": "vmstat.pswpout"}

    before = read("proc.stat", "/proc/stat") | read("proc.vmstat", "/proc/vmstat")
    summary = told("vmstat", "-s")
    after = read("proc.stat", "/proc/stat") | read("proc.vmstat", "/proc/vmstat")

    counts = {words: int(number) for number, _, words in (row.strip().partition(" ") for row in summary.splitlines())}
    for words, name in (lines | paging).items():
        assert float(before[name]) <= counts[words] <= float(after[name]), words


def test_iostat_and_diskstats() -> None:
    def sectors() -> Said:
        return read("proc.diskstats", "/proc/diskstats")

    before = sectors()
    report = json.loads(told("iostat", "-d", "-k", "-o", "JSON"))
    after = sectors()

    disks = report["sysstat"]["hosts"][0]["statistics"][0]["disk"]
    compared = 0
    for disk in disks:
        for theirs, ours in (("kB_read", "read_sectors"), ("kB_wrtn", "write_sectors")):
            name = f"diskstats.{ours}[{disk['disk_device']}]"
            if name in before:
                assert float(before[name]) // 1024 <= disk[theirs] <= float(after[name]) // 1024 + 1, name
                compared += 1
    assert compared or not any(name.startswith("diskstats.") for name in before)


def test_mpstat_and_proc_stat() -> None:
    """What mpstat saw in its two seconds is part of what /proc/stat grew by in the time around them."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as burner:
        try:
            began, before = time.monotonic(), read("proc.stat", "/proc/stat")
            theirs = asked("cmd.mpstat", interval="2", count="1")
            after, ended = read("proc.stat", "/proc/stat"), time.monotonic()
        finally:
            burner.kill()
    cpus = os.cpu_count() or 1
    grown = float(after["stat.cpu.user"]) - float(before["stat.cpu.user"])
    seen = float(theirs["mpstat.usr"]) * 2 * cpus
    around = (ended - began - 2) * cpus
    jiffies = 0.05 * cpus  # the counters step by a hundredth of a second, and two seconds are a little more

    assert grown - around - jiffies <= seen <= grown + jiffies
    assert seen > 0.4


def test_nstat_and_snmp() -> None:
    names = {
        "TcpInSegs": "snmp.Tcp.InSegs",
        "IpInReceives": "snmp.Ip.InReceives",
        "UdpInDatagrams": "snmp.Udp.InDatagrams",
    }
    before = read("proc.net.snmp", "/proc/net/snmp")
    theirs = asked("cmd.nstat")
    after = read("proc.net.snmp", "/proc/net/snmp")

    for name, ours in names.items():
        assert float(before[ours]) <= float(theirs[f"nstat.counter[{name}]"]) <= float(after[ours]), name


@pytest.fixture
def connected() -> Iterator[list[socket.socket]]:
    """Twenty connections on loopback, and their listener."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ends = []
        for _ in range(20):
            ends.append(socket.create_connection(listener.getsockname()))
            ends.append(listener.accept()[0])
        yield [listener, *ends]
        for end in ends:
            end.close()


def test_ss_and_proc_net_tcp(connected: list[socket.socket]) -> None:
    port = connected[0].getsockname()[1]

    lines = Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
    ours = [line.split() for line in lines if f":{port:04X}" in line]
    states = [fields[3] for fields in ours]
    listening = [line for line in told("ss", "-H", "-O", "-n", "-t", "-a").splitlines() if f":{port}" in line]
    found = said("cmd.ss", "".join(f"tcp   {line}\n" for line in listening))

    assert states.count("01") == found["ss.sockets[tcp ESTAB]"] == 40
    assert states.count("0A") == found["ss.sockets[tcp LISTEN]"] == 1


def test_ss_and_what_the_kernel_tells_the_recorder(connected: list[socket.socket]) -> None:
    port = connected[0].getsockname()[1]
    try:
        text, _ = SocketTable(Tree("/")).read(0)
    except OSError as error:
        pytest.skip(f"the kernel does not tell: {error}")

    theirs = told("ss", "-H", "-O", "-n", "-t", "-u", "-a", "-p", "-i", "-m")

    listening = [
        [line.split()[1:8] for line in each.splitlines() if " LISTEN " in line and f":{port} " in line]
        for each in (theirs, text)
    ]
    assert listening[0] == listening[1]
    assert len(listening[0]) == 1
    assert f"tcp ESTAB 0 0 *:{port} 127.0.0.1:* sockets:20\n" in text


def test_df_and_statvfs() -> None:
    theirs = asked("cmd.df")
    mounts = {name.partition("[")[2].rstrip("]") for name in theirs if name.startswith("df.size")}
    assert mounts
    for mount in mounts:
        status = os.statvfs(mount)
        assert theirs[f"df.size[{mount}]"] == status.f_blocks * status.f_frsize
        if f"df.itotal[{mount}]" in theirs:
            assert theirs[f"df.itotal[{mount}]"] == status.f_files
        free = status.f_bavail * status.f_frsize
        assert float(theirs[f"df.avail[{mount}]"]) == pytest.approx(free, abs=0.02 * status.f_blocks * status.f_frsize)


def test_pmap_and_smaps() -> None:
    """Of a process that sleeps, so that nothing of it changes between the two."""
    with subprocess.Popen([sys.executable, "-c", "import sys; print(1, flush=True); sys.stdin.read()"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as sleeper:  # fmt: skip
        assert sleeper.stdout is not None
        sleeper.stdout.readline()
        pid = str(sleeper.pid)
        theirs = asked("cmd.pmap", pid=pid)
        rollup = read("proc.pid.smaps_rollup", f"/proc/{pid}/smaps_rollup", pid)
        smaps = Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8")
    resident = sum(int(line.split()[1]) * 1024 for line in smaps.splitlines() if line.startswith("Rss:"))
    rss = sum(float(value) for name, value in theirs.items() if name.startswith("pmap.rss"))
    pss = sum(float(value) for name, value in theirs.items() if name.startswith("pmap.pss"))

    assert rss == resident
    # smaps rounds each mapping's share down to a KiB, the rollup their sum.
    assert pss == pytest.approx(float(rollup["proc.pss"]), abs=1024 * len(smaps.splitlines()) / 20)
