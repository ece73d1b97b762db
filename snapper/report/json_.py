"""The comparison as JSON, `snapper.diff/1`, and back: what was written can be rendered again.

Strict JSON, an item a line, so that two of them can be compared line by line. Characters that
steer a display are escaped: the document is often printed on a terminal.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from snapper.analyze.diff import FORMAT, Diff, Side
from snapper.errors import NewerFormat, UnreadableSnapshot
from snapper.report.visible import UNSEEN, visible

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "started": (0, 253_402_214_400),  # the last day of the year 9999
    "utc_offset": (-86_399, 86_399),
    "duration": (0, 1e9),
    "interval": (0, 1e9),
}
"""What members of a `Side` that are printed as a date or a span can be."""

WHOLE: Final = (-(2**63), 2**63 - 1)
"""What a whole number can be: 64 bits hold every count of a host, and a number of 400 digits is no float."""

Build = Callable[[Any, str], Any]
"""Takes a JSON value and where it stands, gives the value of the type it was made for."""


def render_json(diff: Diff) -> str:
    """The document `snapper.diff/1`; a lone surrogate, which JSON has not, is written out as text."""
    members = (f"{json.dumps(name)}: {_laid_out(value)}" for name, value in diff.to_json().items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def diff_from_json(document: Any) -> Diff:
    """Read a comparison back, so that it can be rendered in another format.

    Args:
        document: What `json.loads` gave. Unknown members, a later version's, are passed over.

    Raises:
        NewerFormat: It is a `snapper.diff` of a later format.
        UnreadableSnapshot: It is something else, or a member is missing or of another type.
    """
    said = document.get("format") if isinstance(document, Mapping) else None
    if said != FORMAT:
        if isinstance(said, str) and re.fullmatch(r"snapper\.diff/\d+", said):
            raise NewerFormat(f"the comparison is in format {said!r}, this version reads {FORMAT!r}; update snapper")
        raise UnreadableSnapshot(
            f'this is no comparison of two snapshots: its "format" is {said!r}, expected {FORMAT!r}; '
            "`snapper diff BEFORE AFTER --format json` writes one"
        )
    built: Diff = _builder(Diff)(document, "")
    _check(built.before, "before")
    _check(built.after, "after")
    return built


def _check(side: Side, where: str) -> None:
    """What is printed as a date or a span must be one: a document is not necessarily ours."""
    for name, (low, high) in RANGES.items():
        value = getattr(side, name)
        if not low <= value <= high:
            raise UnreadableSnapshot(
                f"the comparison is damaged: {where}.{name} is {value:g}, expected {low:g} to {high:g}"
            )


def _laid_out(value: Any) -> str:
    """A list with an item a line, anything else on one line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_dumped, value)) + "\n]"
    return _dumped(value)


def _dumped(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Outside of strings there is only ASCII, so what cannot be seen is in a string, where an escape may stand.
    return UNSEEN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    lone = "\ud800" <= match[0] <= "\udfff"
    return json.dumps(visible(match[0]) if lone else match[0])[1:-1]


@cache
def _builder(kind: Any) -> Build:
    """How a value of a type is made from JSON; the types are those that the classes of a `Diff` use."""
    if is_dataclass(kind):
        return _dataclass_builder(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return lambda value, where: value if value in arguments else _refuse(value, where, " or ".join(arguments))
    if origin in {Union, UnionType}:
        inner = _builder(next(argument for argument in arguments if argument is not NoneType))
        return lambda value, where: None if value is None else inner(value, where)
    if origin is tuple:
        return _tuple_builder(arguments)
    if origin is dict:
        return _dict_builder(_builder(arguments[1]))
    return _float if kind is float else lambda value, where: _scalar(value, where, kind)


def _dataclass_builder(kind: Any) -> Build:
    hints = get_type_hints(kind)
    members = [(field, _builder(hints[field.name])) for field in fields(kind)]

    def build(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            _refuse(value, where, "an object")
        return kind(**{field.name: _member(field, make, value, where) for field, make in members})

    return build


def _member(field: Field[Any], make: Build, value: Mapping[str, Any], where: str) -> Any:
    if field.name in value:
        return make(value[field.name], f"{where}.{field.name}")
    if field.default is not MISSING:
        return field.default
    raise UnreadableSnapshot(f"the comparison is incomplete: {where.lstrip('.') or 'it'} has no {field.name!r}")


def _tuple_builder(arguments: tuple[Any, ...]) -> Build:
    inner = _builder(arguments[0])
    exact = None if arguments[-1] is Ellipsis else len(arguments)

    def build(value: Any, where: str) -> Any:
        if not isinstance(value, list) or exact not in {None, len(value)}:
            _refuse(value, where, "a list" if exact is None else f"a list of {exact}")
        return tuple(inner(item, f"{where}[{index}]") for index, item in enumerate(value))

    return build


def _dict_builder(inner: Build) -> Build:
    def build(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            _refuse(value, where, "an object")
        return {key: inner(item, f"{where}.{key}") for key, item in value.items()}

    return build


def _float(value: Any, where: str) -> float:
    """A number; null where one must stand is what became of a number that is not finite."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _refuse(value, where, "a number")
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return math.inf if value > 0 else -math.inf


def _scalar(value: Any, where: str, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        _refuse(value, where, {str: "text", int: "a whole number", bool: "true or false"}[kind])
    if kind is int and not WHOLE[0] <= value <= WHOLE[1]:
        _refuse(value, where, "a whole number of at most 64 bits")
    return value


def _refuse(value: Any, where: str, expected: str) -> Any:
    found = json.dumps(value)
    shown = found if len(found) <= 40 else f"{found[:40]}…"
    raise UnreadableSnapshot(f"the comparison is damaged: {where.lstrip('.')} is {shown}, expected {expected}")
