"""Single values that were worked out of the corpus, and how our own parsers are asked for each kind of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from snapper.collectors import all_collectors, catalogue
from snapper.record.plan import File, Files, PerProcess
from tests.collectors.corpus_sources import instances, of_file, of_text, of_tree
from tests.collectors.corpus_trees import Said, parsed, rows
from tests.pairs.played import pair


@dataclass(frozen=True)
class Fact:
    """A row of FACTS.tsv."""

    folder: Path
    """The case's own."""
    case: str
    file: str
    entity: str
    metric: str
    expected: str

    @property
    def tree(self) -> Path:
        """The recorded /proc and /sys: alone, or of one moment of two."""
        return self.folder / (self.file.partition("/")[0] or "root")

    def side(self, side: str) -> Fact:
        """The same of one of the two moments that it tells the change between."""
        return replace(self, file=f"{side}/{self.file.partition(' ')[2]}")

    def said(self) -> Said:
        return of_file(self.folder / self.file, self.tree)

    def text(self) -> str:
        return (self.folder / self.file).read_text(encoding="utf-8")


Value = float | str | None
Answer = Callable[[Fact], Value]


@dataclass(frozen=True)
class Kind:
    """Facts of one kind, told by patterns: how ours is found, or why there is none."""

    file: str
    metric: str
    answer: Answer | None = None
    entity: str = "*"
    within: float = 0
    """How far off ours may be: half of the last digit that a peer prints."""
    reason: str = ""
    unless: tuple[str, ...] = ()
    """Patterns of paths and metrics: where one of ours matches, the reason is none."""
    lacks: str = ""
    """A path below the case that would be needed: where it is there, the reason is none."""

    def holds(self, fact: Fact) -> bool:
        pairs = ((fact.file, self.file), (fact.metric, self.metric), (fact.entity, self.entity))
        return all(fnmatchcase(value, pattern) for value, pattern in pairs)


def facts(corpus: Path) -> Iterator[Fact]:
    for row in rows(corpus, "FACTS.tsv"):
        yield Fact(corpus / row["case"], row["case"], row["file"], row["entity"] or "", row["metric"], row["expected"])


def agrees(found: Value, expected: str, within: float = 0) -> bool:
    """Numbers to the last of the digits that JSON and Go print; words as they are, padding aside."""
    try:
        return found is not None and abs(float(found) - float(expected)) <= within + 1e-9 * abs(float(expected)) + 1e-9
    except ValueError:
        return str(found).strip() == expected.strip()


def answerable(pattern: str) -> list[str]:
    """The paths that we read and the metrics that we declare which match."""
    ours = list(catalogue())
    for collector in all_collectors().values():
        read = collector.read
        ours += [read.path] if isinstance(read, File) else []
        ours += read.patterns if isinstance(read, Files) else []
        ours += [f"proc/PID/{read.file}"] if isinstance(read, PerProcess) else []
    return [one for one in ours if fnmatchcase(one, pattern)]


# How ours is found. `{}` stands for the fact's entity throughout.


def of(*names: str, unit: float = 1) -> Answer:
    """The reading of that name in the fact's own file; the first there is, where it can be one of several."""

    def answer(fact: Fact) -> Value:
        return _first(fact.said(), fact, names, unit)

    return answer


def tree_of(source: str, *names: str, unit: float = 1) -> Answer:
    """The same of a source that reads many files of the tree."""

    def answer(fact: Fact) -> Value:
        return _first(of_tree(source, fact.tree), fact, names, unit)

    return answer


def input_of(source: str, *names: str, unit: float = 1) -> Answer:
    """The same of a file that was recorded alone."""

    def answer(fact: Fact) -> Value:
        return _first(of_text(source, "", fact.folder / "input"), fact, names, unit)

    return answer


def of_process(file: str, metric: str, unit: float = 1, pid: str = "") -> Answer:
    """Of a process: of that pid, or of the one that the fact's entity begins with."""

    def answer(fact: Fact) -> Value:
        of = pid or str(int(fact.entity.split()[0]))
        return float(of_text(f"proc.pid.{file}", of, fact.tree / "proc" / of / file)[metric]) * unit

    return answer


def lines_of_interrupts(text: str) -> int:
    """Each line parsed alone below the heading: drivers of one name are one reading where all stand together."""
    heading, *lines = text.splitlines()
    return sum(len(parsed("proc.interrupts", f"{heading}\n{line}\n")) for line in lines)


def each(source: str, *metrics: str) -> Answer:
    """How many there are of what the metrics tell apart."""

    def answer(fact: Fact) -> Value:
        said = of_tree(source, fact.tree)
        return len(set().union(*(instances(said, metric) for metric in metrics)))

    return answer


def change(answer: Answer) -> Answer:
    """From the first moment to the second."""

    def answers(fact: Fact) -> Value:
        before, after = answer(fact.side("before")), answer(fact.side("after"))
        return None if before is None or after is None else float(after) - float(before)

    return answers


def only_in(side: str, other: str, *metrics: str) -> Answer:
    """The names of those that are there at one moment only."""

    def answer(fact: Fact) -> Value:
        there, lost = (
            set().union(*(instances(fact.side(moment).said(), metric) for metric in metrics))
            for moment in (side, other)
        )
        return " ".join(sorted(there - lost)) or "-"

    return answer


def fallen(*metrics: str) -> Answer:
    """The names of those of which a counter fell."""

    def answer(fact: Fact) -> Value:
        before, after = fact.side("before").said(), fact.side("after").said()
        names = [name for name in before.keys() & after if name.startswith(metrics)]
        less = [name for name in names if float(after[name]) < float(before[name])]
        return " ".join(sorted({name.partition("[")[2][:-1] for name in less}))

    return answer


def rate(*metrics: str, unit: float = 1, per: tuple[str, ...] = ()) -> Answer:
    """The sum of the rates that there are, of the two moments played as one capture, by the sum of others."""

    def answer(fact: Fact) -> Value:
        table = pair(fact.folder.parent.parent, fact.case).table
        means = {f"{metric}[{instance}]": float(table.mean[row]) for (metric, instance), row in table.row.items()}
        above, below = ([means[name] for name in names(fact, of) if name in means] for of in (metrics, per))
        return sum(above) * unit / (sum(below) if per else 1) if above else None

    def names(fact: Fact, of: tuple[str, ...]) -> list[str]:
        return [name.format(fact.entity) if name.endswith("]") else f"{name}[]" for name in of]

    return answer


def _first(said: Said, fact: Fact, names: tuple[str, ...], unit: float) -> Value:
    found = [said[name] for name in (name.format(fact.entity) for name in names) if name in said]
    if not found:
        return None
    return found[0] if isinstance(found[0], str) else found[0] * unit
