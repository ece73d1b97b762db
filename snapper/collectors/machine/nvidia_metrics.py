"""What the fields of `nvidia-smi --query-gpu` mean, by the names that they are asked by."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import MIB

_HUNDREDTH: Final = 0.01
_MEGA: Final = 1_000_000

_gpu = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.HARDWARE, role=Role.INTERNAL, worse=Worse.MORE, labels=("gpu",),
    doc="https://manpages.ubuntu.com/manpages/noble/man1/nvidia-smi.1.html", next="nvidia-smi -q -i {instance}",
)  # fmt: skip
_fact = partial(_gpu, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
FACTS: Final = {
    "name": _fact(
        name="nvidia.name", title="NVIDIA GPU", help="The make of the card. Another one has another speed."),
    "driver_version": _fact(
        name="nvidia.driver_version", title="NVIDIA driver",
        help="Version of NVIDIA's driver. Another one may run the same work at another speed."),
    "persistence_mode": _fact(
        name="nvidia.persistence_mode", title="NVIDIA persistence",
        help="Whether the driver stays loaded while nobody uses the card. Disabled, each first use waits for seconds."),
    "power.limit": _fact(
        name="nvidia.power.limit", title="NVIDIA power limit",
        help="Watts that the card may draw. Under a lower limit it runs slower as soon as it is busy."),
}
LEVELS: Final = {
    "utilization.gpu": (_HUNDREDTH, _gpu(
        name="nvidia.utilization.gpu", unit="ratio", role=Role.UTILIZATION, primary=True, title="NVIDIA GPU busy",
        help="Share of time in which the GPU ran anything at all, however little of it. Near 100 % more may wait.")),
    "utilization.memory": (_HUNDREDTH, _gpu(
        name="nvidia.utilization.memory", unit="ratio", title="NVIDIA GPU memory busy",
        help="Share of time in which the card's memory was read or written. Near 100 % its bandwidth is the limit.")),
    "memory.used": (MIB, _gpu(
        name="nvidia.memory.used", unit="bytes", title="NVIDIA GPU memory used",
        help="Memory of the card that programs have taken. More is worse: what does not fit is refused.")),
    "memory.total": (MIB, _gpu(
        name="nvidia.memory.total", unit="bytes", worse=Worse.EITHER, title="NVIDIA GPU memory",
        help="Memory of the card; with error correction on some cards have less.")),
    "temperature.gpu": (1, _gpu(
        name="nvidia.temperature.gpu", unit="celsius", title="Temperature of an NVIDIA GPU",
        help="Temperature of the GPU. It follows the load; near its limit the GPU is slowed down.")),
    "power.draw": (1, _gpu(
        name="nvidia.power.draw", unit="watts", title="Power of an NVIDIA GPU",
        help="What the card draws. It follows the load; more for the same work is worse.")),
    "clocks.sm": (_MEGA, _gpu(
        name="nvidia.clocks.sm", unit="hertz", worse=Worse.LESS, title="Clock of an NVIDIA GPU",
        help="Clock of the GPU's processors. It falls when idle; lower under the same load means a limit of power or "
             "heat.")),
}
"""Field to how many of the metric's units one of its own is, and the metric."""
REASONS: Final = {
    "clocks_throttle_reasons.hw_slowdown": _gpu(
        name="nvidia.hw_slowdown", unit="ratio", role=Role.SATURATION, title="NVIDIA GPU slowed to half",
        help="Share of time in which the hardware halved the GPU's clock or worse, for heat or the power supply. Any "
             "is worse."),
    "clocks_throttle_reasons.sw_power_cap": _gpu(
        name="nvidia.sw_power_cap", unit="ratio", title="NVIDIA GPU at its power limit",
        help="Share of time in which the driver lowered the GPU's clock to keep it under its power limit. Under full "
             "load that is usual."),
}
COUNTS: Final = {
    "ecc.errors.corrected.volatile.total": _gpu(
        name="nvidia.ecc.corrected", unit="errors", role=Role.ERRORS, title="Corrected errors of an NVIDIA GPU",
        help="Memory errors of the card that were corrected since its driver was loaded. More means a card that ages."),
    "ecc.errors.uncorrected.volatile.total": _gpu(
        name="nvidia.ecc.uncorrected", unit="errors", role=Role.ERRORS,
        title="Uncorrectable errors of an NVIDIA GPU",
        help="Memory errors of the card that could not be corrected since its driver was loaded. Any means wrong "
             "results or a job that was killed."),
}
DERIVED: Final = (
    Derived(
        metric=_gpu(
            name="nvidia.memory_utilization", unit="ratio", role=Role.UTILIZATION, title="NVIDIA GPU memory in use",
            help="Share of the card's memory that programs have taken. When full, whoever asks for more is refused."),
        inputs=("nvidia.memory.used", "nvidia.memory.total"),
        compute=lambda used, total: used / total,
    ),
)
# fmt: on

ASKED: Final = (*FACTS, *LEVELS, *REASONS, *COUNTS)
METRICS: Final = (*FACTS.values(), *(metric for _, metric in LEVELS.values()), *REASONS.values(), *COUNTS.values())
