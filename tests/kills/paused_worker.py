"""A real worker process that stops at a chosen function of its work, so that a test can kill it there.

The function is replaced before the worker starts; when it is reached, the file MARKER appears with the number of
the process, which sleeps until it is killed. Without a place to pause ("-"), it works the queue off and ends.
"""

import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django_rq

from tests.deaf import DeafWorker
from tests.kills.marks import leave


def pause_at(place: str, when: str, marker: Path) -> None:
    module_name, _, name = place.partition(":")
    module = importlib.import_module(module_name)
    original: Callable[..., Any] = getattr(module, name)

    def paused(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            original(*args, **kwargs)
        leave(marker, str(os.getpid()))
        time.sleep(600)

    setattr(module, name, paused)


def main(queue: str, place: str, when: str, marker: str) -> None:
    if place != "-":
        pause_at(place, when, Path(marker))
    worker = django_rq.get_worker(queue, worker_class=f"{DeafWorker.__module__}.{DeafWorker.__name__}")
    worker.work(burst=True, logging_level="ERROR")
