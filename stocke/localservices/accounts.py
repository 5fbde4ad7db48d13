"""Who runs the servers, and where that account can keep its files.

PostgreSQL refuses to run as root. Root therefore lends it an ordinary account, which may be unable to enter
root's own folders: then the data lives in /var/lib, and programs are copied there.
"""

import hashlib
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stocke.localservices.errors import ServiceError

SHARED_HOME = Path("/var/lib/stock-e")
ORDINARY_NAMES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An ordinary account that root runs the servers as."""

    uid: int
    gid: int

    def owns(self, path: Path) -> bool:
        return path.stat().st_uid == self.uid


def lent_account(data: Path) -> Account | None:
    """The account for servers whose files are in `data`, or None to run them as ourselves.

    The owner of existing data stays the owner: installing a distribution's PostgreSQL later creates the
    name "postgres", and choosing by name again would lock us out of our own files.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next((known[name] for name in ORDINARY_NAMES if name in known), None)
    if entry is None:
        raise ServiceError(
            f"Root cannot run PostgreSQL, and there is no account {' or '.join(ORDINARY_NAMES)}."
        )
    return Account(entry.pw_uid, entry.pw_gid)


def is_reachable(path: Path, account: Account | None) -> bool:
    """Whether the account may pass through every folder above `path`."""
    return account is None or all(_may_enter(folder, account) for folder in path.absolute().parents)


def _may_enter(folder: Path, account: Account) -> bool:
    mode = folder.stat().st_mode
    return bool(mode & 0o001) or (account.owns(folder) and bool(mode & 0o100))


def home_for(root: Path) -> Path:
    """The folder that holds the servers' files for the project folder `root`."""
    account = lent_account(root / "postgres")
    if is_reachable(root / "postgres", account):
        return root
    return SHARED_HOME / hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]


def hand_over(path: Path, account: Account | None) -> None:
    """Give the account a file or folder that we have just made."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def run_as(account: Account | None) -> Mapping[str, object]:
    """The arguments that make subprocess start a program as this account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
