"""Metrics that move together: globs that several truths share."""

from __future__ import annotations

from typing import Final

CPU: Final = (
    "cpu.*", "stat.cpu.*", "stat.percpu.*", "percpu.*", "cpuidle.*", "uptime.idle", "proc.cpu", "proc.utime",
    "proc.stime", "proc.run_time", "schedstat.rq_cpu_time",
)  # fmt: skip
WAITING: Final = (
    "pressure.cpu.*", "cpu.run_latency", "schedstat.run_delay", "proc.run_delay", "proc.waiting", "stat.procs_running",
    "loadavg.load*", "loadavg.running", "proc.nonvoluntary_ctxt_switches", "proc.timeslices",
)  # fmt: skip
SWITCHES: Final = ("stat.ctxt", "proc.*ctxt_switches", "schedstat.pcount", "proc.timeslices")
MEMORY: Final = (
    "meminfo.*", "memory.*", "proc.rss", "proc.Rss*", "proc.pss*", "proc.uss", "proc.VmHWM", "vmstat.nr_*",
    "cgroup.memory.*",
)  # fmt: skip
FAULTS_OF_PAGES: Final = (
    "vmstat.pg*", "vmstat.numa_*", "proc.minflt", "proc.majflt", "numa*", "zoneinfo.*", "buddyinfo.*", "node.*",
)  # fmt: skip
DISK: Final = ("disk.*", "diskstats.*", "vmstat.pgpg*", "proc.read_bytes", "proc.write_bytes", "block.*")
WRITTEN: Final = (
    "vmstat.nr_dirt*", "vmstat.nr_writ*", "meminfo.Dirty", "meminfo.Writeback", "bdi.*", "ext4.*", "proc.wchar",
    "proc.syscw", "stat.procs_blocked", "tasks.blocked", "cpu.iowait", "pressure.io.*", "loadavg.*", "meminfo.*ached",
    "vmstat.nr_*file*", "proc.blocked", "proc.delayacct_blkio_ticks", "stat.ctxt", "interrupts.*", "softirqs.*",
)  # fmt: skip
TRAFFIC: Final = (
    "netdev.*", "net.*", "snmp.Ip.*", "snmp.Tcp.*Segs", "netstat.IpExt.*", "netstat.TcpExt.*", "softnet.*",
)  # fmt: skip
SOCKETS: Final = ("ss.*", "sockstat.*", "proc.fds", "proc.fds_utilization", "files.allocated", "files.utilization")
FORKS: Final = ("stat.processes", "proc.count", "proc.cutime", "proc.cstime", "proc.children_cpu")
