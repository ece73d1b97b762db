"""What the files of a NUMA node mean; `sys_node` reads them.

On a host of one node its levels repeat /proc/meminfo, so they are internal: what is told here is how nodes differ.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.metric import Kind, Metric, Resource, Role, Worse

_node = partial(Metric, resource=Resource.MEMORY, labels=("node",), next="numastat -m; numastat -n")
_level = partial(
    _node,
    unit="bytes",
    kind=Kind.GAUGE,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://elixir.bootlin.com/linux/v6.12/source/drivers/base/node.c",
)
_past = partial(_level, history=True)
_pages = partial(
    _node,
    unit="pages",
    kind=Kind.COUNTER,
    role=Role.INTERNAL,
    worse=Worse.NEITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/numastat.html",
    moved_by=("sysctl[kernel.numa_balancing]", "sysctl[vm.zone_reclaim_mode]", "proc.Cpus_allowed_list"),
)
_away = partial(_pages, worse=Worse.MORE)
_fact = partial(
    _node,
    unit="text",
    kind=Kind.FACT,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/abi-stable.html",
    next="numactl --hardware",
)

# fmt: off
LEVELS: Final = (
    _level(name="node.MemTotal", title="Memory of a node", worse=Worse.LESS,
           help="Memory of one node that the kernel manages."),
    _past(name="node.MemFree", title="Free memory of a node", worse=Worse.LESS,
          help="Memory of one node that nobody uses. Where it ends, memory is taken from other, slower nodes, though "
               "these have caches that could be dropped."),
    _past(name="node.MemUsed", title="Used memory of a node",
          help="Memory of one node that is not free, caches included."),
    _past(name="node.FilePages", title="Page cache of a node",
          help="Cached files and tmpfs on one node. A cache that lies on one node alone drives programs off it."),
    _level(name="node.AnonPages", title="Program memory of a node", worse=Worse.MORE,
           help="Heap and stacks on one node. A node with much more of it than others has a program, or its memory, "
                "that is not spread."),
    _level(name="node.Shmem", title="Shared memory of a node",
           help="Shared memory and tmpfs on one node. A database's cache on one node is far from half of its threads."),
    _past(name="node.Slab", title="Kernel objects of a node", help="Memory of the kernel's own objects on one node."),
    _level(name="node.Unevictable", title="Memory of a node that cannot be reclaimed", worse=Worse.MORE,
           help="Locked memory and the like on one node."),
    _level(name="node.HugePages_Total", unit="count", title="Huge pages of a node",
           moved_by=("sysctl[vm.nr_hugepages*]",),
           help="Huge pages of the default size in the pool of one node. Fewer on one than on others means that they "
                "were not to be had there."),
    _level(name="node.HugePages_Free", unit="count", title="Free huge pages of a node", worse=Worse.LESS,
           moved_by=("sysctl[vm.nr_hugepages*]",),
           help="Huge pages of the default size on one node that hold nothing."),
)
COUNTERS: Final = (
    _pages(name="node.numa_hit", title="Pages from the node that was wanted",
           help="Pages that one node gave to those that wanted its memory."),
    _away(name="node.numa_miss", title="Pages given instead of another node",
          help="Pages that one node gave though another was wanted, for that had none left."),
    _away(name="node.numa_foreign", title="Pages wanted here and taken elsewhere",
          help="Pages that were wanted of one node and had to come from another. More is worse: this node is full, and "
               "the memory is slower."),
    _pages(name="node.interleave_hit", title="Pages spread over the nodes as asked",
           help="Pages that were to be spread over nodes, and came from the one whose turn it was."),
    _pages(name="node.local_node", title="Pages given to CPUs of the node",
           help="Pages that one node gave to its own CPUs."),
    _away(name="node.other_node", title="Pages given to CPUs of other nodes",
          help="Pages that one node gave to CPUs of another, for which they are slower."),
)
STATE: Final = _fact(
    name="node.state", labels=("state",), title="Nodes of a state",
    help="Which nodes are online, have memory and have CPUs. A node with memory and no CPU is slower memory, as CXL.",
)
DISTANCE: Final = _fact(
    name="node.distance", title="Distances of a node",
    help="How far the memory of each node is from this one, as firmware says: 10 is its own, 20 twice as slow.",
)
CPULIST: Final = _fact(
    name="node.cpulist", title="CPUs of a node",
    help="The CPUs that are next to one node's memory. Others reach it more slowly.",
)
FACTS: Final = (STATE, DISTANCE, CPULIST)
UTILIZATION: Final = _past(
    name="node.utilization", unit="ratio", role=Role.UTILIZATION, worse=Worse.MORE, title="Memory of a node used",
    help="Share of one node's memory that is not free, caches included. When it is full, programs get memory of other "
    "nodes, which is slower.",
)
MISS_SHARE: Final = _node(
    name="node.miss_share", unit="ratio", kind=Kind.GAUGE, role=Role.SATURATION, worse=Worse.MORE,
    title="Memory wanted of a node and not got", doc="https://www.kernel.org/doc/html/v6.12/admin-guide/numastat.html",
    moved_by=("sysctl[vm.zone_reclaim_mode]",),
    help="Share of the pages wanted of one node that had to come from another (numa_foreign). 0 is normal; more means "
    "that the node is full, and programs get slower memory.",
)
REMOTE_SHARE: Final = _node(
    name="node.remote_share", unit="ratio", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.MORE,
    title="Memory of a node given to other nodes' CPUs",
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/numastat.html",
    moved_by=("sysctl[kernel.numa_balancing]", "proc.Cpus_allowed_list"),
    help="Share of the pages that one node gave to CPUs of other nodes, for which they are slower. More means that "
    "programs run on other nodes than their memory is on, or ask for it to be spread.",
)
# fmt: on
