"""A small house with something on every page, for tests that walk all of them."""

from datetime import timedelta
from pathlib import Path

from aiosmtpd.smtp import Envelope
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.domain.wish_letters import unsubscribe_link, wish_link
from customers.domain.wishes import Asked, ask, confirm
from customers.models import Wish
from orders.domain.cause_decisions import decide_cause
from orders.domain.purchase_messages import answer_link, group_link
from orders.domain.question_asking import request_link
from orders.domain.questions import ask_question
from orders.domain.returns.deciding import approve
from orders.domain.returns.labels import KeptLabel
from orders.domain.returns.letters import approval_link, return_link
from orders.domain.sorting import sort_message
from orders.domain.sourcing_policies import Draft, save_policy
from orders.domain.sourcing_trials import ask_preview
from orders.domain.stock_links import address_of, open_link
from orders.domain.verification import verify_order
from orders.jobs.decisions import carry_out_decision
from orders.jobs.sourcing import try_policy
from orders.models import DecisionAct, PurchaseOrder, Refund, Transmission
from stocke.channels.adfeeds.domain.building import build
from stocke.channels.adfeeds.domain.links import token_of
from stocke.channels.models import Channel
from stocke.core.actors import Actor
from stocke.core.domain.incoming import Arrival, KeptFile, take_in
from stocke.core.models import SavedView, User
from stocke.localservices.mailcatcher import MailKeeper
from suppliers.domain.feeds import receive_file
from suppliers.domain.levels import recompute_all
from suppliers.domain.matching import Matching
from suppliers.domain.trials import Proposed, receive_sample, try_out
from suppliers.domain.words import learn
from suppliers.jobs.trials import try_feed
from suppliers.models import Feed, LearnedWord, Run, Trial
from tests.factories.adfeeds import AdFeedFactory, AdvertisedFactory
from tests.factories.channels import (
    ChannelFactory,
    DeliveryFactory,
    ListingFactory,
    ShopOrderFactory,
    ShopWindowFactory,
    told_once,
)
from tests.factories.feeds import READ_AS, FeedFactory, csv
from tests.factories.messages import MessageFactory
from tests.factories.ordering import SupplierWithRules, asked_of
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, RequestFactory
from tests.factories.suppliers import OfferFactory
from tests.journeys.house import work
from tests.orders.cases.scenes import CUSTOMER, Scene, open_more, open_scene, send
from tests.orders.order_files.files import csv_of
from tests.orders.returns.goods import ADDRESS, asked_back, delivered

BY = Actor.job("test")
ORDERING_PAGES = ("ordering", "ordering_server", "ordering_preview", "availability_interface")
USUAL = [("A", "4"), ("B", ">20"), ("C", "en stock"), ("D", "0"), ("E", "7")]
LETTER = "<!doctype html><html lang='fr'><head><title>Retard</title></head><body><p>Bonjour</p></body></html>"

LETTER_AS_SENT = f"Subject: Retard\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{LETTER}"


def found_house(reader: User, mailbox: Path) -> dict[str, str]:
    """Found it, and give an example of every address that has a part to fill in, by the name of its view."""
    run = held_import()
    scene, purchase = open_scene(quantity=2, missing=1), PurchaseFactory(backups=1)
    send(scene)
    return {
        **addresses_of_feeds(run),
        **addresses_of_products(scene),
        **addresses_of_orders(scene, purchase),
        **addresses_of_core(reader),
        **addresses_of_mails(mailbox),
        **addresses_of_the_demos_shop(),
        **addresses_of_channels(),
        **addresses_of_wishes(scene),
        **addresses_of_letters_in(scene, purchase),
        "orders:import_check": checked_file(reader),
        "customers:customer": reverse("customers:customer", args=[scene.customer.pk]),
        "orders:customer_erase": reverse("orders:customer_erase", args=[scene.customer.pk]),
        "customers:customer_edit": reverse("customers:customer_edit", args=[scene.customer.pk]),
    }


def held_import() -> Run:
    """A feed that was read once, and whose second file broke off."""
    ProductFactory(sku="B", name="Théière")
    feed = FeedFactory(every_minutes=60)
    for stated in (USUAL, [("A", "3")]):
        run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=BY)
        work()
    return run


def tried(feed: Feed) -> Trial:
    """Another file of that feed, looked at beside today's stock."""
    trial = receive_sample(feed, ContentFile(csv([("A", "9"), ("Z", "2")]), "stock.csv"), by=BY)
    try_out(trial, Proposed(READ_AS.to_json(), Matching()))
    try_feed(trial.pk)
    return trial


def addresses_of_feeds(run: Run) -> dict[str, str]:
    learn({"sur demande": "out_of_stock"}, supplier=None, by=BY)
    feed_pages = ("feed", "feed_edit", "feed_upload", "feed_columns", "feed_guards", "feed_versions")
    trial_pages = ("trial", "trial_products", "trial_changes")
    trial = tried(run.feed)
    return {
        **{f"suppliers:{name}": reverse(f"suppliers:{name}", args=[run.feed_id]) for name in feed_pages},
        **{f"suppliers:{name}": reverse(f"suppliers:{name}", args=[trial.pk]) for name in trial_pages},
        "suppliers:run": reverse("suppliers:run", args=[run.pk]),
        "suppliers:run_file": reverse("suppliers:run_file", args=[run.pk]),
        "suppliers:word": reverse("suppliers:word", args=[LearnedWord.objects.get().pk]),
    }


def addresses_of_products(scene: Scene) -> dict[str, str]:
    OfferFactory(product=scene.dune, rank=2, kind="unknown")
    recompute_all()
    product, supplier = [scene.dune.pk], [scene.dune_offer.supplier_id]
    return {
        "suppliers:product": reverse("suppliers:product", args=product),
        "suppliers:product_then": reverse("suppliers:product_then", args=product),
        "suppliers:offer_then": reverse("suppliers:offer_then", args=[scene.dune_offer.pk]),
        "suppliers:product_edit": reverse("suppliers:product_edit", args=product),
        "suppliers:substitute_add": reverse("suppliers:substitute_add", args=product),
        "suppliers:supplier": reverse("suppliers:supplier", args=supplier),
        "suppliers:supplier_edit": reverse("suppliers:supplier_edit", args=supplier),
        "suppliers:match": reverse("suppliers:match", args=[OfferFactory(product=None).pk]),
    }


def addresses_of_orders(scene: Scene, purchase: PurchaseOrder) -> dict[str, str]:
    offer = OfferFactory(as_of=timezone.now() - timedelta(hours=26))
    waiting = OrderFactory(lines=[{"product": offer.product, "quantity": 2}])
    verify_order(waiting.pk, by=BY)
    question = QuestionFactory()
    QuestionFactory(supplier=question.supplier)
    asked = RequestFactory(question)
    refund = Refund.objects.create(
        line=purchase.order.lines.get(), amount_cents=4900, reason="stockout", due_on=timezone.localdate()
    )
    case, case_pages = [scene.case.number], ("stockout", "stockout_options", "stockout_presence")
    shared, decided = open_more(scene), open_more(scene)
    agent = Actor.person(User.objects.all()[0])
    decision = decide_cause(decided, {decided.pk: 0}, act=DecisionAct.REFUND, options=[], by=agent)
    carry_out_decision(decision.pk)
    return {
        "orders:choice": scene.link(),
        "orders:answer": "/p/" + answer_link(purchase).partition("/p/")[2],
        "orders:availability": "/q/" + request_link(asked).partition("/q/")[2],
        "orders:question": reverse("orders:question", args=[question.pk]),
        "orders:stock": "/s/" + address_of(open_link(purchase.supplier, by=BY)).partition("/s/")[2],
        **{f"orders:{name}": reverse(f"orders:{name}", args=case) for name in case_pages},
        "orders:stockout_cause": reverse("orders:stockout_cause", args=[shared.number]),
        "orders:case_decision": reverse("orders:case_decision", args=[decision.pk]),
        "orders:refund_done": reverse("orders:refund_done", args=[refund.pk]),
        "orders:order": reverse("orders:order", args=[purchase.order.number]),
        "orders:verification_order": reverse("orders:verification_order", args=[waiting.number]),
        "orders:purchase": reverse("orders:purchase", args=[purchase.number]),
        **addresses_of_ordering(purchase),
        **addresses_of_sourcing(),
        **addresses_of_returns(),
    }


def addresses_of_returns() -> dict[str, str]:
    """One return that its supplier has approved, of two lines' units of which one may still come back."""
    purchase = delivered(quantity=3)
    path = default_storage.save("returns/label.png", ContentFile(b"label"))
    label = KeptLabel(path, "image/png")
    returned = approve(asked_back(purchase, reason="substitute").pk, address=ADDRESS, by=BY, label=label)
    customers_page = "/r/" + return_link(purchase.order).partition("/r/")[2]
    return {
        "orders:return_ask": customers_page,
        "orders:return_label": f"{customers_page}label/{returned.number}/",
        "orders:return_staff_label": reverse("orders:return_staff_label", args=[returned.number]),
        "orders:return_answer": "/r/" + approval_link(returned).partition("/r/")[2],
        "orders:return_new": reverse("orders:return_new", args=[purchase.order.number]),
        "orders:return": reverse("orders:return", args=[returned.number]),
    }


def addresses_of_sourcing() -> dict[str, str]:
    """A policy of two versions, and a preview of a third."""
    draft = Draft("Un seul colis", rules={"priorities": ["cost", "lead"], "parcels": "any"})
    policy = save_policy(None, draft, by=BY)
    rules = {**draft.rules, "parcels": "required", "margin_percent": 12}
    save_policy(policy.pk, Draft("Un seul colis", rules=rules, version=1), by=BY)
    preview = ask_preview(
        policy.pk, Draft("Un seul colis", rules={"priorities": ["lead"]}, version=2), orders=100, by=BY
    )
    try_policy(preview.pk)
    return {
        "orders:sourcing_policy": reverse("orders:sourcing_policy", args=[policy.pk]),
        "orders:sourcing_preview": reverse("orders:sourcing_preview", args=[preview.pk]),
    }


def addresses_of_ordering(purchase: PurchaseOrder) -> dict[str, str]:
    """A supplier with an interface, and what was handed over to another."""
    supplier = SupplierWithRules(rules={"way": "api", "access": {"url": "https://supplier.example/orders"}})
    asked, rules = asked_of(supplier), [supplier.pk]
    parcels = Transmission.objects.get(purchases=purchase)
    return {
        **{f"orders:{name}": reverse(f"orders:{name}", args=rules) for name in ORDERING_PAGES},
        "orders:ordering_preview_file": reverse("orders:ordering_preview_file", args=[supplier.pk, "csv"]),
        "orders:transmission": reverse("orders:transmission", args=[asked.transmission_id]),
        "orders:transmission_file": reverse("orders:transmission_file", args=[asked.transmission_id, "csv"]),
        "orders:answer_group": "/p/all/" + group_link(parcels).partition("/p/all/")[2],
    }


def addresses_of_channels() -> dict[str, str]:
    """A shop that asks for peace, with one listing that was told its number, an order and a message."""
    channel = ChannelFactory(problem="busy", problem_since=timezone.now(), failures=1)
    listing = ListingFactory(channel, 7, told=7, told_at=timezone.now())
    telling = told_once(listing)
    ShopOrderFactory(channel, problems=[{"code": "before"}])
    DeliveryFactory(channel)
    ShopWindowFactory(channel)
    rules = ("categories", "classes")
    pages = ("channel", "channel_edit", "channel_keys", *rules, "listings", "deliveries", "shop_orders")
    return {
        "channels:window": reverse("channels:window", args=[channel.pk]),
        **{f"channels:{name}": reverse(f"channels:{name}", args=[channel.pk]) for name in pages},
        "channels:listing": reverse("channels:listing", args=[listing.pk]),
        "channels:telling": reverse("channels:telling", args=[telling.pk]),
        **addresses_of_ads(channel),
    }


def addresses_of_ads(channel: Channel) -> dict[str, str]:
    """A feed with a file: one product in it, another of which nobody is sure."""
    feed = AdFeedFactory(channel, wanted_at=None)
    AdvertisedFactory(channel, 5, gtin="")
    AdvertisedFactory(channel, 0, light="unknown", told_at=timezone.now() - timedelta(days=3))
    build(feed.pk)
    pages = ("feed", "feed_edit", "entries", "preview")
    feed.refresh_from_db()
    return {
        **{f"adfeeds:{name}": reverse(f"adfeeds:{name}", args=[feed.pk]) for name in pages},
        "adfeeds:file": reverse("adfeeds:file", args=[token_of(feed), "google.tsv"]),
    }


def addresses_of_wishes(scene: Scene) -> dict[str, str]:
    """One who waits, and one who has not confirmed yet."""
    for name in ("ada", "bea"):
        ask(scene.lamp, Asked(f"{name}@client.example"), by=BY)
    confirm(Wish.objects.earliest("pk").pk, by=BY)
    unconfirmed = Wish.objects.latest("pk")
    return {
        "customers:wish_product": reverse("customers:wish_product", args=[scene.lamp.pk]),
        "customers:wish_ask": reverse("customers:wish_ask", args=["-", scene.lamp.sku]),
        "customers:wish_mine": wish_link(unconfirmed).removeprefix(settings.PUBLIC_URL),
        "customers:wish_end": unsubscribe_link(unconfirmed).removeprefix(settings.PUBLIC_URL),
    }


def addresses_of_core(reader: User) -> dict[str, str]:
    message = MessageFactory(status="unsure", html=LETTER)
    SavedView.objects.create(user=reader, page="orders", name="Tard", query="state=late")
    return {
        "core:user": reverse("core:user", args=[reader.pk]),
        "core:message": reverse("core:message", args=[message.pk]),
        "core:message_body": reverse("core:message_body", args=[message.pk]),
        "core:mail_template": reverse("core:mail_template", args=["delay_first", "fr"]),
    }


def addresses_of_mails(mailbox: Path) -> dict[str, str]:
    """A letter in the demonstration's mailbox."""
    caught = Envelope()
    caught.rcpt_tos, caught.original_content = ["camille@customer.example"], LETTER_AS_SENT.encode()
    number = [int(MailKeeper(mailbox).keep(caught).stem)]
    return {
        "demo:mail": reverse("demo:mail", args=number),
        "demo:mail_frame": reverse("demo:mail_frame", args=number),
    }


def addresses_of_the_demos_shop() -> dict[str, str]:
    """Its page with one product on it. The address has no part to fill in, but wants the shop."""
    channel = ChannelFactory(slug="boutique", kind="generic")
    ShopWindowFactory(channel)
    listing = ListingFactory(channel, 7, told=7, told_at=timezone.now())
    return {
        "demo:shop": reverse("demo:shop"),
        "demo:picture": reverse("demo:picture", args=[listing.product.sku if listing.product else ""]),
    }


def addresses_of_letters_in(scene: Scene, purchase: PurchaseOrder) -> dict[str, str]:
    """A question on a customer's page, and a supplier's mail with a file and what looks like a tracking number."""
    ask_question(scene.fresh, "Le verre est-il le même ?", key="1", by=CUSTOMER)
    file = KeptFile("reponse.csv", "text/csv", 3, default_storage.save("received/1.csv", ContentFile(b"a;b")))
    mail = Arrival(
        key="1",
        sender=purchase.supplier.email,
        sender_name="Inge Modèle",
        subject=f"Re: Bon de commande {purchase.number}",
        text="Bonjour,\n\nUn colis est parti, suivi Colissimo 6A12345678901.",
        quoted="> Merci de répondre.",
        files=[file],
    )
    taken, _is_new = take_in(mail, by=BY)
    sort_message(taken.pk, by=BY)
    return {
        "orders:received": reverse("orders:received", args=[taken.pk]),
        "orders:received_file": reverse("orders:received_file", args=[taken.pk, taken.files.get().pk]),
        "orders:received_parcel": reverse("orders:received_parcel", args=[taken.pk, "6A12345678901"]),
    }


def checked_file(reader: User) -> str:
    """A file of orders, one of them wrong, that waits for its last word."""
    client = Client()
    client.force_login(reader)
    file = ContentFile(csv_of({"sku": "B"}, {"order": "E-2", "quantity": "-1"}).encode(), "orders.csv")
    return client.post("/orders/import/", {"file": file, "channel": "csv"})["Location"]
