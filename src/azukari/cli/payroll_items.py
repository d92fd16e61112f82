"""People of a payroll file as items of the API: everybody as they are today."""

from collections.abc import Iterator

from azukari.check.difference.facts import FIELDS, Facts, Field, Key
from azukari.check.difference.payroll_file import Told
from azukari.cli.payroll_client import Item

_FLAGS = {"1": True, "0": False}


def items_of(told: Told) -> list[Item]:
    """Employees before their families; a day of leaving is an event of its own.

    Families of a file without 家族連番 are left out: nothing would tell them apart next time.
    """
    people = sorted(told.people.items(), key=lambda one: (one[0][1] != 0, one[0]))
    return [item for key, facts in people for item in _items(key, facts)]


def _items(key: Key, facts: Facts) -> Iterator[Item]:
    code, family = key
    said = {name: text for name, text in zip(FIELDS, facts, strict=True) if text}
    ended = said.pop(Field.ENDED, "")
    if not family:
        said = {name: text for name, text in said.items() if name is not Field.RELATIONSHIP}
    item: Item = {
        "event": "family_added" if family else "hired",
        "employee_code": code,
        "facts": {name.value: _FLAGS.get(text, text) if name in _BOOLEAN else text
                  for name, text in said.items()},
    }  # fmt: skip
    if family:
        item["family_code"] = family
    yield item
    if ended:
        yield {
            "event": "family_removed" if family else "left",
            "employee_code": code,
            "family_code": family,
            "on": ended,
        }


_BOOLEAN = frozenset({Field.TAX, Field.HEALTH, Field.CATEGORY3})
