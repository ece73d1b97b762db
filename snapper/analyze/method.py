"""How the verdicts came about, in sentences that carry the numbers that were used."""

from __future__ import annotations

from snapper.analyze.judge import Judged
from snapper.analyze.noise import Noise
from snapper.analyze.thresholds import Thresholds
from snapper.analyze.words import sentence
from snapper.units import format_value


def method_of(judged: Judged, thresholds: Thresholds) -> tuple[str, ...]:
    """Tell how a comparison was judged.

    Args:
        judged: The comparison, for the number of baselines and the size of the host.
        thresholds: What it was judged by.
    """
    weights = thresholds.weights
    told = (
        ("Counters become rates by the measured time between reads; where a counter falls its rate is not known.",),
        (
            f"A series is flagged if its mean over the window changed by {thresholds.z:g} standard deviations or more,",
            f"if that survives a false discovery rate of {format_value(thresholds.q, 'ratio')} over all series that",
            "moved (over those of the USE matrix apart), and if the change is no less than the floor of its class.",
        ),
        (
            "The standard deviation is that between two captures of an unchanged host and that of the windows.",
            _learnt(judged),
        ),
        (
            "A level that drifted within the baseline's window may go on as it did:",
            f"{thresholds.drift:g} times its drift is taken off its change.",
        ),
        (f"Intervals of change are 95 %: {thresholds.interval:g} standard deviations either way.",),
        (
            f"Findings weigh by class (errors {weights.errors:g}, saturation {weights.saturation:g}, utilization",
            f"{weights.utilization:g}, programs {weights.program:g}, load {weights.workload:g}, internals",
            f"{weights.internal:g}), sureness, novelty and size. From {thresholds.headline:g} on they are headlines,",
            f"from {thresholds.minor:g} on minor; a flagged cell of the USE matrix is at least that.",
        ),
        (
            f"A program is named from a share of {format_value(thresholds.share, 'ratio')} on in the change of a",
            "metric that explains the resource; where no metric of programs does, nobody is named.",
        ),
    )
    classes = (_class(noise, judged.compared.capacity.memory) for noise in thresholds.noise.classes())
    return (*(" ".join(parts) for parts in told), *classes)


def _learnt(judged: Judged) -> str:
    """What the noise between captures is taken from."""
    baselines, taught = judged.compared.baselines, judged.compared.taught
    teachers = [f"the host's noise profile ({taught} captures)"] * bool(taught)
    teachers += [f"{baselines} baselines"] * (baselines > 1)
    if teachers:
        return f"It is learnt from {' and '.join(teachers)}, moderated by the table below."
    return (
        "With one baseline it is that of the table below; further baselines, or a profile that “snapper learn” makes, "
        "teach it more."
    )


def _class(noise: Noise, memory: int) -> str:
    """One row of the noise table, as a sentence."""
    floor = max(noise.floor_absolute, noise.floor_memory * memory)
    parts = [(noise.absolute, noise.relative), (floor, noise.floor_relative)]
    spread, least = (f"{format_value(value, noise.unit)} and {format_value(share, 'ratio')}" for value, share in parts)
    return sentence(
        f"{noise.words}: noise {spread} of the level; floor {least.replace(' and ', ' or ')}, whichever is larger."
    )
