"""Running one thing many times at once, each in a thread with its own database connection."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once[T](*things: Callable[[], T]) -> list[T]:
    """What each of `things` returns, when all start together. The first exception is raised."""
    start = Barrier(len(things))

    def run(thing: Callable[[], T]) -> T:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            return thing()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


def times[T](count: int, thing: Callable[[], T]) -> Sequence[Callable[[], T]]:
    return [thing] * count
