"""Which Java runtimes are installed, without starting any.

Reads /usr/lib/jvm/*/release, which every JDK since 7 brings along: a shell assignment a line. Nothing in it says which
one programs use.

    IMPLEMENTOR="Eclipse Adoptium"
    JAVA_VERSION="17.0.9"
    JAVA_RUNTIME_VERSION="17.0.9+9"
"""

from __future__ import annotations

import re
from typing import Final

from snapper.collectors.contract import Collector, Origin, Reading
from snapper.collectors.text.refusal import refused
from snapper.metric import Kind, Metric, Resource, Role, Worse
from snapper.record.plan import KIB, Cadence, Files

_JAVA: Final = Metric(
    name="java",
    unit="text",
    kind=Kind.FACT,
    resource=Resource.HOST,
    role=Role.CONFIGURATION,
    worse=Worse.EITHER,
    title="Java runtime",
    help="Version of a Java runtime that is installed, by its feature release and who built it. Another one has other "
    "collectors and compilers, and other defaults of both.",
    doc="https://openjdk.org/jeps/223",
    labels=("runtime",),
    next="ls -l /usr/lib/jvm; java -version",
)
_LINE: Final = re.compile(r'([A-Z][A-Z_]*)=("[^"]*"|[^"\s]*)')
_VERSION: Final = re.compile(r"(?:1\.)?([0-9]+)(?:[._+-].*)?")


def parse(text: str, origin: Origin) -> list[Reading]:
    r"""Give the version, 17.0.9+9, under the feature release and the builder: "17 Eclipse Adoptium".

    Raises:
        ValueError: A line that is no assignment, or no JAVA_VERSION.

    >>> parse('JAVA_VERSION="1.8.0_392"\n', Origin(key="jdk8/release"))
    [Reading(metric='java', value='1.8.0_392', instance='8')]
    """
    path = f"/usr/lib/jvm/{origin.key}"
    said: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line.strip())
        if match is None and line.strip():
            raise refused(path, number, line, 'NAME="value"')
        if match is not None:
            said[match[1]] = match[2].strip('"')
    feature = _VERSION.fullmatch(said.get("JAVA_VERSION", ""))
    if feature is None:
        raise refused(path, 1, text, 'a line JAVA_VERSION="17.0.9"')
    version = said.get("JAVA_RUNTIME_VERSION") or said["JAVA_VERSION"]
    return [Reading(_JAVA.name, version, f"{feature[1]} {said.get('IMPLEMENTOR', '')}".strip())]


COLLECTOR: Final = Collector(
    name="usr.lib.jvm",
    read=Files(patterns=("usr/lib/jvm/*/release",), cadence=Cadence.ONCE, max_bytes=16 * KIB, max_files=50),
    metrics=(_JAVA,),
    parse=parse,
    adds="which Java runtimes are installed",
    needs="a JDK below /usr/lib/jvm, where distributions put them",
)
