"""What suppliers and customers say, and by which way: questions about stock, answered and open, mails, keys."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone

from orders.domain.answer_keys import issue_answer_key
from orders.domain.asking_rules import change_asking
from orders.domain.availability_interfaces import save_interface
from orders.domain.ordering import change_rules
from orders.domain.question_answers import QuestionAnswer, answer_questions
from orders.domain.question_asking import ask_supplier
from orders.domain.sorting import sort_message
from orders.models import (
    AskingWay,
    CaseStatus,
    FileFormat,
    PurchaseOrder,
    PurchaseOrderStatus,
    Question,
    Said,
    StockoutCase,
)
from stocke.core.actors import Actor
from stocke.core.domain.incoming import Arrival, take_in
from stocke.demo.world.traders import TEMPERS
from suppliers.domain.feeds import GivenSecrets
from suppliers.models import Supplier

CLERK, MERCHANT = Actor.job("questions"), Actor.job("demo")
POSTMAN = Actor.job("mail")


def open_other_ways(suppliers: Mapping[str, Supplier]) -> dict[str, str]:
    """Who answers by mail gets our table with each purchase order; who answers by a program, a key, by his code, and
    is asked there what he has, where a second address of this machine plays him."""
    keys = {}
    for temper in TEMPERS:
        supplier = suppliers[temper.code]
        if temper.answers_by == "mail":
            change_rules(supplier, formats=[FileFormat.PDF.value, FileFormat.CSV.value], by=MERCHANT)
        if temper.answers_by == "api":
            _key, keys[temper.code] = issue_answer_key(supplier, by=MERCHANT)
            if settings.DEMO_SHOP_URL:
                save_interface(supplier, access_to(temper.code), GivenSecrets(), by=MERCHANT)
    return keys


def access_to(code: str) -> dict[str, object]:
    return {"url": f"{settings.DEMO_SHOP_URL}/demo/stockrooms/{code}/", "auth": ""}


def ask_the_doubtful_first() -> None:
    """The merchant asks first where little would be left, and whoever served less than six of ten such promises."""
    change_asking(asks_first=True, older_hours=72, thin_below=3, likely_percent=60, by=MERCHANT)


def put_questions(*, answered: int) -> None:
    """All that wait are put to their suppliers; some are answered already, by turns yes and no, the others wait."""
    waiting = Question.objects.filter(request=None, said=Said.NONE).order_by("supplier")
    for supplier in list(waiting.values_list("supplier", flat=True).distinct()):
        ask_supplier(supplier, by=CLERK, at_once=True)
    asked = Question.objects.filter(said=Said.NONE).exclude(request=None).select_related("supplier")
    for place, question in enumerate(asked.order_by("pk")[:answered]):
        said = QuestionAnswer(question.pk, Said.NO if place % 2 else Said.YES)
        answer_questions([said], way=AskingWay.MAIL, by=Actor.supplier(question.supplier.name))


def write_to_us() -> None:
    """A customer writes about his case, and a supplier about a purchase order: each lands where it belongs."""
    for case in StockoutCase.objects.filter(status=CaseStatus.WITH_CUSTOMER).order_by("id")[:1]:
        order = case.line.order
        customer = order.customer
        words = (
            "Bonjour, c’est pour un anniversaire le mois prochain : pourriez-vous m’appeler ? Merci d’avance."
        )
        arrive("client", customer.email, customer.full_name, f"Ma commande {order.number}", words)
    waiting = PurchaseOrder.objects.filter(status=PurchaseOrderStatus.WAITING).select_related("supplier")
    for purchase in waiting.order_by("id")[:1]:
        supplier = purchase.supplier
        words = "Bonjour, nous vérifions au dépôt et revenons vers vous dans la journée."
        arrive(
            "fournisseur", supplier.email, supplier.contact_name, f"Votre commande {purchase.number}", words
        )


def arrive(key: str, sender: str, name: str, subject: str, text: str) -> None:
    arrival = Arrival(
        key=f"demo-{key}",
        sender=sender,
        sender_name=name,
        subject=subject,
        text=text,
        written_at=timezone.now(),
    )
    incoming, _is_new = take_in(arrival, by=POSTMAN)
    sort_message(incoming.pk, by=POSTMAN)
