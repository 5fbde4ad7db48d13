"""A real worker process that stops at a chosen line of its work, so that a test can kill it there.

    python -m tests.kills.paused_worker QUEUE package.module:function before|after MARKER

The function is replaced before the worker starts; when it is reached, the file MARKER appears with the number of
the process, which sleeps until it is killed. Without a place to pause ("-"), it works the queue off and ends.
"""

import importlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def pause_at(place: str, when: str, marker: Path) -> None:
    module_name, _, name = place.partition(":")
    module = importlib.import_module(module_name)
    original: Callable[..., Any] = getattr(module, name)

    def paused(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            original(*args, **kwargs)
        # In one step, so that whoever waits for the marker finds the number in it.
        written = marker.with_suffix(".writing")
        written.write_text(str(os.getpid()))
        written.rename(marker)
        time.sleep(600)

    setattr(module, name, paused)


def main(queue: str, place: str, when: str, marker: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")
    import django

    django.setup()
    import django_rq

    if place != "-":
        pause_at(place, when, Path(marker))
    worker = django_rq.get_worker(queue)
    worker.work(burst=True, logging_level="ERROR")


if __name__ == "__main__":
    main(*sys.argv[1:5])
