"""A production mistake stops `manage.py check --deploy`."""

import pytest
from pytest_django.fixtures import Settings

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
