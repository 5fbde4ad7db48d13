"""`python -m stocke.demo.prepare`: make the demonstration ready to serve. Quick when nothing has changed."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command

NOT_SERVED = ["redoc*", "django_htmx"]  # large, and no page of ours asks for them


def main() -> int:
    from stocke.core.catalogues.files import compile_all

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")
    compile_all()
    django.setup()
    try:
        say("Preparing the tables")
        call_command("migrate", verbosity=0, interactive=False)
        collect_static(settings.LOCAL_DIR / "stamps" / "static")
        seed(settings.LOCAL_DIR / "seeding")
        follow()
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def say(words: str) -> None:
    print(f"  {words}", flush=True)


def collect_static(stamp: Path) -> None:
    """Name the static files by their content and compress them, unless the very same files already are."""
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("Compressing the static files")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=NOT_SERVED)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    found = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    facts = (f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}" for path in sorted(found))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def seed(unfinished: Path) -> None:
    """Fill an empty database. One with accounts is left as it is: it may be somebody's own.

    Raises CommandError if an earlier attempt was interrupted: half a shop would look like a broken one.
    """
    from stocke.core.models import User

    if unfinished.exists():
        raise CommandError("The shop was left half made up. Start anew with `make demo-reset`.")
    if not User.objects.exists():
        say("Making up a shop (only the first time)")
        unfinished.touch()
        call_command("seed_demo")
        unfinished.unlink()


def follow() -> None:
    from stocke.demo.world.shop import follow_address

    follow_address()


if __name__ == "__main__":
    sys.exit(main())
