"""An opened snapshot: what was recorded, and the series that it makes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from snapper.analyze.series import tabulate
from snapper.analyze.table import SeriesTable
from snapper.archive.manifest import Manifest

if TYPE_CHECKING:  # at run time both are dear to import, and only who opens an archive or asks for a frame needs them
    import pandas as pd

    from snapper.archive.archive import Archive


class Snapshot:
    """One capture of one host, as `snapper.load` opens it; it never changes.

    `archive` is the evidence, byte for byte; `table` and `series` are what the parsers make of it.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @property
    def archive(self) -> Archive:
        """Every read as it was recorded."""
        return self._archive

    @property
    def manifest(self) -> Manifest:
        """What the snapshot says of itself: host, label, when, how long, what could not be read."""
        return self._archive.manifest

    @cached_property
    def table(self) -> SeriesTable:
        """Every series as one matrix; computed when first asked for, which takes under a second."""
        return tabulate(self._archive)

    def series(self) -> pd.DataFrame:
        """Every known point of every series, a row each, sorted by metric, instance and time.

        Returns:
            metric    category  name, as in `snapper metrics`
            instance  category  which one: "sda", "nginx.service/nginx"; "" where there is one
            t         float64   seconds since the first tick, as measured
            value     float64   a gauge's level or a counter's rate per second, in base units

            What is not known has no row; the first tick of a counter never has one.
        """
        import pandas as pd  # noqa: PLC0415 - half a second, which only those pay who ask for a frame

        table = self.table
        row, tick = np.nonzero(np.isfinite(table.points))
        columns = {
            name: pd.Categorical(np.array(values, dtype=object)[row])
            for name, values in (("metric", [metric.name for metric in table.metrics]), ("instance", table.instances))
        }
        return pd.DataFrame({**columns, "t": table.t[tick], "value": table.points[row, tick]})

    def __repr__(self) -> str:
        told = self.manifest
        return f"<Snapshot {told.id} {told.label!r} of {told.host}: {told.ticks} ticks in {told.duration:g} s>"
