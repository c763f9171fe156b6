"""Sealed files: a description in JSON and columns of numbers, with a checksum.

A file says how long it is and what it unpacks to, and may ask for so much memory only:
a part that is free, and so many bytes for each of its own. What is written asks for
more now and then (a million numbers that one instruction computes); zeros at its end
make it as long as that needs. So a small file is never a large allocation, whoever
wrote it. Nothing that a file says is ever run as Python.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable
from typing import Any

MAGIC, VERSION = b"\x89tape\r\n\x1a", 1  # text tools would change one of these bytes
# magic, version; the lengths of the description, of all that is packed, of the file
HEAD = struct.Struct("<8sIIQQ")
START = HEAD.size + hashlib.sha256().digest_size
FREE, FOR_A_BYTE = 2**20, 128  # bytes of memory
FOR_A_CHARACTER = 16  # of JSON: the three of "[]," are a list of 56 bytes
LONGEST_NUMBER = 20  # digits
LEVEL = 4  # more takes longer, for little


class Refused(ValueError):
    """A file cannot be read, and why."""


class Memory:
    """How many bytes a file asks for; Refused where they are too many."""

    def __init__(self, size: float) -> None:
        self.asked, self.most = 0, FREE + FOR_A_BYTE * size

    def ask(self, count: int) -> None:
        """Count so many bytes."""
        self.asked += count
        if self.asked > self.most:
            raise Refused("it asks for more memory than a file of its length may")

    def unpack(self, text: int, columns: int) -> None:
        """Count what a description and columns of these lengths need."""
        self.ask(FOR_A_CHARACTER * text + columns)


class Columns:
    """The columns of a file, read one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content, self._place = memoryview(content), 0

    def take(self, kind: str, count: int) -> array[Any]:
        """The next column, of so many numbers."""
        column = array(kind)
        end = self._place + count * column.itemsize
        if not self._place <= end <= len(self._content):
            raise Refused("its columns are not as long as it says")
        column.frombytes(self._content[self._place : end])
        self._place = end
        return _little_endian(column)

    def end(self) -> None:
        """That was the last column."""
        if self._place != len(self._content):
            raise Refused("its columns are longer than it says")


def written(facts: Any, columns: Iterable[array[Any]]) -> tuple[bytes, bytes]:
    """A description, and columns, as bytes."""
    text = json.dumps(facts, allow_nan=False, separators=(",", ":")).encode()
    return text, b"".join([_little_endian(column).tobytes() for column in columns])


def sealed(text: bytes, columns: bytes, asked: int) -> bytes:
    """A file of these, which may ask for so many bytes of memory."""
    packed = zlib.compress(text + columns, LEVEL)
    shortest = -((FREE - asked) // FOR_A_BYTE)  # rounded up
    packed = packed.ljust(shortest - START, b"\0")
    sizes = len(text), len(text) + len(columns), START + len(packed)
    head = HEAD.pack(MAGIC, VERSION, *sizes)
    return head + _checksum(head, packed) + packed


def opened(file: bytes) -> tuple[bytes, bytes, Memory]:
    """What was sealed, and the memory it may ask for; Refused says what is wrong.

    >>> text, columns, _ = opened(sealed(b"{}", b"12345678", 100))
    >>> text, columns
    (b'{}', b'12345678')
    """
    if not file:
        raise Refused("it is empty")
    if not file.startswith(MAGIC[: len(file)]):
        raise Refused("it was not written by the save() of a compiled function")
    if len(file) < START:
        raise Refused("it is cut off")
    _, version, text_size, content_size, size = HEAD.unpack_from(file)
    if version > VERSION:
        raise Refused(
            f"its format is {version}, of a newer scalar-autograd; this one reads "
            f"{VERSION}: install the newer one"
        )
    if len(file) != size:
        kind = "cut off" if len(file) < size else "too long"
        raise Refused(f"it is {kind}: {len(file)} bytes, and it says {size}")
    packed = memoryview(file)[START:]
    if _checksum(file[: HEAD.size], packed) != file[HEAD.size : START]:
        raise Refused("it is damaged: its checksum does not fit")
    if version != VERSION or text_size > content_size:
        raise Refused("it is damaged: there is no such version or description")
    memory = Memory(size)
    memory.unpack(text_size, content_size - text_size)
    content = _unpacked(packed, content_size)
    return content[:text_size], content[text_size:], memory


def facts_in(text: bytes) -> Any:
    """A description: its numbers are whole, and short."""
    try:
        return json.loads(
            text, parse_int=_whole, parse_float=_whole, parse_constant=_whole
        )
    except RecursionError:
        raise Refused("it is damaged: its description is nested too deep") from None


def _unpacked(packed: memoryview, size: int) -> bytes:
    """So many bytes; no more are ever unpacked, whatever was packed."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error as error:
        raise Refused(f"it is damaged: it cannot be unpacked ({error})") from None
    rest = unpacker.unused_data
    if len(content) != size or not unpacker.eof or rest.count(0) != len(rest):
        raise Refused("it is damaged: it does not unpack to what it says")
    return content


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER or not digits.lstrip("-").isdigit():
        raise Refused(f"{digits[:LONGEST_NUMBER]!r} stands where a count should")
    return int(digits)


def _checksum(head: bytes, packed: Any) -> bytes:
    digest = hashlib.sha256(head)
    digest.update(packed)
    return digest.digest()


def _little_endian(column: array[Any]) -> array[Any]:
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column
