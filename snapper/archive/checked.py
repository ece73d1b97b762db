"""From JSON to a dataclass, checked against the dataclass's own annotations: nothing is believed for its place.

Unknown keys are passed over (a later snapper's), missing or wrongly typed ones are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from snapper.errors import UnreadableSnapshot

T = TypeVar("T")


def checked(kind: type[T], data: object, where: str) -> T:
    """Make a dataclass of plain data as `json.loads` gives it.

    Args:
        kind: A dataclass whose fields are int, float, str, bool, tuple[X, ...], dict[str, X] or such dataclasses.
        data: What should be an object with its keys.
        where: What is being read, as the beginning of a sentence.

    Raises:
        UnreadableSnapshot: A key is missing, or holds what its field does not.
    """
    found = _expect(dict, data, where, "an object")
    values = {}
    for name, (hint, required) in _shape(kind).items():  # type: ignore[arg-type]  # every class is hashable
        if name in found:
            values[name] = _convert(hint, found[name], f"{where}: `{name}`")
        elif required:
            raise UnreadableSnapshot(f"{where} has no `{name}`")
    return kind(**values)


@cache
def _shape(kind: type[Any]) -> dict[str, tuple[Any, bool]]:
    """Field name → annotation, and whether it must be there."""
    hints = get_type_hints(kind)
    return {each.name: (hints[each.name], _required(each)) for each in fields(kind)}


def _required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _convert(hint: Any, value: object, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is dict:
        pairs = _expect(dict, value, where, "an object").items()
        return {_text(key): _convert(arguments[1], each, f"{where}, {key!r}") for key, each in pairs}
    if origin is tuple:
        return tuple(_convert(arguments[0], each, where) for each in _expect(list, value, where, "a list"))
    leaf = _LEAVES.get(hint)
    return checked(hint, value, where) if leaf is None else leaf(value, where)


def _flag(value: object, where: str) -> bool:
    return _expect(bool, value, where, "true or false")


def _string(value: object, where: str) -> str:
    return _text(_expect(str, value, where, "text"))


def _whole(value: object, where: str) -> int:
    # int64 is what everything behind this holds; JSON has integers of any length.
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise UnreadableSnapshot(f"{where} is {_short(value)}, expected a whole number")
    return value


def _real(value: object, where: str) -> float:
    if isinstance(value, float) and math.isfinite(value):  # Python's JSON has NaN and Infinity
        return value
    if isinstance(value, float):
        raise UnreadableSnapshot(f"{where} is {value}, expected a number")
    return float(_whole(value, where))


_LEAVES: Final[dict[Any, Callable[[object, str], Any]]] = {bool: _flag, str: _string, int: _whole, float: _real}


def _expect(kind: type[T], value: object, where: str, expected: str) -> T:
    if not isinstance(value, kind):
        raise UnreadableSnapshot(f"{where} is {_short(value)}, expected {expected}")
    return value


def _text(value: str) -> str:
    r"""Text that can be printed and encoded: JSON can hold half of a surrogate pair.

    >>> _text("web-7"), _text("web-\ud800")
    ('web-7', 'web-\\ud800')
    """
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def _short(value: object) -> str:
    """A value in a message: its beginning is enough.

    >>> _short(None), _short("x" * 50)
    ('null', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxx...")
    """
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and abs(value) >= 2**63:
        return "a number too large"  # to print it could be refused: it may have a million digits
    text = repr(value)
    return text if len(text) <= 40 else text[:30] + "..."
