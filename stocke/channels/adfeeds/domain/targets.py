"""What each platform calls things, demands and takes: data.

Google's words are in its help and its discovery document. Meta and Microsoft know no pause: Meta archives an item,
which takes it out of ads until it is active again; Microsoft hears that it is out of stock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from stocke.channels.adfeeds.models import FileFormat, Pause, Target, Word

FULL = (
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "availability",
    "availability_date",
    "price",
    "brand",
    "gtin",
    "mpn",
    "condition",
    "product_type",
)
STANDING = ("availability", "availability_date")
UNDERSCORED = {Word.IN: "in_stock", Word.OUT: "out_of_stock", Word.BACKORDER: "backorder"}
SPACED = {Word.IN: "in stock", Word.OUT: "out of stock"}
# Both, because each alone leaves the other kind of ad running.
NO_ADS = ("Shopping_ads", "Display_ads")
# A product without one of these is refused; they are problems of the others all the same.
DEMANDED = frozenset({"no_title", "no_link", "no_image", "no_price", "other_currency", "long_id"})


@dataclass(frozen=True)
class Manners:
    """How one platform is spoken to.

    `pauses` gives the attributes that take an item out of ads; without any, it is `out_word` that does it.
    `is_quoted` says whether a table's cells may stand between quotes.
    """

    formats: Sequence[str]
    columns: Sequence[str]
    words: Mapping[Word, str]
    pauses: "Pauses"
    longest_id: int = 50
    longest_title: int = 150
    longest_description: int = 5000
    is_quoted: bool = True

    @property
    def is_supplement(self) -> bool:
        return "title" not in self.columns


type Pauses = Mapping[Pause, Mapping[str, Sequence[str]]]
GOOGLE_PAUSES: Pauses = {Pause.ADS: {"pause": ("ads",)}, Pause.EXCLUDED: {"excluded_destination": NO_ADS}}
META_PAUSES: Pauses = {pause: {"status": ("archived",)} for pause in (Pause.ADS, Pause.EXCLUDED)}
BOTH = (FileFormat.TSV, FileFormat.RSS)
MANNERS: Mapping[str, Manners] = MappingProxyType(
    {
        Target.GOOGLE: Manners(BOTH, (*FULL, "pause", "excluded_destination"), UNDERSCORED, GOOGLE_PAUSES),
        Target.GOOGLE_EXTRA: Manners(
            BOTH, ("id", *STANDING, "pause", "excluded_destination"), UNDERSCORED, GOOGLE_PAUSES
        ),
        Target.META: Manners(
            BOTH,
            (*(name for name in FULL if name != "availability_date"), "status"),
            {**SPACED, Word.BACKORDER: "available for order"},
            META_PAUSES,
            longest_id=100,
            longest_title=200,
            longest_description=9999,
        ),
        Target.BING: Manners(
            (FileFormat.TSV,),
            tuple(name for name in FULL if name != "availability_date"),
            {**SPACED, Word.BACKORDER: "out of stock"},
            {},
            longest_description=10_000,
            is_quoted=False,
        ),
    }
)


def says(manners: Manners, word: Word, pause: Pause) -> str:
    """The target's word: where it knows no pause, what is not to be advertised is out of stock."""
    return manners.words[word if pause == Pause.NO or pause in manners.pauses else Word.OUT]
