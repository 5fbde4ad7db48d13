"""Keys in addresses and fields are written as they are: a thousand and one is 1001, not 1 001."""

import re
from pathlib import Path

from django.template import Context, Template
from django.utils.translation import override

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
GROUPED_KEY = re.compile(r"\{\{ (?!field\.auto_id|operation\.id)[a-z_.]*(?:\.pk|\.id|_id) \}\}")


def test_a_key_is_never_grouped() -> None:
    with override("fr"):
        shown = Template("{{ key|plain }}").render(Context({"key": 1234567}))

    assert shown == "1234567"


def test_every_template_writes_its_keys_so() -> None:
    grouped = [
        f"{path.relative_to(TEMPLATES)}: {found}"
        for path in TEMPLATES.rglob("*.html")
        for found in GROUPED_KEY.findall(path.read_text())
    ]

    assert grouped == []
