"""Messages of the kernel about disks, file systems and the network."""

from __future__ import annotations

from typing import Final

from snapper.collectors.kernel.kernel_events import KernelEvent, event
from snapper.metric import Resource, Role

# fmt: off
DEVICES: Final[tuple[KernelEvent, ...]] = (
    event("io_error", Resource.DISK, "I/O errors",
          "A request to a disk failed for good. More is worse: data could not be read or written.",
          word=" error, dev ", pattern=r"(?<!not supported) error, dev \S+, sector [0-9]",
          doc="block/blk-mq.c", primary=True, command="dmesg --ctime | grep 'error, dev'; smartctl -H /dev/DISK"),
    event("disk_timeout", Resource.DISK, "Requests that timed out at a disk",
          "A disk did not answer a request in time, and the request was given up or the disk reset. More is worse: "
          "all its requests wait for seconds meanwhile.",
          word="", pattern=r"^nvme \S+: I/O .*timeout|^ata[0-9.]+: exception Emask|tag#[0-9]+ timing out command"
          r"|hostbyte=DID_TIME_OUT",
          doc="drivers/nvme/host/pci.c", command="dmesg --ctime | grep -E 'nvme|ata[0-9]|sd '"),
    event("disk_reset", Resource.DISK, "Resets of a disk or its link",
          "The kernel reset a disk, its controller or the link to it. More is worse: its requests wait for seconds, "
          "and a cable, a backplane or the disk is failing.",
          word="", pattern=r"(?:hard|soft) resetting link|^nvme \S+: (?:resetting controller|controller is down)"
          r"|attempting (?:task abort|(?:device|target|host|bus|LUN) reset)",
          doc="drivers/ata/libata-eh.c", command="dmesg --ctime | grep -i reset"),
    event("disk_offline", Resource.DISK, "Disks given up",
          "The kernel took a disk off line, or refuses requests to one that is. More is worse: its data is out of "
          "reach.",
          word="", pattern=r"Device offlined|rejecting I/O to (?:offline|dead) device"
          r"|Disabling device after reset failure",
          doc="drivers/scsi/scsi_error.c", command="lsblk -o NAME,STATE,MODEL"),
    event("raid_failure", Resource.DISK, "Disks that a RAID gave up",
          "A RAID of the kernel lost a disk and goes on without it. More is worse: the next one costs the data.",
          word="Disk failure on", pattern=r"^md/\S+: Disk failure on ",
          doc="drivers/md/raid1.c", command="cat /proc/mdstat"),
    event("path_failure", Resource.DISK, "Paths to storage that failed",
          "One of several paths to a disk failed and the others carry its load. More is worse.",
          word="Failing path", pattern=r"multipath: .*Failing path",
          doc="drivers/md/dm-mpath.c", command="multipath -ll"),
    event("fs_readonly", Resource.FILESYSTEM, "File systems stopped after an error",
          "After an error a file system was made read-only or shut down. More is worse: nothing can be written there.",
          word="", pattern=r"Remounting filesystem read-only|forced readonly|Shutting down filesystem"
          r"|Filesystem has been shut down due to",
          doc="fs/ext4/super.c", command="findmnt -O ro"),
    event("fs_error", Resource.FILESYSTEM, "Errors of file systems",
          "A file system found its structures on disk damaged, or could not read or write them. More is worse: files "
          "are lost, and the file system may be stopped.",
          word="", pattern=r"^EXT[234]-fs error|^XFS \([^)]+\): (?:.*[Cc]orruption|[Mm]etadata (?:I/O|CRC) [Ee]rror"
          r"|[Ll]og I/O [Ee]rror|Internal error)|^BTRFS(?:: )? ?(?:error|critical)|^F2FS-fs \([^)]+\): .*(?:error"
          r"|corrupt)|^FAT-fs \([^)]+\): error|^SQUASHFS error|^JBD2: .*error|^Buffer I/O error on dev.* lost ",
          doc="fs/ext4/super.c", primary=True, command="dmesg --ctime | grep -E 'EXT4|XFS|BTRFS'; findmnt -O ro"),
    event("server_not_responding", Resource.FILESYSTEM, "File servers that did not answer",
          "An NFS or CIFS server did not answer in time. More is worse: what uses its files stands still meanwhile.",
          word="respond", pattern=r"^nfs: server \S+ not responding|^CIFS: .*has not responded in",
          doc="net/sunrpc/clnt.c", command="nfsstat -rc; mountstats"),
    event("link_down", Resource.NETWORK, "Links that went down",
          "A network interface lost its link. More is worse, unless somebody did it: a cable, a port or the partner.",
          word="own", pattern=r"^(?!ata|pcieport|.*SATA).*\b[Ll]ink(?: is)? [Dd]own\b",
          doc="drivers/net/phy/phy.c", command="ip -s link; ethtool IFACE"),
    event("link_up", Resource.NETWORK, "Links that came up",
          "A network interface got a link. More than at boot means that it was lost before.",
          word=" ", pattern=r"^(?!ata|pcieport|.*SATA).*\b[Ll]ink(?: is)? [Uu]p\b",
          doc="drivers/net/phy/phy.c", role=Role.INTERNAL, command="ip -s link; ethtool IFACE"),
    event("tx_timeout", Resource.NETWORK, "Network cards that stopped sending",
          "A network card did not send what it was given for seconds, and was reset. More is worse: packets are lost "
          "and connections stall.",
          word="NETDEV WATCHDOG", pattern=r"NETDEV WATCHDOG: .*timed out",
          doc="net/sched/sch_generic.c", command="ethtool -S IFACE"),
    event("conntrack_full", Resource.NETWORK, "Connections that could not be tracked",
          "The table of connections was full and packets of new ones were dropped. More is worse: clients cannot "
          "connect.",
          word="table full", pattern=r"^(?:nf_conntrack: )*(?:nf_|ip_)conntrack: table full|nf_conntrack: .*table full",
          doc="net/netfilter/nf_conntrack_core.c",
          command="sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max"),
    event("neighbour_overflow", Resource.NETWORK, "Neighbours that found no room",
          "The table of neighbours (ARP, NDP) was full. More is worse: hosts of the same network cannot be reached.",
          word="table overflow", pattern=r"[Nn]eighbou?r table overflow",
          doc="net/core/neighbour.c", command="ip -s neigh | wc -l; sysctl net.ipv4.neigh.default.gc_thresh3"),
    event("route_cache_full", Resource.NETWORK, "Routes that found no room",
          "The cache of routes was full. More is worse: packets to new destinations are dropped.",
          word="Route cache is full", pattern=r"Route cache is full",
          doc="net/core/dst.c", command="sysctl net.ipv6.route.max_size"),
    event("firewall_log", Resource.NETWORK, "Packets written down by the firewall",
          "A firewall rule wrote a packet into the log. More costs CPU, and drives everything else out of the log.",
          word=" OUT=", pattern=r"\bIN=\S* OUT=\S* ",
          doc="net/netfilter/nf_log_syslog.c", role=Role.INTERNAL,
          command="nft list ruleset | grep -w log; iptables-save | grep LOG"),
    event("syn_flood", Resource.SOCKETS, "Listeners overrun by connections",
          "More connections were asked for than a listener's queue takes, and the kernel sends cookies or drops them. "
          "More is worse; it is told once for each listener.",
          word="SYN flooding", pattern=r"[Pp]ossible SYN flooding on port",
          doc="net/ipv4/tcp_input.c", command="ss -ltn; nstat -az TcpExtListenOverflows"),
    event("tcp_memory", Resource.SOCKETS, "Sockets without memory",
          "TCP was at its limit of memory, or of connections that no program holds any more. More is worse: "
          "connections are dropped.",
          word="TCP: ", pattern=r"TCP: (?:out of memory|too many (?:of )?orphaned sockets)",
          doc="net/ipv4/tcp.c", command="cat /proc/net/sockstat; sysctl net.ipv4.tcp_mem net.ipv4.tcp_max_orphans"),
    event("fork_rejected", Resource.CGROUP, "Processes that a group may not have",
          "A unit or container was at its limit of processes and could not start another. More is worse: its work "
          "fails.",
          word="fork rejected", pattern=r"fork rejected by pids controller",
          doc="kernel/cgroup/pids.c", command="systemctl show -p TasksMax,TasksCurrent '*.service'"),
    event("file_max", Resource.FILES, "Files that could not be opened",
          "All programs together were at the kernel's limit of open files. More is worse: opening one fails.",
          word="file-max limit", pattern=r"^VFS: file-max limit [0-9]+ reached",
          doc="fs/file_table.c", command="sysctl fs.file-nr fs.file-max"),
)
# fmt: on
