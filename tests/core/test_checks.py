"""A production mistake stops `manage.py check --deploy`."""

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from stocke.core import checks
from stocke.core.checks import production_mistakes


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.SECRET_KEY = "a-long-random-key"
    settings.PUBLIC_URL = "https://stock.example"
    settings.MAIL_URL = "smtp://mail.example"
    settings.ENVIRONMENT = "production"
    settings.MAILBOX_DIR = ""
    settings.CREDENTIAL_KEYS = ["x"]
    return settings


def found() -> list[str | None]:
    return [error.id for error in production_mistakes(None)]


def test_a_complete_production_setting_passes(production: Settings) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "development-only-key-that-production-refuses", "stocke.E001"),
        ("PUBLIC_URL", "http://stock.example", "stocke.E003"),
        ("MAIL_URL", "", "stocke.E004"),
        ("ENVIRONMENT", "demo", "stocke.E005"),
        ("MAILBOX_DIR", "/var/mails", "stocke.E006"),
        ("CREDENTIAL_KEYS", [], "stocke.E007"),
    ],
)
def test_each_mistake_is_named(production: Settings, name: str, value: object, code: str) -> None:
    setattr(production, name, value)

    assert found() == [code]


def warned(monkeypatch: pytest.MonkeyPatch, workers: dict[str, int | None], *databases: str) -> list[str]:
    """What the check of a deployment warns of, by the number of workers of each queue."""
    monkeypatch.setattr(checks, "count_workers", workers.get)
    said = run_checks(include_deployment_checks=True, databases=databases)
    return [one.msg for one in said if str(one.id).startswith("stocke.W")]


@pytest.mark.django_db
def test_a_queue_that_no_worker_serves_is_named_once_everything_runs(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: dict[str, int | None] = dict.fromkeys(production.RQ_QUEUES, 1)

    assert warned(monkeypatch, served, "default") == []
    assert warned(monkeypatch, {**served, "channels": 0}, "default") == [
        "No worker serves the queue “channels”: what waits there waits for ever."
    ]
    assert warned(monkeypatch, {**served, "mail": None}, "default") == ["REDIS_URL does not answer."]
    # Without a database it is asked before anything runs.
    assert warned(monkeypatch, {}) == []
