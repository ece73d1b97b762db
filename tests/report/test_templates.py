"""The templates: where they are found, and that they work nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from snapper.errors import SnapperError
from snapper.report.templates import templates_dir


@pytest.mark.parametrize("place", ["package/report_templates", "report_templates"])
def test_templates_are_found_in_a_wheel_and_in_a_checkout(tmp_path: Path, place: str) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (tmp_path / place).mkdir()
    (tmp_path / place / "report.html").touch()

    assert templates_dir(package) == tmp_path / place


def test_a_damaged_installation_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnapperError, match="install snapper again"):
        templates_dir(tmp_path)


ARITHMETIC = (
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg, nodes.Pos,
)  # fmt: skip
COMPUTING = {"abs", "sum", "round", "int", "float", "min", "max", "random", "filesizeformat"}
"""Filters of Jinja's own that come to a number which is not in the `Diff`."""


def computed(template: str) -> list[str]:
    """What a template works out by itself, with its lines."""
    tree = Environment(autoescape=True).parse(template)
    return [
        *(f"{node.lineno}: {type(node).__name__}" for node in tree.find_all(ARITHMETIC)),
        *(f"{node.lineno}: {node.name}" for node in tree.find_all(nodes.Filter) if node.name in COMPUTING),
    ]


@pytest.mark.parametrize("template", sorted(path.name for path in templates_dir().glob("*.html")))
def test_no_arithmetic_stands_in_a_template(template: str) -> None:
    assert computed((templates_dir() / template).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("expression", ["a + 1", "a - b", "2 * a", "a / b", "a // b", "a % b", "a ** 2", "-a", "a|sum"])
def test_arithmetic_in_a_template_would_be_found(expression: str) -> None:
    assert computed("{{ " + expression + " }}") != []
    assert computed("{% if x %}\n{% set y = " + expression + " %}{% endif %}") != []
