"""Run one command with the servers it needs: `python -m stocke.localservices [--temporary] [--fast] COMMAND...`.

With `--temporary` the servers are empty and gone afterwards; with `--fast` they do not flush to the disk.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from stocke.localservices.errors import ServiceError
from stocke.localservices.services import ensure
from stocke.localservices.temporary import temporary_root


def main() -> int:
    options = _options()
    if options.temporary:
        return _run_apart(options.command, fast=options.fast)
    return _run(options.command, options.root, fast=options.fast)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stocke.localservices", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(".local"), help="folder of the servers' data")
    parser.add_argument(
        "--temporary", action="store_true", help="use servers of their own, removed afterwards"
    )
    parser.add_argument("--fast", action="store_true", help="do not flush to the disk")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command or shutil.which(options.command[0]) is None:
        parser.error("name a command that exists")
    return options


def _run_apart(command: list[str], *, fast: bool) -> int:
    with temporary_root() as root:
        return _run(command, root, fast=fast)


def _run(command: list[str], root: Path, *, fast: bool) -> int:
    with ensure(root, fast=fast):
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServiceError as error:
        sys.exit(str(error))
