"""Headings as they are compared: many products decorate them, and every spreadsheet widens them."""

import re
import unicodedata

_HINT = re.compile(r"【[^】]*】|[\[(](?:必須|任意)[\])]")
_MARKS = re.compile(r"^[*※★◎○◯]+|[*※★◎○◯]+$")


def plain(heading: str) -> str:
    """The heading without width, case, blanks, hints such as 【yyyy-mm-dd】 and marks."""
    text = unicodedata.normalize("NFKC", heading).replace("\ufeff", "").strip().strip('"')
    text = _MARKS.sub("", _HINT.sub("", text))
    return "".join(text.split()).casefold()
