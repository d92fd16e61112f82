"""The objects of a PDF file (ISO 32000-1, 7.3 and 7.5), written in order and then forgotten.

Only where each object begins is remembered, eight bytes each, so a file of any length is made in
the same memory.
"""

import secrets
import zlib
from array import array
from collections.abc import Iterator
from typing import Final

from azukari.filings.paper.locking import Lock

# AES-256 with its present key derivation came after 1.7, as extension level 8.
EXTENSIONS: Final = "/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>"
_AT_ONCE: Final = 5_000  # lines of the table
HEADER: Final = b"%PDF-1.7\n%\xe5\x8b\x96\xe7\n"


class Objects:
    """Numbers are given out by `reserve`; an object is written once, in any order.

    Under a `lock` every stream and string is sealed as it is written.
    """

    def __init__(self, lock: Lock | None = None) -> None:
        self._lock = lock
        self._starts = array("Q", [0])
        self._length = len(HEADER)

    def reserve(self) -> int:
        self._starts.append(0)
        return len(self._starts) - 1

    def write(self, number: int, content: str) -> bytes:
        return self._placed(number, content.encode("latin-1"))

    def write_stream(self, number: int, content: bytes, entries: str = "") -> bytes:
        return self.write_packed(number, zlib.compress(content, 6), entries)

    def write_packed(self, number: int, packed: bytes, entries: str = "") -> bytes:
        """A stream that was compressed elsewhere."""
        if self._lock is not None:
            packed = self._lock.seal(packed)
        head = f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>stream\n".encode()
        return self._placed(number, head + packed + b"\nendstream")

    def string(self, text: str) -> str:
        """A text string, in UTF-16 with byte-order mark where it is not ASCII."""
        content = text.encode() if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be")
        if self._lock is not None:
            content = self._lock.seal(content)
        return f"<{content.hex().upper()}>"

    def end(self, root: int, info: int) -> Iterator[bytes]:
        """What the lock needs, cross-reference table (some at a time) and trailer."""
        entries = f"/Root {root} 0 R/Info {info} 0 R"
        if self._lock is not None:
            number, name = self.reserve(), secrets.token_hex(16)
            yield self._placed(number, self._lock.dictionary().encode("latin-1"))
            entries += f"/Encrypt {number} 0 R/ID[<{name}><{name}>]"
        count = len(self._starts)
        yield b"xref\n0 %d\n0000000000 65535 f \n" % count
        for first in range(1, count, _AT_ONCE):
            some = self._starts[first : first + _AT_ONCE]
            yield b"".join([b"%010d 00000 n \n" % start for start in some])
        trailer = f"trailer\n<</Size {count}{entries}>>\n"
        yield f"{trailer}startxref\n{self._length}\n%%EOF\n".encode()

    def _placed(self, number: int, body: bytes) -> bytes:
        whole = b"%d 0 obj\n" % number + body + b"\nendobj\n"
        self._starts[number] = self._length
        self._length += len(whole)
        return whole
