"""From an archive to its series: every source decoded, parsed, laid on the ticks and put in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from snapper.analyze.derive import derive
from snapper.analyze.host import host_part
from snapper.analyze.part import Part, joined
from snapper.analyze.processes import Lives, lives_of
from snapper.analyze.programs import EVERY, process_counts, program_part
from snapper.analyze.table import SeriesTable
from snapper.analyze.timeline import SECOND, Ints, Recording, grid_of
from snapper.collectors import all_collectors
from snapper.collectors.contract import Collector
from snapper.collectors.programs.program_metrics import PROCESSES, STARTS, UNATTRIBUTED
from snapper.metric import Metric
from snapper.record.plan import Cadence

if TYPE_CHECKING:  # pyarrow: whoever opened the archive has it, this room needs none
    from snapper.archive.archive import Archive

STAT: Final = "proc.pid.stat"
CMDLINE: Final = "proc.pid.cmdline"
CGROUP: Final = "proc.pid.cgroup"

LASTING: Final = 0.9
"""Share of the ticks at which a program has to be there to be no passing command: one that is started again and again
is missed at some."""
NO_PROGRAMS: Final = (
    f"{STAT} was not captured, without which processes cannot be told apart: there are no series of programs"
)


def tabulate(archive: Archive, collectors: Iterable[Collector] | None = None) -> SeriesTable:
    """Make the series of a snapshot.

    Args:
        archive: What was read, and when.
        collectors: Whose sources to look at; without it all that are known. Sources that are
            not judged, and those that the archive has not, contribute nothing.

    Returns:
        A row for each series of which any reading was parsed, known or not. Reads that failed or
        did not parse leave their ticks unknown; what did not parse, and counters that fell, is told
        in `warnings`. A recording without a tick has no series.
    """
    known = list(all_collectors().values() if collectors is None else collectors)
    ticks = np.array(archive.ticks(), np.int64)
    if not len(ticks):
        return _table(joined([], 0), {}, ticks, None)
    recording = Recording(
        ticks=ticks,
        page_size=archive.manifest.page_size,
        clock_ticks=archive.manifest.clock_ticks,
        cut=archive.manifest.ended == "cut",
    )
    present = set(archive.sources())
    judged = [collector for collector in known if collector.judged and collector.name in present]
    of_processes = [one for one in judged if one.per_process]
    lives = _lives(archive, recording) if of_processes else None
    recording = replace(recording, programs=lives.names() if lives else {})
    parts = [host_part(one, archive.rows(one.name), recording) for one in judged if not one.per_process]
    if lives:
        parts += [program_part(one, archive.walk(one.name), lives, recording) for one in of_processes]
        parts.append(process_counts(lives, recording))
    elif of_processes:
        parts.append(replace(joined([], len(ticks)), warnings=(NO_PROGRAMS,)))
    derivations = [*(derived for one in known if one.judged for derived in one.derived), UNATTRIBUTED]
    whole = derive(joined(parts, len(ticks)), derivations)
    metrics = {metric.name: metric for one in known for metric in one.metrics}
    metrics |= {derived.metric.name: derived.metric for derived in derivations} | {
        metric.name: metric for metric in (PROCESSES, STARTS)
    }
    return _table(whole, metrics, ticks, lives)


def _lives(archive: Archive, recording: Recording) -> Lives | None:
    """The processes of a capture; None where they cannot be told apart."""
    alive = archive.pids()
    stats = archive.rows(STAT)
    if not alive or not stats.keys:
        return None
    return lives_of(
        stats=stats,
        cmdlines=archive.rows(CMDLINE),
        cgroups=archive.rows(CGROUP),
        alive=alive,
        observers=archive.manifest.pids,
        grid=grid_of(recording, Cadence.TICK),
    )


def _table(whole: Part, metrics: Mapping[str, Metric], ticks: Ints, lives: Lives | None) -> SeriesTable:
    """Sort the series, without the sums over all processes, which are no program's."""
    rows = [
        row
        for row, (metric, instance) in enumerate(whole.names)
        if instance != EVERY or metrics[metric].labels[:1] != PROCESSES.labels
    ]
    rows.sort(key=whole.names.__getitem__)
    lasting = (
        {lives.programs[group] for group in np.flatnonzero((lives.count() > 0).mean(axis=1) >= LASTING).tolist()}
        if lives
        else set()
    )
    return SeriesTable(
        metrics=tuple(metrics[whole.names[row][0]] for row in rows),
        instances=tuple(whole.names[row][1] for row in rows),
        points=whole.points[rows],
        mean=whole.mean[rows],
        seen=whole.seen[rows],
        t=(ticks - ticks[:1]) / SECOND,
        facts=whole.facts,
        programs=whole.programs,
        long_lived=frozenset(instance for instance, program in whole.programs.items() if program in lasting),
        warnings=whole.warnings,
    )
