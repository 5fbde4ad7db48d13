"""The badge as it is served: small, for every site, and a picture that is never broken."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from stocke.channels.models import ShopWindow
from tests.channels.availability.conftest import Scene, held, stocked

SVG = "{http://www.w3.org/2000/svg}"


def picture(scene: Scene, sku: str, **given: str) -> str:
    answer = Client().get("/badge.svg", {"channel": scene.window.key, "sku": sku, "lang": "fr", **given})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    return answer.content.decode()


def test_the_program_is_below_ten_kilobytes_and_may_be_kept_an_hour() -> None:
    answer = Client().get("/badge.js")

    assert len(answer.content) < 10_000
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        "public, max-age=3600",
    )
    assert (answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]) == (
        "*",
        "cross-origin",
    )
    again = Client().get("/badge.js", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_picture_says_in_words_what_its_colour_says(scene: Scene) -> None:
    held(stocked("MUG-1"), lead_days=2)

    drawing = ElementTree.fromstring(picture(scene, "MUG-1"))

    label = drawing.attrib["aria-label"]
    assert (drawing.attrib["role"], label.split(",")[0]) == ("img", "En stock")
    assert "".join(drawing.find(f"{SVG}text").itertext()) == label.replace(", ", "", 1)  # type: ignore[union-attr]
    assert int(drawing.attrib["width"]) > 6 * len(label)


def test_a_picture_in_a_link_says_where_it_leads_while_there_is_none(scene: Scene) -> None:
    stocked("MUG-1", 0, "out")
    stocked("BOL-1")

    labels = [
        ElementTree.fromstring(picture(scene, sku, **given)).attrib["aria-label"]
        for sku, given in (("MUG-1", {"wish": "1"}), ("MUG-1", {}), ("BOL-1", {"wish": "1"}))
    ]

    assert labels == ["Rupture de stock, Me prévenir du retour", "Rupture de stock", "En stock"]


@pytest.mark.parametrize("case", ["unknown product", "malformed", "unknown key", "closed"])
def test_nothing_to_show_is_an_empty_picture(scene: Scene, case: str) -> None:
    stocked("MUG-1")
    if case == "closed":
        ShopWindow.objects.update(is_open=False)
    key = "stw_other" if case == "unknown key" else scene.window.key
    sku = {"unknown product": "OTHER", "malformed": "\x00"}.get(case, "MUG-1")

    assert list(ElementTree.fromstring(picture(scene, sku, channel=key))) == []


def test_a_picture_that_did_not_change_is_not_sent_again(scene: Scene) -> None:
    stocked("MUG-1")
    asked = {"channel": scene.window.key, "sku": "MUG-1"}
    tag = Client().get("/badge.svg", asked)["ETag"]

    assert Client().get("/badge.svg", asked, headers={"If-None-Match": tag}).status_code == 304
