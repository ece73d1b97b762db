from __future__ import annotations

import pytest

from snapper.collectors.contract import Origin, Reading
from tests.collectors.corpus_reads import collector


def link(text: str, key: str) -> list[Reading]:
    return list(collector("sys.pci.link").parse(text, Origin(key=key)))


@pytest.mark.parametrize("text", ["Unknown\n", "Unknown speed\n", "\n", ""])
def test_a_virtual_function_has_no_speed(text: str) -> None:
    assert link(text, "eth3/device/current_link_speed") == []


@pytest.mark.parametrize("text", ["0\n", "255\n"])
def test_a_width_that_is_none_is_not_known(text: str) -> None:
    assert link(text, "eth3/device/current_link_width") == []


def test_a_storage_adapter_is_known_by_its_address() -> None:
    assert link("8\n", "0000:3b:00.0/current_link_width") == [Reading("pci.current_link_width", "8", "0000:3b:00.0")]


def test_errors_without_a_sum_are_not_added_up_here() -> None:
    aer = collector("sys.pci.aer")

    assert list(aer.parse("RxErr 1\nBadTLP 2\n", Origin(key="0000:00:1c.0/aer_dev_correctable"))) == []
    assert list(aer.parse("1\n", Origin(key="0000:00:1c.0/aer_rootport_total_err_cor"))) == []
