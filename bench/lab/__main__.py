"""The lab's commands: plan, capture, score, all of these; or keep a dozen captures as fixtures."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time

from lab import acts, kept, place, probes, results, stage
from lab.faults import FAULTS
from lab.plan import Take, pairs, seconds, takes


def main() -> int:
    """Run one command; the exit code is 2 for what makes no sense, 3 where the lab cannot run."""
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    parser.add_argument("command", choices=["plan", "capture", "score", "keep", "all"])
    parser.add_argument("names", nargs="*", help="captures to make; all without it")
    chosen = parser.parse_args()
    strangers = set(chosen.names) - {take.name for take in takes()}
    if strangers:
        parser.error(f"{', '.join(sorted(strangers))}: no capture of the lab; `plan` lists them")
    if chosen.command == "plan":
        for take in takes():
            there = "there" if place.is_there(take.name) else ""
            print(f"{take.name:20} {take.ticks:3} ticks of {take.interval:g} s  {there}")
        print(_expected(takes()))
        return 0
    if chosen.command == "capture":
        return _capture(chosen.names)
    if chosen.command == "keep":
        print(f"What the judge makes of the fixtures is in {kept.keep()}.")
        return 0
    status = stage.apart(["capture", *chosen.names]) if chosen.command == "all" else 0
    print(f"The results are in {results.write()}.")
    return status


def _capture(names: list[str]) -> int:
    """Capture what is not there; the exit code."""
    if why := probes.lacking():
        print(f"The lab cannot run: {why}.", file=sys.stderr)
        return 3
    stage.enter()
    try:
        stage.prepare()
    except subprocess.CalledProcessError as failed:
        print(f"The lab cannot make its little host: {acts.reason_of(failed)}", file=sys.stderr)
        return 3
    reasons = probes.reasons()
    place.write_impossible(reasons)
    impossible = {fault.name: why for fault in FAULTS if (why := next(filter(None, map(reasons.get, fault.needs)), ""))}
    for name, why in impossible.items():
        print(f"{name}: not possible here: {why}", flush=True)
    chosen = [take for take in takes() if take.name not in impossible and (not names or take.name in names)]
    missing = [take for take in chosen if not place.is_there(take.name)]
    if any(map(stage.is_too_early, missing)):
        print("later-*: to be captured an hour after the first; run this again then")
        missing = [take for take in missing if not stage.is_too_early(take)]
    print(_expected(missing), flush=True)
    began, missed = time.monotonic(), 0
    for done, (take, note) in enumerate(stage.capture_all(chosen), 1):
        if isinstance(note, str):
            missed += 1
            print(f"{done}/{len(missing)} {take.name}: failed: {note}", flush=True)
            continue
        print(
            f"{done}/{len(missing)} {take.name}: others kept {note.foreign:.2f} of a CPU busy"
            f"{', disturbed' if note.is_disturbed else ''} ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
    return 3 if missed else 0


def _expected(chosen: list[Take]) -> str:
    what = f"{len(chosen)} captures, of {len(FAULTS)} faults and for {len(pairs())} unchanged pairs"
    return f"{what}: about {seconds(chosen) / 60:.0f} minutes"


def _ended(*_: object) -> None:
    """Undo what was done to the host, as after Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
