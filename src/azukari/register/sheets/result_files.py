"""The file that tells what was found, sent back as it is with its refused rows put right.

Two columns at its end say it is one.  Rows that were not refused are passed over: they are in the
register or on their way there, and their numbers are not in the file.
"""

from collections.abc import Iterable, Iterator, Sequence

RESULT, REMEDY = "結果", "内容と直し方"
REFUSED = "断った"
MASK = "(個人番号は載せません)"


def is_result_file(headings: Sequence[str]) -> bool:
    return [cell.strip() for cell in headings[-2:]] == [RESULT, REMEDY]


def refused_only(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The file as it was sent; every row that is passed over is blank, so that rows count alike."""
    at = -1
    for row in rows:
        if at < 0:
            at = len(row) - 2
            yield list(row[:at])
        elif len(row) > at and row[at].strip() == REFUSED:
            yield ["" if cell.strip() == MASK else cell for cell in row[:at]]
        else:
            yield []
