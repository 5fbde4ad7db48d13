"""Folders for servers that live as long as one command."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from stocke.localservices.errors import ServiceError
from stocke.localservices.services import remove

PREFIX = "stocke-servers-"
JUST_MADE_SECONDS = 60


@contextmanager
def temporary_root() -> Generator[Path]:
    """A folder that a lent account may pass through, removed with the servers' data at the end.

    First removes those that killed commands left behind, since each holds a whole cluster.
    """
    remove_abandoned(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        remove(folder)
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(place: Path) -> None:
    """A folder is in use while its lock is held; a new one may not be locked yet."""
    for folder in place.glob(f"{PREFIX}*"):
        # In use, of somebody else, or removed by another command at this moment.
        with contextlib.suppress(ServiceError, PermissionError, FileNotFoundError):
            if time.time() - folder.stat().st_mtime > JUST_MADE_SECONDS:
                remove(folder)
                shutil.rmtree(folder)
