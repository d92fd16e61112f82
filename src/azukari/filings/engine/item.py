"""One item against its layout: type, bytes, codes, shape and check digit.

`compile_item` builds a closure once per item; a good value costs a set lookup and no allocation.
A finding is `(code, detail)`; `words` words the code.
"""

from collections.abc import Callable
from typing import Final

from azukari.filings.engine import charset
from azukari.filings.engine.checksum import CHECKSUMS
from azukari.filings.engine.layout import Item, LayoutBroken

Finding = tuple[str, str]
ItemCheck = Callable[[str], list[Finding]]

_ALNUM: Final = charset.DIGITS | charset.LETTERS

# Each type: the character sets a value may be drawn from (one of them, not mixed) and its words.
TYPES: Final[dict[str, tuple[tuple[frozenset[str], ...], str]]] = {
    "N": ((charset.DIGITS,), "半角数字"),
    "A": ((frozenset(map(chr, range(0x20, 0x7F))) - {","},), "半角英数字・半角記号"),
    "AN|K": ((_ALNUM, charset.HALF_KANA), "半角英数字だけ、または半角カナだけ"),
    "K": ((charset.HALF_KANA | {" "},), "半角カナと半角空白"),
    "KA": ((charset.ONE_BYTE,), "半角カナ・半角英数字・半角記号"),
    "Z": ((charset.TWO_BYTE,), "全角文字"),
    "M": ((charset.USABLE,), "全角文字または半角文字"),
    "-": ((frozenset(),), ""),
}

_LISTED_AT_MOST: Final = 10
_FULL_SPACE: Final = "\u3000"
_NOTHING: Final[list[Finding]] = []


def compile_item(item: Item, *, check_digits: bool) -> ItemCheck:
    """The check of a value that is not empty. Raises LayoutBroken for an unknown type."""
    if item.type not in TYPES:
        raise LayoutBroken(f"{item.id}: unknown type {item.type}")
    if item.required == "never":
        return lambda _value: [("must-be-empty", "")]
    if item.allowed is not None:
        return _among(item, frozenset(item.allowed))
    checks = [_characters(item), *_shape(item)]
    if item.forbidden:
        checks.append(_not_forbidden(frozenset(item.forbidden)))
    if item.checksum and check_digits:
        checks.append(_checksum(item))
    if len(checks) == 1:
        return checks[0]
    return _first_of(checks[0], checks[1:])


def _first_of(characters: ItemCheck, others: list[ItemCheck]) -> ItemCheck:
    """What lies behind the characters is asked only of a value whose characters are right."""

    def check(value: str) -> list[Finding]:
        findings = characters(value)
        if not findings:
            for other in others:
                findings = findings + other(value) if findings else other(value)
        return findings

    return check


def _among(item: Item, allowed: frozenset[str]) -> ItemCheck:
    listed = _listed(item)

    def check(value: str) -> list[Finding]:
        return _NOTHING if value in allowed else [("code-not-listed", listed)]

    return check


def _listed(item: Item) -> str:
    codes = item.allowed or ()
    if len(codes) <= _LISTED_AT_MOST:
        return "・".join(codes)
    if all(code.isdigit() for code in codes) and int(codes[-1]) - int(codes[0]) == len(codes) - 1:
        return f"{codes[0]}～{codes[-1]}"
    return f"{item.name_ja}の一覧"


def _characters(item: Item) -> ItemCheck:
    if item.type == "N":
        return _digits(item)
    return _drawn_from(item)


def _digits(item: Item) -> ItemCheck:
    low, high = item.min_len, item.max_len

    def check(value: str) -> list[Finding]:
        if low <= len(value) <= high and value.isascii() and value.isdigit():
            return _NOTHING
        return _why_not(item, value)

    return check


def _drawn_from(item: Item) -> ItemCheck:
    low, high = item.min_len, item.max_len
    sets = TYPES[item.type][0]
    first, rest = sets[0], sets[1:]
    length = _length_for(item.type)

    def check(value: str) -> list[Finding]:
        fits = first.issuperset(value) or any(other.issuperset(value) for other in rest)
        if fits and low <= length(value) <= high:
            return _NOTHING
        return _why_not(item, value)

    return check


def _length_for(type_: str) -> Callable[[str], int]:
    if type_ == "Z":
        return lambda value: 2 * len(value)
    if type_ == "M":
        return charset.byte_length
    return len


def _why_not(item: Item, value: str) -> list[Finding]:
    findings = []
    sets, wording = TYPES[item.type]
    unusable = [c for c in value if c not in charset.USABLE]
    if unusable:
        findings.append(("unusable-character", charset.named(unusable)))
    elif not any(allowed.issuperset(value) for allowed in sets):
        findings.append(("type", wording))
    length = charset.byte_length(value)
    if length > item.max_len:
        findings.append(("too-long", _room(item)))
    elif length < item.min_len:
        findings.append(("too-short", _room(item)))
    return findings


def _room(item: Item) -> str:
    if item.type == "Z":
        return f"全角{item.max_len // 2}文字以内"
    if item.type == "N" and item.min_len == item.max_len:
        return f"{item.max_len}桁"
    if item.type == "N":
        return f"{max(item.min_len, 1)}桁から{item.max_len}桁"
    return f"{item.max_len}バイト以内"


def _shape(item: Item) -> list[ItemCheck]:
    if item.shape is None:
        return []
    space = _FULL_SPACE if item.type == "Z" else " "
    return {"name": [_name(space)], "spaced": [_spaced(space)]}[item.shape]


def _name(space: str) -> ItemCheck:
    """氏名項目形式: a space between family and given name, never two in a row."""
    double = space * 2

    def check(value: str) -> list[Finding]:
        if double in value:
            return [("double-space", "")]
        if space not in value.strip(space):
            return [("name-separator", "")]
        return _NOTHING

    return check


def _spaced(space: str) -> ItemCheck:
    double = space * 2

    def check(value: str) -> list[Finding]:
        return [("double-space", "")] if double in value else _NOTHING

    return check


def _not_forbidden(forbidden: frozenset[str]) -> ItemCheck:
    def check(value: str) -> list[Finding]:
        return [("forbidden-value", "")] if value in forbidden else _NOTHING

    return check


def _checksum(item: Item) -> ItemCheck:
    """The check digit of a number: our own rule, which the office does not apply.

    Its worked examples hold numbers that fail it, so it can be switched off.
    """
    name = item.checksum or ""
    if name not in CHECKSUMS:
        raise LayoutBroken(f"{item.id}: unknown check digit {name}")
    agrees = CHECKSUMS[name]
    return lambda value: _NOTHING if agrees(value) else [("check-digit", "")]
