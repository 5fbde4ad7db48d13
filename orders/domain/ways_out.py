"""What can be offered in one case now: the loaded side of `options` and `substitutes`."""

from collections.abc import Collection, Mapping, Sequence

from orders.domain.legal.refunding import may_replace_refund
from orders.domain.likeness import Described, Lexicon
from orders.domain.options import PricedOption, Stake, all_options, substitute_option
from orders.domain.substitutes import Candidate, Missing, Suggestion, rank
from orders.models import StockoutCase, VerificationPolicy
from orders.queries.acceptances import Answers, answers_to
from orders.queries.cases import GIVEN_BACK, orders_paid_back, shipping_went_back, statuses_by_line
from orders.queries.purchases import offers_refusing
from orders.queries.restocks import stated_restock
from orders.queries.substitutes import Near, product_with_source, products_near
from stocke.products.models import Product
from suppliers.queries.sources import SourceView, sources_of

SHOWN = 24


def stake_of(case: StockoutCase) -> Stake:
    """The money at stake in this case, as it stands now."""
    return stakes_of([case])[case.pk]


def stakes_of(cases: Sequence[StockoutCase]) -> dict[int, Stake]:
    """The same for many cases by their ids, in a few statements however many they are."""
    orders = {case.line.order_id for case in cases}
    lines, paid_back = statuses_by_line(orders), orders_paid_back(orders)
    sources = sources_of({case.line.product_id for case in cases if case.line.product_id})
    return {
        case.pk: Stake(
            unit_price_cents=case.line.unit_price_cents,
            quantity=case.quantity,
            currency=case.line.order.currency,
            shipping_cents=case.line.order.shipping_cents
            if gives_shipping_back(case, lines[case.line.order_id], paid_back)
            else 0,
            unit_cost_cents=cost_of(case, sources.get(case.line.product_id or 0, [])),
        )
        for case in cases
    }


def gives_shipping_back(case: StockoutCase, lines: Mapping[int, str], paid_back: Collection[int]) -> bool:
    """Whether nothing else of the order is or will be delivered, and the charge did not go back already."""
    others = [status for line, status in lines.items() if line != case.line_id]
    if case.quantity < case.line.quantity or not GIVEN_BACK.issuperset(others):
        return False
    return case.line.order_id not in paid_back or not shipping_went_back(case)


def cost_of(case: StockoutCase, sources: Sequence[SourceView]) -> int | None:
    """What the first supplier who says so in the currency of the order asks for one unit."""
    same_money = (source for source in sources if source.currency == case.line.order.currency)
    return next((source.cost_cents for source in same_money if source.cost_cents is not None), None)


def ways_out(case: StockoutCase, *, extra_products: Sequence[int] = ()) -> list[PricedOption]:
    """Every option that could be offered now; `extra_products` are products that the agent looked up himself."""
    stake, product = stake_of(case), case.line.product_id
    restock = stated_restock(product) if product else None
    options = all_options(
        stake,
        suggestions_for(case),
        restock,
        voucher_percent=voucher_percent(case),
        units_left=units_left(case),
    )
    known = {option.product_id for option in options}
    looked_up = [
        substitute_option(stake, suggestion)
        for product_id in extra_products
        if product_id not in known and (suggestion := suggestion_of(case, product_id))
    ]
    return [*looked_up, *options]


def units_left(case: StockoutCase) -> int:
    """The most of the ordered product that one supplier could still send, where it is not all that is missing."""
    if case.quantity < 2 or case.line.product_id is None:
        return 0
    sources = sources_of([case.line.product_id])[case.line.product_id]
    refused = offers_refusing([case.line.order_id]).get(case.line.order_id, frozenset())
    left = [one.free for one in sources if one.active and one.offer_id not in refused]
    return min(max([0, *left]), case.quantity)


def voucher_percent(case: StockoutCase) -> int | None:
    """What a voucher is worth in percent of the refund; None where no voucher may be offered."""
    if not may_replace_refund(case.line.order.customer.country):
        return None
    return VerificationPolicy.current().voucher_percent


def missing_of(case: StockoutCase) -> Missing:
    line = case.line
    return Missing(
        name=line.ordered_name,
        price_cents=line.unit_price_cents,
        quantity=case.quantity,
        brand=line.product.brand if line.product else "",
        attributes=line.product.attributes if line.product else {},
    )


def suggestions_for(case: StockoutCase) -> list[Suggestion]:
    """Ranked stand-ins that are in stock now; none for a line whose product we do not know."""
    if case.line.product_id is None:
        return []
    near = products_near(case.line.product_id, quantity=case.quantity)
    return ranked(case, [one for one in near if one.product.currency == case.line.order.currency])[:SHOWN]


def ranked(case: StockoutCase, near: Sequence[Near]) -> list[Suggestion]:
    """These products as stand-ins, judged by what is written about them and by what customers said to them."""
    missing = described(case.line.ordered_name, case.line.product)
    goods = {one.product.pk: described(one.product.name, one.product) for one in near}
    lexicon = Lexicon([missing, *goods.values()])
    answers = answers_to(goods, instead_of=case.line.ordered_sku)
    candidates = [
        candidate_of(
            one, lexicon.likeness(missing, goods[one.product.pk]), answers.get(one.product.pk, Answers())
        )
        for one in near
    ]
    return rank(missing_of(case), candidates)


def described(name: str, product: Product | None) -> Described:
    return Described(name, " ".join(map(str, product.attributes.values())) if product else "")


def suggestion_of(case: StockoutCase, product_id: int) -> Suggestion | None:
    """One product judged as a stand-in; None when nobody has enough of it now, or it is the missing one."""
    if product_id == case.line.product_id:
        return None
    near = product_with_source(product_id, quantity=case.quantity)
    if near is None or near.product.currency != case.line.order.currency:
        return None
    return next(iter(ranked(case, [near])), None)


def candidate_of(near: Near, likeness: float, answers: Answers) -> Candidate:
    product, source = near.product, near.source
    return Candidate(
        product_id=product.pk,
        sku=product.sku,
        name=product.name,
        price_cents=product.price_cents,
        likeness=likeness,
        free=source.free,
        supplier=source.supplier_name,
        lead_days=source.lead_days,
        as_of=source.as_of,
        cost_cents=source.cost_cents if source.currency == product.currency else None,
        brand=product.brand,
        attributes=product.attributes,
        link_rank=near.link_rank,
        link_note=near.link_note,
        same_category=near.same_category,
        offered=answers.offered,
        accepted=answers.accepted,
    )
