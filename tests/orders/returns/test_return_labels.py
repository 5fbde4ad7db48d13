"""The label of a return: judged by its content, kept privately, sent with the approval, and on the customer's page."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from fpdf import FPDF

from orders.domain.erasing import erase_customer
from orders.domain.returns.deciding import approve
from orders.domain.returns.labels import LARGEST, LabelRefused, judged
from orders.domain.returns.letters import approval_link, return_link
from orders.models import Order, Return
from stocke.core.domain.delivery import mail_of
from stocke.core.models import Message, Shop
from tests.factories.people import client_as
from tests.orders.returns.goods import ADDRESS, BY, asked_back, delivered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40) + b"IEND\xaeB`\x82"


def pdf() -> bytes:
    paper = FPDF()
    paper.add_page()
    return bytes(paper.output())


def path(link: str) -> str:
    return link.removeprefix(settings.PUBLIC_URL)


def said(content: bytes | None = None, **given: str) -> dict[str, Any]:
    """The supplier's yes; a file's name says nothing true."""
    file = {"label_file": SimpleUploadedFile("label.exe", content)} if content is not None else {}
    return {"act": "approve", "address": ADDRESS, **given, **file}


def answer(returned: Return, data: dict[str, Any]) -> Any:
    return Client().post(path(approval_link(returned)), data)


def files() -> list[str]:
    return default_storage.listdir("returns")[1] if default_storage.exists("returns") else []


def letter() -> tuple[str, EmailMultiAlternatives]:
    message = Message.objects.get(kind="return_approved")
    return message.text.replace("\u00a0", " "), mail_of(message, Shop.current())


@pytest.mark.parametrize(
    ("content", "kind", "ending"), [(PNG, "image/png", "png"), (pdf(), "application/pdf", "pdf")]
)
def test_a_suppliers_label_goes_with_the_letter_and_stands_on_the_customers_page(
    content: bytes, kind: str, ending: str
) -> None:
    returned = asked_back(delivered())

    assert answer(returned, said(content)).status_code == 303

    text, mail = letter()
    assert "Votre étiquette de retour est jointe à cet e-mail" in text
    assert [(one[0], one[1], one[2]) for one in mail.attachments] == [
        (f"{returned.number}.{ending}", content, kind)
    ]
    customers = path(return_link(returned.order))
    label = f"{customers}label/{returned.number}/"
    assert label in Client().get(customers).content.decode()
    handed_out = Client().get(label)
    assert (handed_out.getvalue(), handed_out["Content-Type"]) == (content, kind)
    assert handed_out["Content-Disposition"] == f'attachment; filename="{returned.number}.{ending}"'
    assert client_as("viewer").get(f"/returns/{returned.number}/label/").status_code == 200


def test_a_label_is_found_by_nobody_without_the_customers_link() -> None:
    returned, other = asked_back(delivered()), asked_back(delivered())
    answer(returned, said(PNG))

    strangers = path(return_link(other.order)) + f"label/{returned.number}/"
    assert Client().get(strangers).status_code == 404
    assert Client().get(f"/r/nonsense/label/{returned.number}/").status_code == 404
    assert Client().get(f"/returns/{returned.number}/label/").status_code == 302
    assert Client().get(path(return_link(other.order)) + f"label/{other.number}/").status_code == 404


def test_a_link_to_the_carriers_page_stands_on_the_customers_page() -> None:
    returned = asked_back(delivered())

    answer(returned, said(label_link="https://transporteur.example/e/1"))

    text, mail = letter()
    assert "Imprimez votre étiquette de retour depuis la page de votre retour" in text
    assert mail.attachments == []
    assert (
        'href="https://transporteur.example/e/1"'
        in Client().get(path(return_link(returned.order))).content.decode()
    )


def test_without_a_label_the_number_is_written_by_hand() -> None:
    returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)

    assert f"Écrivez le numéro {returned.number} sur le colis" in letter()[0]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (said(b"<html><script>alert(1)</script>"), "ni un PDF ni un PNG"),
        (
            said(pdf().replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>")),
            "lancerait un programme",
        ),
        (said(label_link="http://transporteur.example/1"), "commence par https://"),
        (said(PNG, label_link="https://transporteur.example/1"), "pas les deux"),
    ],
)
def test_a_label_that_is_none_is_refused_and_nothing_changes(wrong: dict[str, Any], words: str) -> None:
    returned = asked_back(delivered())

    page = answer(returned, wrong)

    assert (page.status_code, words in page.content.decode().replace("\u00a0", " ")) == (422, True)
    assert Return.objects.get().status == "requested"
    assert (files(), Message.objects.filter(kind="return_approved").count()) == ([], 0)


def test_a_label_that_is_too_large_is_refused() -> None:
    with pytest.raises(LabelRefused) as refused:
        judged(b"%PDF-1.7" + bytes(LARGEST))

    assert refused.value.code == "large"
    returned = asked_back(delivered())
    page = answer(returned, said(b"%PDF-1.7" + bytes(2 * LARGEST)))
    assert (page.status_code, "dépasse 2 Mo" in page.content.decode()) == (422, True)
    assert (Return.objects.get().status, files()) == ("requested", [])


def test_a_second_word_leaves_no_file_behind() -> None:
    returned = asked_back(delivered())
    answer(returned, said())

    assert answer(returned, said(PNG)).status_code == 409

    assert (files(), Return.objects.get().label_path) == ([], "")


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_customers_label_goes_with_his_address(media: Path) -> None:
    returned = asked_back(delivered())
    answer(returned, said(PNG))
    Return.objects.update(status="declined")
    Order.objects.update(status="done")
    Message.objects.update(status="sent")

    erase_customer(returned.order.customer_id, by=BY)

    assert (files(), Return.objects.get().label_path) == ([], "")
