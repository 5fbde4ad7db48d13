"""What stockout cases add to the shell: their entry, their search, and how their record is told."""

from collections.abc import Callable, Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.models import CaseCause, CauseDecision, DecisionAct, OptionKind, Refund, StockoutCase
from orders.models.case import OURS
from orders.queries.cases import cases_with_order, count_to_propose, search_cases
from stocke.core.models import HistoryEntry, User
from stocke.core.web.commands import HITS_PER_KIND, Hit, register_search
from stocke.core.web.formats import money, number
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.status import Status
from stocke.core.web.timeline import register_job, register_sentence


def find_cases(query: str, user: User) -> Collection[Hit]:
    found = search_cases(cases_with_order(), query).order_by("-id")[:HITS_PER_KIND]
    return [
        Hit(
            label=f"{case.number} · {case.line.ordered_name}",
            hint=case.line.order.customer.full_name,
            url=reverse("orders:stockout", args=[case.number]),
            kind=gettext_lazy("Stockouts"),
            icon="cases",
            status=Status(*case.state),
        )
        for case in found
    ]


def case_places(keys: Collection[int]) -> dict[int, Place]:
    found = StockoutCase.objects.filter(pk__in=keys).values_list("pk", "number")
    return {pk: Place(label=number, url=reverse("orders:stockout", args=[number])) for pk, number in found}


def refund_places(keys: Collection[int]) -> dict[int, Place]:
    found = Refund.objects.filter(pk__in=keys).select_related("line__order")
    return {
        refund.pk: Place(label=refund.line.order.number, url=reverse("orders:refund_done", args=[refund.pk]))
        for refund in found
    }


def decision_places(keys: Collection[int]) -> dict[int, Place]:
    found = CauseDecision.objects.filter(pk__in=keys).values_list("pk", "product_name")
    return {pk: Place(label=name, url=reverse("orders:case_decision", args=[pk])) for pk, name in found}


def link_to_case(entry: HistoryEntry) -> str | None:
    number = entry.data.get("case")
    return reverse("orders:stockout", args=[number]) if number else None


def cause_of(entry: HistoryEntry) -> str:
    return str(dict(CaseCause.choices).get(str(entry.data.get("cause")), ""))


def option_of(entry: HistoryEntry) -> str:
    kind = entry.after.get("option") or entry.data.get("option") or ""
    return str(dict(OptionKind.choices).get(str(kind), kind))


def amount_of(entry: HistoryEntry) -> str:
    return money(int(entry.data.get("amount_cents") or 0), str(entry.data.get("currency") or "EUR"))


def opened(entry: HistoryEntry) -> str:
    said = {"product": entry.data.get("product"), "cause": cause_of(entry)}
    return _("Stockout case opened for %(product)s: %(cause)s") % said


def proposed(entry: HistoryEntry) -> str:
    if entry.data.get("message"):
        return _("Ways out proposed to the customer for %(product)s") % dict(entry.data)
    return _("The customer's page brought up to date for %(product)s") % dict(entry.data)


def chosen(entry: HistoryEntry) -> str:
    if entry.data.get("via") in OURS:
        return _("Refund decided without asking the customer")
    said = {"option": option_of(entry), "product": entry.data.get("product") or ""}
    if entry.data.get("via") == "phone":
        return (_("The customer chose on the phone: %(option)s %(product)s") % said).strip()
    return (_("The customer chose: %(option)s %(product)s") % said).strip()


def settled(entry: HistoryEntry) -> str:
    said = {"ordered": entry.data.get("ordered"), "option": option_of(entry)}
    if entry.data.get("product"):
        return _("%(product)s is sent instead of %(ordered)s") % {**said, "product": entry.data["product"]}
    return _("Choice carried out for %(ordered)s: %(option)s") % said


def assigned(entry: HistoryEntry) -> str:
    if entry.after.get("assigned"):
        return _("Case assigned to %(assigned)s") % dict(entry.after)
    return _("Case assigned to nobody")


def decided(entry: HistoryEntry) -> str:
    cases = int(str(entry.data.get("cases") or 0))
    said = {"n": number(cases), "product": entry.data.get("product")}
    if entry.data.get("act") == DecisionAct.REFUND:
        words = ngettext(
            "%(product)s to be refunded in %(n)s case", "%(product)s to be refunded in %(n)s cases", cases
        )
    else:
        words = ngettext(
            "Ways out for %(product)s to be proposed in %(n)s case",
            "Ways out for %(product)s to be proposed in %(n)s cases",
            cases,
        )
    return words % said


def gathered(entry: HistoryEntry) -> str:
    cases = int(str(entry.data.get("cases") or 0))
    words = ngettext("%(n)s case gathered for the decision", "%(n)s cases gathered for the decision", cases)
    return words % {"n": number(cases)}


def undecided(entry: HistoryEntry) -> str:
    back = int(str(entry.data.get("back") or 0))
    words = ngettext(
        "Decision taken back: %(n)s case waits again", "Decision taken back: %(n)s cases wait again", back
    )
    return words % {"n": number(back)}


def told(kind: str, say: Callable[[HistoryEntry], str], shape: str = "", group: str = "promises") -> None:
    register_sentence(kind, say, shape=shape, group=group, link=link_to_case)


register(
    NavEntry(
        key="cases",
        group="work",
        label=gettext_lazy("Stockouts"),
        url_name="orders:stockouts",
        icon="cases",
        permission="cases.view",
        counter=count_to_propose,
    )
)
register_search(find_cases, permission="cases.view")
register_places("stockoutcase", case_places)
register_places("refund", refund_places)
register_places("causedecision", decision_places)
told("case.opened", opened, "out")
told("case.taken_over", lambda e: _("Case taken over from %(holder)s") % e.data, group="people")
told("case.assigned", assigned, group="people")
told("case.cancelled", lambda e: _("Stockout case closed for %(product)s") % e.data, "undone")
told("case.proposed", proposed, "waiting", "mails")
told("case.reminded", lambda e: _("Customer reminded to choose: %(product)s") % e.data, "waiting", "mails")
told("case.taken_back", lambda e: _("Letter taken back before it left"), "undone", "mails")
told("case.chosen", chosen, "running", "people")
told("case.settled", settled, "done")
told(
    "case.defaulted", lambda e: _("No answer in time: %(ordered)s is refunded, as announced") % e.data, "done"
)
told("case.reinstated", lambda e: _("%(ordered)s can be delivered after all") % e.data, "done")
told("case.sold_out", lambda e: _("%(product)s, which the customer chose, sold out") % e.data, "out")
told(
    "case.unreached",
    lambda e: _("No letter about %(product)s has reached the customer: a person decides") % e.data,
    "unsure",
    "mails",
)
told("case.refund_instead", lambda e: _("The customer prefers the refund after all"), "undone", "people")
told("decision.taken", decided, "running")
told("decision.gathered", gathered, "running")
told("decision.undone", undecided, "undone")
told("playbook.acted", lambda e: _("The playbook acted alone: %(product)s") % e.data, "running")
register_sentence("playbook.changed", lambda e: _("Playbook changed"), group="people")
told("refund.due", lambda e: _("Refund due: %(amount)s") % {"amount": amount_of(e)}, "waiting", "people")
told("refund.done", lambda e: _("Refund done: %(amount)s") % {"amount": amount_of(e)}, "done", "people")
told("voucher.issued", lambda e: _("Voucher issued: %(amount)s") % {"amount": amount_of(e)}, "done", "people")
told("goodwill.given", lambda e: _("Goodwill: %(amount)s") % {"amount": amount_of(e)}, "done", "people")
told("line.parted", lambda e: _("%(product)s parted in two lines: some of it is missing") % e.data, "partly")
told("line.back", lambda e: _("%(product)s is back and promised again") % e.data, "done")

register_settings(SettingsTab("playbook", gettext_lazy("Playbook"), "orders:playbook", "settings.view"))
register_job("playbook", gettext_lazy("playbook"))
register_job("choices", gettext_lazy("execution of choices"))
register_job("deadline", gettext_lazy("watch over deadlines"))
register_job("restock", gettext_lazy("watch over restocks"))
register_job("feed watch", gettext_lazy("watch over feeds"))
