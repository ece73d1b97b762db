"""Which options of a kernel's configuration can make it faster or slower, by family; there are ten thousand others.

Names are without CONFIG_; `*` stands for any letters, digits and underscores.
"""

from __future__ import annotations

import re
from typing import Final

_FAMILIES: Final = {
    "how often and where the kernel interrupts work": """
        HZ HZ_* NO_HZ* PREEMPT* HIGH_RES_TIMERS RCU_* TICK_CPU_ACCOUNTING VIRT_CPU_ACCOUNTING*
        IRQ_TIME_ACCOUNTING IRQ_FORCED_THREADING* CPU_ISOLATION""",
    "how CPUs are shared out": """
        NR_CPUS SMP SCHED_* FAIR_GROUP_SCHED RT_GROUP_SCHED CFS_BANDWIDTH UCLAMP_* NUMA NUMA_* X86_NUMACHIP CPUSETS*
        PARAVIRT* KVM_GUEST HYPERV XEN HALTPOLL_CPUIDLE""",
    "clocks and power": """
        CPU_FREQ CPU_FREQ_DEFAULT_GOV_* CPU_FREQ_GOV_* CPU_IDLE CPU_IDLE_GOV_* INTEL_IDLE X86_INTEL_PSTATE
        X86_AMD_PSTATE* ENERGY_MODEL PCIEASPM_*""",
    "memory": """
        TRANSPARENT_HUGEPAGE* HUGETLBFS HUGETLB_* LRU_GEN* ZSWAP* ZRAM* KSM COMPACTION SLUB SLAB SLUB_TINY
        SLUB_CPU_PARTIAL MEMCG* SHUFFLE_PAGE_ALLOCATOR PER_VMA_LOCK ARM64_*PAGES PAGE_SIZE_* DAMON* USERFAULTFD
        READ_ONLY_THP_FOR_FS""",
    "cgroups and pressure": "CGROUPS CGROUP_* BLK_CGROUP* PSI PSI_DEFAULT_DISABLED",
    "disks": "MQ_IOSCHED_* IOSCHED_* BFQ_* BLK_WBT* BLK_DEV_THROTTLING* IO_URING AIO NVME_MULTIPATH SCSI_MQ_DEFAULT",
    "network": """
        TCP_CONG_* DEFAULT_* NET_SCH_DEFAULT NET_SCH_FQ* NET_RX_BUSY_POLL BQL RPS XPS RFS_ACCEL BPF_JIT*
        BPF_SYSCALL XDP_SOCKETS MPTCP NETFILTER NF_CONNTRACK""",
    "mitigations": """
        MITIGATION* SPECULATION_MITIGATIONS CPU_MITIGATIONS PAGE_TABLE_ISOLATION RETPOLINE RETHUNK SLS
        CPU_*_ENTRY CPU_SRSO GDS_FORCE_MITIGATION UNMAP_KERNEL_AT_EL0 X86_KERNEL_IBT CALL_DEPTH_TRACKING""",
    "hardening": """
        INIT_ON_ALLOC_DEFAULT_ON INIT_ON_FREE_DEFAULT_ON INIT_STACK_* RANDOMIZE_* SLAB_FREELIST_* STACKPROTECTOR*
        HARDENED_USERCOPY* FORTIFY_SOURCE CFI_CLANG SHADOW_CALL_STACK ZERO_CALL_USED_REGS SECURITY SECURITY_SELINUX
        SECURITY_APPARMOR LSM AUDIT AUDITSYSCALL SECCOMP""",
    "what looks over the kernel's shoulder": """
        KASAN* KCSAN KMSAN KFENCE* UBSAN UBSAN_* LOCKDEP PROVE_* LOCK_STAT DEBUG_* FTRACE FUNCTION_TRACER
        DYNAMIC_FTRACE IRQSOFF_TRACER PREEMPT_TRACER GCOV_KERNEL KCOV PAGE_OWNER PAGE_POISONING SCHEDSTATS
        SCHED_DEBUG TASKSTATS TASK_DELAY_ACCT TASK_IO_ACCOUNTING SLUB_DEBUG* SLUB_STATS LATENCYTOP
        FAULT_INJECTION* TRACE_IRQFLAGS""",
    "how it was compiled": """
        CC_OPTIMIZE_FOR_* LTO_* AUTOFDO_CLANG PROPELLER_CLANG GENERIC_CPU MK8 MPSC MCORE2 MATOM MNATIVE* COMPAT""",
}

PATTERN: Final = "|".join(name.replace("*", "[A-Z0-9_]*") for text in _FAMILIES.values() for name in text.split())
"""An extended regular expression, the same to Python and to awk."""

_LEFT_OUT: Final = re.compile(r"DEFAULT_HOSTNAME|DEBUG_INFO.*")
"""What the patterns hold besides, and says nothing of speed."""
_CHOSEN: Final = re.compile(PATTERN)


def matters(option: str) -> bool:
    """Whether an option, without CONFIG_, can make the kernel faster or slower.

    >>> matters("HZ"), matters("TCP_CONG_BBR"), matters("SND_HDA_INTEL")
    (True, True, False)
    """
    return _CHOSEN.fullmatch(option) is not None and _LEFT_OUT.fullmatch(option) is None
