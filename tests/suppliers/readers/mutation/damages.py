"""What happens to files: on the way, in a spreadsheet, in somebody's program."""

import random
import re
from collections.abc import Callable

type Damage = Callable[[bytearray, random.Random], bytearray]

SIGNS = b"\",;\t|\n\r'\\\x00=<>&{}[]:~*+"
# What stands where a number is expected.
NUMBERS = [
    *(
        "",
        "-",
        "0",
        "-1",
        "00",
        "0.0",
        "1e9",
        "1e999",
        "NaN",
        "inf",
        "9" * 30,
        "1.234",
        "1,234",
        "1.234,5",
        "1 234",
    ),
    *(
        ">20",
        "<5",
        "10+",
        "5-",
        "1-3",
        "ca. 5",
        "n/a",
        "?",
        "٣",
        "５",
        "½",
        "5 шт",
        "in stock",
        "ausverkauft",
        "#N/A",
    ),
    *(
        "=1+1",
        "2026-03-05",
        "4,03E+12",
        "TRUE",
        "5\u2009+\u20093",
        "5 + 3",
        "0x10",
        "1_000",
        "12:30",
        "5%",
        "€5",
    ),
    *(
        "Available from 12 December",
        "Auf Lager ab KW 48",
        "in stock, size 42",
        "laos 7 päeva",
        "в наличии 2 недели",
        "en stock: 5",
    ),
]
_DIGITS = re.compile(rb"\d+(?:[.,]\d+)?")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{2,}")


def flip(content: bytearray, chance: random.Random) -> bytearray:
    content[chance.randrange(len(content))] = chance.randrange(256)
    return content


def insert_signs(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    content[place:place] = bytes([chance.choice(SIGNS)]) * chance.choice([1, 1, 3, 100])
    return content


def cut_out(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    del content[place : place + chance.choice([1, 1, 50, 1_000])]
    return content


def cut_off(content: bytearray, chance: random.Random) -> bytearray:
    return content[: max(1, int(len(content) * chance.random()))]


def repeat(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    content[place:place] = content[max(0, place - chance.choice([10, 1_000])) : place]
    return content


def swap_signs(content: bytearray, chance: random.Random) -> bytearray:
    old, new = (bytes([sign]) for sign in chance.sample(list(SIGNS), 2))
    return bytearray(bytes(content).replace(old, new, chance.choice([1, 10, -1])))


def swap_lines(content: bytearray, chance: random.Random) -> bytearray:
    lines = bytes(content).split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return bytearray(b"\n".join(lines))


def recode(content: bytearray, chance: random.Random) -> bytearray:
    text = bytes(content).decode("utf-8", "replace")
    return bytearray(
        text.encode(chance.choice(["cp1252", "utf-16", "cp1251", "utf-8-sig", "utf-16-le"]), "replace")
    )


def put_before(content: bytearray, chance: random.Random) -> bytearray:
    return (
        bytearray(
            chance.choice([b"\n\n", b"Report\n", b"sep=;\n", b"\xef\xbb\xbf", b'"', b"<?xml ", b"[", b"PK"])
        )
        + content
    )


def restate(content: bytearray, chance: random.Random) -> bytearray:
    """Another number, or none, where a number was."""
    return _replaced(content, _DIGITS, chance.choice(NUMBERS).encode(), chance)


def reword(content: bytearray, chance: random.Random) -> bytearray:
    """Another word where a word was: of the file itself, or a name of a column."""
    words = [match.group() for match in _WORD.finditer(bytes(content))][:200] or [b"x"]
    new = chance.choice([*words[:5], chance.choice(words), b"qty", b"Stock", b"price", b"sku", b"total"])
    return _replaced(content, _WORD, new, chance)


def _replaced(content: bytearray, pattern: re.Pattern[bytes], new: bytes, chance: random.Random) -> bytearray:
    matches = list(pattern.finditer(bytes(content)))
    if matches:
        match = chance.choice(matches)
        content[match.start() : match.end()] = new
    return content


BYTES: list[Damage] = [flip, insert_signs, cut_out, cut_off, repeat]
TEXT: list[Damage] = [
    *BYTES,
    swap_signs,
    swap_lines,
    recode,
    put_before,
    restate,
    restate,
    restate,
    reword,
    reword,
]


def damaged(content: bytes, damages: list[Damage], chance: random.Random) -> bytes:
    """The content after one or several damages."""
    mutant = bytearray(content)
    for _time in range(chance.choice([1, 1, 2, 5, 15])):
        mutant = chance.choice(damages)(mutant or bytearray(b"x"), chance)
    return bytes(mutant)
