"""`snapper explain`: what a metric is, which way is worse, and what to run next, from its declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import typer

from snapper.cli.console import out
from snapper.cli.metrics import unknown
from snapper.collectors import catalogue, declared_sources
from snapper.metric import Kind, Metric, Worse

EXAMPLES = "Example: snapper explain disk.await"

_COMPARED: Final = {
    Kind.COUNTER: "counter, compared as its rate",
    Kind.GAUGE: "gauge, compared as its mean over the window",
    Kind.FACT: "fact, compared for equality",
}
_WORSE: Final = {
    Worse.MORE: "more",
    Worse.LESS: "less",
    Worse.EITHER: "either way",
    Worse.NEITHER: "neither way",
}


def command(
    # The backslash keeps the help from taking the brackets for its own.
    metric: Annotated[str, typer.Argument(help=r"A metric, or a series as the report names it: 'disk.await\[sda]'.")],
) -> None:
    """Say what a metric means, which way is worse, and what to run next."""
    metrics = catalogue()
    name, _, instance = metric.removesuffix("]").partition("[")
    if name not in metrics:
        raise unknown(name)
    out().print(metrics[name].name)
    for word, text in told_of(metrics[name], instance):
        if text:
            out().print(f"  {word:<9} {text}", soft_wrap=True)


def told_of(metric: Metric, instance: str) -> Iterator[tuple[str, str]]:
    """What there is to say of it, in the order of the questions that a finding raises."""
    source = declared_sources().get(metric.name)
    shows = f"{source}; `snapper show latest {source}` shows what was read"
    yield "title", metric.title
    yield "means", metric.help
    yield "unit", metric.compared_unit
    yield "kind", _COMPARED[metric.kind]
    yield "resource", metric.resource.value
    yield "role", f"{metric.role.value}{', in the USE matrix' if metric.primary else ''}"
    yield "worse", _WORSE[metric.worse]
    yield "one per", ", ".join(metric.labels)
    yield "source", shows if source else ""
    yield "past", "remembers what was before the capture, so it is never a headline" if metric.history else ""
    yield "moved by", ", ".join(metric.moved_by)
    yield "explains", ", ".join(resource.value for resource in metric.attributes)
    yield "same as", metric.alias_of
    yield "next", metric.next.replace("{instance}", instance or "{instance}")
    yield "see", metric.doc
