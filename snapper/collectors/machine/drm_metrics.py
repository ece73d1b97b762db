"""What the kernel's graphics drivers tell of a GPU: memory and load (amdgpu), sleep and clock (i915, xe), errors."""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Derived
from snapper.metric import Kind, Metric, Resource, Role, Worse

_AMDGPU: Final = "https://www.kernel.org/doc/html/v6.12/gpu/amdgpu/driver-misc.html"
_THERMAL: Final = "https://www.kernel.org/doc/html/v6.12/gpu/amdgpu/thermal.html"
_RAS: Final = "https://www.kernel.org/doc/html/v6.12/gpu/amdgpu/ras.html"
_I915: Final = "https://elixir.bootlin.com/linux/v6.12/source/drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c"

_gpu = partial(
    Metric, kind=Kind.GAUGE, resource=Resource.HARDWARE, role=Role.INTERNAL, worse=Worse.MORE, labels=("gpu",),
    doc=_AMDGPU, next="grep -H . /sys/class/drm/card*/device/mem_info_*",
)  # fmt: skip
_gt = partial(_gpu, labels=("gt",), doc=_I915, next="grep -H . /sys/class/drm/card*/gt/gt*/*")
_limit = partial(_gt, unit="text", kind=Kind.FACT, role=Role.CONFIGURATION, worse=Worse.EITHER)

# fmt: off
MEMORY: Final = {
    "mem_info_vram_used": _gpu(
        name="drm.mem_info_vram_used", unit="bytes", title="GPU memory used",
        help="Memory of the graphics card that is taken. More is worse: what does not fit lies in the host's memory, "
             "behind the bus."),
    "mem_info_vram_total": _gpu(
        name="drm.mem_info_vram_total", unit="bytes", worse=Worse.EITHER, title="GPU memory",
        help="Memory of the graphics card. It changes with the card or with the firmware's setting."),
    "mem_info_gtt_used": _gpu(
        name="drm.mem_info_gtt_used", unit="bytes", title="Host memory used by a GPU",
        help="Memory of the host that the graphics card has mapped. More is worse: it is reached over the bus, and "
             "programs lack it."),
}
BUSY: Final = _gpu(
    name="drm.gpu_busy_percent", unit="ratio", worse=Worse.NEITHER, title="GPU load of a moment", doc=_THERMAL,
    help="How busy the card's firmware calls the GPU, before and after the window. Two moments are no mean: it tells "
         "an idle GPU from a working one. To ask more often would keep a sleeping card awake.",
)
RAS: Final = {
    "ce": _gpu(
        name="drm.ras_ce", unit="errors", kind=Kind.COUNTER, role=Role.ERRORS, title="Corrected GPU errors", doc=_RAS,
        next="grep -H . /sys/class/drm/card*/device/ras/*_err_count",
        help="Errors in the GPU's memories that were corrected, over all of its parts. More means a card that ages."),
    "ue": _gpu(
        name="drm.ras_ue", unit="errors", kind=Kind.COUNTER, role=Role.ERRORS, doc=_RAS,
        title="Uncorrectable GPU errors", next="grep -H . /sys/class/drm/card*/device/ras/*_err_count",
        help="Errors in the GPU's memories that could not be corrected, over all of its parts. Any means wrong results "
             "or a job that was killed."),
}
IDLE: Final = _gt(
    name="drm.idle_residency", unit="seconds", kind=Kind.COUNTER, worse=Worse.NEITHER, title="GPU asleep",
    help="Share of time that this part of an Intel GPU slept (rc6_residency_ms, or idle_residency_ms of xe).",
)
THROTTLED: Final = _gt(
    name="drm.throttle_reason_status", unit="ratio", title="GPU held back",
    help="1 where the GPU ran slower than asked for, at its limit of power or heat, before or after the window. Under "
         "load that is usual of small machines.",
)
CLOCK: Final = _gt(
    name="drm.act_freq", unit="hertz", worse=Worse.NEITHER, title="GPU clock", moved_by=("drm.max_freq",),
    help="Clock of this part of an Intel GPU at the edges of the window; 0 while it sleeps.",
)
LIMITS: Final = {
    "max": _limit(
        name="drm.max_freq", title="Highest GPU clock allowed",
        help="The highest clock that this part of an Intel GPU may run at, in Hz. A lower one makes all its work "
             "slower."),
    "min": _limit(
        name="drm.min_freq", title="Lowest GPU clock allowed",
        help="The lowest clock that this part of an Intel GPU may run at, in Hz."),
}
DERIVED: Final = (
    Derived(
        metric=_gpu(
            name="drm.memory_utilization", unit="ratio", role=Role.UTILIZATION, primary=True, title="GPU memory in use",
            help="Share of the graphics card's memory that is taken. When full, more goes to the host's memory, behind "
                 "the bus, or is refused."),
        inputs=("drm.mem_info_vram_used", "drm.mem_info_vram_total"),
        compute=lambda used, total: used / total,
    ),
    Derived(
        metric=_gt(
            name="drm.utilization", unit="ratio", role=Role.UTILIZATION, primary=True, title="GPU awake",
            help="Share of time that this part of an Intel GPU did not sleep, which is what it works and a little "
                 "more. Near 100 % whatever is asked of it waits."),
        inputs=("drm.idle_residency",),
        # Two clocks tell the time and the sleep: a part that slept all along is not awake for less than no time.
        compute=lambda asleep: (abs(1 - asleep) + (1 - asleep)) / 2,
    ),
)
# fmt: on

METRICS: Final = (*MEMORY.values(), BUSY, *RAS.values(), IDLE, THROTTLED, CLOCK, *LIMITS.values())
