"""Write 64 KiB and force it to disk, over and over for the given number of seconds, then end."""

import os
import sys
import tempfile
import time

until = time.monotonic() + float(sys.argv[1])
with tempfile.TemporaryFile(dir=sys.argv[2]) as file:
    while time.monotonic() < until:
        file.seek(0)
        file.write(b"\0" * 65_536)
        file.flush()
        os.fsync(file.fileno())
        time.sleep(0.002)
