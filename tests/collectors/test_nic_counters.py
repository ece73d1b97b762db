"""What counters of network cards are taken for by their names, and how those of single queues are folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.collectors import Origin
from snapper.collectors.network.cmd_ethtool_statistics import COLLECTOR
from snapper.collectors.network.nic_counters import Meaning, meaning, summed_over_queues

LOST = (
    "rx_missed_errors", "rx_no_buffer_count", "rx_no_dma_resources", "rx_out_of_buffer", "port.rx_dropped",
    "bw_in_allowance_exceeded", "pps_allowance_exceeded", "tx_pause_ctrl_phy", "rx_prio3_pause", "rx_flow_control_xoff",
    "rx_discards_phy", "tx_queue_stopped", "tx_restart_queue", "tx_busy", "rx_fifo_errors", "RxFramesDropped",
    "rp_cnp_handled", "np_ecn_marked_roce_packets", "drv dropped rx total",
)  # fmt: skip
FAULTY = (
    "rx_crc_errors_phy", "rx_symbol_err_phy", "tx_timeout", "total_resets", "rx_length_errors", "rx_jabbers",
    "alloc_rx_page_failed", "tx_aborted_errors", "rx_csum_bad", "link_down_events_phy", "tx_hang", "rx_fragments",
    "local_ack_timeout_err", "packet_seq_err", "rnr_nak_retry_err", "out_of_sequence", "RxFCSErrors", "sq_num_to",
)  # fmt: skip
OTHER = (
    "rx_packets", "tx_bytes", "rx_csum_unnecessary", "tx_interrupts", "tx_deferred_ok", "rx_flow_control_xon",
    "fdir_miss", "fdir_overflow", "rx_steer_missed_packets", "rx_cache_full", "rx_cache_busy", "rx_xdp_drops",
    "tx_hwtstamp_timeouts", "tx_transmissions", "rx_default_queue", "tx_tcp_seg_good", "ch0_poll", "tx_xmit_more",
    "rx_multicast_changed", "rx_64_byte_packets", "tx_kicks",
)  # fmt: skip


@pytest.mark.parametrize("name", LOST)
def test_losses(name: str) -> None:
    assert meaning(name) is Meaning.LOST


@pytest.mark.parametrize("name", FAULTY)
def test_faults(name: str) -> None:
    assert meaning(name) is Meaning.FAULTY


@pytest.mark.parametrize("name", OTHER)
def test_traffic_and_inner_workings_are_neither(name: str) -> None:
    assert meaning(name) is Meaning.OTHER


@pytest.mark.parametrize(
    ("single", "folded"),
    [
        ("rx_queue_{}_drops", "rx_queue_drops"),
        ("rx{}_drops", "rx_drops"),
        ("tx-{}.dropped", "tx_dropped"),
        ("queue_{}_tx_missed_tx", "queue_tx_missed_tx"),
        ("[{}]: rx_discards", "rx_discards"),
        ("rxq{}: rx_drops_no_frags", "rxq_rx_drops_no_frags"),
        ("rx_no_buffers_posted[{}]", "rx_no_buffers_posted"),
        ("rvec_{}_rx_drops", "rvec_rx_drops"),
        ("cpu{}_rx_dropped", "cpu_rx_dropped"),
    ],
)
@given(values=st.lists(st.integers(0, 2**40), min_size=1, max_size=70))
def test_queues_are_folded_into_their_sum(single: str, folded: str, values: list[int]) -> None:
    counters = [(single.format(queue), value) for queue, value in enumerate(values)]

    assert summed_over_queues(counters) == {folded: sum(values)}


@pytest.mark.parametrize("name", ["rx_prio3_pause", "tx_priority_0_xoff", "port.rx_dropped", "rx_missed_errors"])
def test_priorities_and_ports_are_no_queues(name: str) -> None:
    assert summed_over_queues([(name, 7)]) == {name: 7}


def test_a_sum_that_the_driver_has_is_not_counted_twice() -> None:
    assert summed_over_queues([("rx_drops", 9), ("rx0_drops", 4), ("rx1_drops", 5)]) == {"rx_drops": 9}


def test_a_name_that_comes_again_is_another_queue() -> None:
    assert summed_over_queues([("drv dropped rx total", 2), ("drv dropped rx total", 3)]) == {"drv dropped rx total": 5}


def test_what_sysfs_has_under_the_same_name_is_left_to_it() -> None:
    text = "NIC statistics:\n     rx_dropped: 4\n     rx_discards_phy: 5\n     rx_crc_errors: 6\n"

    found = [(reading.metric, reading.instance) for reading in COLLECTOR.parse(text, Origin(key="eth0"))]

    assert found == [("ethtool.lost", "eth0 rx_discards_phy")]


@given(text=st.text(max_size=200))
def test_no_name_is_too_strange(text: str) -> None:
    assert meaning(text) in Meaning
    assert sum(summed_over_queues([(text, 3)]).values()) == 3
