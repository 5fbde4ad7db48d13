"""`manage.py clock`: queue the periodic jobs. Any number may run; one leads, the others wait."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from stocke.core import clock


class Command(BaseCommand):
    help = "Queue the periodic jobs of stocke/wiring.py until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stopping.append(received))
        clock.run(lambda: bool(stopping))
