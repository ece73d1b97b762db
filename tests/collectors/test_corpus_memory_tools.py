"""Memory as free and numastat of many versions print it, against the files that it comes from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.collectors.corpus_trees import of_nodes, parsed, rows, text_of, told

KIB, PAGE = 1024, 4096


def test_free_of_every_version_says_what_meminfo_says(corpus: Path) -> None:
    refused, compared = Counter[str](), 0
    for row in rows(corpus, "MANIFEST.tsv"):
        if row["category"] != "free":
            continue
        text = text_of(corpus / row["case"] / "input")
        if row["case"].endswith("-h"):
            with pytest.raises(ValueError, match="free -b"):
                parsed("cmd.free", text)
            refused["people's units"] += 1
            continue
        found = parsed("cmd.free", text)
        unit = 1 if row["case"].endswith("-b") else KIB
        if row["case"].startswith("jc/"):
            expected = {
                f"free.{field}[{line['type']}]": value
                for line in told(corpus, row["case"])
                for field, value in line.items()
                if field != "type"
            }
            assert found == expected
            continue
        tree = corpus / row["case"].split("__")[0].removeprefix("toolrun/").replace("_", "/", 1)
        side = tree / ("before" if (tree / "before").is_dir() else "root")
        meminfo = parsed("proc.meminfo", text_of(side / "proc/meminfo"))
        for ours, field in (
            ("total[Mem]", "MemTotal"), ("free[Mem]", "MemFree"), ("buffers[Mem]", "Buffers"),
            ("total[Swap]", "SwapTotal"), ("free[Swap]", "SwapFree"), ("cached[Mem]", "Cached"),
        ):  # fmt: skip
            if f"free.{ours}" in found:
                assert float(found[f"free.{ours}"]) * unit == meminfo[f"meminfo.{field}"], row["case"]
        if "free.available[Mem]" in found and "meminfo.MemAvailable" in meminfo:
            assert float(found["free.available[Mem]"]) * unit == meminfo["meminfo.MemAvailable"]
        compared += 1

    assert refused == {"people's units": 8}
    assert compared == 45


def test_numastat_says_what_the_nodes_say(corpus: Path) -> None:
    compared = Counter[str]()
    for row in rows(corpus, "MANIFEST.tsv"):
        if row["category"] != "numastat":
            continue
        found = parsed("cmd.numastat", text_of(corpus / row["case"] / "input"))
        tree = corpus / row["case"].split("__")[0].removeprefix("toolrun/").replace("_", "/", 1)
        side = tree / ("before" if (tree / "before").is_dir() else "root")
        nodes = of_nodes(side / "sys/devices/system/node")
        for name, value in found.items():
            field = name.removeprefix("numastat.")
            if f"node.{field}" not in nodes or field.startswith("HugePages"):
                continue
            unit = 1 if field[0].isupper() else PAGE
            assert value == pytest.approx(float(nodes[f"node.{field}"]) * unit, abs=0.006 * 1024 * KIB), row["case"]
            compared[row["case"].rpartition("__")[2]] += 1
        assert found

    assert sum(compared.values()) > 1000
    assert set(compared) == {"noargs", "-m", "-n"}
