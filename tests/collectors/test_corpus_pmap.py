"""What pmap of procps 3.3.10 to 4.0.6 and of toybox prints, with -X, -XX and -x."""

from __future__ import annotations

import re
from pathlib import Path

from snapper.collectors.contract import Origin
from snapper.collectors.programs.cmd_pmap import parse


def test_pmap_of_every_version_adds_up_to_its_own_total(corpus: Path) -> None:
    cases = sorted(corpus.glob("toolrun/*__pmap-*/input"))

    for path in cases:
        text = path.read_text(encoding="utf-8")
        headings = next(line for line in text.splitlines() if line.split()[:1] == ["Address"]).split()
        sizes = [heading for heading in headings if heading not in {"Address", "Perm", "Offset", "Device", "Inode"}]
        totals = dict(zip(sizes, re.findall(r"[0-9]+", text.splitlines()[-1]), strict=False))
        sums: dict[str, float] = {}
        for metric, value, _ in parse(text, Origin(key="1")):
            sums[metric] = sums.get(metric, 0) + float(value)
        named = {"pmap.rss": ("Rss", "RSS"), "pmap.pss": ("Pss", "PSS"), "pmap.swap": ("Swap",)}
        compared = [
            (sums[metric], int(totals[heading]) * 1024)
            for metric, headings_of in named.items()
            for heading in headings_of
            if heading in totals
        ]
        assert compared
        assert all(found == told for found, told in compared), path.parent.name
    assert len(cases) == 24
