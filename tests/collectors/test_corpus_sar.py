"""sar of other machines and versions: what is read, what is refused and why, and that the versions agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collectors.corpus_trees import Said, cases, parsed

REFUSED = {
    "sysstat/out-e.sar-jSID": "--human, which writes units: our arguments never ask for it",
    "sysstat/out-e2.sar-x2": "--human",
    "sysstat/out-e.sar-qALL": "a single report since boot, without averages",
    "sysstat/out-e.sar-qIO": "a single report since boot",
    "sysstat/out-e.sar-qu": "a single report since boot",
    "sysstat/out-e0.sar-A": "a file of a start and nothing else",
    "sysstat/out-e01.sar-A": "a file of two starts and nothing else",
}
SILENT = {
    "sysstat/out-e.sar-I": "interrupts, which are not asked for",
    "sysstat/out-e.sar-m-freq": "frequencies",
    "sysstat/out-e.sar-sigint": "frequencies",
    "sysstat/out-e1.sar-CPUoffon": "two CPUs, and not all together",
}
OF_ALL = ("sysstat/out-v12.5.6-sar-A", "sysstat/out-v12.6.2-sar-A", "sysstat/out-v12.7.5-sar-A",
          "sysstat/out-v12.7.9-sar-A", "sysstat/out-e.sar-A")  # fmt: skip


def refusal(text: str) -> str:
    try:
        parsed("cmd.sar", text)
    except ValueError as error:
        return str(error)
    return ""


def averages(corpus: Path, case: str) -> Said:
    return parsed("cmd.sar", (corpus / case / "input").read_text(encoding="utf-8"))


def test_sar_of_every_version_reads_or_says_why_not(corpus: Path) -> None:
    found = cases(corpus, "sar")
    refused = {case: why for case, text in found.items() if (why := refusal(text))}
    silent = {case for case, text in found.items() if case not in refused and not parsed("cmd.sar", text)}

    assert refused.keys() == REFUSED.keys()
    assert silent == SILENT.keys()
    assert len(found) == 34
    for case, why in refused.items():
        assert ("expected a number" if "human" in REFUSED[case] else "no line that begins with 'Average:'") in why


@pytest.mark.parametrize("case", OF_ALL)
def test_averages_of_all_tables(corpus: Path, case: str) -> None:
    found = averages(corpus, case)

    assert {name: found[name] for name in ("sar.proc", "sar.cswch")} == {"sar.proc": 4.2, "sar.cswch": 57336.12}
    assert found["sar.kbmemfree"] == 1437740 * 1024
    assert found["sar.kbavail"] == 4389516 * 1024
    assert found["sar.disk.await[sdr]"] == pytest.approx(7.32e-3)
    assert found["sar.disk.util[sdr]"] == pytest.approx(0.0468)
    assert found["sar.interface.rxpck[virbr0]"] == 9.61
    assert found["sar.interface.coll[virbr0]"] == 0.32


def test_versions_agree_on_what_they_all_tell(corpus: Path) -> None:
    """Some test data of the program changed between its versions; what did not change reads alike, bit for bit."""
    changed = {"sar.kbmemused", "sar.kbcommit", "sar.pgsteal", "sar.user", "sar.vmeff"}
    found = [averages(corpus, case) for case in OF_ALL]
    common = set.intersection(*(set(one) for one in found)) - changed

    assert len(common) > 100
    assert {name: {one[name] for one in found} for name in common if len({one[name] for one in found}) > 1} == {}


def test_the_last_start_of_the_host_counts(corpus: Path) -> None:
    found = averages(corpus, "sysstat/out-e.sar-ISO")

    assert found["sar.user"] == pytest.approx(0.0267)
    assert found["sar.idle"] == pytest.approx(0.7334)


def test_pretty_names_at_the_end_of_a_line(corpus: Path) -> None:
    columns = averages(corpus, "sysstat/out-e.sar-dev")

    assert {name.partition("[")[2] for name in columns} == {"sda]"}
