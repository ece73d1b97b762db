"""Durations and tags as people type them."""

from __future__ import annotations

import pytest

from snapper.cli.values import duration_option, tags_of
from snapper.errors import UsageError


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("2m", 120), ("1m30s", 90), ("250ms", 0.25), (" 5 ", 5)])
def test_a_duration_is_read_as_typed(text: str, seconds: float) -> None:
    assert duration_option("--duration", text) == seconds


@pytest.mark.parametrize("text", ["-5s", "0", "soon", "", "5 parsecs", "1e9", "s"])
def test_no_duration_is_a_usage_error_that_names_the_option(text: str) -> None:
    with pytest.raises(UsageError, match="--interval"):
        duration_option("--interval", text)


@pytest.mark.parametrize("text", ["git", "=x", ""])
def test_a_tag_without_a_name_or_value_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="name=value"):
        tags_of([text])
