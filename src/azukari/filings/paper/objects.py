"""The objects of a PDF file (ISO 32000-1, 7.3 and 7.5), written in order and then forgotten.

Only where each object begins is remembered, eight bytes each, so a file of any length is made in
the same memory.
"""

import zlib
from array import array
from typing import Final

HEADER: Final = b"%PDF-1.7\n%\xe5\x8b\x96\xe7\n"


class Objects:
    """Numbers are given out by `reserve`; an object is written once, in any order."""

    def __init__(self) -> None:
        self._starts = array("Q", [0])
        self._length = len(HEADER)

    def reserve(self) -> int:
        self._starts.append(0)
        return len(self._starts) - 1

    def write(self, number: int, content: str) -> bytes:
        return self._placed(number, content.encode("latin-1"))

    def write_stream(self, number: int, content: bytes, entries: str = "") -> bytes:
        packed = zlib.compress(content, 6)
        head = f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>stream\n".encode()
        return self._placed(number, head + packed + b"\nendstream")

    def end(self, root: int, info: int) -> bytes:
        """Cross-reference table and trailer."""
        count = len(self._starts)
        lines = [b"0000000000 65535 f \n"]
        lines += [b"%010d 00000 n \n" % start for start in self._starts[1:]]
        trailer = f"trailer\n<</Size {count}/Root {root} 0 R/Info {info} 0 R>>\n"
        tail = f"{trailer}startxref\n{self._length}\n%%EOF\n".encode()
        return b"xref\n0 %d\n" % count + b"".join(lines) + tail

    def _placed(self, number: int, body: bytes) -> bytes:
        whole = b"%d 0 obj\n" % number + body + b"\nendobj\n"
        self._starts[number] = self._length
        self._length += len(whole)
        return whole


def text_string(text: str) -> str:
    """A PDF text string in UTF-16 with byte-order mark."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
