"""The verdict in one sentence and a few numbers, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from snapper.analyze.demand import EXPLAINED
from snapper.analyze.diff import Finding, Summary
from snapper.analyze.judge import Judged
from snapper.analyze.sensitivity import sensitivity
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import deed, number, sentence, things, within
from snapper.metric import Metric

NOTHING = "No significant change."
SHORT = (
    "Too short for a verdict: in so little time only single failures, settings and services that came or went can be "
    "told; capture for at least ten seconds."
)


def summary_of(
    judged: Judged,
    findings: Sequence[Finding],
    metrics: Mapping[str, Metric],
    thresholds: Thresholds,
    *,
    given: int = 0,
) -> Summary:
    """Sum up a comparison.

    Args:
        judged: Verdicts on all series.
        findings: Ranked.
        metrics: Declarations by name, for what culprits did.
        thresholds: What an unchanged host was seen to show.
        given: Baselines that the user named, where not all of them are used.
    """
    headlines = [finding for finding in findings if finding.tier == "headline"]
    minor = sum(finding.tier == "minor" for finding in findings)
    compared, flagged = int(judged.known.sum()), int(judged.flagged.sum())
    expected = compared * thresholds.unchanged.flags
    return Summary(
        sentence=_sentence(judged, headlines, minor, metrics),
        caveat="; ".join((_expectation(judged, flagged, expected, thresholds), *_pool(judged, given))) + ".",
        series_compared=compared,
        series_flagged=flagged,
        headline=len(headlines),
        minor=minor,
        not_comparable=len(judged.verdicts) - compared,
        regressed=sum(finding.worse is True for finding in headlines),
        improved=sum(finding.worse is False for finding in headlines),
        expected_flags=expected,
    )


def _sentence(judged: Judged, headlines: Sequence[Finding], minor: int, metrics: Mapping[str, Metric]) -> str:
    if not headlines:
        small = f"{sentence(number(minor))} minor one{'s' if minor != 1 else ''} may be worth a look." if minor else ""
        return " ".join(part for part in (_nothing(judged), small) if part)
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
    return sentence(", ".join(parts)) + "." + _load(headlines) + _who(headlines, metrics)


def _nothing(judged: Judged) -> str:
    """That nothing was found, and what that is worth."""
    if not judged.known.any():
        return "Too little data to judge by: a side has less than two ticks."
    if judged.compared.short:
        return SHORT
    return " ".join(part for part in (NOTHING, sensitivity(judged)) if part)


def _load(headlines: Sequence[Finding]) -> str:
    """What the offered load explains: said before who did it."""
    explained = [finding.note for finding in headlines if finding.note.startswith(EXPLAINED)]
    if not explained:
        return ""
    what = explained[0].removeprefix(EXPLAINED).partition("; ")[0]
    which = "it" if len(headlines) == 1 else f"{number(len(explained))} of them"
    return f" The offered load explains {which}: {within(what)}."


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


def _expectation(judged: Judged, flagged: int, expected: float, thresholds: Thresholds) -> str:
    unchanged = thresholds.unchanged
    return (
        f"{flagged:,} of {int(judged.known.sum()):,} series flagged; an unchanged host shows about {expected:.0f}, "
        f"and less than {unchanged.headlines:.1g} headline findings ({unchanged.source})"
    )


def _pool(judged: Judged, given: int) -> Iterator[str]:
    """Which baselines, and whose noise."""
    compared = judged.compared
    if given > compared.baselines:
        yield f"of {given} baselines the {compared.baselines} nearest in load"
    if compared.taught:
        yield f"noise learnt from {compared.taught} captures of this host"
