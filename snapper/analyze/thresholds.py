"""Every number the judge uses, named, with the reason for its value; those of noise are in `noise`.

Where a reason speaks of measurements, they are 88 captures of a two-CPU virtual machine, 12 of
them quiet ones of an unchanged host, the others with one of 26 single faults.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from snapper.analyze.noise import NoiseTable
from snapper.metric import Metric, Resource, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much a flagged series of each class counts.

    Of everything tried, these weights gained the most: with them the true cause was the first
    of all flagged series in 58 % of the faults, without them in 28 %.
    """

    errors: float = 1.5
    saturation: float = 1.3
    utilization: float = 1.25
    program: float = 1.1
    workload: float = 1.0
    internal: float = 0.5
    history: float = 0.2
    """Load averages and caches remember what was before the capture."""

    def of(self, metric: Metric) -> float:
        """The weight of a metric.

        A metric of one CPU counts as internal: user time of a single CPU moved by up to 20
        points between captures of an unchanged host, while the sum of all stood still.
        """
        if metric.history:
            return self.history
        if metric.role in {Role.INTERNAL, Role.CONFIGURATION} or metric.alias_of or "cpu" in metric.labels:
            return self.internal
        if metric.resource is Resource.PROGRAM:
            return self.program
        return {
            Role.ERRORS: self.errors,
            Role.SATURATION: self.saturation,
            Role.UTILIZATION: self.utilization,
        }.get(metric.role, self.workload)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnchangedHost:
    """What captures of an unchanged host were seen to flag, in two runs of the lab.

    Of the second tells bench/lab/RESULTS.md. It was the same with three baselines as with one (0.088 and 0.055 %
    beside 0.096 and 0.050 %): more of them let smaller changes be seen, not fewer flags be raised.
    """

    flags: float = 0.0007
    """Share of all series."""
    headlines: float = 0.03
    """Findings a pair, at most: none was seen in 100 pairs, and three in as many would be missed once in twenty times
    (the rule of three, doi:10.1001/jama.1983.03330370053031)."""
    source: str = "measured on 100 pairs of captures of another, two-CPU host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """All of the judge's numbers."""

    noise: NoiseTable = field(default_factory=NoiseTable)
    weights: Weights = field(default_factory=Weights)
    unchanged: UnchangedHost = field(default_factory=UnchangedHost)

    z: float = 3.0
    """2, 3 and 4 flag the same series, for the false discovery rate asks for more; 5 loses one fault in five."""
    q: float = 0.01
    """False discovery rate (Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x)."""
    blocks: int = 6
    """A window is cut into so many blocks: their means are nearly independent where single ticks are not."""
    block_prior: float = 0.3
    """A block's mean is taken to vary by this share of the noise between runs ..."""
    block_prior_weight: float = 3.0
    """... with the weight of this many degrees of freedom, against the blocks' own five."""
    noise_prior_weight: float = 2.0
    """The noise table counts as so many degrees of freedom against the spread of the user's baselines."""
    steady_cpu: float = 0.01
    """Of a CPU: programs that took less say nothing of how steady the machine is; 10 ms steps hide it ..."""
    steady_full: float = 0.05
    """... and only those that took this much say as much as any other."""
    steady_most: float = 0.25
    """More than that is not the machine, but another load."""
    steady_programs: int = 4
    """So few programs do not tell whether the machine itself became slower ..."""
    steady_change: float = 0.08
    """... and less than that share is not worth a line ..."""
    steady_alike: float = 0.9
    """... nor what did not go the same way for so many of them."""
    interval: float = 1.96
    """Half-width of a 95 % interval, in standard deviations of a normal distribution."""
    drift: float = 2.0
    """Times its own drift over the window by which a gauge may go on after the baseline."""
    single_sample: int = 2
    """Up to so many readings a window has no spread of its own, and the prior stands alone."""

    confidence_full: float = 8.0
    """|z| from which a change is as sure as it needs to be."""
    novelty_base: float = 0.5
    """What a change counts that is small against its level; a change by 2^novelty_doublings counts 1."""
    novelty_doublings: float = 3.0
    capacity: float = 6.0
    """What filling the whole host adds; its square root, so that a tenth of a CPU is seen already."""

    headline: float = 2.0
    """Faults scored 3.1 to 18.9 on quiet hosts; 0.4 findings a pair of an unchanged one reached 2."""
    minor: float = 0.5
    """+10 % CPU of one program scored 0.6, +10 % memory 0.4: right, and as weak as what an unchanged host shows."""
    further: float = 0.1
    """What each further flagged series of the group adds ..."""
    further_most: int = 5
    """... up to so many."""
    culprit: float = 0.5
    """What the culprit's own severity adds, times its share."""
    program_further: float = 0.15
    program_further_most: int = 6
    program_attached: float = 0.55
    """A program that is named by a finding above tells less by one of its own."""
    share: float = 0.2
    """From this share of the change on a program is named ..."""
    culprits: int = 3
    """... the first three at most."""
    most: float = 0.5
    """What explains this share explains "mostly": ended children the CPU time that no sample saw, programs of one
    side only the change of all CPU time."""
    face: float = 1.3
    """A metric of the USE matrix is preferred as the face of its group, for people know it."""
    improved: float = 0.4
    """What got better weighs so much in the order of findings: who asks what is wrong asks for what got worse ..."""
    explained: float = 0.2
    """... and what the load explains, so much: the load itself comes first."""
    service: float = 2.5
    """Score of a service (a systemd service or a container) that came or went, however idle: a headline."""
    switch_cost: float = 20e-6
    """Seconds of CPU that a context switch takes at most, with the caches that it cools: 8 us were measured where
    timers fired 16,000 times a second; 1 to 5 us without the caches (Li, Ding and Shen 2007,
    doi:10.1145/1281700.1281702)."""
    start_cost: float = 0.005
    """And the start of a process, with its end: 1.5 ms were measured where children were forked that end at once."""
    restarts: int = 5
    """A program of which that many processes began one after another in a window, where there was always one, is
    started again and again ..."""
    restarts_grew: float = 3.0
    """... which is news if there were that many times as many as before ..."""
    restarting: float = 3.0
    """... and scores as much as a moderate fault."""
    program_came: float = 0.25
    """Score of any other program that came or went, if it took nothing: `tail` and `sleep` do so all day."""
    instance_came: float = 1.0
    """Score of a disk, file system or network interface that came or went."""
    configuration: float = 4.0
    """Facts are exact: no noise to fear. Faults of moderate size score as much."""
    configuration_explains: float = 1.0
    """More where the change can move something that was flagged."""

    trend_correlation: float = 0.95
    """Spearman's rank correlation with time from which a program's level "keeps growing" ..."""
    trend_floors: float = 2.0
    """... if it grew by so many floors within the window; with both, no program of an unchanged host was flagged."""
    trend_points: int = 6
    """Fewer points are in order by chance too often (1 in 120 for five)."""

    load_same: float = 0.25
    """Load and cost grew "by about the same ratio" if their ratios differ by no more than this."""
    load_part: float = 0.5
    """A program follows the load if its CPU time shows half of the load's doublings or more: it has a fixed part too,
    but what grew twofold while packets grew a hundredfold grew for a reason of its own."""
    load_grew: float = 0.10
    """Below that much growth there is nothing to explain."""
    warm_up: float = 60.0
    """Seconds: a service's TIME_WAIT sockets and page cache climb that long after its start."""
    foreign_load: float = 0.05
    """Of all CPUs: from that much difference in load on, who caused it is said before anything else."""
    unsteady: float = 0.25
    """Of all CPUs: by that much the first and the last third of a window differ where it is remarked upon."""
    late: float = 0.2
    """Share of ticks that began late from which on it is said."""
    short_window: int = 5
    """Ticks below which a verdict on small changes is not to be had ..."""
    short_time: float = 10.0
    """... and, if the window is shorter than so many seconds besides, none but on failures that count one by one, on
    settings, and on services that came or went. One reading over 12 seconds found every fault, at 38 % more false
    flags; less was not measured, and in a second a counter of 10 ms steps comes to 1 % at best."""
    pool: int = 6
    """Baselines that are used; of more, those nearest in load to the judged side, for what was captured under another
    load says less of this one. In noisier captures from one to three halved what an unchanged host flagged, from
    three to five took off another seventh; beyond six nothing was measured."""
    durations: float = 2.0
    """Windows that differ by this factor are remarked upon: the longer one averages more out."""
