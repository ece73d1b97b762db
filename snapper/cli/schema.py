"""`snapper schema`: the JSON Schema of what `snapper diff --format json` writes."""

from __future__ import annotations

import json
import sys

EXAMPLES = "Example: snapper schema > snapper.diff-1.schema.json"


def command() -> None:
    """Print the JSON Schema of the comparison as JSON."""
    from snapper.report.schema import diff_schema  # noqa: PLC0415 - the classes of a comparison, for this command only

    sys.stdout.write(json.dumps(diff_schema(), indent=2) + "\n")
