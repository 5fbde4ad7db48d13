"""Acts of the United Kingdom."""

from django.utils.translation import gettext_lazy as _

from orders.domain.legal.rule import Consent, Mark, Rule

GB = "GB"
KINGDOM = (
    Rule(
        "UK-01",
        GB,
        _("An order is placed."),
        _("The agreed time; without one, 30 days after the day of the contract."),
        _("Deliver without undue delay."),
        None,
        Consent.NEW_DATE,
        "Consumer Rights Act 2015 s.28(3)–(4)",
        Mark.READ,
    ),
    Rule(
        "UK-02",
        GB,
        _("The date has passed."),
        _(
            "At once if delivery is refused or the date essential; else after a period that the customer sets."
        ),
        _("Answer, and log his notice and the extra period."),
        None,
        Consent.NONE,
        "Consumer Rights Act 2015 s.28(5)–(8)",
        Mark.READ,
    ),
    Rule(
        "UK-03",
        GB,
        _("The contract has been ended for lack of delivery."),
        _("Without undue delay; the act names no number of days."),
        _("Reimburse all payments, in money."),
        _("a claim in court"),
        Consent.NONE,
        "Consumer Rights Act 2015 s.28(9)",
        Mark.READ,
    ),
    Rule(
        "UK-04",
        GB,
        _("A part is missing."),
        _("No term."),
        _("The customer may end that part or the whole, and return what came."),
        None,
        Consent.NONE,
        "Consumer Rights Act 2015 s.28(10)–(13)",
        Mark.SECONDARY,
    ),
    Rule(
        "UK-05",
        GB,
        _("The customer withdraws."),
        _("14 days after the last of the goods; refund within 14 days of goods, proof or notice."),
        _("Refund by the same means of payment, without a fee."),
        None,
        Consent.EXPRESS,
        "Consumer Contracts Regulations 2013 reg. 29, 30, 34",
        Mark.MEMORY,
    ),
    Rule(
        "UK-06",
        GB,
        _("A substitute is proposed."),
        _("Before anything is sent."),
        _("The goods must match their description; unordered goods are not paid for."),
        _("rejection and refund"),
        Consent.EXPRESS,
        "Consumer Rights Act 2015 s.11, Sch. 2",
        Mark.DOUBTFUL,
    ),
    Rule(
        "UK-07",
        GB,
        _("Availability is shown."),
        _("As long as it is shown."),
        _("No false limited time, no fake reviews."),
        _("a fine of up to £300 000 or 10 % of the turnover"),
        Consent.NONE,
        "Digital Markets, Competition and Consumers Act 2024, Sch. 20",
        Mark.SECONDARY,
    ),
)
