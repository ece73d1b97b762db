"""The JSON Schema of the document `snapper.diff/1`, made from the classes that the document is written from.

A member's type, whether it must be there and what it means stand in its class alone; a
schema kept beside it would say the same a second time. https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import MISSING, Field, fields, is_dataclass
from textwrap import dedent
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from snapper.analyze.diff import FORMAT, Diff, Side
from snapper.report.json_ import RANGES, WHOLE

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_SCALARS: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    float: {"type": ["number", "null"]},
}
"""Null where a number must stand is what became of one that was not finite, which JSON has not."""


def diff_schema() -> Schema:
    """The schema of what `render_json` writes, and of what `diff_from_json` reads.

    Members that it does not name are allowed: a later version of snapper may write more in the same format.

    >>> diff_schema()["properties"]["format"]["const"]
    'snapper.diff/1'
    """
    classes: dict[str, Schema] = {}
    _object(Diff, classes)
    whole = classes.pop(Diff.__name__)
    whole["properties"]["format"] = {"const": FORMAT, "description": "What the document is, and in which version."}
    whole["required"] = ["format", *whole["required"]]
    head = {"$schema": DIALECT, "$id": f"urn:{FORMAT.replace('.', ':')}", "title": FORMAT}
    return {**head, **whole, "$defs": dict(sorted(classes.items()))}


def _object(kind: Any, classes: dict[str, Schema]) -> Schema:
    """A reference to a class, whose own schema is put among the classes."""
    if kind.__name__ not in classes:
        classes[kind.__name__] = {}  # taken, should a class ever hold its like
        said, hints = _said(kind), get_type_hints(kind)
        classes[kind.__name__] = {
            "description": inspect.getdoc(kind) or "",
            "type": "object",
            "properties": {
                member.name: {**_member(kind, member, hints[member.name], classes), **said.get(member.name, {})}
                for member in fields(kind)
            },
            "required": [member.name for member in fields(kind) if member.default is MISSING],
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _member(kind: Any, member: Field[Any], hint: Any, classes: dict[str, Schema]) -> Schema:
    if kind is Side and member.name in RANGES:
        low, high = RANGES[member.name]
        return {"type": "integer" if hint is int else "number", "minimum": low, "maximum": high}
    return _value(hint, classes)


def _value(hint: Any, classes: dict[str, Schema]) -> Schema:
    """What a type is in JSON; the types are those that the classes of a `Diff` use."""
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _object(hint, classes)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, UnionType}:
        inner = _value(next(argument for argument in arguments if argument is not NoneType), classes)
        return inner if "null" in inner.get("type", ()) else {"anyOf": [inner, {"type": "null"}]}
    if origin is tuple:
        length = {} if arguments[-1] is Ellipsis else {"minItems": len(arguments), "maxItems": len(arguments)}
        return {"type": "array", "items": _value(arguments[0], classes), **length}
    if origin is dict:
        return {"type": "object", "additionalProperties": _value(arguments[1], classes)}
    return {"type": "integer", "minimum": WHOLE[0], "maximum": WHOLE[1]} if hint is int else dict(_SCALARS[hint])


def _said(kind: type) -> dict[str, Schema]:
    """What stands in the class below a member, as its description."""
    try:
        (definition,) = ast.parse(dedent(inspect.getsource(kind))).body
    except OSError:  # an installation without its source: the schema is as strict, and says less
        return {}
    said: dict[str, Schema] = {}
    name = ""
    for statement in getattr(definition, "body", ()):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                said[name] = {"description": inspect.cleandoc(text)}
            case _:
                name = ""
    return said
