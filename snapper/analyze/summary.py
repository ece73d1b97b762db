"""The verdict in one sentence and a few numbers, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snapper.analyze.diff import Finding, Summary
from snapper.analyze.judge import Judged
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import deed, number, sentence, things
from snapper.metric import Metric

NOTHING = "No significant change."


def summary_of(
    judged: Judged, findings: Sequence[Finding], metrics: Mapping[str, Metric], thresholds: Thresholds
) -> Summary:
    """Sum up a comparison.

    Args:
        judged: Verdicts on all series.
        findings: Ranked.
        metrics: Declarations by name, for what culprits did.
        thresholds: What an unchanged host was seen to show.
    """
    headlines = [finding for finding in findings if finding.tier == "headline"]
    minor = sum(finding.tier == "minor" for finding in findings)
    compared, flagged = int(judged.known.sum()), int(judged.flagged.sum())
    expected = thresholds.unchanged.flags_of(compared, judged.compared.baselines)
    return Summary(
        sentence=_sentence(headlines, minor, metrics, compared),
        caveat=_caveat(judged, compared, flagged, expected, thresholds),
        series_compared=compared,
        series_flagged=flagged,
        headline=len(headlines),
        minor=minor,
        not_comparable=len(judged.verdicts) - compared,
        regressed=sum(finding.worse is True for finding in headlines),
        improved=sum(finding.worse is False for finding in headlines),
        expected_flags=expected,
    )


def _sentence(headlines: Sequence[Finding], minor: int, metrics: Mapping[str, Metric], compared: int) -> str:
    if not headlines:
        if not compared:
            return "Too little data to judge by: a side has less than two ticks."
        small = f" {sentence(number(minor))} minor one{'s' if minor != 1 else ''} may be worth a look." if minor else ""
        return NOTHING + small
    worse = sum(finding.worse is True for finding in headlines)
    better = sum(finding.worse is False for finding in headlines)
    other = [finding for finding in headlines if finding.worse is None]
    parts = [f"{things(worse)} regressed", f"{things(better)} improved"]
    if other:
        parts.append(f"{number(len(other))} {_what_else(other)}")
    if not worse and not better:
        parts = [f"{things(len(other))} {_what_else(other)}", parts[0]]
    elif not worse:
        parts = [parts[1], parts[0], *parts[2:]]
    return sentence(", ".join(parts)) + "." + _who(headlines, metrics)


def _what_else(findings: Sequence[Finding]) -> str:
    """The verdict that they share, else that they changed."""
    verdicts = {finding.verdict for finding in findings}
    shared = verdicts & {"new", "gone"} if len(verdicts) == 1 else set()
    return f"{'is' if len(findings) == 1 else 'are'} {shared.pop()}" if shared else "changed"


def _who(headlines: Sequence[Finding], metrics: Mapping[str, Metric]) -> str:
    """What the foremost culprit did; without one, what the first finding says."""
    for finding in headlines:
        if finding.culprits:
            culprit = finding.culprits[0]
            title = metrics[culprit.metric].title if culprit.metric in metrics else culprit.metric
            return f" {deed(culprit, title)}"
    return f" {headlines[0].title}."


def _caveat(judged: Judged, compared: int, flagged: int, expected: float, thresholds: Thresholds) -> str:
    baselines = judged.compared.baselines
    headlines = thresholds.unchanged.headlines_of(baselines)
    return (
        f"{flagged:,} of {compared:,} series flagged; an unchanged host shows about {expected:.0f}, "
        f"and {headlines:.1g} headline findings ({thresholds.unchanged.source})"
    )
