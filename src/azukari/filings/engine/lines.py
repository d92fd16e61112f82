"""Bytes to lines of items and back: CP932, commas without quoting, CRLF after every line."""

from collections.abc import Iterable, Sequence

from azukari.filings.engine.charset import ENCODING
from azukari.filings.problems import FilingProblem

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def split(data: bytes) -> tuple[list[list[str]], list[FilingProblem]]:
    """The items of every line, and what is wrong with encoding and line ends.

    A file that is not CP932 gives no lines. Otherwise lines are given as far as they can be told.
    """
    texts, problems = split_lines(data)
    return [line.split(",") for line in texts], problems


def split_lines(data: bytes) -> tuple[list[str], list[FilingProblem]]:
    """As `split`, each line in one piece: a file of a hundred thousand lines stays small."""
    try:
        text = data.decode(ENCODING)
    except UnicodeDecodeError:
        return [], [_file_problem("encoding", _guess(data))]
    if data.startswith(_BYTE_ORDER_MARK):
        return [], [_file_problem("encoding", _guess(data))]
    problems = []
    if data.count(b"\r\n") != data.count(b"\n") or data.count(b"\r\n") != data.count(b"\r"):
        problems.append(_file_problem("line-ending"))
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    if not text.endswith("\r\n"):
        problems.append(_file_problem("last-line-end"))
        text += "\r\n"
    lines = text.split("\r\n")
    lines.pop()
    return lines, problems


def join(lines: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a file. Every value has to have passed its check: nothing is escaped here."""
    text = "".join(f"{','.join(items)}\r\n" for items in lines)
    try:
        return text.encode(ENCODING)
    except UnicodeEncodeError:
        # The codec's own error would carry the whole text, numbers and all.
        raise ValueError("a character that CP932 does not hold reached the encoder") from None


def _guess(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "UTF-8"


def _file_problem(code: str, detail: str = "") -> FilingProblem:
    return FilingProblem(None, None, "ファイル", code, detail)
