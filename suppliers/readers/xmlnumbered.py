"""Elements that are alike but for a number: `<item_1>…</item_1><item_2>…</item_2>`, as programs write their lists."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

_LOOKED_AT = 4 * 1024**2
# Two alone may be a first and a second of something.
_FEWEST = 3
_LONGEST_TAG = 1024**2
_STEM = rb"([A-Za-z_][\w.-]{0,60}?)([_.-]?)"
# One that has elements of its own, and is followed by the one of the next number.
_OPENED = re.compile(rb"<" + _STEM + rb"([0-9]{1,9})(?:\s[^<>]{0,1000})?>\s{0,1000}<[A-Za-z_]")
_FOLLOWED = re.compile(rb"</" + _STEM + rb"([0-9]{1,9})\s{0,20}>\s{0,1000}<\1\2([0-9]{1,9})[\s>]")


def numbered(blocks: Iterable[bytes]) -> frozenset[bytes]:
    """What stands before the number in the names of elements that list one thing after the other."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _LOOKED_AT:
            break
    opened = {match.group(1) + match.group(2) for match in _OPENED.finditer(head)}
    numbers: dict[bytes, set[int]] = defaultdict(set)
    for match in _FOLLOWED.finditer(head):
        first, second = int(match.group(3)), int(match.group(4))
        if second == first + 1:
            numbers[match.group(1) + match.group(2)] |= {first, second}
    listed = {stem: len(found) for stem, found in numbers.items() if stem in opened}
    return frozenset(listed) if max(listed.values(), default=0) >= _FEWEST else frozenset()


def renamed(blocks: Iterable[bytes], stems: Iterable[bytes]) -> Iterator[bytes]:
    """The file with these elements called by what stands before their number."""
    either = b"|".join(re.escape(stem) for stem in sorted(stems, key=len, reverse=True))
    tag = re.compile(rb"(</?)(" + either + rb")[0-9]{1,9}(?=[\s/>])")

    def shortened(match: re.Match[bytes]) -> bytes:
        return match.group(1) + match.group(2).rstrip(b"_.-")

    waiting = b""
    for block in blocks:
        waiting += block
        # A tag that the block has cut waits for its end.
        end = waiting.rfind(b"<")
        end = len(waiting) if end < 0 or len(waiting) - end > _LONGEST_TAG else end
        yield tag.sub(shortened, waiting[:end])
        waiting = waiting[end:]
    yield tag.sub(shortened, waiting)
