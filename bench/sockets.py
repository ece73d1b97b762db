"""What it costs to look at 100,000 sockets: in a network namespace of its own, on its loopback.

`ss` tells of each socket and is what the recorder runs where there are few. Where there are many it asks the kernel
itself (sock_diag), and what it may take for that is bounded.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from footprint import RECORD
from running import Running, pipe
from snapper.collectors import all_collectors
from snapper.collectors.network.cmd_ss import MOST
from snapper.record.plan import File, Read, plan_of

SOCKETS = 100_000
HELD = 16_000  # by one process, within the usual limit of descriptors; each half has a listener of its own
HOLDER = """
import resource, socket, sys, time
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
held = []
for _ in range(int(sys.argv[1])):
    held += [socket.create_connection(listener.getsockname()), listener.accept()[0]]
print(len(held), flush=True)
time.sleep(300)
"""


def rows() -> Iterator[str]:
    """Lines of the table; one line where there is no namespace to be had."""
    unshare = shutil.which("unshare")
    if os.geteuid() or not unshare:
        yield "Skipped: a network namespace of one's own needs root and unshare (util-linux)."
        return
    done = subprocess.run((unshare, "--net", sys.executable, __file__), check=False, capture_output=True, text=True)
    yield done.stdout.rstrip() if done.returncode == 0 else f"Skipped: {done.stderr.strip().splitlines()[-1]}"


def main() -> None:
    """Inside the namespace: open the sockets, look at them, print the table."""
    subprocess.run(("ip", "link", "set", "lo", "up"), check=True)
    print("| sockets | CPU ms a read, recorder and tool | what is told |\n|---:|---:|---|")
    holders: list[subprocess.Popen[bytes]] = []
    made = 0
    for wanted in (0, MOST - 500, SOCKETS):
        while made < wanted:
            some = min(HELD, wanted - made) // 2 * 2
            holders.append(holder(some))
            made += some
        print(looked_at(made), flush=True)
    for one in holders:
        one.kill()
        one.wait()


def holder(sockets: int) -> subprocess.Popen[bytes]:
    """A process that holds pairs of connected sockets until it is killed, or a few minutes are over."""
    process = subprocess.Popen((sys.executable, "-c", HOLDER, str(sockets // 2)), stdout=subprocess.PIPE)
    if not pipe(process.stdout).readline():
        sys.exit("the sockets could not be opened")
    return process


def looked_at(sockets: int) -> str:
    """A line of the table: the cost of the sources of sockets, less that of a recorder without them."""
    few: list[tuple[str, Read]] = [("proc.net.sockstat", File(path="proc/net/sockstat"))]
    every = [*few, ("cmd.ss", all_collectors()["cmd.ss"].read)]
    floor, _ = recorded(few)
    cost, end = recorded(every)
    told = end["coverage"]["cmd.ss"]
    reads = max(1, int(told["reads"]))
    spent = max(0.0, cost - floor) * 1e3 / reads
    return f"| {sockets:,} | {spent:.0f} | {told['status']}: {told['why'] or 'each socket'} |"


def recorded(reads: list[tuple[str, Read]]) -> tuple[float, dict[str, dict[str, dict[str, str]]]]:
    """CPU seconds of a recording, the median of three, and what its last frame says."""
    plan = json.dumps(plan_of(reads, interval=0.1, duration=0.1)).encode()
    with tempfile.TemporaryDirectory() as folder:
        spools = [Path(folder) / f"spool{number}" for number in range(3)]
        costs = [Running(RECORD, spool, stdin=plan).wait().cpu for spool in spools]
        data = spools[0].read_bytes()
    return statistics.median(costs), json.loads(data[data.rindex(b'{"ended"') :])


if __name__ == "__main__":
    main()
