"""Many records at once, column by column: whether all of them are good.

Never a finding of its own: what it lets pass has no problem by `item`, `relation` and the dates of
`record`, and whatever it does not let pass is looked at by them, record by record.
"""

from collections.abc import Callable, Collection
from typing import Final

from azukari.filings.engine.checksum import CHECKSUMS
from azukari.filings.engine.item import TYPES, compile_item
from azukari.filings.engine.layout import Check, Item

AreGood = Callable[[Collection[str]], bool]
_PLAIN_LENGTH: Final = {"N": 1, "A": 1, "K": 1, "KA": 1, "Z": 2}  # bytes of a character


def compile_column(item: Item, *, check_digits: bool) -> AreGood:
    """Whether all of some different texts, none empty, are good values of the item."""
    plain = item.type in _PLAIN_LENGTH and item.shape is None
    if item.required == "never" or item.allowed is not None or not plain:
        check = compile_item(item, check_digits=check_digits)
        return lambda texts: not any(map(check, texts))
    return _drawn(item, CHECKSUMS[item.checksum] if item.checksum and check_digits else None)


def _drawn(item: Item, agrees: Callable[[str], bool] | None) -> AreGood:
    width, allowed = _PLAIN_LENGTH[item.type], TYPES[item.type][0][0]
    low, high = item.min_len, item.max_len
    forbidden = frozenset(item.forbidden or ())

    def are_good(texts: Collection[str]) -> bool:
        lengths = set(map(len, texts))
        return (
            allowed.issuperset("".join(texts))
            and low <= min(lengths) * width
            and max(lengths) * width <= high
            and forbidden.isdisjoint(texts)
            and (agrees is None or all(map(agrees, texts)))
        )

    return are_good


def silent_without(check: Check) -> frozenset[int]:
    """項番 without any of which the check is silent; empty where that cannot be told."""
    for condition in check.when:
        if "any_present" in condition:
            return frozenset(map(int, condition["any_present"]))
        listed = condition.get("in")
        if condition.get("is") == "present" or (listed and "" not in map(str, listed)):
            return frozenset({int(condition["item"])})
    if "absent" in check.must:
        return frozenset(map(int, check.must["absent"]))
    if check.must.get("rule") == "not_more_than":
        return frozenset({int(check.must["part"])})
    return frozenset()
