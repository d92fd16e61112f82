"""What a form has no row for goes where its `overflow` says: a further sheet, or 摘要 and 備考.

`{"deps": "next_sheet"}` prints the form again with the next entries. `{"deps": {"names": …,
"suffix": …, "numbers": …}}` writes （1）name into the words at `names` and （1）number into the
number field at `numbers` (給与所得の源泉徴収票 5人目以降). Anything else is refused, not dropped.
"""

from collections.abc import Iterator, Mapping
from math import ceil

from azukari.filings.paper.plan import Plan
from azukari.filings.paper.slip import Kept, ListedNumbers, Slip, TooMany, entries


def sheets_of(plan: Plan, slip: Slip) -> list[Slip]:
    """One slip for each sheet this slip fills; mostly the slip itself."""
    longer = {name for name, rows in plan.repeats.items() if len(entries(slip.values, name)) > rows}
    if not longer:
        return [slip]
    for name in sorted(longer):
        rule = plan.overflow.get(name)
        if isinstance(rule, Mapping):
            slip = _spilt(slip, name, plan.repeats[name], rule)
        elif rule != "next_sheet":
            raise TooMany(plan.form, name, plan.repeats[name])
    return _continued(slip, plan.repeats)


def _spilt(slip: Slip, name: str, rows: int, rule: Mapping[str, str]) -> Slip:
    kept, further = entries(slip.values, name)[:rows], entries(slip.values, name)[rows:]
    words = [
        f"（{n}）{entry['name']}{rule.get('suffix', '')}"
        for n, entry in enumerate(further, start=1)
    ]
    before = str(slip.values.get(rule["names"]) or "")
    values = {
        **slip.values,
        name: kept,
        rule["names"]: "　".join([*filter(None, [before]), *words]),
    }
    return Slip(values, dict(_numbers_spilt(slip, name, rows, rule)))


def _numbers_spilt(
    slip: Slip, name: str, rows: int, rule: Mapping[str, str]
) -> Iterator[tuple[str, Kept | ListedNumbers]]:
    """The numbers of the rows stay; those of further entries are listed where the rule says."""
    listed: list[tuple[str, Kept]] = []
    for path, number in slip.numbers.items():
        place = _place(path, name)
        if place is None or place < rows:
            yield path, number
        elif not isinstance(number, tuple):
            listed.append((f"（{place - rows + 1}）", number))
    if "numbers" in rule and listed:
        yield rule["numbers"], tuple(listed)


def _place(path: str, name: str) -> int | None:
    """Which entry of the list a path belongs to."""
    head, _, rest = path.partition(".")
    return int(rest.split(".", 1)[0]) if head == name else None


def _continued(slip: Slip, repeats: Mapping[str, int]) -> list[Slip]:
    rowed = {name: rows for name, rows in repeats.items() if rows}
    count = max(ceil(len(entries(slip.values, name)) / rows) for name, rows in rowed.items())
    if count <= 1:
        return [slip]
    return [_sheet(slip, rowed, n, count) for n in range(count)]


def _sheet(slip: Slip, repeats: Mapping[str, int], n: int, count: int) -> Slip:
    values = {**slip.values, "sheet": {"text": f"{count}枚中 {n + 1}枚目"}}
    for name, rows in repeats.items():
        values[name] = entries(slip.values, name)[n * rows : (n + 1) * rows]
    return Slip(values, dict(_numbers_on(slip, repeats, n)))


def _numbers_on(
    slip: Slip, repeats: Mapping[str, int], n: int
) -> Iterator[tuple[str, Kept | ListedNumbers]]:
    for path, number in slip.numbers.items():
        name = path.split(".", 1)[0]
        place = _place(path, name) if name in repeats else None
        if place is None:
            yield path, number
        elif place // repeats[name] == n:
            field = path.split(".", 2)[2]
            yield f"{name}.{place - n * repeats[name]}.{field}", number
