"""Run one program for the given number of seconds: the first argument names a function of these modules."""

import sys
import time

from lab.loads import cpu, disk, memory, network, service, tasks


def main() -> None:
    """Find the function and run it until the time is over."""
    name, seconds, *arguments = sys.argv[1:]
    until = time.monotonic() + float(seconds)
    for module in (service, cpu, tasks, memory, disk, network):
        run = getattr(module, name.replace("-", "_"), None)
        if run is not None:
            run(until, *arguments)
            return
    raise SystemExit(f"{name}: no program of the lab")


if __name__ == "__main__":
    main()
