"""A comparison as an engineer meets it: a release made a service dearer on an otherwise unchanged host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from snapper.analyze.diff import (
    Caution,
    Diff,
    Side,
    Summary,
    Workload,
)
from snapper.analyze.events import related
from snapper.analyze.explain import movable
from snapper.collectors import catalogue
from snapper.report.json_ import diff_from_json
from tests.report.sample_findings import finding, headlines, others
from tests.report.sample_sections import coverage, drift, events, series, use, workload

__all__ = ["finding", "hostile_diff", "quiet_diff", "sample_diff", "series", "side"]


def side(**changes: object) -> Side:
    usual = Side(
        id="a41f09c2d711",
        label="pre-deploy",
        host="web-7",
        path="/var/lib/snapper/web-7/pre-deploy.parquet",
        started=1_795_423_267.4,
        utc_offset=3600,
        duration=30.0,
        interval=1.0,
        ticks=31,
        kernel="6.1.0-28-amd64",
        os="Debian GNU/Linux 12 (bookworm)",
        cpus=4,
        memory=16_694_480_896,
        boot_id="5b0c6f7e-1d0a-4a44-9f5e-0a1b2c3d4e5f",
        privileged=True,
        container="",
        complete=True,
        tags={"git": "4f2a91c"},
        baselines=5,
        sha256="a41f09c2d711e0b55d6b1c9d2f83a0946c1f4f0d5c9a7b3e2d1f0a9b8c7d6e5f",
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test names the fields it means


def sample_diff(*, count: int = 300, flagged: int = 41) -> Diff:
    before = side()
    after = side(
        id="c77be2019f30",
        label="post-deploy",
        path="/var/lib/snapper/web-7/post-deploy.parquet",
        started=before.started + 1883,
        baselines=1,
        tags={"git": "91c77be"},
        sha256="c77be2019f30aa",
        kernel="6.1.0-29-amd64",
    )
    findings = (*headlines(), *others())
    flagged_metrics = {finding.metric for finding in findings}
    return Diff(
        before=before,
        after=after,
        summary=Summary(
            sentence="Three things regressed, nothing improved. api-server uses 3.4 times the CPU under the same load.",
            caveat="41 of 2,214 series flagged (an unchanged host: about 6); apt-get used 11 % of a CPU during "
            "“after” only.",
            series_compared=count,
            series_flagged=flagged,
            headline=3,
            minor=4,
            not_comparable=12,
            regressed=3,
            improved=0,
            expected_flags=0.87,
        ),
        warnings=(
            Caution(code="kernel", text="The kernels differ: 6.1.0-28-amd64, then 6.1.0-29-amd64."),
            Caution(
                code="foreign-load",
                text="Another program (apt-get) used 11 % of a CPU during “after” only; what it moved is set apart.",
            ),
        ),
        findings=findings,
        use=use(),
        workload=workload(),
        drift=drift(),
        movable=movable(drift(), flagged_metrics, catalogue()),
        events=related(events(), findings),
        series=series(count, flagged=flagged),
        coverage=coverage(),
    )


def quiet_diff() -> Diff:
    """The same host twice, unchanged: nothing to tell but that."""
    full = sample_diff(count=60, flagged=0)
    return replace(
        full,
        summary=replace(
            full.summary,
            sentence="No significant change.",
            caveat="0 of 60 series flagged (an unchanged host: about 0.2).",
            headline=0,
            minor=0,
            regressed=0,
        ),
        warnings=(),
        findings=(),
        use=(),
        drift=(),
        movable=(),
        events=(),
        workload=Workload(load=(), efficiency=(), programs=(), sentence=""),
        coverage=replace(full.coverage, sources=(), notes=(), cost_before={}, cost_after={}, masked=0),
    )


HOSTILE = (
    "</script><script>window.pwned=1</script>\"'><img src=x onerror=window.pwned=1>"
    "`|]]>--> {{7*7}}\u202e\x00\x1b[31m\u2028\n"
)
"""What a program may call itself."""

VOCABULARY = {"format", "tier", "verdict", "doc", "side"}


def hostile_diff(text: str = HOSTILE) -> Diff:
    """Every text that can come from a host, or from a comparison read back, replaced by one that means harm."""
    return diff_from_json(_replaced(sample_diff(count=60, flagged=12).to_json(), text, ""))


def _replaced(value: Any, text: str, key: str) -> Any:
    if isinstance(value, str):
        if key == "doc":
            return "javascript:window.pwned=1"
        return value if key in VOCABULARY else f"{text}{value}"
    if isinstance(value, dict):
        return {
            (f"{text}{name}" if key == "tags" else name): _replaced(inner, text, name) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_replaced(inner, text, key) for inner in value]
    return value
