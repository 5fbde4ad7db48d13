"""A folder for the temporary files of each job: gone with it, and where its worker was killed, with the next worker."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "stocke-job-"
HELD, COMING = "held", "coming"


@contextmanager
def job_folder() -> Iterator[str]:
    """Within, whatever asks for a temporary file gets it here: the job's process begins as a copy of this one.

    It holds a lock, too, which is let go when both are dead.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder, Path(folder, COMING).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        # Nobody looks for a lock before it is held.
        Path(folder, COMING).rename(Path(folder, HELD))
        usual, tempfile.tempdir = tempfile.tempdir, folder
        try:
            yield folder
        finally:
            tempfile.tempdir = usual


def clear_abandoned() -> None:
    """Delete the folders of jobs that nobody works at any more."""
    for held in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{HELD}"):
        # Somebody works there, has cleared it meanwhile, or it is another user's.
        with suppress(OSError), held.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(held.parent)
