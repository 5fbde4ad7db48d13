"""A folder for the temporary files of each job: gone with it, and where its worker was killed, with the next worker."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.conf import settings

PREFIX = "stocke-job-"
HELD, COMING = "held", "coming"


@contextmanager
def job_folder() -> Iterator[str | None]:
    """Within, whatever asks for a temporary file gets it here: the job's process begins as a copy of this one.

    None on a full disk: most jobs need none, and one that does says what it lacks.
    """
    with ExitStack() as stack:
        folder: str | None = None
        usual = tempfile.tempdir
        with suppress(OSError):
            folder = stack.enter_context(locked_folder())
        tempfile.tempdir = folder or usual
        try:
            yield folder
        finally:
            tempfile.tempdir = usual


@contextmanager
def locked_folder() -> Iterator[str]:
    """It holds a lock, too, which is let go when this process and the one of the job are dead."""
    made = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    with made as folder, Path(folder, COMING).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        # Nobody looks for a lock before it is held.
        Path(folder, COMING).rename(Path(folder, HELD))
        yield folder


def clear_abandoned() -> None:
    """Delete the folders of jobs that nobody works at any more."""
    # Not as tempfile finds it, which passes over a disk that is full.
    place = Path(tempfile.tempdir or settings.TEMPORARY_ROOT)
    for held in place.glob(f"{PREFIX}*/{HELD}"):
        # Somebody works there, has cleared it meanwhile, or it is another user's.
        with suppress(OSError), held.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(held.parent)
