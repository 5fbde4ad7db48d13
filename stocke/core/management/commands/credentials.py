"""`manage.py credentials`: make a key for STOCKE_CREDENTIAL_KEYS, or bring everything kept under the first one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stocke.core.domain.credentials import reseal_all
from stocke.core.sealing import new_key


class Command(BaseCommand):
    help = "Keys that passwords of other people's servers are sealed with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "act",
            choices=["new-key", "reseal"],
            help="new-key prints one; reseal renews what older keys of STOCKE_CREDENTIAL_KEYS have sealed.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "new-key":
            self.stdout.write(new_key())
            return
        done = reseal_all()
        self.stdout.write(
            f"{done.renewed} renewed. Older keys may now be taken out of STOCKE_CREDENTIAL_KEYS."
        )
        if done.lost:
            raise CommandError(f"{done.lost} cannot be opened by any key: they have to be entered again.")
