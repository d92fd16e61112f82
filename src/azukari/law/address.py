"""Postcodes, telephone numbers and address lines in one notation each."""

import re
import unicodedata
from enum import StrEnum

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212ー"), "-")
_POSTCODE = re.compile(r"〒?(\d{3})-?(\d{4})")
_BREAKS = re.compile(r"[ \u3000]*[\r\n\t\v\f\x85\u2028\u2029]+[ \u3000]*")


class ContactProblem(StrEnum):
    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    LENGTH = "length"


class ContactRefused(ValueError):
    """Carries the problem only, never the text."""

    def __init__(self, problem: ContactProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_postcode(text: str) -> str:
    """Seven digits, `1000001`, of any usual spelling (〒100-0001, １００－０００１).

    Raises ContactRefused.
    """
    if len(text) == 8 and text[3] == "-":
        digits = text[:3] + text[4:]
        if digits.isascii() and digits.isdigit():
            return digits
    plain = _narrow(text)
    if not plain:
        raise ContactRefused(ContactProblem.EMPTY)
    match = _POSTCODE.fullmatch(plain)
    if match:
        return match[1] + match[2]
    digits = plain.lstrip("〒").replace("-", "")
    numeric = digits.isascii() and digits.isdigit()
    raise ContactRefused(ContactProblem.LENGTH if numeric else ContactProblem.NOT_DIGITS)


def parse_telephone(text: str) -> str:
    """A Japanese telephone number: digits, with hyphens where the text had groups.

    `０９０（１２３４）５６７８` gives `090-1234-5678`, `+81 3-1234-5678` gives `03-1234-5678`;
    ten or eleven digits from a leading 0 (電気通信番号計画). Raises ContactRefused.
    """
    plain = _narrow(re.sub(r"(?<=\d)[ \u3000](?=[\d０-９])", "-", text.strip()))
    if not plain:
        raise ContactRefused(ContactProblem.EMPTY)
    plain = re.sub(r"^\+81-?(?:\(0\))?0?", "0", plain)
    grouped = re.sub(r"[-()./]+", "-", plain).strip("-")
    digits = grouped.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        raise ContactRefused(ContactProblem.NOT_DIGITS)
    if digits[0] != "0" or len(digits) not in {10, 11}:
        raise ContactRefused(ContactProblem.LENGTH)
    return grouped


def tidy_address(text: str) -> str:
    """The address on one line: breaks inside become one U+3000, ends are trimmed."""
    return _BREAKS.sub("\u3000", text.strip())


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_DASHES)
