"""Whether the kernel merges equal pages of programs and virtual machines, and whether that pays.

Reads files of /sys/kernel/mm/ksm (since Linux 2.6.32), a value each. pages_shared counts the pages that are left,
pages_sharing those that were spared. smart_scan came with Linux 6.7, the advisor with 6.8, general_profit with 6.1.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.setting_files import number, setting
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import Cadence, Files

_ksm = partial(
    Metric,
    resource=Resource.MEMORY,
    doc="https://www.kernel.org/doc/html/v6.12/admin-guide/mm/ksm.html",
    next="grep . /sys/kernel/mm/ksm/*",
)
_level = partial(
    _ksm, unit="bytes", kind=Kind.GAUGE, role=Role.INTERNAL, worse=Worse.NEITHER, moved_by=("ksm.setting",)
)
_count = partial(_level, unit="count")
_counter = partial(_level, unit="pages", kind=Kind.COUNTER)

SETTING: Final = _ksm(
    name="ksm.setting",
    unit="text",
    kind=Kind.FACT,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    labels=("setting",),
    title="Setting of page merging",
    help="How equal pages are looked for: run 0 stops, 1 merges, 2 undoes; more pages in a scan and shorter sleeps "
    "find them sooner and take more CPU. With an advisor the kernel itself moves pages_to_scan.",
    next="grep . /sys/kernel/mm/ksm/{instance}",
)
# fmt: off
_IN_PAGES: Final = (
    _level(name="ksm.pages_shared", title="Memory of merged pages",
           help="Memory of the pages that equal ones were merged into."),
    _level(name="ksm.pages_sharing", title="Memory spared by merging", worse=Worse.LESS,
           help="Memory of the pages that were given back because they equalled another. Less of it means that guests "
                "or programs have less in common, or that the search lags behind."),
    _level(name="ksm.pages_unshared", title="Memory searched in vain",
           help="Memory of pages that equal no other and are looked at again and again. Much of it, against what is "
                "spared, is CPU time wasted."),
    _level(name="ksm.pages_volatile", title="Memory that changes too fast to be merged",
           help="Memory of pages that had changed again when they were looked at a second time."),
    _level(name="ksm.ksm_zero_pages", title="Memory spared by merging pages of zeros",
           help="Memory of pages of zeros that were merged into the kernel's own (use_zero_pages; since Linux 6.6)."),
)
_IN_BYTES: Final = (
    _level(name="ksm.general_profit", title="Memory spared by merging, less its cost", worse=Worse.LESS,
           help="What merging spares, less what its own tables take (since Linux 6.1). Below zero it costs memory "
                "instead of sparing it."),
)
_IN_NUMBER: Final = (
    _count(name="ksm.stable_node_chains", title="Pages merged up to the limit",
           help="Merged pages that reached max_page_sharing, so that a further copy was kept."),
    _count(name="ksm.stable_node_dups", title="Further copies of merged pages",
           help="Copies that were kept because a merged page may be shared max_page_sharing times."),
    _counter(name="ksm.full_scans", unit="events", title="Rounds of the search for equal pages",
             help="Times that all memory offered for merging was looked through."),
    _counter(name="ksm.pages_scanned", title="Pages looked at to be merged",
             help="Pages that ksmd looked at (since Linux 6.6); each takes CPU time."),
    _counter(name="ksm.pages_skipped", title="Pages passed over in the search",
             help="Pages that were not looked at, for they had been looked at in vain before (smart_scan)."),
)
# fmt: on
_PAGES: Final = frozenset(metric.name for metric in _IN_PAGES)
_NUMERIC: Final = {metric.name.removeprefix("ksm."): metric.name for metric in (*_IN_PAGES, *_IN_BYTES, *_IN_NUMBER)}
_SETTINGS: Final = frozenset({
    "run", "pages_to_scan", "sleep_millisecs", "merge_across_nodes", "use_zero_pages", "max_page_sharing",
    "stable_node_chains_prune_millisecs", "smart_scan", "advisor_max_cpu", "advisor_target_scan_time",
    "advisor_min_pages_to_scan", "advisor_max_pages_to_scan",
})  # fmt: skip


def parse(text: str, origin: Origin) -> list[Reading]:
    """Give what one file holds, in bytes where it counts pages in a state; nothing for a file that is not known.

    Raises:
        ValueError: No whole number where there should be one, or no mode in brackets.
    """
    path = f"/sys/kernel/mm/ksm/{origin.key}"
    if origin.key in _NUMERIC:
        name = _NUMERIC[origin.key]
        return [Reading(name, number(text, path) * (origin.page_size if name in _PAGES else 1))]
    if origin.key == "advisor_mode":
        return [Reading(SETTING.name, setting(text, path), origin.key)]
    if origin.key in _SETTINGS:
        return [Reading(SETTING.name, str(number(text, path)), origin.key)]
    return []


COLLECTOR = Collector(
    name="sys.ksm",
    read=Files(patterns=("sys/kernel/mm/ksm/*",), cadence=Cadence.EDGES),
    metrics=(SETTING, *_IN_PAGES, *_IN_BYTES, *_IN_NUMBER),
    parse=parse,
    adds="whether equal pages of virtual machines are merged, and whether it pays",
    needs="CONFIG_KSM",
)
