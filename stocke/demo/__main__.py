"""`python -m stocke.demo`, or better `make demo`, which first installs what it needs."""

import argparse
import os
import signal
import sys
from pathlib import Path

from stocke.demo.runner import run
from stocke.localservices.children import leash

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    options = _options()
    if options.leash and (fasten := leash(signal.SIGTERM, parent=os.getppid())):
        fasten()
    os.chdir(ROOT)
    return run(options.folder.resolve(), port=options.port, reset=options.reset)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stocke.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--folder", type=Path, default=ROOT / ".local", help="where all of it is kept")
    parser.add_argument("--reset", action="store_true", help="delete the data first")
    parser.add_argument("--leash", action="store_true", help="end when the process that started us ends")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
