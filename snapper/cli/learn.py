"""`snapper learn`: what several captures of an unchanged host teach of its noise, kept for later comparisons."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from snapper.cli.arguments import StoreFolder, selected, store_of
from snapper.cli.console import err, out
from snapper.units import format_duration, format_value

if TYPE_CHECKING:
    from snapper.archive.manifest import Manifest
    from snapper.archive.profile import Profile

EXAMPLES = (
    "Example: snapper learn monday tuesday wednesday\n\n"
    "Example: snapper learn latest latest~1 latest~2 latest~3 -o web.json"
)


def command(
    snapshots: Annotated[
        list[str], typer.Argument(metavar="SNAPSHOT...", help="Three or more captures with nothing changed in between.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", readable=False, help="The profile, instead of the store's own.")
    ] = None,
    store: StoreFolder = None,
) -> None:
    """Learn how much this host differs by itself; `snapper diff` uses it from then on."""
    from snapper.analyze.learn import learn_profile  # noqa: PLC0415 - numpy and pyarrow, only by commands that compare
    from snapper.api import load  # noqa: PLC0415
    from snapper.archive.profile import check_profile_target, profile_path, save_profile  # noqa: PLC0415

    selections = [selected(selector, store) for selector in snapshots]
    for selection in selections:
        if selection.said:
            err().print(selection.said)
    if output is not None:
        check_profile_target(output)
    profile = learn_profile([load(selection.path) for selection in selections], now=time.time())
    target = output or profile_path(store_of(store).folder, profile.host)
    save_profile(profile, target)
    out().print(
        f"{target}  (noise of {profile.host}: {len(profile.spreads):,} series from {len(profile.captures)} captures "
        f"of {format_duration(profile.duration)} or more; {format_value(target.stat().st_size, 'bytes')})",
        soft_wrap=True,
    )


def profile_for(manifest: Manifest, store: Path | None, named: Path | None) -> Profile | None:
    """The noise profile to judge by: the named one, else the store's own of that host, if there is one.

    Raises:
        UnreadableSnapshot: It is no profile, or damaged; NewerFormat among them.
        NotComparable: It was named, and is of another host.
    """
    from snapper.archive.profile import load_profile, profile_path  # noqa: PLC0415 - only by commands that compare
    from snapper.errors import NotComparable  # noqa: PLC0415

    path = named or profile_path(store_of(store).folder, manifest.host)
    if named is None and not path.exists():
        return None
    profile = load_profile(path)
    if named is not None and profile.host != manifest.host:
        raise NotComparable(
            f"{path}: is the noise profile of {profile.host}, and compared is {manifest.host}; "
            "learn one of it with: snapper learn"
        )
    return profile
