"""Which file this is and how its text is written.

Recognised by what is certain first: the signatures of other kinds of file, the byte order mark,
then whether every byte is good UTF-8, then CP932 (Windows-31J, what Japanese spreadsheets save).
Nothing is ever decoded with replacement characters: a damaged name would be registered.
"""

import codecs

from azukari.register.sheets.codes import FileCode, FileRefused
from azukari.register.sheets.packed import Packed

_NOTHING = b"\x00\r\n\t ,"
_SIGNATURES = (
    # ZIP (XLSX, ODS) and the compound file of old XLS
    (b"PK\x03\x04", FileCode.EXCEL_BOOK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileCode.EXCEL_BOOK),
    (b"%PDF", FileCode.PDF_FILE),
    (b"\x1f\x8b", FileCode.NOT_TEXT),
    (b"\x89PNG", FileCode.NOT_TEXT),
    (b"\xff\xd8\xff", FileCode.NOT_TEXT),
    (b"GIF8", FileCode.NOT_TEXT),
    (b"7z\xbc\xaf", FileCode.NOT_TEXT),
    (b"Rar!", FileCode.NOT_TEXT),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（BOM付き）",
    "utf-16": "UTF-16",
    "cp932": "Shift_JIS（CP932）",
}


def recognise_encoding(content: bytes | Packed) -> str:
    """utf-8, utf-8-sig, utf-16 or cp932.  Raises FileRefused."""
    if isinstance(content, bytes):
        content = Packed.of(content)
    head = content.head(4096)
    if not head.strip(_NOTHING) and not any(piece.strip(_NOTHING) for piece in content.pieces()):
        raise FileRefused(FileCode.EMPTY_FILE)
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            raise FileRefused(code)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp932"):
        if _decodes(content, encoding):
            return encoding
    raise FileRefused(FileCode.UNKNOWN_ENCODING)


def _decodes(content: Packed, encoding: str) -> bool:
    """Whether every byte has a meaning; in steps, so that no second copy of the file is made."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for piece in content.pieces():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
