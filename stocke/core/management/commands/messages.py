"""`manage.py messages`: bring the French catalogues up to date, and compile them."""

import argparse
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from django.core.management.base import BaseCommand, CommandError

from stocke.core.catalogues.files import compile_all, po_file, read_catalogue, write_catalogue
from stocke.core.catalogues.judgement import faults
from stocke.core.catalogues.sources import CONTEXTS, ROOT, texts_of
from stocke.core.catalogues.update import entries, is_translated, updated, without_shared


class Command(BaseCommand):
    help = "Extract the texts of each context into its catalogue, keep the translations, compile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("contexts", nargs="*", metavar="context", help=f"some of {', '.join(CONTEXTS)}")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if anything is missing"
        )
        parser.add_argument("--compile", action="store_true", help="only compile what changed")

    def handle(self, *args: Any, **options: Any) -> None:
        contexts = options["contexts"] or list(CONTEXTS)
        if unknown := set(contexts) - CONTEXTS.keys():
            raise CommandError(f"No such context: {', '.join(unknown)}. There are {', '.join(CONTEXTS)}.")
        if options["check"]:
            self.check_all(contexts)
        elif not options["compile"]:
            for context in contexts:
                self.update(context)
        for po in [] if options["check"] else compile_all():
            self.stdout.write(f"compiled {po.relative_to(ROOT)}")

    def check_all(self, contexts: list[str]) -> None:
        found = [
            f"{context}: {fault}"
            for context in contexts
            for fault in faults(needed_texts(context), read_catalogue(file_of(context)))
        ]
        if found:
            raise CommandError("\n".join([*found, f"{len(found)} faults in the French catalogues."]))
        self.stdout.write("The French catalogues are complete.")

    def update(self, context: str) -> None:
        others = [read_catalogue(file_of(name)) for name in CONTEXTS if name != context]
        fresh = updated(needed_texts(context), read_catalogue(file_of(context)), others)
        write_catalogue(file_of(context), fresh)
        waiting = sum(not is_translated(message) for message in entries(fresh).values())
        self.stdout.write(f"{context}: {len(entries(fresh))} texts, {waiting} to translate")


def file_of(context: str) -> Path:
    return po_file(ROOT / CONTEXTS[context])


def needed_texts(context: str) -> Catalog:
    """The texts of a context; those that the core translates as well are left to it."""
    texts = texts_of(context)
    return texts if context == "core" else without_shared(texts, read_catalogue(file_of("core")))
