"""Charts of both sides: thinned by means, and none of what stood still."""

from __future__ import annotations

import numpy as np
import pytest

from snapper.analyze.charts import MOST, charts_of
from snapper.metric import Kind
from tests.analyze.lab import compared_of, diff_of, known, metric, table_of


@pytest.mark.parametrize(
    ("ticks", "points", "spacing"), [(31, 31, 1.0), (120, 120, 1.0), (121, 61, 2.0), (3600, 120, 30.0)]
)
def test_charts_are_thinned_by_means(ticks: int, points: int, spacing: float) -> None:
    level = metric(unit="files", kind=Kind.GAUGE)
    ramp = np.arange(float(ticks))
    before, after = (table_of({(level, ""): values}, ticks=ticks) for values in (ramp, ramp * 2))

    (chart,) = charts_of(compared_of(before, after), before, after)

    assert chart is not None
    assert len(chart.before) == len(chart.after) == points <= MOST
    assert chart.interval == spacing
    whole = [value for value in chart.after[:-1] if value is not None]
    assert whole[0] == pytest.approx(ramp[: int(spacing)].mean() * 2)


def test_what_stood_still_has_no_chart_and_what_was_missing_no_points() -> None:
    level, busy = metric(unit="files"), known("disk.utilization")
    before = table_of({(level, ""): 5.0, (busy, "vda"): 0.2})
    after = table_of({(level, ""): 5.0, (busy, "vda"): 0.2, (busy, "vdb"): 0.2})

    charts = {row.instance: row.chart for row in diff_of(before, after).series}

    assert charts[""] is None
    assert charts["vdb"] is not None
    assert charts["vdb"].before == ()
