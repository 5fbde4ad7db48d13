"""Bürgerliches Gesetzbuch, for customers in Germany; the Union's rules stand beside."""

from django.utils.translation import gettext_lazy as _

from orders.domain.legal.rule import Consent, Mark, Rule

DE = "DE"
GERMANY = (
    Rule(
        "DE-01",
        DE,
        _("An order is placed."),
        _("Without an agreed time at once, at the latest 30 days after the contract."),
        _("Deliver without undue delay."),
        _("damages"),
        Consent.NEW_DATE,
        "BGB § 475(1)",
        Mark.READ,
    ),
    Rule(
        "DE-02",
        DE,
        _("The date has passed."),
        _("A reasonable period, none on a final refusal or an essential date."),
        _("Refund; the law names no number of days."),
        _("damages"),
        Consent.NONE,
        "BGB § 323(1)(2)(4), §§ 280, 283",
        Mark.READ,
    ),
    Rule(
        "DE-03",
        DE,
        _("We know of a stockout, and the terms reserve our own supply."),
        _("At once; one commentary says 30 days at the very latest for the refund."),
        _("Tell the customer at once and refund at once. Without such a clause the shop may not cancel."),
        _("damages, warning letters of competitors"),
        Consent.NONE,
        "BGB § 308 Nr. 3, Nr. 8",
        Mark.READ,
    ),
    Rule(
        "DE-04",
        DE,
        _("The terms allow “equivalent goods”."),
        _("No term."),
        _("The clause is void unless the change is reasonable for the customer."),
        None,
        Consent.EXPRESS,
        "BGB § 308 Nr. 4",
        Mark.READ,
    ),
    Rule(
        "DE-05",
        DE,
        _("Goods that were never ordered are sent."),
        _("No term."),
        _("There is no claim at all against the customer."),
        _("the goods"),
        Consent.EXPRESS,
        "BGB § 241a",
        Mark.READ,
    ),
    Rule(
        "DE-06",
        DE,
        _("The customer withdraws."),
        _("14 days; goods that were sent may be waited for, or proof that they were sent back."),
        _("Refund everything, standard delivery included, by the same means of payment."),
        None,
        Consent.EXPRESS,
        "BGB § 357",
        Mark.READ,
    ),
)
