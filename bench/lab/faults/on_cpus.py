"""What goes wrong with CPUs, tasks and who runs when."""

from __future__ import annotations

import os
from typing import Final

from lab.faults.metrics import CPU, FAULTS_OF_PAGES, FORKS, SWITCHES, WAITING
from lab.truth import Fault, Truth

CRUNCH: Final = Truth(metrics=(*CPU, *WAITING), resource="cpu", program="crunch", effects=("stat.ctxt", "softirqs.*"))
BATCH_SCHEDULED: Final = Truth(
    metrics=("proc.nice", "proc.policy", "proc.Cpus_allowed_list"),
    resource="program",
    program="batch",
    effects=("stat.cpu.nice", "cpu.nice", *WAITING),
)
DEARER: Final = Truth(
    metrics=("proc.cpu", "proc.utime", "proc.stime", "proc.run_time"),
    resource="program",
    program="service",
    effects=(*CPU, *WAITING),
)
"""The service takes more CPU for the same work: too little to be sure to show in that of the host."""


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(name="cpu-hog", kind="cpu", loads=(("crunch",),), truth=CRUNCH),
    Fault(
        name="cpu-saturated",
        kind="cpu",
        loads=(("crowd", "4"),),
        truth=Truth(
            metrics=(*CPU, *WAITING), resource="cpu", program="crowd", effects=(*SWITCHES, "softirqs.*", "proc.*")
        ),
    ),
    Fault(name="dearer-5", kind="dearer", service={"work": 1.05}, truth=DEARER, ticks=60),
    Fault(name="dearer-10", kind="dearer", service={"work": 1.10}, truth=DEARER),
    Fault(name="dearer-10-long", kind="dearer", service={"work": 1.10}, truth=DEARER, ticks=60),
    Fault(name="dearer-20", kind="dearer", service={"work": 1.20}, truth=DEARER),
    Fault(
        name="throttled",
        kind="scheduled",
        acts=(("throttled", "0.1"),),
        needs=("cpu group",),
        truth=Truth(
            metrics=("cgroup.cpu.*", "cgroup.pressure.cpu.*"),
            resource="cgroup",
            allowed=("batch",),
            effects=(*CPU, *WAITING, *SWITCHES, "pressure.*"),
        ),
    ),
    Fault(name="niced", kind="scheduled", service={"nice": 10}, truth=BATCH_SCHEDULED),
    Fault(name="policy", kind="scheduled", service={"policy": os.SCHED_BATCH}, truth=BATCH_SCHEDULED),
    Fault(name="affinity", kind="scheduled", service={"cpu": 0}, truth=BATCH_SCHEDULED),
    Fault(
        name="fork-storm",
        kind="tasks",
        loads=(("forker",),),
        truth=Truth(
            metrics=(*FORKS, "proc.minflt"),
            resource="tasks",
            program="forker",
            effects=(*CPU, *SWITCHES, *FAULTS_OF_PAGES),
        ),
    ),
    Fault(
        name="switch-storm",
        kind="scheduler",
        loads=(("pingpong",),),
        truth=Truth(
            metrics=SWITCHES,
            resource="scheduler",
            program="pingpong",
            effects=(*CPU, *WAITING, "interrupts.*", "proc.sysc*"),
        ),
    ),
    Fault(
        name="lock-contention",
        kind="scheduler",
        loads=(("lockers",),),
        truth=Truth(
            metrics=SWITCHES,
            resource="scheduler",
            program="lockers",
            effects=(*CPU, *WAITING, "interrupts.*", "softirqs.*", "stat.intr"),
        ),
    ),
    Fault(
        name="timer-storm",
        kind="scheduler",
        loads=(("metronome",),),
        truth=Truth(
            metrics=(*SWITCHES, "stat.intr", "interrupts.*"),
            resource="scheduler",
            program="metronome",
            effects=(*CPU, *WAITING, "softirqs.*"),
        ),
    ),
)
