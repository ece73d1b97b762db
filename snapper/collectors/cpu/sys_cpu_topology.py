"""What the processors are made of: sockets, cores, threads, and the caches with who shares them.

Reads files of /sys/devices/system/cpu/cpuN/topology and cpuN/cache/indexM of every CPU that is online in one go, see
`joined_lines`. CPUs of one core name the same CPUs in `thread_siblings_list`, those of one socket in
`core_siblings_list`; a cache is known by its level, its type and the CPUs that share it.

    /sys/devices/system/cpu/cpu0/topology/thread_siblings_list:0,48
    /sys/devices/system/cpu/cpu0/cache/index0/level:1
    /sys/devices/system/cpu/cpu0/cache/index0/type:Data
    /sys/devices/system/cpu/cpu0/cache/index0/size:32K

Where a kernel lists no siblings, numbers of core and package tell them apart. A virtual machine shows what its
hypervisor pretends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Files

_fact = partial(
    Metric, unit="text", kind=Kind.FACT, resource=Resource.CPU, role=Role.CONFIGURATION, worse=Worse.EITHER,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/cputopology.html", next="lscpu --extended",
)  # fmt: skip

# fmt: off
_SOCKETS: Final = _fact(
    name="cpu.sockets", title="CPU sockets",
    help="Processor packages that have a CPU online. Memory and devices of another socket are farther away.",
)
_CORES: Final = _fact(
    name="cpu.cores", title="CPU cores",
    help="Cores that have a CPU online, in all sockets. What threads of one core do, they do at each other's cost.",
)
_THREADS: Final = _fact(
    name="cpu.threads_per_core", title="Threads of a CPU core",
    help="CPUs online in one core. At 2, a busy host has far less in reserve than its idle CPUs promise.",
)
_CACHE: Final = _fact(
    name="cpu.cache", title="CPU cache", labels=("cache",), next="lscpu --caches",
    doc="https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-devices-system-cpu",
    help="How many caches of this level there are, and how large each is. Smaller ones, or more programs to share "
         "one, mean more waits for memory.",
)
# fmt: on

_TOPOLOGY: Final = (
    "thread_siblings_list", "thread_siblings", "core_siblings_list", "core_siblings", "physical_package_id", "core_id",
)  # fmt: skip
_CACHES: Final = ("level", "type", "size", "shared_cpu_list", "shared_cpu_map")
_FILE: Final = re.compile(r"/cpu([0-9]+)/(?:topology|cache/(index[0-9]+))/([a-z_]+)")
_KINDS: Final = {"Data": "d", "Instruction": "i", "Unified": ""}


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield the counts, and for each level of cache what there is of it.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line.
    """
    cpus: dict[str, dict[str, str]] = {}
    caches: dict[tuple[str, str], dict[str, str]] = {}
    for match, line in lines_of(text, _FILE):
        cpu, index, file = match.groups()
        of = caches.setdefault((cpu, index), {}) if index else cpus.setdefault(cpu, {})
        of[file] = line.strip()
    cores = Counter(core for core in map(_core, cpus.values()) if core)
    sockets = {socket for socket in map(_socket, cpus.values()) if socket}
    if sockets:
        yield Reading(_SOCKETS.name, str(len(sockets)))
    if cores:
        yield Reading(_CORES.name, str(len(cores)))
        yield Reading(_THREADS.name, ", ".join(map(str, sorted(set(cores.values())))))
    yield from _of_caches(caches)


def _core(files: Mapping[str, str]) -> str:
    """What tells the core of a CPU from others; empty where nothing does, as the package alone does not."""
    numbers = f"{files.get('physical_package_id', '')} {files['core_id']}" if "core_id" in files else ""
    return files.get("thread_siblings_list") or files.get("thread_siblings") or numbers


def _socket(files: Mapping[str, str]) -> str:
    known = (files.get(name) for name in ("core_siblings_list", "core_siblings", "physical_package_id"))
    return next(filter(None, known), "")


def _of_caches(caches: Mapping[tuple[str, str], Mapping[str, str]]) -> Iterator[Reading]:
    found: dict[str, dict[str, str]] = {}
    for (cpu, index), files in caches.items():
        if files.get("type") in _KINDS and files.keys() >= {"level", "size"}:
            sharing = files.get("shared_cpu_list") or files.get("shared_cpu_map") or f"{cpu} {index}"
            found.setdefault(f"L{files['level']}{_KINDS[files['type']]}", {})[sharing] = files["size"]
    for level, each in found.items():
        sizes = Counter(each.values())
        yield Reading(_CACHE.name, ", ".join(f"{sizes[size]} x {size}" for size in sorted(sizes)), level)


COLLECTOR: Final = Collector(
    name="sys.cpu.topology",
    read=Files(
        patterns=(
            *(f"sys/devices/system/cpu/cpu*/topology/{file}" for file in _TOPOLOGY),
            *(f"sys/devices/system/cpu/cpu*/cache/index*/{file}" for file in _CACHES),
        ),
        joined=True,
    ),
    metrics=(_SOCKETS, _CORES, _THREADS, _CACHE),
    parse=parse,
    adds="sockets, cores, threads and caches of the processors",
    needs="sysfs mounted at /sys",
)
