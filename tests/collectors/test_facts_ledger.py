"""Every single value that was worked out of the corpus is asked of our own parsers, or stands here with the reason."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.collectors import corpus_facts_kernel, corpus_facts_peers, corpus_facts_prometheus
from tests.collectors.corpus_facts import Fact, Kind, Value, agrees, answerable, facts

KINDS = [*corpus_facts_kernel.KINDS, *corpus_facts_peers.KINDS, *corpus_facts_prometheus.KINDS]


class Odd(NamedTuple):
    """Where ours is another value, with good reason; patterns, and a value or None where we say nothing."""

    case: str
    metric: str
    expected: str
    ours: Value
    reason: str


ODD = [
    Odd("util-linux/lscpu-*", "*node*", "*", 0, "of a node these trees have cpumap alone; we read cpulist"),
    Odd("util-linux/lscpu-s390-lpar", "lscpu:CPU(s)", "20", "17", "lscpu counts three that are offline"),
    Odd("util-linux/lscpu-rv64-*", "lscpu:Model name", "-", "vendor 0x5b7 architecture 0x0", "lscpu has none"),
    Odd("util-linux/lscpu-s390-nested-virt", "lscpu:Model name", "-", "IBM/S390 machine 2964", "lscpu has none"),
    *(
        Odd(f"util-linux/lscpu-s390-{host}", "lscpu:Model name", "-", "IBM/S390 machine 2817", "lscpu has none")
        for host in ("kvm", "lpar", "zvm")
    ),
    Odd("hwloc/16em64t-*", "lstopo:pu", "12", "16", "four are offline, which /proc/cpuinfo here has all the same"),
    Odd("hwloc/2arm-2c", "lstopo:numanodes", "1", 0, "a kernel without NUMA has no nodes; lstopo makes one up"),
    Odd("hwloc/2i386-*", "lstopo:numanodes", "1", 0, "a kernel without NUMA has no nodes; lstopo makes one up"),
    Odd("hwloc/*-buggynuma", "lstopo:numanodes", "1", 8, "lstopo mistrusts what the firmware tells; we pass it on"),
    Odd("node_exporter/*", "*:node_btrfs_last_commit_seconds", "0", None, "this file system has no commit_stats"),
    Odd("pcp/meminfo-root-008", "pcp:mem.ksm.pages_sharing", "0", None, "the tree has no ksm: missing is not zero"),
    *(
        Odd("procfs/*", metric, expected, ours, "of a text inside procfs's test, of another processor")
        for metric, expected, ours in (
            ("procfs:cpuinfo*Flags*", "thumb", None),
            ("procfs:cpuinfo*Flags*", "ldisp", None),
            ("procfs:cpuinfo*ModelName", "Cavium*", "Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz"),
            ("procfs:len(cpuinfo)", "[24]", "8"),
        )
    ),
    Odd("sysstat/roots-2-3", "%usr", "2.28", 1.957, "sar adds up the CPUs, one of which goes offline"),
    Odd("sysstat/roots-2-3", "%idle", "95.31", 83.146, "sar adds up the CPUs, one of which goes offline"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ledger(corpus: Path) -> list[tuple[Fact, list[Kind]]]:
    return [(fact, [kind for kind in KINDS if kind.holds(fact)]) for fact in facts(corpus)]


def odd(fact: Fact) -> list[Odd]:
    told = (fact.case, fact.metric, fact.expected)
    return [one for one in ODD if all(fnmatchcase(text, pattern) for text, pattern in zip(told, one[:3], strict=True))]


def is_ours(known: Odd, found: Value) -> bool:
    return found is None if known.ours is None else agrees(found, str(known.ours), 5e-4)


def test_every_fact_is_of_one_kind(ledger: list[tuple[Fact, list[Kind]]]) -> None:
    assert [fact for fact, kinds in ledger if len(kinds) != 1] == []
    assert len(ledger) == 982
    met = {kind for _, kinds in ledger for kind in kinds}
    assert [kind for kind in KINDS if kind not in met] == []


def test_every_fact_that_we_answer_holds(ledger: list[tuple[Fact, list[Kind]]]) -> None:
    wrong, explained = [], Counter[Odd]()
    came_to = Counter[str]()
    for fact, (kind, *_) in ledger:
        if kind.answer is None:
            came_to["not ours"] += 1
            continue
        found, known = kind.answer(fact), odd(fact)
        if agrees(found, fact.expected, kind.within):
            came_to["holds"] += 1
        elif len(known) == 1 and is_ours(known[0], found):
            came_to["differs for a reason"] += 1
            explained[known[0]] += 1
        else:
            wrong.append((fact.case, fact.file, fact.entity, fact.metric, fact.expected, found))

    assert wrong == []
    assert came_to == {"holds": 857, "not ours": 90, "differs for a reason": 35}
    assert [one for one in ODD if one not in explained] == []


def test_no_reason_stands_for_what_could_be_answered(ledger: list[tuple[Fact, list[Kind]]]) -> None:
    for fact, (kind, *_) in ledger:
        if kind.answer is None:
            assert kind.reason, kind
            assert not kind.lacks or not (fact.folder / kind.lacks).exists(), kind
    assert {pattern: found for kind in KINDS for pattern in kind.unless if (found := answerable(pattern))} == {}
