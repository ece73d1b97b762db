"""Profiles made up: so many samples of each stack, spread over a window as a seed has it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from snapper.analyze.stacks import Taken
from snapper.collectors.programs.perf_samples import Frame, Sample

IDLE = "swapper"
SECONDS = 30.0

Weights = Mapping[str, float]
"""Stack, outermost first, parts by ";" and the kernel's functions with "k:" before them → samples, on average."""

BEFORE: Weights = {
    "orders;main;handle;parse": 300, "orders;main;handle;checksum": 150,
    "orders;main;handle;write;k:do_syscall_64;k:vfs_write": 120, "orders;main;handle;write;k:do_syscall_64": 40,
    "nginx;main;ngx_worker;ngx_http": 90, "nginx;main;ngx_worker;k:do_syscall_64;k:tcp_sendmsg": 60,
    "kworker/0:1-events;k:ret_from_fork;k:kthread;k:worker_thread": 15, "swapper;k:do_idle;k:default_idle": 1500,
}  # fmt: skip
AFTER: Weights = {**BEFORE, "orders;main;handle;checksum": 700, "swapper;k:do_idle;k:default_idle": 950}


def frame(part: str) -> Frame:
    if part.startswith("k:"):
        return Frame(part[2:], "[kernel.kallsyms]", kernel=True)
    return Frame(part, "orders" if part in {"main", "handle"} else "lib.so.1", kernel=False)


def taken_of(weights: Weights, *, seed: int = 0, bursts: float = 0.0, cut: bool = False) -> Taken:
    """Draw a profile.

    Args:
        weights: What was sampled.
        seed: Of the draw.
        bursts: 0 for a load that is even; 1 for one where each second has from nothing to twice as much.
        cut: Whether it is told that more was sampled.
    """
    draw = np.random.default_rng(seed)
    found = []
    for stack, weight in weights.items():
        comm, *parts = stack.split(";")
        frames = tuple(map(frame, parts))
        for second in range(int(SECONDS)):
            here = weight / SECONDS * (1 + bursts * draw.uniform(-1, 1))
            times = 1000 + second + draw.random(draw.poisson(here))
            found += [Sample(comm, 0 if comm == IDLE else 100 + len(comm), at, frames) for at in times.tolist()]
    found.sort(key=lambda sample: sample.seconds)
    return Taken(samples=found, cut=cut, own=frozenset())
