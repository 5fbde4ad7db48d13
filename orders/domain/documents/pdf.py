"""The purchase order on paper, in the supplier's language.

Western Europe is drawn in the typeface that every reader has. Where a sign is none of its, all of the paper is drawn in
the pages' own typeface, and sign by sign in another where that has none; the used signs go into the file.
"""

import json
import unicodedata
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from orders.domain.documents.content import AskedParcel, Document
from orders.domain.documents.typefaces import typefaces
from orders.domain.packing import note_title, parcel_sentence
from stocke.core.web.formats import clock, country, long_day, money

MARGIN, SMALL, USUAL, LARGE = 15, 8, 10, 16
# Letters without a part that could be taken off.
SIMPLER = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ħ": "h", "Ħ": "H", "\u2212": "-", "\u202f": " "}
)
# Below the head of a page: what begins there gains nothing from another page.
TOP = 60
WIDTHS = (30, 74, 18, 28, 30)


class Paper(FPDF):
    """A4, with the number and the page at the foot of each."""

    def __init__(self, document: Document) -> None:
        super().__init__(format="A4")
        # The built-in typeface has the euro and the dashes; the library's own choice, Latin-1, has neither.
        self.core_fonts_encoding = "cp1252"
        self.document, self.family = document, "Helvetica"
        if needs_typeface(document):
            self.family = self.embed() or self.family
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=20)
        # The same purchase order makes the same bytes: the moment of drawing is no part of it.
        written = date.fromisoformat(document.written_on)
        self.set_creation_date(datetime(written.year, written.month, written.day, tzinfo=UTC))
        self.set_title(plain(document.number))
        self.set_lang(document.language)

    def embed(self) -> str:
        """Take the pages' own typeface along; its name, empty where its files are not there."""
        names = [face.name for face in typefaces()]
        for face in typefaces():
            self.add_font(face.name, "", face.regular)
            self.add_font(face.name, "B", face.bold)
        self.set_fallback_fonts(names[1:], exact_match=False)
        return names[0] if names else ""

    def words(self, text: str) -> str:
        """The text in signs that can be drawn; what cannot has its likeness, else "?"."""
        if self.family == "Helvetica":
            return plain(text)
        known = {code for face in typefaces() for code in face.signs}
        return "".join(sign if ord(sign) in known or sign == "\n" else simpler(sign) for sign in text)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(self.family, size=SMALL)
        place = {"number": self.document.number, "page": self.page_no()}
        self.cell(0, 5, self.words(_("%(number)s, page %(page)s") % place), align="R")

    def say(self, text: str, *, size: int = USUAL, bold: bool = False, after: float = 0) -> None:
        """A paragraph over the whole width."""
        self.set_font(self.family, "B" if bold else "", size)
        self.multi_cell(0, size * 0.5, self.words(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(after)


def as_pdf(document: Document) -> bytes:
    with override(document.language):
        paper = Paper(document)
        paper.add_page()
        head(paper, document)
        for parcel in document.parcels:
            draw_parcel(paper, parcel, alone=len(document.parcels) == 1)
        foot(paper, document)
        return bytes(paper.output())


def head(paper: Paper, document: Document) -> None:
    paper.say(document.shop, bold=True)
    paper.say(document.shop_contact, size=SMALL, after=6)
    title = pgettext("to a supplier", "Purchase order %(number)s") % {"number": document.number}
    paper.say(title, size=LARGE, bold=True, after=1)
    written = _("of %(day)s") % {"day": long_day(date.fromisoformat(document.written_on))}
    to = ", ".join(filter(None, [document.supplier, document.contact]))
    paper.say(f"{written}\n{_('To: %(supplier)s') % {'supplier': to}}", after=4)


def draw_parcel(paper: Paper, parcel: AskedParcel, *, alone: bool) -> None:
    """Where it goes, by when, and what is in it; on one page, if it fits on one."""
    if paper.get_y() > TOP and paper.will_page_break(min(height_of(parcel), paper.eph)):
        paper.add_page()
    if not alone:
        paper.say(_("Parcel %(number)s") % {"number": parcel.number}, bold=True, after=1)
    paper.say(_("Ship to"), bold=True)
    paper.say("\n".join(address_lines(parcel)), after=2)
    by = long_day(date.fromisoformat(parcel.ship_by))
    paper.say(_("Reference: %(reference)s. Ship by %(day)s.") % {"reference": parcel.reference, "day": by})
    paper.ln(2)
    draw_lines(paper, parcel)
    paper.ln(5)


def height_of(parcel: AskedParcel) -> float:
    """What its heading, address and rows take, in millimetres; a name over several lines takes more."""
    return 26 + 5 * len(address_lines(parcel)) + 7 * (len(parcel.lines) + 1)


def draw_lines(paper: Paper, parcel: AskedParcel) -> None:
    paper.set_font(paper.family, size=9)
    heads = (_("Your SKU"), _("Product"), _("Quantity"), _("Price each"), _("GTIN"))
    aligned = ("LEFT", "LEFT", "RIGHT", "RIGHT", "LEFT")
    style = FontFace(emphasis="BOLD", fill_color=(235, 236, 242))
    with paper.table(
        col_widths=WIDTHS, text_align=aligned, line_height=5, headings_style=style, padding=1
    ) as table:
        table.row([paper.words(word) for word in heads])
        for line in parcel.lines:
            price = money(line.cost_cents, line.currency)
            cells = (line.sku, line.name, str(line.quantity), price, line.gtin)
            table.row([paper.words(cell) for cell in cells])


def foot(paper: Paper, document: Document) -> None:
    if total := total_of(document):
        paper.say(_("Total of the goods: %(amount)s") % {"amount": total}, bold=True, after=4)
    paper.say(parcel_sentence(blind=document.blind), after=2)
    if document.packing_note:
        paper.say(note_title(), bold=True)
        paper.say(document.packing_note, after=2)
    if document.answer_by and document.answer_link:
        due = datetime.fromisoformat(document.answer_by)
        asked = _("Please answer line by line by %(day)s at %(time)s:")
        paper.say(asked % {"day": long_day(due), "time": clock(due)})
        paper.set_font(paper.family, size=SMALL)
        paper.write(4, document.answer_link, document.answer_link)


def total_of(document: Document) -> str:
    """What all of it costs us; empty where a price is not known, or where there are several currencies."""
    lines = [line for _parcel, line in document.lines()]
    currencies = {line.currency for line in lines}
    if len(currencies) != 1 or any(line.cost_cents is None for line in lines):
        return ""
    return money(document.value_cents, currencies.pop())


def address_lines(parcel: AskedParcel) -> list[str]:
    town = " ".join(filter(None, (parcel.part("postal_code"), parcel.part("city"))))
    named = [parcel.part(name) for name in ("name", "company", "street", "street2")]
    return [part for part in (*named, town, country(parcel.part("country")), parcel.part("phone")) if part]


def needs_typeface(document: Document) -> bool:
    """Whether anything in it is written in signs beyond Western Europe."""
    written = json.dumps(document.to_json(), ensure_ascii=False)
    return any(not is_drawn(sign) and sign not in "\u202f\u2212" for sign in written)


def plain(text: str) -> str:
    """The text in the signs of the built-in typeface: Western Europe as it is, others without their marks.

    What has no likeness becomes "?". CSV, XLSX and JSON always have it as it was written.
    """
    return "".join(sign if is_drawn(sign) else simpler(sign) for sign in text)


def is_drawn(sign: str) -> bool:
    return bool(sign.encode("cp1252", "ignore"))


def simpler(sign: str) -> str:
    folded = unicodedata.normalize("NFKD", sign.translate(SIMPLER))
    return folded.encode("cp1252", "ignore").decode("cp1252") or "?"
