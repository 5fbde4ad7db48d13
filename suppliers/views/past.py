"""Why the number of a product was what it was, at a moment that a person chooses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.moments import Chosen, instant, moment_of, written_as, yesterday
from stocke.core.web.panels import panels_of
from stocke.core.web.partials import go_on, partial
from stocke.core.web.timeline import build_timeline
from stocke.products.models import Product
from suppliers.domain.looking_back import look_back
from suppliers.domain.past_why import PastWhy
from suppliers.models import Offer, Run
from suppliers.queries.past import before_run, just_before, next_told
from suppliers.tables.explaining import cause_in_words
from suppliers.tables.past import answer_of


@dataclass(frozen=True)
class Asked:
    """The moment that is shown, and what has to be said about it."""

    chosen: Chosen
    note: str = ""


@staff_can("products.view")
def product_then(request: StaffRequest, pk: int) -> HttpResponse:
    """`?at=` a local time or an instant; `?before=` or `?after=` an import."""
    product = get_object_or_404(Product, pk=pk)
    now = timezone.now()
    asked = asked_of(request, now)
    why = look_back(product, asked.chosen.at)
    return partial(
        request,
        "products/then.html#then",
        product=product,
        asked=asked,
        at=asked.chosen.at,
        written=written_as(asked.chosen.at, timezone.get_current_timezone()),
        latest=written_as(now, timezone.get_current_timezone()),
        why=why,
        answer=answer_of(why),
        cause=cause_in_words(why.number.cause) or "–" if why.number else "",
        choices=list(choices_of(product, why, now)),
        panels=panels_of("product_then", [offer.offer_id for offer in why.offers], why.at, reckoned(why)),
        since=build_timeline(why.since),
        nav_key="products",
    )


@staff_can("products.view")
def offer_then(request: StaffRequest, pk: int) -> HttpResponse:
    """From an offer to its product at that moment; to the search for its product, where it has none any more."""
    offer = get_object_or_404(Offer, pk=pk)
    if offer.product_id is None:
        return go_on(request, reverse("suppliers:match", args=[pk]))
    query = urlencode({"at": request.GET.get("at", "")})
    return go_on(request, f"{reverse('suppliers:product_then', args=[offer.product_id])}?{query}")


def asked_of(request: StaffRequest, now: datetime) -> Asked:
    """The moment in the address; now, with a word about it, where there is none that can be shown."""
    if chosen := of_run(request):
        return Asked(chosen)
    text = request.GET.get("at", "")
    read = moment_of(text, timezone.get_current_timezone()) if text else Chosen(now)
    if read is None:
        return Asked(Chosen(now), _("This is not a date and a time, so the present is shown."))
    if read.at > now:
        return Asked(Chosen(now), _("This moment is still to come, so the present is shown."))
    return Asked(read)


def of_run(request: StaffRequest) -> Chosen | None:
    for name in ("before", "after"):
        key = request.GET.get(name, "")
        run = Run.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
        if run:
            return Chosen(before_run(run) if name == "before" else run.finished_at or run.created_at)
    return None


def reckoned(why: PastWhy) -> int | None:
    """The promised units that the number told then was reckoned with."""
    if why.number is None:
        return None
    return sum(int(offer.step["reserved"]) for offer in why.offers if offer.step)


def choices_of(product: Product, why: PastWhy, now: datetime) -> Iterator[tuple[str, str]]:
    """Moments at one click, with their words."""
    page = reverse("suppliers:product_then", args=[product.pk])

    def link(at: datetime) -> str:
        return f"{page}?{urlencode({'at': instant(at)})}"

    yield _("An hour ago"), link(now - timedelta(hours=1))
    yield _("Yesterday"), f"{page}?{urlencode({'at': yesterday(now, timezone.get_current_timezone())})}"
    if why.number:
        yield _("Before this number"), link(just_before(why.number.at))
        kind, _colon, key = why.number.cause.partition(":")
        if kind in {"run", "undo"} and key.isdecimal():
            yield _("Before import %(number)s") % {"number": key}, f"{page}?before={key}"
    if later := next_told(product.pk, why.at):
        yield _("The next number"), link(later)
