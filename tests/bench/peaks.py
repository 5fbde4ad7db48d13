"""The most memory that a process came to hold."""

import resource
import subprocess
import sys
from pathlib import Path

MEGABYTE = 1_000_000
STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def peak() -> float:
    """In MB, of this process since it began, or since `forget_peak`.

    Where the system tells it per program: what `getrusage` says is inherited from whoever started it.
    """
    if STATUS.exists():
        (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024 / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE


def forget_peak() -> None:
    """Count anew from what is held now, on systems that can."""
    if FORGET.exists():
        FORGET.write_text("5")


def peak_of_reading(path: Path) -> float:
    """Of a process that does nothing but read the file."""
    command = [sys.executable, "-m", "tests.bench.reading_peak", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
