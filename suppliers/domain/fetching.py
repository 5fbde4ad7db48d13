"""From a feed to a local file, and from there into the archive."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext_lazy as _

from suppliers.domain.words import fingerprint
from suppliers.models import Run, RunStatus, Transport
from suppliers.queries.runs import forgettable
from suppliers.queries.words import heard_from
from suppliers.transports import Fetched, NotFetched, Progress, fetch_from_address, fetch_from_folder

NOTHING_UPLOADED = _("This feed waits for a file to be uploaded by hand. Upload one.")
NO_LONGER_KEPT = _("The file of this import is no longer kept. Ask the supplier to send it again.")
LONGEST_SUFFIX = 8


def feed_storage() -> Storage:
    return storages["feeds"]


def fetch(run: Run, folder: Path, progress: Progress) -> Fetched:
    """The run's file, in `folder`. Raises NotFetched. No transaction may be open: this is the network."""
    feed = run.feed
    if run.file:
        return from_archive(run, folder)
    if feed.transport == Transport.URL:
        return fetch_from_address(feed.location, folder, progress=progress)
    if feed.transport == Transport.FOLDER:
        return fetch_from_folder(feed.location, folder, progress=progress)
    raise NotFetched("nothing_uploaded", NOTHING_UPLOADED, retry=False)


def from_archive(run: Run, folder: Path) -> Fetched:
    """A file that was uploaded, or that is read once more."""
    path = folder / "fetched"
    try:
        with feed_storage().open(run.file) as kept, path.open("wb") as copy:
            shutil.copyfileobj(kept, copy)
    except FileNotFoundError:
        raise NotFetched("gone", NO_LONGER_KEPT, retry=False) from None
    size = run.size_bytes or path.stat().st_size
    return Fetched(path, run.file_name, size, run.sha256, run.stated_at)


def note_file(run: Run, fetched: Fetched) -> None:
    """What is known of the file before it is read; saved when the run is settled."""
    run.file_name, run.size_bytes = fetched.file_name[:200], fetched.size
    run.sha256, run.taken_at = fetched.sha256, fetched.taken_at


def archive(run: Run, fetched: Fetched) -> Fetched:
    """Keep the bytes as they came, once; where the local copy is afterwards."""
    if run.file:
        return fetched
    run.file = keep(fetched.path, f"{run.feed_id}/{run.pk}/file{suffix_of(fetched.file_name)}")
    return fetched if fetched.path.exists() else replace(fetched, path=Path(feed_storage().path(run.file)))


class Movable(File):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """A local file that a file-system storage may move instead of copying."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        super().__init__(file)
        self.path = path

    def temporary_file_path(self) -> str:
        return str(self.path)


def keep(path: Path, name: str) -> str:
    """Store a local file; the name it got."""
    with path.open("rb") as file:
        return feed_storage().save(name, Movable(file, path))


def forget_files(before: datetime, *, limit: int = 500) -> int:
    """Delete the files of runs that ended before that time; how many runs were freed of theirs.

    The file goes first: a run that names a lost file says so when it is asked, a file nobody names is lost for ever.
    """
    runs = list(forgettable(before).order_by("pk")[:limit])
    for run in runs:
        for name in filter(None, (run.file, run.rows_file)):
            feed_storage().delete(name)
        Run.objects.filter(pk=run.pk).update(file="", rows_file="")
    return len(runs)


def suffix_of(name: str) -> str:
    """The ending of a stranger's file name, as far as it is harmless in one of ours."""
    suffix = Path(name).suffix.lower()
    harmless = suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= LONGEST_SUFFIX
    return suffix if harmless else ""


def same_content(run: Run) -> Run | None:
    """The import that already said exactly this under the same reading: the last that counts, or the last judged."""
    judged = Run.objects.filter(feed_id=run.feed_id, pk__lt=run.pk).order_by("-id")
    applied = judged.filter(status=RunStatus.APPLIED).first()
    if applied and run.feed.last_sha256 == run.sha256 == applied.sha256 and is_read_alike(run, applied):
        return applied
    last = judged.filter(status__in=[RunStatus.HELD, RunStatus.REJECTED, RunStatus.APPLIED]).first()
    is_same = (
        last and last.status != RunStatus.APPLIED and last.sha256 == run.sha256 and is_read_alike(run, last)
    )
    return last if is_same else None


def is_read_alike(run: Run, other: Run) -> bool:
    """Whether columns and words mean today what they meant then."""
    if run.mapping_id != other.mapping_id:
        return False
    words = heard_from(run.feed.supplier_id).words
    return bool(other.facts.get("vocabulary", "") == fingerprint(words))
