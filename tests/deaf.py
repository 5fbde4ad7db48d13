"""RQ's workers without the thread that listens for commands, which no test gives.

RQ ends that thread by a message and a flag. When the message comes first, the thread listens on, and RQ waits a second.
"""

from rq import SimpleWorker

from stocke.core.worker import StockWorker


class Deaf:
    """To be named before the class of the worker."""

    def subscribe(self) -> None:
        """Nothing is listened to."""

    def unsubscribe(self) -> None:
        """Nothing was."""


class DeafWorker(Deaf, StockWorker):
    """As in production, in processes of its own."""


class DeafSimpleWorker(Deaf, SimpleWorker):
    """In this process."""
