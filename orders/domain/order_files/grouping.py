"""Lines of a file as orders: those with the same number are one order, wherever they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.timezone import now

from orders.domain.order_files import cells
from orders.domain.order_files.columns import COLUMNS
from orders.domain.order_files.lines import FileLine, Reader
from orders.domain.problems import Code, Problem
from stocke.channels.incoming import IncomingCustomer, IncomingLine, IncomingOrder

OF_A_LINE = {"sku", "quantity", "unit price", "product", "line id"}
OF_THE_ORDER = [column.name for column in COLUMNS if column.name not in OF_A_LINE]
ADDRESS = {
    "recipient": "name",
    "company": "company",
    "street": "street",
    "street 2": "street2",
    "postal code": "postal_code",
    "city": "city",
}


@dataclass(frozen=True)
class OrderInFile:
    """One order of the file. With `problems`, cells of it cannot be read; `incoming` has harmless values for them.

    The rows of problems count `lines` from 1.
    """

    lines: tuple[FileLine, ...]
    incoming: IncomingOrder
    problems: tuple[Problem, ...] = ()

    def number_of(self, problem: Problem) -> int:
        """The line of the file where it stands: the order's first for what concerns the whole order."""
        return self.lines[(problem.row or 1) - 1].number


def orders_of(lines: Iterable[FileLine], *, channel: str, decimal: str) -> list[OrderInFile]:
    """The orders, in the order of their first lines. `decimal` is the sign before cents."""
    grouped: dict[object, list[FileLine]] = {}
    for line in lines:
        # Lines without a number are not one order together: each is refused for itself.
        grouped.setdefault(line["order"] or line.number, []).append(line)
    return [order_of(group, channel=channel, decimal=decimal) for group in grouped.values()]


def order_of(lines: Sequence[FileLine], *, channel: str, decimal: str) -> OrderInFile:
    reader = Reader()
    whole = merged(lines, reader)
    country = reader.value(cells.country, whole, "country", may_be_empty=True) or "FR"
    incoming = IncomingOrder(
        channel=channel,
        external_id=reader.text(whole, "order"),
        placed_at=reader.value(cells.moment, whole, "placed at") or now(),
        promised_on=reader.value(cells.day, whole, "promised on", may_be_empty=True),
        currency=reader.text(whole, "currency").upper() or "EUR",
        shipping_cents=reader.value(
            partial(cells.cents, decimal=decimal), whole, "shipping", may_be_empty=True
        )
        or 0,
        customer=customer_of(whole, country, reader),
        ship_to=address_of(whole, country, reader),
        note=reader.text(whole, "note"),
        lines=tuple(bought(line, row, decimal, reader) for row, line in enumerate(lines, start=1)),
    )
    return OrderInFile(tuple(lines), incoming, tuple(reader.problems))


def merged(lines: Sequence[FileLine], reader: Reader) -> FileLine:
    """What the lines say of the order as a whole: the first that says it counts, the others must not contradict."""
    said: dict[str, str] = {}
    for row, line in enumerate(lines, start=1):
        for column in OF_THE_ORDER:
            if line[column] and said.setdefault(column, line[column]) != line[column]:
                reader.refuse(Code.CONTRADICTS, column, row, line[column])
    return FileLine(lines[0].number, said)


def customer_of(whole: FileLine, country: str, reader: Reader) -> IncomingCustomer:
    return IncomingCustomer(
        email=reader.text(whole, "email"),
        first_name=reader.text(whole, "first name"),
        last_name=reader.text(whole, "last name"),
        phone=reader.text(whole, "phone"),
        language=cells.language(whole["language"]),
        country=country,
        customer_class=reader.text(whole, "class"),
    )


def address_of(whole: FileLine, country: str, reader: Reader) -> dict[str, str]:
    """Where the parcel goes; to the customer himself when nobody else is named."""
    address = {name: reader.text(whole, column) for column, name in ADDRESS.items()}
    address["name"] = address["name"] or f"{whole['first name']} {whole['last name']}".strip()
    return {name: text for name, text in {**address, "country": country}.items() if text}


def bought(line: FileLine, row: int, decimal: str, reader: Reader) -> IncomingLine:
    units, cents = partial(cells.units, decimal=decimal), partial(cells.cents, decimal=decimal)
    quantity = reader.value(units, line, "quantity", row, code=Code.NOT_POSITIVE)
    return IncomingLine(
        sku=reader.text(line, "sku", row),
        quantity=1 if quantity is None else quantity,
        unit_price_cents=reader.value(cents, line, "unit price", row) or 0,
        name=reader.text(line, "product", row),
        external_id=reader.text(line, "line id", row),
    )
