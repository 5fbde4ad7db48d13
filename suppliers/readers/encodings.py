"""In which encoding a text file is written, declared or not."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from charset_normalizer import from_bytes

from suppliers.readers.detection import unmarked_utf16
from suppliers.readers.limits import Deadline

BLOCK = 1 << 20
_SAMPLE = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдежзийклмнопрстуфхцчшщъьюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш",
)
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćžšđ", "äöüß")
_WESTERN = (
    "éèàçêâîôùûëïüœæÿ",
    "äöüß",
    "áéíóúüñ",
    "áâãàçéêíóôõúü",
    "àèéìòù",
    "éëïèöüáó",
    "åäöé",
    "æøåéöä",
    "áéíóúýþðæö",
)
# Which letters the languages of an encoding use: the right encoding makes words of one language out of the bytes.
_ALPHABETS: dict[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "cp1251": _CYRILLIC,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("çğıöşüâîi̇",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž"),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ",),
    "koi8_r": _CYRILLIC,
    "koi8_u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "cp857": ("çğıöşüâîi̇",),
    "mac_roman": _WESTERN,
    "mac_cyrillic": _CYRILLIC,
}
# Signs that any language uses, with the encodings where they are usual. Ø is a diameter more often than a letter.
_NEUTRAL = set("€£§°²³±«»“”„‘’‚–—…•©®™№·×Ø½¼¾µ\u00a0\u00ad")


@dataclass(frozen=True)
class Encoding:
    """`name` is Python's. `rewrite` says that the bytes must be decoded before a reader of UTF-8 may see them."""

    name: str
    rewrite: bool


def encoding_of(path: Path, deadline: Deadline, *, declared: str = "") -> Encoding:
    """Looks at the whole file for UTF-8; where it is none, believes what is declared, else the letters of a sample."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), "")
    if marked and marked != "utf-8-sig":
        return Encoding(marked, rewrite=True)
    if wide := unmarked_utf16(head):
        return Encoding(wide, rewrite=True)
    damaged, dirty, sample = _scan(path, deadline)
    if marked or not damaged:
        return Encoding(marked or "utf-8", rewrite=dirty or damaged)
    if _mostly_utf8(sample):
        return Encoding("utf-8", rewrite=True)
    return Encoding(_possible(declared, sample) or _single_byte(sample), rewrite=True)


def _possible(declared: str, sample: bytes) -> str:
    """Python's name of a declared encoding, where it can be true."""
    try:
        name = codecs.lookup(declared).name
        "".encode(name)
        sample.decode(name)
    except (LookupError, ValueError):
        return ""
    # Western browsers and programs call cp1252 by the name of its smaller sister.
    return "" if name.startswith("utf") else {"iso8859-1": "cp1252"}.get(name, name)


def _scan(path: Path, deadline: Deadline) -> tuple[bool, bool, bytes]:
    """Whether the file is no UTF-8, whether it has zero bytes or old Mac line ends, and a sample of its odd bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    damaged = dirty = False
    sample = bytearray()
    for block in _blocks(path, deadline):
        dirty = dirty or b"\x00" in block or _has_bare_returns(block)
        if damaged or not (block.isascii() and not decoder.getstate()[0]):
            damaged = damaged or not _decodes(decoder, block)
            if len(sample) < _SAMPLE:
                sample += _odd_lines(block)[: _SAMPLE - len(sample)]
    damaged = damaged or not _decodes(decoder, b"", final=True)
    return damaged, dirty, bytes(sample)


def _blocks(path: Path, deadline: Deadline) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            deadline.check()
            yield block


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _has_bare_returns(block: bytes) -> bool:
    """Carriage returns that no line feed follows. One at the end of the block may be half of a pair."""
    if b"\r" not in block:
        return False
    returns = block.count(b"\r") - block.endswith(b"\r")
    return returns > 0 and returns > block.count(b"\r\n")


def _odd_lines(block: bytes) -> bytes:
    return b"\n".join(line for line in block.split(b"\n") if not line.isascii())


def _mostly_utf8(sample: bytes) -> bool:
    """A UTF-8 file with some broken characters, as cutting texts by bytes leaves them."""
    text = sample.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    right = sum(not character.isascii() for character in text) - wrong
    return right > 20 * wrong


def _single_byte(sample: bytes) -> str:
    odd = _around_odd(sample)
    scores = {name: _score(odd, name) for name in _ALPHABETS}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0.5:
        return best
    match = from_bytes(sample[:32_768]).best()
    return match.encoding if match and match.encoding != "ascii" else "cp1252"


def western(content: bytes) -> str:
    """Bytes as western letters; those that are none stay what they were, so that `reread` can turn them back."""
    return content.decode("cp1252", errors=_C1)


def reread(text: str, encoding: str) -> str:
    """A text whose bytes were taken for western letters, in its own letters; others as they are."""
    try:
        return text.encode("cp1252", errors=_C1).decode(encoding, errors="replace")
    except UnicodeEncodeError:
        return text


def _controls(error: UnicodeError) -> tuple[str | bytes, int]:
    """The five bytes that mean nothing in cp1252, as the characters of their numbers."""
    if isinstance(error, UnicodeDecodeError):
        return error.object[error.start : error.end].decode("latin-1"), error.end
    if isinstance(error, UnicodeEncodeError) and all(
        ord(sign) < 256 for sign in error.object[error.start : error.end]
    ):
        return error.object[error.start : error.end].encode("latin-1"), error.end
    raise error


_C1 = "suppliers.c1"
codecs.register_error(_C1, _controls)


def misread_as_western(text: str) -> str:
    """The encoding in which a text should have been read instead of cp1252; nothing where it is right as it is."""
    try:
        sample = _around_odd(text.encode("cp1252", errors=_C1))
    except UnicodeEncodeError:
        return ""
    if not sample:
        return ""
    scores = {name: _score(sample, name) for name in ("cp1251", "cp1250", "cp1253", "cp1254", "cp1257")}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0.8 and scores[best] > _score(sample, "cp1252") + 0.1 else ""


def _around_odd(sample: bytes) -> bytes:
    """The bytes that are no ASCII, with their neighbours: all that tells encodings of one byte apart."""
    return b"\n".join(_ODD.findall(sample))


# Letters of western languages in places where they never stand there, and are those of another encoding: French "û" is
# Hungarian "ű" before these, Italian "ì" and "ù" end words, "narzêdzi" and "pó³ka" are Polish, "þ" begins words.
_WESTERN_NAMES = frozenset({"cp1252", "cp850", "mac_roman"})
_MISPLACED = re.compile(
    r"û(?:(?=[szdgkvbpf])|$)|(?:f|gy)û(?=r)|[ìù](?=[a-zà-ÿ])|ê(?=dz|cz|k|g\w)|(?<=[a-zà-ÿ])[¹³¿þ](?=[a-zà-ÿ])|\b³(?=[a-zà-ÿ])",
    re.M,
)
# Portuguese writes "õe" alone. Estonian writes "õ" anywhere, and has no "é" or "ó" beside it.
_NOT_PORTUGUESE, _NOT_ESTONIAN = re.compile(r"õ(?!e)"), re.compile(r"[áéíóú]")


def _misplaced(text: str) -> int:
    count = len(_MISPLACED.findall(text))
    return count + (len(_NOT_PORTUGUESE.findall(text)) if _NOT_ESTONIAN.search(text) else 0)


_ODD = re.compile(rb"[\x00-\x7f]?[\x80-\xff]+(?:[\x00-\x7f]{1,2}[\x80-\xff]+)*[\x00-\x7f]{0,2}")


def _score(sample: bytes, name: str) -> float:
    """Which share of the odd characters are letters of one language, in words that look like words."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        text = sample.decode(name, errors="replace")
    odd = [character for character in text if not character.isascii() and character not in _NEUTRAL]
    if not odd:
        return 0.9 if name == "cp1252" else 0.5
    letters = "".join(odd).lower()
    covered = max(sum(letters.count(letter) for letter in alphabet) for alphabet in _ALPHABETS[name])
    misplaced = _misplaced(text.lower()) if name in _WESTERN_NAMES else 0
    return covered / len(letters) - (_strangeness(text) + misplaced) / len(letters)


def _strangeness(text: str) -> float:
    """Capitals inside words and Latin beside Cyrillic letters: signs of the wrong encoding."""
    strange = 0.0
    for before, after in pairwise(text):
        if before.isascii() and after.isascii():
            continue
        if before.islower() and after.isupper():
            strange += 1
        elif before.isalpha() and after.isalpha() and (before > "\u036f") != (after > "\u036f"):
            strange += 0.5
    return strange


def rewritten(path: Path, encoding: str, target: Path, deadline: Deadline) -> None:
    """Writes the file anew as UTF-8 with line feeds and without zero characters."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with target.open("w", encoding="utf-8", newline="") as out:
        pending = ""
        for block in _blocks(path, deadline):
            text = pending + decoder.decode(block)
            # A return at the end may be the first half of a line end.
            pending = "\r" if text.endswith("\r") else ""
            out.write(_cleaned(text.removesuffix(pending) if pending else text))
        out.write(_cleaned(pending + decoder.decode(b"", final=True)))


def _cleaned(text: str) -> str:
    return without_zeros(text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", ""))


def without_zeros(text: str) -> str:
    """The text without zero characters. Where one tears a number, the tear stays visible."""
    return _TEAR.sub("\ufffd", text).replace("\x00", "") if "\x00" in text else text


_TEAR = re.compile(r"(?<=\d)\x00+(?=\d)")
