"""In which function of the kernel processes are stuck, where it is one that waits for a disk, a lock or a server.

Reads /proc/PID/wchan (since Linux 2.6; root, for others' processes): the name of the function in which the main thread
sleeps, without a line break, or 0 where it does not sleep or one may not know.

    folio_wait_bit_common

Most processes sleep for want of work, in a read or a poll. Only functions are told in which nobody waits of his own
will; what a compiler hangs on to a name (`.isra.0`) is left out.
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, PerProcess

STUCK: Final = Metric(
    name="proc.wchan",
    unit="tasks",
    kind=Kind.GAUGE,
    resource=Resource.PROGRAM,
    role=Role.INTERNAL,
    worse=Worse.MORE,
    title="Processes waiting for a disk, a lock or a server",
    help="Processes of this program whose main thread was found in this function of the kernel, which waits for a page "
    "from disk, room in a queue, a lock or a file server. More is worse; the name tells for what they waited.",
    doc="https://man7.org/linux/man-pages/man5/proc_pid_wchan.5.html",
    labels=("program", "wait channel"),
    next="ps -eo stat,wchan:32,pid,comm | grep '^D'",
)

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[a-z0-9.]+)?")
_NOWHERE: Final = "0"
_PAGES_AND_DISKS: Final = (
    "folio_wait_bit", "wait_on_page_bit", "__lock_page", "io_schedule", "bit_wait_io", "wait_on_buffer",
    "__wait_on_buffer", "submit_bio_wait", "blk_mq_get_tag", "rq_qos_wait", "wbt_wait", "get_request", "raid5_get_",
    "md_write_start", "md_flush_request", "swap_readpage", "swap_read_folio",
)  # fmt: skip
_FILE_SYSTEMS: Final = (
    "balance_dirty_pages", "jbd2_log_wait", "wait_transaction_locked", "do_get_write_access", "xfs_", "xlog_",
    "btrfs_", "nfs_", "nfs4_", "rpc_wait", "cifs_", "smb2_", "fuse_", "request_wait_answer", "wb_wait_for_completion",
    "wait_sb_inodes",
)  # fmt: skip
_LOCKS: Final = (
    "rwsem_down_", "call_rwsem_down_", "__mutex_lock", "mutex_lock", "__down", "down_read", "down_write",
    "percpu_rwsem_wait", "__percpu_down",
)  # fmt: skip
_MEMORY: Final = (
    "mem_cgroup_handle_over_high", "__mem_cgroup_handle_over_high", "throttle_direct_reclaim", "reclaim_throttle",
    "congestion_wait", "wait_iff_congested", "shrink_",
)  # fmt: skip
_UNWILLING: Final = (*_PAGES_AND_DISKS, *_FILE_SYSTEMS, *_LOCKS, *_MEMORY)
"""How the names begin of functions in which a task waits in state D for something other than work."""


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give one process under the function that it is stuck in, or nothing.

    Raises:
        ValueError: No name of a function.

    >>> parse("rpc_wait_bit_killable", Origin()), parse("do_epoll_wait", Origin())
    ([Reading(metric='proc.wchan', value=1, instance='rpc_wait_bit_killable')], [])
    """
    name = text.strip()
    if name == _NOWHERE:
        return []
    if not _NAME.fullmatch(name):
        raise ValueError(f"/proc/{origin.key}/wchan should be the name of a function or 0, and is {text[:80]!r}.")
    function = name.partition(".")[0]
    return [Reading(STUCK.name, 1, function)] if function.startswith(_UNWILLING) else []


COLLECTOR: Final = Collector(
    name="proc.pid.wchan",
    read=PerProcess(file="wchan", cadence=Cadence.EDGES),
    metrics=(STUCK,),
    parse=parse,
    adds="in which function of the kernel stuck processes wait: for a disk, a lock or a server",
    needs="root for other users' processes; CONFIG_KALLSYMS",
)
