"""Ten gigabytes of zeros in a small ZIP that any program unpacks, made in no time and never laid out."""

import struct
import zipfile
import zlib
from io import BytesIO

TEN_GIGABYTES = 10 * 1024**3
_PIECE = 1 << 20
_NAME = b"stock.csv"


def zip_of_zeros(size: int = TEN_GIGABYTES, *, says: int = 0) -> bytes:
    """A ZIP64 of `size` zeros, a multiple of a mebibyte; its checksum is right, its size too unless it `says` less."""
    data, check = deflated_zeros(size), _checksum_of_zeros(size)
    sizes = struct.pack("<HHQQ", 1, 16, says or size, len(data))
    entry = struct.pack("<HHHHHLLLHH", 45, 0, 8, 0, 33, check, 0xFFFFFFFF, 0xFFFFFFFF, len(_NAME), len(sizes))
    local = b"PK\x03\x04" + entry + _NAME + sizes + data
    listed = (
        b"PK\x01\x02" + struct.pack("<H", 45) + entry + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + _NAME + sizes
    )
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(listed), len(local), 0)
    return local + listed + end


def deflated_zeros(size: int) -> bytes:
    """A raw deflate stream. After a full flush a piece knows nothing of the one before, so it may be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(_PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (size // _PIECE) + packer.flush(zlib.Z_FINISH)


def gzip_of_zeros(size: int = TEN_GIGABYTES) -> bytes:
    ends = struct.pack("<LL", _checksum_of_zeros(size), size & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + deflated_zeros(size) + ends


def nested(content: bytes, name: str = "inner.zip") -> bytes:
    """A ZIP around it: what repeats itself in the first shrinks once more."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _checksum_of_zeros(size: int) -> int:
    """The CRC-32 of so many zeros, by squaring: a zero byte turns a checksum into another, always in the same way."""
    step, state = [_after_zero(1 << bit) for bit in range(32)], 0xFFFFFFFF
    while size:
        if size & 1:
            state = _applied(step, state)
        step, size = [_applied(step, image) for image in step], size >> 1
    return state ^ 0xFFFFFFFF


def _after_zero(state: int) -> int:
    return zlib.crc32(b"\x00", state ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def _applied(step: list[int], state: int) -> int:
    result = 0
    for bit, image in enumerate(step):
        if state >> bit & 1:
            result ^= image
    return result
