"""What `manage.py check --deploy` refuses: settings that work on a desk and hurt in production."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error

from stocke.core.jobs import count_workers


def _mistakes() -> Iterator[tuple[str, str, bool, str]]:
    yield (
        "E001",
        "SECRET_KEY is the one for development.",
        settings.SECRET_KEY == settings.INSECURE_KEY,
        ("Set SECRET_KEY to 50 random characters; the signed links of customers depend on it."),
    )
    yield (
        "E002",
        "DATABASE_URL is not set.",
        not settings.DATABASES["default"]["HOST"],
        ("Set DATABASE_URL=postgresql://user:password@host/name."),
    )
    yield (
        "E003",
        "PUBLIC_URL is not an https address.",
        not settings.PUBLIC_URL.startswith("https://"),
        ("Set PUBLIC_URL to the address that customers see: the links in mails start with it."),
    )
    yield (
        "E004",
        "MAIL_URL is not set, so mails would go to the console.",
        not settings.MAIL_URL,
        ("Set MAIL_URL=smtp+tls://user:password@host:587."),
    )
    yield (
        "E005",
        "STOCKE_ENV is not “production”.",
        settings.ENVIRONMENT != "production",
        ("Set STOCKE_ENV=production: static files are then served with hashed names."),
    )
    yield (
        "E006",
        "STOCKE_MAILBOX_DIR is set: anybody on the staff could read all mails.",
        bool(settings.MAILBOX_DIR),
        "Unset STOCKE_MAILBOX_DIR; it belongs to the demo.",
    )
    yield (
        "E007",
        "STOCKE_CREDENTIAL_KEYS is not set: passwords of suppliers' servers would hang on SECRET_KEY.",
        not settings.CREDENTIAL_KEYS,
        "Set STOCKE_CREDENTIAL_KEYS to what `manage.py credentials new-key` prints, and keep a copy of it.",
    )


LEAST = {
    "FEED_FILES_DAYS": (1, "STOCKE_FEED_FILES_DAYS"),
    "TRIALS_DAYS": (1, "STOCKE_TRIALS_DAYS"),
    "KEEP_STATEMENTS_MONTHS": (2, "STOCKE_KEEP_STATEMENTS_MONTHS"),
    "KEEP_PUBLICATIONS_MONTHS": (1, "STOCKE_KEEP_PUBLICATIONS_MONTHS"),
    "KEEP_CHANGES_DAYS": (1, "STOCKE_KEEP_CHANGES_DAYS"),
    "KEEP_RECEIVED_DAYS": (1, "STOCKE_KEEP_RECEIVED_DAYS"),
}
DAYS_IN_A_MONTH = 28


def retention_mistakes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Times of keeping that cannot be meant: none at all, or files for longer than the statements they explain."""
    mistakes: list[CheckMessage] = [
        Error(f"{variable} is {getattr(settings, name)}.", hint=f"Keep at least {least}.", id="stocke.E020")
        for name, (least, variable) in LEAST.items()
        if getattr(settings, name) < least
    ]
    if settings.FEED_FILES_DAYS > settings.KEEP_STATEMENTS_MONTHS * DAYS_IN_A_MONTH and not mistakes:
        hint = "Raise STOCKE_KEEP_STATEMENTS_MONTHS, or lower STOCKE_FEED_FILES_DAYS."
        mistakes.append(
            Error("Files would be kept longer than what they stated.", hint=hint, id="stocke.E021")
        )
    return mistakes


def production_mistakes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error per mistake, each with what to set. Registered for `--deploy` only."""
    return [
        Error(message, hint=hint, id=f"stocke.{code}") for code, message, wrong, hint in _mistakes() if wrong
    ]


def unserved_queues(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Queues that no worker serves now. Registered for `--deploy --database` only, because it asks running servers."""
    workers = {queue: count_workers(queue) for queue in settings.RQ_QUEUES}
    if None in workers.values():
        hint = "Start the server, or set REDIS_URL."
        return [CheckMessage(WARNING, "REDIS_URL does not answer.", hint=hint, id="stocke.W001")]
    return [
        CheckMessage(
            WARNING,
            f"No worker serves the queue “{queue}”: what waits there waits for ever.",
            hint=f"Start one: manage.py rqworker {queue} --with-scheduler",
            id="stocke.W002",
        )
        for queue, count in workers.items()
        if not count
    ]
