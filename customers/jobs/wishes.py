"""Telling those who wait: rows are the truth, each of these may run at any time and any number of times."""

from customers.domain import settling, waves, wish_retention
from stocke.core.actors import Actor

TELLER = Actor.job("wishes")


def tell() -> None:
    """Settle what has left, begin the waves that are due, and write the letters of all that were begun."""
    settling.settle()
    for restock in waves.due_restocks():
        waves.start_wave(restock, by=TELLER)
    waves.write_letters(by=TELLER)


def expire() -> None:
    """End wishes whose time is over."""
    wish_retention.expire()


def forget() -> None:
    """Forget the addresses of those who are not waiting for anything any more."""
    wish_retention.forget()
