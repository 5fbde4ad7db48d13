"""Every page behind a signed link: scanned, changed, meant for another page, or too old, it changes nothing."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from orders.domain.purchase_messages import answer_link, group_link
from orders.domain.question_asking import request_link
from orders.domain.returns.letters import approval_link, return_link
from orders.domain.stock_links import address_of, open_link
from orders.models import OptionKind, Question
from tests.factories.ordering import SupplierWithRules, asked_of
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, RequestFactory
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import CLOCK, open_scene, rows, send
from tests.orders.returns.goods import ADDRESS, asked_back, delivered, wanted

pytestmark = pytest.mark.django_db
type Page = tuple[str, dict[str, str]]
YEARS = 400 * 24 * 3600


def answer() -> Page:
    return answer_link(PurchaseFactory()), {"all": "yes"}


def answer_group() -> Page:
    transmission = asked_of(SupplierWithRules(rules={"grouping": "cut_off"})).transmission
    assert transmission
    return group_link(transmission), {}


def availability() -> Page:
    asked = RequestFactory(QuestionFactory())
    return request_link(asked), {f"said_{Question.objects.get().pk}": "yes"}


def choice() -> Page:
    scene = open_scene()
    send(scene)
    return scene.link(), {"version": "1", "option": str(scene.option(OptionKind.REFUND).pk)}


def return_ask() -> Page:
    purchase = delivered()
    [one] = wanted(purchase)
    return return_link(purchase.order), {
        f"quantity_{one.line_id}": "1",
        f"reason_{one.line_id}": "withdrawal",
    }


def return_answer() -> Page:
    return approval_link(asked_back(delivered())), {"act": "approve", "address": ADDRESS}


def stock() -> Page:
    offer = OfferFactory()
    return address_of(open_link(offer.supplier, by=CLOCK)), {f"quantity_{offer.pk}": "1"}


PAGES = (answer, answer_group, availability, choice, return_ask, return_answer, stock)
NAMES = [page.__name__ for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_link_that_is_scanned_changed_or_too_old_changes_nothing(
    client: Client, page: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, data = page()
    path = address.removeprefix(settings.PUBLIC_URL)
    token = path.split("/")[-2]
    foreign = [reverse(f"orders:{name}", args=[token]) for name in NAMES if name != page.__name__]
    before = rows()

    assert [client.get(path).status_code, client.head(path).status_code] == [200, 200]
    for wrong in (path.replace(token, token[:-2] + "xx"), *foreign):
        assert [client.get(wrong).status_code, client.post(wrong, data).status_code] == [404, 404]
    later = time.time() + YEARS
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert [client.get(path).status_code, client.post(path, data).status_code] == [410, 410]
    assert rows() == before
