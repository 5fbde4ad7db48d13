"""The file between its dry run and its taking in: kept in the storage, named by a signed reference."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import IO

from django.core import signing
from django.core.files.storage import Storage, storages
from django.utils import timezone

from orders.domain.order_files.reading import OrderFile, read_order_file

SALT = "stocke.link.order-file"
KEPT_DAYS = 7


class NoLongerKept(Exception):
    """The reference was ours; its file is gone, because files of orders are kept for a week."""


@dataclass(frozen=True)
class KeptFile:
    """A file in the storage: `key` is its name there, `file_name` the one it came with."""

    key: str
    file_name: str
    channel: str

    @property
    def token(self) -> str:
        """The reference that addresses carry."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @property
    def thread(self) -> str:
        return f"orderfile:{Path(self.key).stem}"


def order_storage() -> Storage:
    return storages["orders"]


def keep(content: IO[bytes], *, file_name: str, channel: str) -> KeptFile:
    """Put the file away for a week."""
    return KeptFile(order_storage().save(f"{token_hex(12)}.csv", content), file_name[:120], channel)


def kept_file(token: str) -> KeptFile:
    """The file of a reference. Raises signing.BadSignature when it is not ours, NoLongerKept when it is too old."""
    try:
        return KeptFile(**signing.loads(token, salt=SALT, max_age=timedelta(days=KEPT_DAYS)))
    except signing.SignatureExpired:
        raise NoLongerKept from None


@contextmanager
def local_copy(kept: KeptFile) -> Iterator[Path]:
    """The file where it can be read. Raises NoLongerKept."""
    with tempfile.TemporaryDirectory(prefix="stocke-orders-") as folder:
        path = Path(folder) / "file.csv"
        try:
            with order_storage().open(kept.key) as source, path.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        except FileNotFoundError:
            raise NoLongerKept from None
        yield path


def read_kept(kept: KeptFile) -> OrderFile:
    """Every order of a kept file. Raises NoLongerKept and FileRefused."""
    with local_copy(kept) as path:
        return read_order_file(path, kept.channel)


def forget_old_files() -> int:
    """Delete what nobody can refer to any longer: these files hold addresses of customers."""
    storage, last = order_storage(), timezone.now() - timedelta(days=KEPT_DAYS)
    # A storage that has never kept a file has no folder to list.
    names = storage.listdir("")[1] if storage.exists("") else []
    old = [name for name in names if storage.get_modified_time(name) < last]
    for name in old:
        storage.delete(name)
    return len(old)
