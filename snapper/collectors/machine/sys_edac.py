"""Errors of the memory that its error correction found, and of which module.

Reads files of /sys/devices/system/edac/mc (since Linux 2.6.16; a folder for each module since 3.6, before that rows of
channels) in one go, see `joined_lines`. ce_count and ue_count of a controller count corrected and uncorrectable errors
of all that hangs on it, dimm_ce_count and dimm_ue_count those that are known to be of one module.

    /sys/devices/system/edac/mc/mc0/ce_count:1
    /sys/devices/system/edac/mc/mc0/dimm3/dimm_label:CPU_SrcID#0_MC#0_Chan#1_DIMM#1
    /sys/devices/system/edac/mc/mc0/dimm3/dimm_ce_count:1

A module is called by its place and its label. Counts begin anew at each boot and where somebody resets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.joined_lines import lines_of
from snapper.collectors.text.sysfs_values import whole
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_errors = partial(
    Metric, unit="errors", kind=Kind.COUNTER, resource=Resource.HARDWARE, role=Role.ERRORS, worse=Worse.MORE,
    doc="https://elixir.bootlin.com/linux/v6.12/source/Documentation/ABI/testing/sysfs-devices-edac",
    next="ras-mc-ctl --error-count; dmesg | grep -i edac",
)  # fmt: skip

# fmt: off
_CORRECTED: Final = _errors(
    name="edac.ce_count", primary=True, title="Corrected memory errors",
    help="Errors in memory that were corrected, of all controllers. More means a module that is ageing or badly "
         "seated; a storm of them costs CPU time as well.",
)
_UNCORRECTED: Final = _errors(
    name="edac.ue_count", primary=True, title="Uncorrectable memory errors",
    help="Errors in memory that could not be corrected, of all controllers. Any means lost data and killed programs.",
)
_OF_MODULE: Final = {
    "ce_count": _errors(
        name="edac.dimm_ce_count", labels=("module",), title="Corrected errors of a memory module",
        help="Errors that were corrected in one memory module. The module that has most of them is to be replaced."),
    "ue_count": _errors(
        name="edac.dimm_ue_count", labels=("module",), title="Uncorrectable errors of a memory module",
        help="Errors of one memory module that could not be corrected. Any means that it is to be replaced."),
}
# fmt: on

_FILE: Final = re.compile(
    r"/(mc[0-9]+)/(?:(ce_count|ue_count)|((?:dimm|rank)[0-9]+|csrow[0-9]+)/(?:(ch[0-9]+)_)?(?:dimm_)?(ce_count|ue_count|label))"
)


def parse(text: str, _origin: Origin) -> Iterator[Reading]:
    """Yield sums over the controllers, and the counts of each module or, on old kernels, of each row's channel.

    Raises:
        ValueError: A line that is not a path, a colon and a file's line, or a count that is none.
    """
    totals: dict[str, int] = {}
    modules: dict[str, dict[str, str]] = {}
    for match, line in lines_of(text, _FILE):
        controller, total, folder, channel, file = match.groups()
        if total:
            totals[total] = totals.get(total, 0) + whole(line, f"{controller}/{total}")
        elif channel or not folder.startswith("csrow"):  # a row's own count is the sum of its channels'
            modules.setdefault("/".join(filter(None, (controller, folder, channel))), {})[file] = line.strip()
    for metric, field in ((_CORRECTED, "ce_count"), (_UNCORRECTED, "ue_count")):
        if field in totals:
            yield Reading(metric.name, totals[field])
    in_rows = {name for name in modules if "/csrow" in name}
    for name in sorted(modules.keys() - in_rows or in_rows):
        yield from _of_module(name, modules[name])


def _of_module(name: str, files: Mapping[str, str]) -> Iterator[Reading]:
    label = files.get("label", "")
    for field, metric in _OF_MODULE.items():
        if field in files:
            yield Reading(metric.name, whole(files[field], f"{name}/{field}"), f"{name} {label}".rstrip())


COLLECTOR: Final = Collector(
    name="sys.edac",
    read=Files(
        patterns=tuple(
            f"sys/devices/system/edac/mc/{where}"
            for where in (
                "mc*/ce_count",
                "mc*/ue_count",
                "mc*/dimm*/dimm_*",
                "mc*/rank*/dimm_*",
                "mc*/csrow*/ch*_*",
            )
        ),
        cadence=Cadence.EDGES,
        joined=True,
    ),
    metrics=(_CORRECTED, _UNCORRECTED, *_OF_MODULE.values()),
    parse=parse,
    adds="memory errors that were corrected or not, and of which module",
    needs="memory with ECC and the EDAC driver of its controller",
)
