"""What stands for a name has the form of one: its length, the class of an address, the place in an argument."""

from __future__ import annotations

import ipaddress
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapper.archive.pseudonyms import Pseudonyms
from snapper.archive.read import Read
from snapper.archive.redact import Redaction
from tests.archive.planted import KEY, planted

PSEUDONYMS = Pseudonyms(KEY)


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30), cut=st.integers(0, 30))
def test_letters_keep_length_case_and_what_they_begin_with(text: str, cut: int) -> None:
    found = PSEUDONYMS.letters(text)

    assert len(found) == len(text)
    assert PSEUDONYMS.letters(text[:cut]) == found[:cut]
    assert [letter.isupper() for letter in found] == [letter.isupper() for letter in text]
    assert [letter for letter in found if not letter.isalpha()] == [each for each in text if not each.isalpha()]


@given(first=st.text("abcxyz", min_size=1, max_size=8), second=st.text("abcxyz", min_size=1, max_size=8))
def test_two_names_are_never_one(first: str, second: str) -> None:
    assert (PSEUDONYMS.letters(first) == PSEUDONYMS.letters(second)) == (first == second)


@given(first=st.ip_addresses(v=4), second=st.ip_addresses(v=4))
def test_an_ipv4_address_stays_one_of_its_class(first: ipaddress.IPv4Address, second: ipaddress.IPv4Address) -> None:
    found = ipaddress.IPv4Address(PSEUDONYMS.ipv4(str(first)))

    for kind in ("is_private", "is_loopback", "is_multicast", "is_link_local"):
        if kind != "is_private" or first in ipaddress.ip_network("10.0.0.0/8"):
            assert getattr(found, kind) == getattr(first, kind)
    assert (PSEUDONYMS.ipv4(str(first)) == PSEUDONYMS.ipv4(str(second))) == (first == second)


@given(first=st.ip_addresses(v=6), second=st.ip_addresses(v=6))
def test_an_ipv6_address_stays_one_of_its_kind(first: ipaddress.IPv6Address, second: ipaddress.IPv6Address) -> None:
    found = ipaddress.IPv6Address(PSEUDONYMS.ipv6(str(first)))

    assert (found.is_multicast, found.is_link_local) == (first.is_multicast, first.is_link_local)
    assert (PSEUDONYMS.ipv6(str(first)) == PSEUDONYMS.ipv6(str(second))) == (first == second)


@given(content=st.binary(max_size=300), source=st.sampled_from(sorted({read.source for read in planted()})))
def test_any_content_can_be_redacted(content: bytes, source: str) -> None:
    redaction = Redaction(KEY, host="gaffelbit")
    read = Read(source, "41", 1, 1, "ok", content)
    redaction.learn([read])

    assert zlib.crc32(redaction.read(read).content) == zlib.crc32(redaction.read(read).content)


@pytest.mark.parametrize(
    ("argument", "stays"),
    [
        ("kabeljau@10.1.2.3:22", ":22"),
        ("https://kabeljau.example.com:8443/kabeljau", ":8443/"),
        ("--kabel=kabeljau,10.9.9.9", "--kabel="),
        ("kabeljau:127.0.0.1:8080", ":127.0.0.1:8080"),
        ("be:ef:kabeljau", ":"),
        ("/usr/lib/kabeljau/libm.so.6", "/libm.so.6"),
        ("[fe80::1]:kabeljau", "[fe80::"),
    ],
)
def test_an_argument_keeps_its_form_and_no_word(argument: str, stays: str) -> None:
    redaction = Redaction(KEY, host="gaffelbit")

    found = redaction.read(Read("proc.pid.cmdline", "41", 1, 1, "ok", argument.encode())).content.decode()

    assert "kabeljau" not in found
    assert stays in found
