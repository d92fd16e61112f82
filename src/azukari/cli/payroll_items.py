"""A payroll file as items of the API: everybody as they are today, or the figures of their year."""

from collections.abc import Iterator

from azukari.check.difference.facts import FIELDS, Facts, Field, Key, said_in
from azukari.check.difference.payroll_file import Told
from azukari.cli.payroll_client import Item
from azukari.filings.recipes import yearly
from azukari.products.headings import plain
from azukari.register.sheets.table import Table

_FLAGS = {"1": True, "0": False}


def items_of(told: Told) -> list[Item]:
    """Employees before their families; a day of leaving is an event of its own.

    Families of a file without 家族連番 are left out: nothing would tell them apart next time.
    """
    people = sorted(told.people.items(), key=lambda one: (one[0][1] != 0, one[0]))
    return [item for key, facts in people for item in _items(key, facts)]


def _items(key: Key, facts: Facts) -> Iterator[Item]:
    code, family = key
    said = {name: text for name, text in zip(FIELDS, said_in(facts), strict=True) if text}
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


# figures of a year ----------------------------------------------------------------------------

_CODES = frozenset(map(plain, ("社員番号", "従業員番号", "社員コード", "従業員コード")))
_MEMBERS = frozenset(map(plain, ("家族連番", "family_code")))


def figures_of(table: Table) -> list[Item]:
    """Of every employee; columns are known by the words of the forms (支払金額, …) or by the names
    of the API.  Empty when no column says whose they are, or none is a figure.

    Raises FileRefused.
    """
    rows = table.rows()
    headings = [plain(text) for text in next(rows, [])]
    known = {plain(word): name for name, ask in yearly.figures().items()
             for word in (ask.label, name)}  # fmt: skip
    places = {name: at for at, text in enumerate(headings) if (name := known.get(text))}
    whose = next((at for at, text in enumerate(headings) if text in _CODES), None)
    member = next((at for at, text in enumerate(headings) if text in _MEMBERS), None)
    if whose is None:
        return []
    items = []
    for row in rows:
        cells = [*(cell.strip() for cell in row), *[""] * (len(headings) - len(row))]
        told = {name: cells[at] for name, at in places.items() if cells[at]}
        is_family = member is not None and cells[member] not in {"", "0"}
        if told and cells[whose] and not is_family:
            items.append({"employee_code": cells[whose], "figures": told})
    return items
