"""Messages of the kernel about itself: CPUs, memory, programs that crashed, the machine."""

from __future__ import annotations

from typing import Final

from snapper.collectors.kernel.kernel_events import KernelEvent, event
from snapper.metric import Resource, Role

# fmt: off
CORE: Final[tuple[KernelEvent, ...]] = (
    event("oom_cgroup", Resource.CGROUP, "Programs killed for their group's memory limit",
          "The kernel ended a program because its unit or container was at its memory limit. More is worse: work is "
          "lost, and begins anew at once if the service is restarted.",
          word="Memory cgroup out of memory", pattern=r"^Memory cgroup out of memory: Kill(?:ed)? process [0-9]",
          doc="mm/oom_kill.c", command="systemctl status; dmesg --ctime | grep -i -A1 oom-kill"),
    event("oom", Resource.MEMORY, "Programs killed for want of memory",
          "The kernel ended a program because the host had no memory left. More is worse: work is lost, and not "
          "always that of the program that took the memory.",
          word="ut of memory", pattern=r"^Out of memory(?: \([^)]*\))?: Kill(?:ed)? process [0-9]",
          doc="mm/oom_kill.c", command="dmesg --ctime | grep -i -A1 oom-kill"),
    event("page_allocation_failure", Resource.MEMORY, "Failed allocations",
          "A part of the kernel asked for memory and got none, often for want of pieces large enough, not of memory. "
          "More is worse: packets are dropped, or a request fails.",
          word="allocation failure", pattern=r": (?:page )?allocation failure(?:[:,.]| of )",
          doc="mm/page_alloc.c", command="cat /proc/buddyinfo; sysctl vm.min_free_kbytes"),
    event("bad_page", Resource.MEMORY, "Damaged page descriptions",
          "The kernel found its own book-keeping of a page of memory wrong. More is worse: bad memory or a faulty "
          "driver overwrites it.",
          word="BUG: Bad ", pattern=r"^BUG: Bad (?:page|rss-counter)",
          doc="mm/page_alloc.c"),
    event("swap_error", Resource.MEMORY, "Errors of the swap device",
          "Pages could not be written to swap or read back. More is worse: the programs that they belong to are "
          "ended.",
          word="error on swap-device", pattern=r"(?:Read|Write)-error on swap-device",
          doc="mm/page_io.c", command="swapon --show"),
    event("hung_task", Resource.TASKS, "Hung tasks",
          "A task waited in the kernel for minutes and could not be interrupted, mostly for a disk or a lock. More is "
          "worse: what it works on stands still. The kernel reports ten of them only, unless told otherwise.",
          word="for more than", pattern=r"^INFO: task .{1,80} blocked(?: in I/O wait)? for more than [0-9]+ seconds",
          doc="kernel/hung_task.c", primary=True, command="ps -eo pid,stat,wchan:32,comm | awk '$2 ~ /D/'"),
    event("crash", Resource.TASKS, "Crashes of programs",
          "A program touched memory that is not its own, or ran into code that is none, and was most likely ended by "
          "that. More is worse.",
          word="[", pattern=r"^(?:traps: )?.{1,64}\[[0-9]+\]:? (?:segfault at|general protection|trap |unhandled )",
          doc="arch/x86/mm/fault.c", command="dmesg --ctime | grep -E 'segfault|traps:'; coredumpctl list"),
    event("soft_lockup", Resource.CPU, "CPUs stuck in the kernel",
          "A CPU did not leave the kernel for twenty seconds, or a virtual one did not get to run for so long. More "
          "is worse: nothing else runs there.",
          word="soft lockup", pattern=r"BUG: soft lockup - CPU#[0-9]+",
          doc="kernel/watchdog.c"),
    event("hard_lockup", Resource.CPU, "CPUs stuck with interrupts off",
          "A CPU took no interrupt for ten seconds. More is worse: nothing else runs there.",
          word="LOCKUP", pattern=r"Watchdog detected hard LOCKUP",
          doc="kernel/watchdog.c"),
    event("rcu_stall", Resource.CPU, "RCU stalls",
          "A CPU or task kept the kernel from finishing its book-keeping for many seconds. More is worse: memory is "
          "not freed meanwhile, and a CPU may be stuck or a virtual machine starved.",
          word="rcu", pattern=r"rcu_\w+ (?:self-)?detected (?:expedited )?stalls?\b",
          doc="kernel/rcu/tree_stall.h"),
    event("workqueue_lockup", Resource.CPU, "Stalled work of the kernel",
          "Work that the kernel has put off was not done for half a minute. More is worse: what waits for it, such as "
          "writing back, stands still.",
          word="workqueue lockup", pattern=r"^BUG: workqueue lockup",
          doc="kernel/workqueue.c"),
    event("workqueue_hog", Resource.CPU, "Kernel work that keeps a CPU",
          "A piece of the kernel's put-off work kept its CPU for more than 10 ms, several times. More is worse: other "
          "such work waits behind it.",
          word="hogged CPU for", pattern=r"^workqueue: .* hogged CPU for >",
          doc="kernel/workqueue.c", role=Role.INTERNAL),
    event("clocksource_unstable", Resource.CPU, "Clock given up",
          "The kernel no longer trusts the CPU's own clock and takes a slower one. More is worse: each look at the "
          "time costs programs a system call.",
          word="nstable", pattern=r"[Mm]arking (?:clocksource '?\w+'?|TSC).* unstable|TSC found unstable",
          doc="kernel/time/clocksource.c",
          command="cat /sys/devices/system/clocksource/clocksource0/current_clocksource"),
    event("perf_slowed", Resource.CPU, "Sampling slowed down",
          "Interrupts of a profiler took so long that the kernel lowered their rate. More means that profiling costs "
          "more than it may.",
          word="interrupt took too long", pattern=r"^perf: interrupt took too long",
          doc="kernel/events/core.c", role=Role.INTERNAL),
    event("thermal_throttle", Resource.CPU, "CPUs slowed down by heat",
          "A CPU or its package became too hot and was slowed down. More is worse: all that runs there takes longer.",
          word="temperature", pattern=r"temperature(?:/speed)? above threshold|critical temperature reached",
          doc="drivers/thermal/intel/therm_throt.c", command="sensors; turbostat --show CPU,Bzy_MHz,CoreTmp -i 5 -n 1"),
    event("nmi", Resource.INTERRUPTS, "Unexplained hardware interrupts",
          "The machine raised an interrupt that cannot be masked and nobody knew why, or handling one took very long. "
          "More is worse: mostly failing hardware.",
          word="NMI", pattern=r"NMI received for unknown reason|^NMI: (?:IOCK|PCI system) error"
          r"|NMI handler .* took too long",
          doc="arch/x86/kernel/nmi.c"),
    event("irq_nobody_cared", Resource.INTERRUPTS, "Interrupts switched off",
          "An interrupt came again and again and no driver wanted it, so that the kernel switched it off. More is "
          "worse: a device behind the same line is polled from then on.",
          word="nobody cared", pattern=r"^irq [0-9]+: nobody cared",
          doc="kernel/irq/spurious.c", command="cat /proc/interrupts"),
    event("mce", Resource.HARDWARE, "Machine checks",
          "The processor or the firmware reported an error of memory, caches or buses. More is worse: correctable "
          "ones slow the machine down and go before those that are not.",
          word="[Hardware Error]", pattern=r"\[Hardware Error\]: (?:Machine check events logged"
          r"|Hardware error from APEI|CPU [0-9]+: Machine Check(?: Exception)?:)",
          doc="arch/x86/kernel/cpu/mce/core.c", command="ras-mc-ctl --summary; journalctl -k -g 'Hardware Error'"),
    event("edac", Resource.HARDWARE, "Memory errors",
          "A memory controller corrected an error (CE) or met one that it could not (UE). More is worse: the module "
          "should be replaced.",
          word="EDAC", pattern=r"^EDAC \S+: (?:[0-9]+ )?(?:CE|UE)\b",
          doc="drivers/edac/edac_mc.c", command="ras-mc-ctl --error-count"),
    event("memory_failure", Resource.HARDWARE, "Pages given up",
          "A page of memory failed and the kernel gave it up, with the programs that used it if its content was lost. "
          "More is worse.",
          word="Memory failure: 0x", pattern=r"Memory failure: 0x[0-9a-f]+: recovery action for",
          doc="mm/memory-failure.c", command="grep HardwareCorrupted /proc/meminfo"),
    event("pcie_error", Resource.HARDWARE, "Errors of the PCIe bus",
          "A device on the PCIe bus reported a transfer that went wrong. More is worse: correctable ones cost time, "
          "the others the device.",
          word="AER: ", pattern=r"AER: (?:Multiple )?(?:Corrected|Correctable"
          r"|Uncorrect\w+)(?: \([\w-]+\))? error (?:message )?received",
          doc="drivers/pci/pcie/aer.c", command="lspci -vv | grep -A20 'Advanced Error'"),
    event("gpu_error", Resource.HARDWARE, "Errors of a GPU",
          "A GPU hung, fell off the bus or reported an error. More is worse: what ran there is lost.",
          word="", pattern=r"^NVRM: Xid |\bGPU HANG\b|amdgpu.* ring \S+ timeout",
          doc="drivers/gpu/drm", command="nvidia-smi -q -d ECC,PERFORMANCE; dmesg --ctime | grep -E 'NVRM|GPU|amdgpu'"),
    event("oops", Resource.HOST, "Crashes of the kernel",
          "The kernel ran into code or memory that is not there and went on without the task that it did it for. More "
          "is worse: locks may stay taken, and all that follows is doubtful.",
          word="[#", pattern=r": .*\[#[0-9]+\](?: |$)",
          doc="arch/x86/kernel/dumpstack.c", command="dmesg --ctime | grep -A40 -E 'BUG:|Oops'"),
    event("warning", Resource.HOST, "Warnings of the kernel about itself",
          "The kernel found itself in a state that its authors took for impossible (WARN, BUG), and went on. More is "
          "worse: mostly a fault of a driver.",
          word=": ", pattern=r"^WARNING: (?:CPU: [0-9]+ PID: [0-9]+ )?at |^WARNING: \S+\.[chS]:[0-9]+ at "
          r"|^BUG: (?:scheduling while atomic|sleeping function|using \S+ in preemptible|KASAN|KFENCE|KCSAN|KMSAN)",
          doc="kernel/panic.c", command="dmesg --ctime | grep -A25 -E 'WARNING:|BUG:'"),
    event("denied", Resource.HOST, "Accesses denied by a security module",
          "SELinux or AppArmor forbade a program something, or would have. More is worse: a program does not get what "
          "it asks for, and each denial is written down.",
          word="type=1400", pattern=r"avc: +denied |apparmor=\"DENIED\"",
          doc="security/selinux/avc.c", command="ausearch -m AVC,APPARMOR_DENIED -ts recent"),
    event("audit_lost", Resource.HOST, "Audit records lost",
          "The audit daemon did not keep up and records were lost, or programs made to wait. More is worse.",
          word="audit: ", pattern=r"^audit: (?:backlog limit exceeded|audit_lost=|kauditd hold queue overflow)",
          doc="kernel/audit.c", command="auditctl -s"),
    event("suppressed", Resource.HOST, "Messages left out of the log",
          "Messages came so fast that the kernel left some out. More means that something repeats itself very often, "
          "and that the log does not show all of it.",
          word="", pattern=r"[0-9] callbacks suppressed|printk messages dropped",
          doc="lib/ratelimit.c", role=Role.INTERNAL, command="dmesg --ctime | grep -B2 suppressed"),
)
# fmt: on
