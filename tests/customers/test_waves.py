"""Told in waves: the oldest first, as many as there are units for, each once, and only while it is still true."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.domain import waves, wish_retention
from customers.domain.settling import settle
from customers.domain.waves import due_restocks, size_of_wave, start_wave, write_letters
from customers.domain.wishes import unsubscribe
from customers.models import Demand, Notice, Restock, Wish
from orders.domain.bought_wishes import note_bought
from stocke.channels.models import Channel
from stocke.core.domain.outbox import came_back, cancel
from stocke.core.models import HistoryEntry, Message
from stocke.products.models import Product
from tests.customers.shelf import BY, SHOPPER, addressees, looked, post, rules, shelf, told, waiting
from tests.factories.channels import ChannelFactory
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory
from tests.mailserver import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mails")]


def counted(product: Product) -> dict[str, int]:
    """The counters of a product that are not zero; they are what the rows say."""
    demand = Demand.objects.get(product=product)
    names = ("asked", "waiting", "telling", "told", "ended", "units")
    counters = {name: getattr(demand, name) for name in names if getattr(demand, name)}
    wishes = Wish.objects.filter(product=product)
    rows = {state: wishes.filter(state=state).count() for state in names[:-1]}
    rows["units"] = sum(wishes.filter(state="waiting").values_list("quantity", flat=True))
    assert counters == {name: number for name, number in rows.items() if number}
    return counters


def test_those_who_have_waited_longest_are_told_first_as_many_as_there_are_units_for() -> None:
    rules(factor_percent=100)
    goods = shelf()
    for name, quantity in (("a", 1), ("b", 2), ("c", 1), ("d", 1)):
        waiting(goods.product, f"{name}@client.example", quantity=quantity)
    goods.says(3)
    looked()

    assert told() == ["a@client.example", "b@client.example"]
    assert counted(goods.product) == {"waiting": 2, "telling": 2, "units": 2}


def test_the_next_wave_waits_until_those_who_were_told_have_had_their_time() -> None:
    rules(hold_minutes=60)
    goods = shelf()
    for name in "ab":
        waiting(goods.product, f"{name}@client.example")
    goods.says(1)
    looked()
    first = told()

    held = told()
    Restock.objects.update(next_wave_at=timezone.now())
    after = told()

    assert (first, held, after) == (
        ["a@client.example"],
        ["a@client.example"],
        ["a@client.example", "b@client.example"],
    )


def test_a_wave_too_large_for_one_step_goes_on_at_once_and_then_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waves, "LARGEST_WAVE", 2)
    rules(hold_minutes=240)
    goods = shelf()
    for name in "abcdef":
        waiting(goods.product, f"{name}@client.example")
    goods.says(5)
    looked()

    parts = [len(told()) for _ in range(4)]

    assert parts == [2, 4, 5, 5]
    restock = Restock.objects.get()
    assert restock.next_wave_at is not None
    assert (restock.units_left, restock.next_wave_at > timezone.now() + timedelta(minutes=239)) == (0, True)


@pytest.mark.parametrize(
    ("sellable", "percent", "units"), [(5, 200, 10), (1, 50, 1), (0, 200, 0), (-2, 200, 0), (3, 150, 4)]
)
def test_a_wave_has_the_size_of_what_there_is(sellable: int, percent: int, units: int) -> None:
    assert size_of_wave(sellable, percent) == units


def test_somebody_who_wants_more_than_there_is_does_not_keep_the_line_waiting() -> None:
    rules()
    goods = shelf()
    waiting(goods.product, "many@client.example", quantity=9)
    waiting(goods.product, "one@client.example")
    goods.says(2)
    looked()

    assert told() == ["many@client.example"]


def test_goods_that_are_gone_when_the_mail_would_leave_are_not_announced(mails: SmtpServer) -> None:
    rules()
    goods = shelf()
    waiting(goods.product, "a@client.example")
    goods.says(4)
    looked()
    told()
    goods.says(0)

    post()
    settle()

    assert mails_back(mails) == []
    assert counted(goods.product) == {"waiting": 1, "units": 1}
    assert (Restock.objects.filter(ended_at=None).count(), ended_restocks()) == (0, 1)
    goods.says(4)
    looked()
    looked()
    told()
    post()
    settle()
    assert mails_back(mails) == ["a@client.example"]
    assert counted(goods.product) == {"told": 1}


def mails_back(mails: SmtpServer) -> list[str]:
    return [str(mail["To"]) for mail in mails.mails() if "List-Unsubscribe" in mail]


def test_whoever_unsubscribes_before_the_mail_leaves_gets_none(mails: SmtpServer) -> None:
    rules()
    goods = shelf()
    wish = waiting(goods.product)
    goods.says(4)
    looked()
    told()

    unsubscribe(wish.pk, by=SHOPPER)
    post()
    settle()

    assert mails_back(mails) == []
    assert counted(goods.product) == {"ended": 1}


def test_a_letter_that_a_person_takes_back_leaves_its_wish_waiting_for_the_next_restock() -> None:
    rules()
    goods = shelf()
    waiting(goods.product, "a@client.example")
    goods.says(4)
    looked()
    told()

    cancel(Message.objects.get(kind="wish_back"), by=BY)
    Restock.objects.update(next_wave_at=timezone.now())

    assert told() == []
    assert counted(goods.product) == {"waiting": 1, "units": 1}


def test_a_mail_that_comes_back_ends_every_wish_of_its_address(mails: SmtpServer) -> None:
    rules()
    goods, others = shelf(), shelf()
    waiting(goods.product, "gone@client.example")
    waiting(others.product, "gone@client.example")
    goods.says(4)
    looked()
    told()
    post()
    settle()

    came_back(Message.objects.get(kind="wish_back"), reason="550 unknown", by=BY)
    settle()

    assert set(Wish.objects.values_list("state", "ended_why")) == {("ended", "bounced")}
    assert (counted(goods.product), counted(others.product)) == ({"ended": 1}, {"ended": 1})


def test_nobody_is_told_of_a_shop_that_was_closed() -> None:
    rules()
    ChannelFactory(slug="closed", active=False)
    goods = shelf()
    waiting(goods.product, "a@client.example", channel="closed")
    waiting(goods.product, "b@client.example", channel="open")
    goods.says(4)
    looked()

    assert told() == ["b@client.example"]


def later() -> list[str]:
    """The next round, once those who were told have had their time; to whom letters have left by then."""
    Restock.objects.update(next_wave_at=timezone.now())
    told()
    post()
    return list(Message.objects.filter(kind="wish_back", status="sent").values_list("recipient", flat=True))


def test_nobody_is_told_while_his_shop_shows_none_and_once_when_it_does(mails: SmtpServer) -> None:
    rules()
    goods, shop = shelf(), ChannelFactory(buffer=4)
    waiting(goods.product, "a@client.example", channel=shop.slug)
    waiting(goods.product, "b@client.example", channel=ChannelFactory().slug)
    goods.says(4)
    looked()

    others = later()
    Channel.objects.filter(pk=shop.pk).update(buffer=3)
    everybody = later()

    assert (others, sorted(everybody)) == (["b@client.example"], ["a@client.example", "b@client.example"])
    assert later() == everybody


def test_a_shop_that_shows_no_more_at_the_moment_of_sending_holds_back_its_own_people_only(
    mails: SmtpServer,
) -> None:
    rules()
    goods, shop = shelf(), ChannelFactory()
    waiting(goods.product, "a@client.example", channel=shop.slug)
    waiting(goods.product, "b@client.example", channel=ChannelFactory().slug)
    waiting(goods.product, "c@client.example", channel=ChannelFactory().slug)
    goods.says(2)
    looked()
    told()
    Channel.objects.filter(pk=shop.pk).update(share_percent=0)
    post()
    settle()
    statuses = list(Message.objects.filter(kind="wish_back").order_by("pk").values_list("status", flat=True))
    taken_back = (statuses, counted(goods.product))
    others = later()

    Channel.objects.filter(pk=shop.pk).update(share_percent=None)
    everybody = later()

    assert taken_back == (["cancelled", "sent"], {"waiting": 2, "told": 1, "units": 2})
    assert sorted(others) == ["b@client.example", "c@client.example"]
    assert sorted(everybody) == [f"{name}@client.example" for name in "abc"]
    assert later() == everybody
    assert sorted(mails_back(mails)) == sorted(everybody)
    assert (Restock.objects.count(), Restock.objects.get().ended_at, ended_restocks()) == (1, None, 0)


def ended_restocks() -> int:
    return HistoryEntry.objects.filter(kind="restock.over").count()


def test_steps_that_were_cut_off_are_taken_up_again_and_nothing_is_done_twice() -> None:
    rules()
    goods = shelf()
    waiting(goods.product, "a@client.example")
    goods.says(4)
    looked()
    [restock] = due_restocks()

    # Between any two of these a worker may die: the next sweep begins with the first.
    for _ in range(2):
        start_wave(restock, by=BY)
    without_letter = addressees()
    for _ in range(2):
        write_letters(by=BY)
    Notice.objects.update(message=None)
    write_letters(by=BY)

    assert (without_letter, addressees()) == ([], ["a@client.example"])
    assert Notice.objects.get().message == Message.objects.get(kind="wish_back")


def test_a_wave_of_hundreds_costs_as_few_statements_as_one_of_one(django_assert_num_queries: object) -> None:
    rules()
    goods = shelf()
    many = [
        Wish(
            product=goods.product, email=f"m{at}@client.example", state="waiting", confirmed_at=timezone.now()
        )
        for at in range(500)
    ]
    Wish.objects.bulk_create([*many], update_conflicts=False)
    Wish.objects.update(ends_at=timezone.now() + timedelta(days=9))
    Demand.objects.create(product=goods.product, waiting=500, units=500)
    goods.says(400)
    looked()
    [restock] = due_restocks()

    with django_assert_num_queries(10):  # type: ignore[operator]
        told_now = start_wave(restock, by=BY)

    assert told_now == 400
    assert counted(goods.product) == {"waiting": 100, "telling": 400, "units": 100}


def test_wishes_expire_and_addresses_are_forgotten_in_their_letters_too(mails: SmtpServer) -> None:
    rules(days=90, keep_days=30)
    goods = shelf()
    wish = waiting(goods.product, "a@client.example")
    post()
    now = timezone.now()

    nothing_yet = wish_retention.expire(now=now + timedelta(days=89))
    expired = wish_retention.expire(now=now + timedelta(days=91))
    kept = wish_retention.forget(now=now)
    forgotten = wish_retention.forget(now=now + timedelta(days=122))

    assert (nothing_yet, expired, kept, forgotten) == (0, 1, 0, 1)
    wish.refresh_from_db()
    assert (wish.state, wish.ended_why, wish.email) == ("ended", "expired", "")
    assert list(Message.objects.values_list("recipient", "text", "facts")) == [("", "", {})]
    assert counted(goods.product) == {"ended": 1}


def test_whoever_was_told_and_has_ordered_since_has_bought(mails: SmtpServer) -> None:
    rules()
    goods = shelf()
    told_one = waiting(goods.product, "a@client.example")
    waiting(goods.product, "b@client.example")
    goods.says(4)
    looked()
    told()
    post()
    settle()
    customer = CustomerFactory(email="a@client.example")
    OrderFactory(customer=customer, placed_at=timezone.now(), lines=[{"product": goods.product}])

    assert (note_bought(), note_bought()) == (1, 0)
    told_one.refresh_from_db()
    assert told_one.bought_at is not None
