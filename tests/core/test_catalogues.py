from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from stocke.core.catalogues import sources
from stocke.core.catalogues.files import (
    compile_all,
    empty_catalogue,
    po_file,
    read_catalogue,
    write_catalogue,
)
from stocke.core.catalogues.judgement import faults
from stocke.core.catalogues.update import entries, updated, without_shared

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write_file


def catalogue(*texts: tuple[str, str]) -> Catalog:
    made = Catalog(locale="fr")
    for text, translation in texts:
        made.add(text, translation, locations=[("orders/views.py", 0)])
    return made


def translations(made: Catalog) -> dict[str, object]:
    return {text: message.string for (text, _), message in entries(made).items()}


@pytest.mark.parametrize(
    ("path", "context"),
    [
        ("orders/domain/cases.py", "orders"),
        ("templates/orders/desk.html", "orders"),
        ("templates/public/orders_choice.html", "orders"),
        ("templates/public/expired.html", "core"),
        ("templates/base.html", "core"),
        ("stocke/products/tables.py", "products"),
        ("stocke/demo/views.py", "core"),
    ],
)
def test_each_source_belongs_to_one_catalogue(path: str, context: str) -> None:
    assert sources.owner(path) == context


def test_python_and_templates_are_both_read(tmp_path: Path, write: Write) -> None:
    write("orders/views.py", 'a = _("Late")\nb = ngettext("%(n)s order", "%(n)s orders", n)\n')
    write("orders/forms.py", 'label = pgettext_lazy("verb", "Order")\n')
    write(
        "templates/orders/list.html",
        '<ul>\n    <li>{% translate "Held" %}</li>\n  <li title="{{ x|default:_("None") }}">\n'
        "{% blocktranslate trimmed with a=b %}\n   100% of\n {{ a }}\n{% endblocktranslate %}</ul>",
    )

    found = entries(sources.texts_of("orders", root=tmp_path))

    assert set(found) == {
        ("Late", None),
        ("%(n)s order", None),
        ("Order", "verb"),
        ("Held", None),
        ("None", None),
        ("100%% of %(a)s", None),
    }


def test_an_update_keeps_translations_and_drops_what_is_gone() -> None:
    fresh = updated(
        catalogue(("Late", ""), ("New", "")), catalogue(("Late", "En retard"), ("Gone", "Parti")), []
    )

    assert translations(fresh) == {"Late": "En retard", "New": None}


def test_a_text_that_moved_brings_its_translation_from_another_catalogue() -> None:
    fresh = updated(catalogue(("Late", "")), catalogue(), [catalogue(("Late", "En retard"))])

    assert translations(fresh) == {"Late": "En retard"}


def test_what_the_core_translates_is_left_to_it() -> None:
    kept = without_shared(catalogue(("Late", ""), ("Search", "")), catalogue(("Search", "Chercher")))

    assert translations(kept) == {"Late": None}


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    po = po_file(tmp_path)
    write_catalogue(po, catalogue(("Late", "En retard"), ("Held", "Retenu")))
    first = po.read_bytes()

    write_catalogue(po, read_catalogue(po))

    assert po.read_bytes() == first


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("", "not translated"),
        ("En retard", "other placeholders than the source"),
        ("Retard de %(n)s j !", "an ordinary space before or after a sign that needs a no-break space"),
        ("Aujourd'hui, %(n)s", "a straight apostrophe"),
    ],
)
def test_a_fault_of_a_translation_is_named(translation: str, fault: str) -> None:
    texts = catalogue(("Late by %(n)s", ""))

    found = faults(texts, catalogue(("Late by %(n)s", translation)))

    assert found == [f"{fault}: 'Late by %(n)s' (orders/views.py)"]


def test_a_good_translation_has_no_fault() -> None:
    texts = catalogue(("Late by %(n)s: today!", ""))
    good = "En retard de %(n)s\N{NO-BREAK SPACE}: aujourd’hui\N{NO-BREAK SPACE}!"

    assert faults(texts, catalogue(("Late by %(n)s: today!", good))) == []


def test_texts_missing_from_the_catalogue_and_left_over_in_it_are_both_faults() -> None:
    found = faults(catalogue(("New", "")), catalogue(("Gone", "Parti")))

    assert found == [
        "no longer in the source: 'Gone' (orders/views.py)",
        "not in the catalogue: 'New' (orders/views.py)",
    ]


def test_only_changed_catalogues_are_compiled(tmp_path: Path) -> None:
    po = po_file(tmp_path / "orders")
    write_catalogue(po, catalogue(("Late", "En retard")))

    assert compile_all(tmp_path) == [po]
    assert compile_all(tmp_path) == []
    assert b"En retard" in po.with_suffix(".mo").read_bytes()


def test_a_text_with_a_number_has_the_two_forms_that_french_has_in_django() -> None:
    texts = Catalog()
    texts.add(("{count} line", "{count} lines"))

    assert updated(texts, empty_catalogue(), []).num_plurals == 2
