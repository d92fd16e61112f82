"""The columns that are text: names, kana, addresses, contacts.  How a column works: `cells.py`."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from azukari.law import name as names
from azukari.law.address import ContactRefused, parse_postcode, parse_telephone, tidy_address
from azukari.law.kana import is_full_katakana, is_kana, to_full_katakana
from azukari.law.name import NameProblem
from azukari.register.sheets.codes import Code
from azukari.register.sheets.findings import Findings

Cells = Sequence[str]

_TEXT_CODES: Mapping[NameProblem, Code] = {
    NameProblem.CONTROL_CHARACTER: Code.CONTROL_CHARACTER,
    NameProblem.NEWLINE: Code.NEWLINE,
    NameProblem.FORMULA: Code.FORMULA,
    NameProblem.UNREADABLE: Code.UNREADABLE_CHARACTER,
    NameProblem.PRIVATE_CHARACTER: Code.UNREADABLE_CHARACTER,
    NameProblem.TOO_LONG: Code.TOO_LONG,
}
# What nearly every cell is; whatever is not goes the long way round.
_KANJI = "々〆ァ-ヺーぁ-ゖ\u4e00-\u9fff"
_PLAIN_NAME = re.compile(f"[{_KANJI}]+(?:\u3000[{_KANJI}]+)*")
_PLAIN_TEXT = re.compile(f"[{_KANJI}0-9A-Za-z０-９](?:[{_KANJI}0-9A-Za-z０-９－・]|\u3000(?!$))*")
_PLAIN_TELEPHONE = re.compile(r"0[0-9]-[0-9]{4}-[0-9]{4}|0[0-9]{2}-(?:[0-9]{3}|[0-9]{4})-[0-9]{4}")
_MAIL = re.compile(r"[!-?A-~]{1,64}@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+")
_LONGEST_ADDRESS = 200
# The same postal codes come again and again; what is refused is not kept.
_postcode = lru_cache(maxsize=65_536)(parse_postcode)


# 氏名 -----------------------------------------------------------------------------------------


def person_names(cells: Cells, column: str, found: Findings) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        if _PLAIN_NAME.fullmatch(cell) and len(cell) <= 80:
            values.append(cell)
            continue
        name = names.tidy_name(cell)
        problem = names.problem_of(name, longest=80)
        if problem is not None:
            code = _TEXT_CODES.get(problem, Code.NAME_MISSING)
            found.add(place, column, code, cell)
        elif name != cell:
            found.add(place, column, Code.NAME_SPACES, cell, name)
        values.append("" if problem else name)
    _warn_outside_cp932(values, column, found)
    return values


def _warn_outside_cp932(values: Cells, column: str, found: Findings) -> None:
    """Filings to the authorities are written in CP932: such a name needs a substitute there."""
    if _is_cp932("".join(values)):
        return
    for place, name in enumerate(values):
        if not _is_cp932(name):
            found.add(place, column, Code.NAME_OUTSIDE_CP932, name)


def _is_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def kana_names(cells: Cells, column: str, found: Findings) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        if is_full_katakana(cell) and cell[0] != "\u3000" and cell[-1] != "\u3000":
            values.append(cell if len(cell) <= 120 else _refuse_long(place, cell, column, found))
        else:
            values.append(_mended_kana(place, cell, column, found))
    return values


def _refuse_long(place: int, cell: str, column: str, found: Findings) -> str:
    found.add(place, column, Code.TOO_LONG, cell)
    return ""


def _mended_kana(place: int, cell: str, column: str, found: Findings) -> str:
    text = names.tidy_name(cell)
    if not text:
        found.add(place, column, Code.KANA_MISSING)
        return ""
    problem = names.problem_of(text, longest=120)
    if problem is not None:
        # Control characters alone are as good as nothing.
        found.add(place, column, _TEXT_CODES.get(problem, Code.KANA_MISSING), cell)
        return ""
    if not is_kana(text):
        found.add(place, column, Code.KANA_WRONG, cell)
        return ""
    kana = to_full_katakana(text)
    found.add(place, column, Code.KANA_REWRITTEN, cell, kana)
    return kana


# addresses and contacts -----------------------------------------------------------------------


def postcodes(cells: Cells, column: str, found: Findings) -> list[str]:
    return _contacts(cells, column, found, _postcode, Code.POSTCODE_WRONG)


def telephones(cells: Cells, column: str, found: Findings) -> list[str]:
    return _contacts(cells, column, found, _telephone, Code.TELEPHONE_WRONG)


def _telephone(cell: str) -> str:
    return cell if _PLAIN_TELEPHONE.fullmatch(cell) else parse_telephone(cell)


def _contacts(
    cells: Cells, column: str, found: Findings, parse: Callable[[str], str], wrong: Code
) -> list[str]:
    try:
        return [cell and parse(cell) for cell in cells]
    except ContactRefused:
        return [
            _contact(place, cell, column, found, parse, wrong) for place, cell in enumerate(cells)
        ]


def _contact(
    place: int, cell: str, column: str, found: Findings, parse: Callable[[str], str], wrong: Code
) -> str:
    try:
        return parse(cell) if cell.strip() else ""
    except ContactRefused:
        found.add(place, column, wrong, cell)
        return ""


def mails(cells: Cells, column: str, found: Findings) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        mail = cell.strip()
        if mail and (len(mail) > 254 or not _MAIL.fullmatch(mail)):
            found.add(place, column, Code.MAIL_WRONG, cell)
            mail = ""
        values.append(mail)
    return values


def addresses(cells: Cells, column: str, found: Findings) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        if len(cell) <= _LONGEST_ADDRESS and _PLAIN_TEXT.fullmatch(cell):
            values.append(cell)
            continue
        text = tidy_address(cell)
        if text != cell and "\n" in cell.strip():
            found.add(place, column, Code.ADDRESS_NEWLINE, cell, text)
        code = _flaw_of(text, _LONGEST_ADDRESS)
        if code:
            found.add(place, column, code, text)
        values.append("" if code else text)
    return values


def texts(cells: Cells, column: str, found: Findings, longest: int) -> list[str]:
    """Of which a file has few different ones, so that each is looked at once."""
    values = [cell.strip(" \t\u3000") for cell in cells]
    bad = {text: code for text in set(values) if (code := _flaw_of(text, longest))}
    if bad:
        for place, text in enumerate(values):
            if text in bad:
                found.add(place, column, bad[text], text)
                values[place] = ""
    return values


def _flaw_of(text: str, longest: int) -> Code | None:
    if not text or (len(text) <= longest and _PLAIN_TEXT.fullmatch(text)):
        return None
    return bad_text(text, longest)


@lru_cache(maxsize=4096)
def bad_text(text: str, longest: int = 1000) -> Code | None:
    problem = names.problem_of(text, longest=longest)
    # A sign alone (－ for "none") starts no formula.
    if problem is None or (problem is NameProblem.FORMULA and len(text) == 1):
        return None
    return _TEXT_CODES.get(problem)
