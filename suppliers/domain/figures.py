"""The figures of one import that the guards look at: kept with the run, so that it can be judged again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import polars as pl

from suppliers.readers import Blocks, whole

COUNTED = ["exact", "at_least"]
# A file that was cut surely; one whose last line is shorter than others, that says of itself to be longer, or whose
# last line has no end; a whole one.
ENDINGS = ("cut", "short", "counted", "open", "whole")
SEED, LOW_HALF = 0x570C_E516, 2**32 - 1
# So many rows are weighed at a time: of a long file, what is reckoned with is not held twice.
BLOCK = 250_000


@dataclass(frozen=True)
class FileFigures:
    """What a file says by itself, whatever we knew before.

    `units` are all that it states. `priced` rows carry `currency`, the commonest one, and add up to `price_cents`.
    `counted` rows state an exact number above zero, `identical` of them the same one, and `zeros` state none.
    `repeated` are lines whose SKU stands in another line too; `unreadable` are lines with a quantity that we do not
    understand, or rejected.
    `fingerprint` is the same for files that state the same quantities and prices, however they are packed; "" for
    none. `ending` is one of ENDINGS; "" where nobody looked.
    """

    lines: int = 0
    repeated: int = 0
    unreadable: int = 0
    units: int = 0
    counted: int = 0
    identical: int = 0
    zeros: int = 0
    priced: int = 0
    price_cents: int = 0
    currency: str = ""
    fingerprint: str = ""
    ending: str = ""

    @property
    def mean_price_cents(self) -> int | None:
        return round(self.price_cents / self.priced) if self.priced else None


@dataclass(frozen=True)
class Figures:
    """What a file would do to the offers that its feed has stated so far, and what the file is.

    `known` offers are those; `present` of them are in the file. `in_stock` of them may be promised now; the file
    would turn `zeroed` of these to a stated zero and `muted` of these to unknown, because it says nothing we read.
    `changed` known offers would say something else than now, be it a price. `columns` is the word of the header.
    `returns_to` is an import before the last one that had the very same content; the file's date lies
    `minutes_behind` that of the last import that counts, and was `minutes_old` when it was judged.
    """

    rows: int = 0
    known: int = 0
    present: int = 0
    in_stock: int = 0
    zeroed: int = 0
    muted: int = 0
    changed: int = 0
    columns: str = "same"
    returns_to: int | None = None
    minutes_behind: int = 0
    minutes_old: int = 0
    file: FileFigures = field(default_factory=FileFigures)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave, also by an older version of this program; entries it does not know are left out."""
        known = {name: value for name, value in kept.items() if name in cls.__dataclass_fields__}
        file = {n: v for n, v in known.pop("file", {}).items() if n in FileFigures.__dataclass_fields__}
        return cls(**known, file=FileFigures(**file))


def weigh(rows: Blocks, *, lines: int | None = None, rejected: int = 0, ending: str = "") -> FileFigures:
    """The figures of rows as the readers give them, or as they remember them (REMEMBERED_SCHEMA).

    `lines` are those read before one row was made per SKU.
    """
    read = rows.height if lines is None else lines
    # An empty file is one block, too.
    blocks = [weigh_block(block) for block in (rows.iter_slices(BLOCK) if rows.height else [whole(rows)])]
    stated = pl.concat([block.stated for block in blocks]).sum().row(0, named=True)
    numbers = totals([block.numbers for block in blocks], by="quantity")["count"]
    prices = totals([block.prices for block in blocks], by="currency")
    prices = prices.sort("priced", "currency", descending=True, nulls_last=True)
    currency, priced, cents = prices.row(0) if prices.height else (None, 0, 0)
    return FileFigures(
        lines=read + rejected,
        repeated=read - rows.height,
        unreadable=stated["unreadable"] + rejected,
        units=stated["units"],
        counted=int(numbers.sum()),
        identical=int(max(numbers, default=0)),
        zeros=stated["zeros"],
        priced=priced,
        price_cents=cents,
        currency=currency or "",
        fingerprint=fingerprint_of(blocks, rows.height),
        ending=ending,
    )


@dataclass(frozen=True)
class Block:
    """What some of the rows state in all, how often each number, and how much by currency.

    `hashes` are the sums of the lower and of the upper halves of a hash of each row.
    """

    stated: pl.DataFrame
    numbers: pl.DataFrame
    prices: pl.DataFrame
    hashes: tuple[int, int]


def weigh_block(rows: pl.DataFrame) -> Block:
    kind, quantity = pl.col("quantity_kind"), pl.col("quantity")
    unreadable = (kind == "unknown") & (pl.coalesce("quantity_raw", "availability_raw") != "")
    return Block(
        stated=rows.select(
            units=quantity.filter(kind.is_in(COUNTED) & (quantity > 0)).sum(),
            zeros=((kind == "exact") & (quantity == 0)).sum(),
            unreadable=(pl.col("unreadable") if "unreadable" in rows.columns else unreadable).sum(),
        ),
        numbers=rows.filter((kind == "exact") & (quantity > 0)).group_by("quantity").agg(count=pl.len()),
        prices=rows.filter(pl.col("price_minor") > 0)
        .group_by("currency")
        .agg(priced=pl.len(), cents=pl.col("price_minor").sum()),
        hashes=hashes_of(rows),
    )


def totals(parts: list[pl.DataFrame], *, by: str) -> pl.DataFrame:
    return pl.concat(parts).group_by(by).sum()


def hashes_of(rows: pl.DataFrame) -> tuple[int, int]:
    stated = rows.select("key", pl.col("quantity_kind").cast(pl.String), "quantity", "price_minor")
    hashes = stated.hash_rows(SEED).to_frame("hash")
    low, high = hashes.select(
        (pl.col("hash") & LOW_HALF).sum().alias("low"), (pl.col("hash") // 2**32).sum().alias("high")
    ).row(0)
    return low, high


def fingerprint_of(blocks: Sequence[Block], rows: int) -> str:
    """A hash of what the rows state, in whatever order. Another version of polars may hash otherwise."""
    if not rows:
        return ""
    low, high = (sum(halves) for halves in zip(*(block.hashes for block in blocks), strict=True))
    return f"{pl.__version__}:{rows}:{low:x}:{high:x}"
