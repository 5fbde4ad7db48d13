"""`manage.py seed_demo`: fill an empty database with a made-up merchant."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stocke.core.models import User
from stocke.demo.world.story import Size, tell


class Command(BaseCommand):
    help = "Fill an empty database with a made-up merchant: suppliers, products, orders, feeds and a few troubles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, default=Size.products)

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError("There are accounts in this database already; nothing was changed.")
        secrets = tell(Size(products=options["products"]), say=lambda words: self.stdout.write(f"  {words}"))
        path = settings.LOCAL_DIR / "demo-logins.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(secrets, indent=2, ensure_ascii=False))
