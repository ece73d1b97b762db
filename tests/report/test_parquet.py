from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from snapper import load, render
from snapper.analyze.diff import Diff, SeriesRow
from snapper.errors import UnreadableSnapshot
from snapper.report.parquet import GROUP_ROWS, METADATA_KEY, is_table, render_parquet

TAKEN_APART = {
    "interval": ["interval_low", "interval_high"],
    "chart": ["chart_before", "chart_after", "chart_interval"],
}


@pytest.fixture(scope="module")
def table(sample: Diff) -> pa.Table:
    return pq.read_table(BytesIO(render_parquet(sample)))


def test_the_columns_are_the_fields_of_a_series(table: pa.Table) -> None:
    names = [name for field in fields(SeriesRow) for name in TAKEN_APART.get(field.name, [field.name])]

    assert table.column_names == names


def test_a_row_says_what_the_series_says(sample: Diff, table: pa.Table) -> None:
    for row, told in zip(sample.series, table.to_pylist(), strict=True):
        assert {name: told[name] for name in told if hasattr(row, name)} == {
            field.name: getattr(row, field.name) for field in fields(row) if field.name in told
        }
        assert (told["interval_low"], told["interval_high"]) == (row.interval or (None, None))
        chart = row.chart and (list(row.chart.before), list(row.chart.after), row.chart.interval)
        assert (told["chart_before"], told["chart_after"], told["chart_interval"]) == (chart or (None, None, None))


def test_pandas_reads_it_as_the_table_of_the_comparison(sample: Diff) -> None:
    frame = pd.read_parquet(BytesIO(render_parquet(sample)))

    shared = [name for name in sample.table if name in frame]
    pd.testing.assert_frame_equal(frame[shared], sample.table[shared], check_dtype=False)


def test_it_says_what_was_compared(sample: Diff, table: pa.Table) -> None:
    about = json.loads(table.schema.metadata[METADATA_KEY])

    assert about == {name: sample.to_json()[name] for name in ("format", "before", "after", "summary")}


def test_many_series_are_several_row_groups_and_one_table(large: Diff) -> None:
    file = pq.ParquetFile(BytesIO(render_parquet(large)))

    assert file.num_row_groups == -(-len(large.series) // GROUP_ROWS) > 1
    assert file.read(["instance"]).column("instance").to_pylist() == [row.instance for row in large.series]


def test_the_public_function_writes_it_and_a_table_is_no_snapshot(sample: Diff, tmp_path: Path) -> None:
    target = render(sample, tmp_path / "x.parquet")

    assert is_table(target)
    with pytest.raises(UnreadableSnapshot, match="without a snapper manifest"):
        load(target)


def test_other_files_are_no_table(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("PAR1 no")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")

    assert [is_table(tmp_path / name) for name in ("text.parquet", "other.parquet", "missing", ".")] == [False] * 4


def test_pandas_is_not_loaded_for_it(sample: Diff, tmp_path: Path) -> None:
    diff = render(sample, tmp_path / "diff.json")
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from snapper.report.read import read_diff\n"
        "from snapper.report.write import write_report\n"
        "write_report(read_diff(Path(sys.argv[1])), Path(sys.argv[2]))\n"
        "print('pandas' in sys.modules)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, diff, tmp_path / "x.parquet"], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
    assert is_table(tmp_path / "x.parquet")
