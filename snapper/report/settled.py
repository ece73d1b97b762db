"""A comparison as it would come back from its JSON, so that every format is the same bytes both ways.

JSON has no NaN, no infinities and no halves of characters, and of a 0 it does not say whether it
was a whole number. What a comparison has of them is settled before anything is rendered; of one
that has none, as is usual, nothing is copied.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from snapper.analyze.diff import Chart
from snapper.report.visible import visible

T = TypeVar("T")
Settle = Callable[[Any], Any]

_HALF: Final = re.compile("[\ud800-\udfff]")


def settled(value: T) -> T:
    """The same, with numbers that are finite or not known, and text that is UTF-8.

    Args:
        value: A `Diff`, or any class that it is made of.
    """
    kind: Any = type(value)
    same: T = _settle_of(kind)(value)
    return same


@cache
def _settle_of(kind: Any) -> Settle:
    """How a value of a type is settled; the types are those that the classes of a `Diff` use."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Chart:
        return _same  # drawn and written point by point, where what is not finite is a gap
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        members = [(field.name, _settle_of(hints[field.name])) for field in fields(kind)]
        return lambda value: _members(value, [member for member in members if member[1] is not _same])
    if origin in {Union, UnionType}:
        inner = _settle_of(next(argument for argument in arguments if argument is not NoneType))
        return _known if inner is _number else inner if inner is _same else _unless_none(inner)
    if origin is tuple:
        return _items(_settle_of(arguments[0]))
    if origin is dict:
        inner = _settle_of(arguments[1])
        return lambda value: {_text(key): inner(item) for key, item in value.items()}
    return {float: _number, str: _text}.get(kind, _same)


def _members(value: Any, members: list[tuple[str, Settle]]) -> Any:
    changed = {}
    for name, settle in members:
        before = getattr(value, name)
        after = settle(before)
        if after is not before:
            changed[name] = after
    return replace(value, **changed) if changed else value


def _items(settle: Settle) -> Settle:
    def settled_items(value: tuple[Any, ...]) -> tuple[Any, ...]:
        after = tuple(map(settle, value))
        return value if all(map(_is, after, value)) else after

    return _same if settle is _same else settled_items


def _unless_none(settle: Settle) -> Settle:
    return lambda value: None if value is None else settle(value)


def _is(one: object, other: object) -> bool:
    return one is other


def _same(value: Any) -> Any:
    return value


def _number(value: Any) -> Any:
    """Where a number must stand, NaN says that it is not known."""
    if isinstance(value, float) and math.isfinite(value):
        return value
    return float(value) if math.isfinite(value) else math.nan


def _known(value: Any) -> Any:
    """Where none need stand, None says so; Python lets a whole number be where a class has a float."""
    if value is None or (isinstance(value, float) and math.isfinite(value)):
        return value
    return float(value) if math.isfinite(value) else None


def _text(value: str) -> str:
    return value if value.isascii() or not _HALF.search(value) else _HALF.sub(lambda half: visible(half[0]), value)
