"""From a feed to a local file, and from there into the archive."""

import shutil
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from stocke.core.domain.credentials import reveal
from stocke.core.domain.history import record
from stocke.core.models import Credential
from stocke.core.outbound import OutboundError
from stocke.core.sealing import NotOpened
from suppliers.domain.durability import in_no_hurry
from suppliers.domain.verdicts import is_decided
from suppliers.domain.words import fingerprint
from suppliers.models import Feed, Run, RunStatus, Transport
from suppliers.queries.runs import forgettable
from suppliers.queries.words import heard_from
from suppliers.transports import Fetched, NotFetched, Progress, Source, open_source, save

NOTHING_UPLOADED = _("This feed waits for a file to be uploaded by hand. Upload one.")
NO_LONGER_KEPT = _("The file of this import is no longer kept. Ask the supplier to send it again.")
SEALED = _(
    "The stored password can no longer be opened, because the key it was sealed with is gone. Enter it again."
)
# How a run is asked for that has its file already.
HAVE_A_FILE = frozenset({"upload", "again"})
LONGEST_SUFFIX = 8
MARKS_HOLD = timedelta(days=1)
# A file that we see for the first time may be older than that, but we would only have its sender's word for it.
FIRST_LOOK = timedelta(days=1)


class SourceChanged(Exception):
    """The run's file comes from a source that is no longer the feed's."""


def feed_storage() -> Storage:
    return storages["feeds"]


def last_applied(run: Run) -> Run | None:
    """The last import that counts. While a run is open no other of its feed is, so it stays the last."""
    return judged_before(run).filter(status=RunStatus.APPLIED, undoes=None).first()


def judged_before(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(feed_id=run.feed_id, pk__lt=run.pk).order_by("-id")


def fetch(run: Run, folder: Path, progress: Progress, *, beside: Executor) -> Future[Fetched]:
    """The run's file, on its way into `folder`: it, or what it is waited for with, may raise NotFetched or NotModified.

    No transaction may be open: this is the network. It is fetched and hashed `beside` what is asked of the database.
    """
    feed = run.feed
    if run.file:
        return beside.submit(from_archive, run, folder)
    if feed.transport == Transport.UPLOAD:
        raise NotFetched("nothing_uploaded", NOTHING_UPLOADED, retry=False)
    return beside.submit(fetch_from, feed.transport, source_of(run), folder, progress)


def fetch_from(transport: str, source: Source, folder: Path, progress: Progress) -> Fetched:
    asked_at = timezone.now()
    try:
        with open_source(transport, source) as incoming:
            return save(incoming, folder, asked_at=asked_at, progress=progress)
    except OutboundError as error:
        raise NotFetched.of(error) from error


def source_of(run: Run) -> Source:
    """Where the run's file lies, with the secrets opened. Raises NotFetched when no key opens them."""
    feed = run.feed
    try:
        secrets = reveal(feed.credential)
    except NotOpened:
        raise NotFetched("sealed", SEALED, retry=False) from None
    return Source(feed.location, feed.access, secrets, useful_memory(run, timezone.now()))


def useful_memory(run: Run, now: datetime) -> dict[str, Any]:
    """What we may tell the source of our last visit.

    Its marks of the file only where that file is the one that counts, read as today, and fetched within a day: an
    answer that nothing changed must have something to stand on, and a server that always says so is found out.
    """
    memory = dict(run.feed.remembered)
    if "validators" in memory and not is_marked(run, memory, now):
        del memory["validators"]
    return memory


def is_marked(run: Run, memory: Mapping[str, Any], now: datetime) -> bool:
    """Whether the file of our last visit counts as it is read today, and is no older than a day."""
    fetched_at = moment(memory.get("fetched_at"))
    return fetched_at is not None and now - fetched_at <= MARKS_HOLD and known_content(run) is not None


def known_content(run: Run) -> Run | None:
    """The import of the file that we fetched last, where the same file again would say nothing new."""
    sha256 = run.feed.remembered.get("sha256", "")
    return same_as(run, sha256, last_applied(run)) if sha256 else None


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
    run.sha256, run.taken_at = fetched.sha256, statement_time(run, fetched)
    if fetched.written_at:
        run.facts = {**run.facts, "written_at": fetched.written_at.isoformat()}


def statement_time(run: Run, fetched: Fetched) -> datetime:
    """When the file was written, by our own clock, whatever clock its sender has.

    A file that is new to us was written after we last looked and before we asked. One that we had already is stated
    anew by whoever still offers it.
    """
    asked_at, memory = fetched.taken_at, run.feed.remembered
    if fetched.written_at is None or fetched.origin or fetched.sha256 == memory.get("sha256"):
        return asked_at
    looked_at = moment(memory.get("looked_at")) or asked_at - FIRST_LOOK
    return min(max(fetched.written_at, looked_at), asked_at)


def moment(text: Any) -> datetime | None:
    return parse_datetime(text) if isinstance(text, str) else None


def note_unmodified(run: Run) -> Run | None:
    """The source says that nothing changed: the import that its file was, or None when that no longer counts."""
    run.taken_at = timezone.now()
    same = known_content(run)
    if same:
        run.file_name, run.size_bytes, run.sha256 = same.file_name, same.size_bytes, same.sha256
    return same


@transaction.atomic
def remember(run: Run, fetched: Fetched | None, *, by: Actor) -> None:
    """Keep what the source told of itself, after the run was settled: lost, it costs one more download.

    Not where the feed's source was changed meanwhile: that is another source. The key of a server that we visited
    for the first time becomes a setting of the feed.
    """
    feed = run.feed
    if fetched is None:
        news: dict[str, Any] = dict(feed.remembered)
    else:
        fetched_at = fetched.taken_at.isoformat()
        news = {**fetched.remember, "sha256": fetched.sha256, "fetched_at": fetched_at}
    news["looked_at"] = (fetched.taken_at if fetched else run.stated_at).isoformat()
    access, host_key = dict(feed.access), news.pop("host_key", "")
    in_no_hurry()
    is_first_visit = bool(host_key) and not access.get("host_key")
    if is_first_visit:
        access["host_key"] = host_key
    if of_same_source(feed).update(remembered=news, access=access) and is_first_visit:
        record(feed, "feed.host_key_noted", by=by, after={"access.host_key": host_key})


def remember_refusal(run: Run, problem: NotFetched) -> None:
    """Keep what a source that had no file for us told of itself; lost, it is told once more."""
    feed = run.feed
    of_same_source(feed).update(remembered={**feed.remembered, **problem.remember})


def of_same_source(feed: Feed) -> QuerySet[Feed]:
    """The feed, unless its source was changed meanwhile."""
    return Feed.objects.filter(
        pk=feed.pk, transport=feed.transport, location=feed.location, access=feed.access
    )


def hold_source(run: Run) -> None:
    """Keep people from changing the feed's source until the transaction ends, which should be soon.

    Raises SourceChanged where they did since the run was claimed: the address, the way in or its secrets. A file that
    somebody brought, or has decided on, is the feed's whatever its source is by now.
    """
    feed = run.feed
    if run.trigger in HAVE_A_FILE or is_decided(run):
        return
    same = of_same_source(feed).filter(credential=feed.credential_id)
    if not same.select_for_update(no_key=True).exists() or not has_same_secrets(feed):
        raise SourceChanged(run.pk)


def has_same_secrets(feed: Feed) -> bool:
    """Whether the feed's secrets are those that it had when its source was asked. They change beneath its lock."""
    had = feed.credential
    return had is None or Credential.objects.filter(pk=had.pk, changed_at=had.changed_at).exists()


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


def same_content(run: Run, applied: Run | None) -> Run | None:
    """The import that already said exactly what this run's file says."""
    return same_as(run, run.sha256, applied)


def same_as(run: Run, sha256: str, applied: Run | None) -> Run | None:
    """The import that already said exactly this under the same reading: the last that counts, or the last judged."""
    if applied and run.feed.last_sha256 == sha256 == applied.sha256 and is_read_alike(run, applied):
        return applied
    if (undone := undone_content(run, sha256)) and is_read_alike(run, undone):
        return undone
    known = [RunStatus.HELD, RunStatus.REJECTED, RunStatus.APPLIED]
    last = judged_before(run).filter(status__in=known, undoes=None).first()
    is_same = last and last.status != RunStatus.APPLIED and last.sha256 == sha256
    return last if last and is_same and is_read_alike(run, last) else None


def undone_content(run: Run, sha256: str) -> Run | None:
    """The import of these very bytes that was undone: they count no more by themselves, only if a person says so."""
    same = Run.objects.filter(feed_id=run.feed_id, sha256=sha256, undoes=None).exclude(pk=run.pk)
    last = same.filter(status__in=[RunStatus.APPLIED, RunStatus.UNDONE]).order_by("-finished_at").first()
    is_asked_for = run.trigger == "again"
    return last if last and last.status == RunStatus.UNDONE and not is_asked_for else None


def is_read_alike(run: Run, other: Run) -> bool:
    """Whether columns and words mean today what they meant then."""
    if run.mapping_id != other.mapping_id:
        return False
    words = heard_from(run.feed.supplier_id).words
    return bool(other.facts.get("vocabulary", "") == fingerprint(words))
