"""A host whose every name is known, as the reads that give them away."""

from __future__ import annotations

from snapper.archive.read import Read
from tests.archive import spools
from tests.record.running import stat_line

KEY = b"a key of the tests, long enough"
NAMES = [
    "gaffelbit", "10.81.7.33", "172.20.9.9", "203.0.113.77", "2a02:8071:91::5", "00:1b:21:aa:bb:cc", "hildegard",
    "zwirnwerk", "quastenflosser", "buntspecht", "kabeljau", "auerochse", "murmeltier", "gaffelbit.zwirnwerk.com",
    "4f2a91c0d3e4b5a697886950413223144f2a91c0d3e4b5a69788695041322314",
]  # fmt: skip
CONTAINER = NAMES[-1]


def planted() -> list[Read]:
    """Reads of a host with a name, a user with a home, and programs of its own."""
    told = {
        ("proc.pid.stat", "41"): stat_line(41, comm="buntspecht-work"),
        ("proc.pid.status", "41"): "Name:\tbuntspecht-work\nVmRSS:\t 12 kB\n",
        ("proc.pid.cmdline", "41"): "/srv/zwirnwerk/bin/buntspecht-worker\0--listen=10.81.7.33:8080\0--size\00064\0",
        ("proc.pid.stat", "42"): stat_line(42, comm="python3"),
        ("proc.pid.cmdline", "42"): "/usr/bin/python3\0/home/hildegard/kabeljau.py\0auerochse\0",
        ("proc.pid.cgroup", "41"): f"0::/system.slice/quastenflosser.service/docker-{CONTAINER}.scope\n",
        ("sys.cgroup.cpu", "system.slice/quastenflosser.service/cpu.stat"): "usage_usec 5\n",
        ("cmd.ss", ""): 'tcp ESTAB 0 0 10.81.7.33:443 203.0.113.77:999 users:(("buntspecht-work",pid=41,fd=3))\n'
        "tcp ESTAB 0 0 [2a02:8071:91::5]:22 [2a02:8071:91::6]:999\n",
        ("cmd.ip.addr", ""): '[{"address":"00:1b:21:aa:bb:cc","local":"172.20.9.9","prefixlen":24}]',
        ("proc.mounts", ""): "gaffelbit:/export/auerochse /srv/murmeltier nfs4 rw,addr=10.81.7.33 0 0\n",
        ("statvfs", "/srv/murmeltier"): "f_bsize 4096\n",
        ("cmd.dmesg", ""): "<6>[1.0] Out of memory: Killed process 41 (buntspecht-work) of hildegard on gaffelbit\n",
        ("cmd.journal", ""): "gaffelbit murmeltier: anything at all\n",
        ("proc.sys", "kernel/hostname"): "gaffelbit\n",
    }
    return [
        spools.tick(0),
        *(
            Read(source, key, spools.BOOTTIME + at, 1, "ok", text.encode())
            for at, ((source, key), text) in enumerate(told.items())
        ),
    ]
