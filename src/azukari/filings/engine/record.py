"""One record against its layout: every item, every date, every check, in one pass."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from azukari.filings.engine import era_date, relation
from azukari.filings.engine.column import AreGood, compile_column, silent_without
from azukari.filings.engine.item import Finding, ItemCheck, compile_item
from azukari.filings.engine.layout import Check, DatePlace, Layout
from azukari.filings.engine.row import Demand, Row
from azukari.filings.engine.text import holds_none
from azukari.filings.problems import FilingProblem

Pick = Callable[[Sequence[str]], tuple[str, ...]]
_NONE_WRONG: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """A layout made ready to run; make it once with `compile_record` and keep it."""

    layout: Layout
    item_checks: tuple[ItemCheck, ...]
    demands: tuple[tuple[str, str, Demand], ...]  # id, text, the 項番 that break it
    dates: tuple[tuple[DatePlace, Pick], ...]
    required: tuple[int, ...]  # places of items that are never empty, from 0
    columns: tuple[AreGood, ...]
    texts: frozenset[int]  # places in which no number may hide, of rules that ask nothing else
    between: tuple[tuple[frozenset[int], Demand], ...]  # without which 項番 silent; other rules

    def are_good(self, records: Sequence[Sequence[str]], *, today: date) -> bool:
        """Whether none of these records has a problem, told faster than one by one.

        False says nothing of which one, or whether any: ask `problems` then.
        """
        if set(map(len, records)) != {len(self.item_checks)}:
            return False
        told = dict(self._told(records))
        if any(at not in told for at in self.required):
            return False
        for at, texts in told.items():
            if "" in texts:
                if at in self.required:
                    return False
                texts.discard("")
            if not self.columns[at](texts) or (at in self.texts and not holds_none(texts)):
                return False
        return self._days_are_good(records, told) and self._rules_hold(records, told, today)

    def _told(self, records: Sequence[Sequence[str]]) -> Iterator[tuple[int, set[str]]]:
        """The different texts of each column that is not empty throughout."""
        for at, column in enumerate(zip(*records, strict=True)):
            if any(column):
                yield at, set(column)

    def _days_are_good(
        self, records: Sequence[Sequence[str]], told: Mapping[int, set[str]]
    ) -> bool:
        return all(
            era_date.is_day(place.style, parts) or not any(parts)
            for place, pick in self.dates
            if any(pos - 1 in told for pos in place.positions)
            for parts in set(map(pick, records))
        )

    def _rules_hold(
        self, records: Sequence[Sequence[str]], told: Mapping[int, set[str]], today: date
    ) -> bool:
        asked = [
            demand
            for positions, demand in self.between
            if not positions or any(pos - 1 in told for pos in positions)
        ]
        rows = (Row(list(values), today, _NONE_WRONG) for values in records) if asked else ()
        return not any(demand(row) for row in rows for demand in asked)

    def problems(
        self, values: Sequence[str], *, number: int | None, today: date
    ) -> list[FilingProblem]:
        """What is wrong with one record; `number` counts the data records from 1."""
        if len(values) != len(self.item_checks):
            return [self._misshapen(values, number)]
        found = self._in_items(values)
        wrong = frozenset(pos for pos, _ in found) if found else _NONE_WRONG
        row = Row(list(values), today, wrong)
        found += self._between_items(row)
        found += self._in_dates(row, {pos for pos, _ in found} if found else _NONE_WRONG)
        return [self._problem(number, pos, finding) for pos, finding in found] if found else []

    def _in_items(self, values: Sequence[str]) -> list[tuple[int, Finding]]:
        found: list[tuple[int, Finding]] = []
        checks = self.item_checks
        # Most items of a long record are empty.
        for at in [at for at, value in enumerate(values) if value]:
            findings = checks[at](values[at])
            if findings:
                found += [(at + 1, finding) for finding in findings]
        missing = [at for at in self.required if not values[at]]
        if missing:
            found += [(at + 1, ("required", "")) for at in missing]
            found.sort(key=itemgetter(0))
        return found

    def _in_dates(self, row: Row, told: set[int] | frozenset[int]) -> list[tuple[int, Finding]]:
        """Half dates and impossible days, unless the item has been told to be wrong already."""
        found: list[tuple[int, Finding]] = []
        for place, pick in self.dates:
            if told and not told.isdisjoint(place.positions):
                continue
            parts = pick(row.values)
            if era_date.is_day(place.style, parts) or not any(parts):
                continue
            missing = [pos for pos, part in zip(place.positions, parts, strict=True) if not part]
            if missing:
                code = "date-pair" if place.style == "pension" else "date-parts"
                found += [(pos, (code, "")) for pos in missing]
            else:
                found.append((place.told_at, ("not-a-date", "")))
        return found

    def _between_items(self, row: Row) -> list[tuple[int, Finding]]:
        found: list[tuple[int, Finding]] = []
        for code, text, broken in self.demands:
            positions = broken(row)
            if positions:
                found += [(pos, (code, text)) for pos in positions]
        return found

    def _misshapen(self, values: Sequence[str], number: int | None) -> FilingProblem:
        wanted = len(self.item_checks)
        only_commas = len(values) > wanted and not any(values[wanted:])
        code = "trailing-comma" if only_commas else "item-count"
        detail = f"{wanted}項目のところ{len(values)}項目"
        return FilingProblem(number, None, self.layout.name_ja, code, detail)

    def _problem(self, number: int | None, pos: int, finding: Finding) -> FilingProblem:
        name = self.layout.items[pos - 1].name_ja
        return FilingProblem(number, pos, name, finding[0], finding[1])


def compile_record(layout: Layout, *, check_digits: bool = True) -> Record:
    """A layout as closures. Raises LayoutBroken where the layout asks for something unknown."""
    return Record(
        layout=layout,
        item_checks=tuple(compile_item(item, check_digits=check_digits) for item in layout.items),
        demands=tuple(
            (check.id, check.text, relation.compile_check(check, layout)) for check in layout.checks
        ),
        dates=tuple(
            (place, itemgetter(*(pos - 1 for pos in place.positions)))
            for place in layout.dates.values()
        ),
        required=tuple(item.pos - 1 for item in layout.items if item.required == "always"),
        columns=tuple(compile_column(item, check_digits=check_digits) for item in layout.items),
        texts=frozenset(
            int(pos) - 1
            for check in layout.checks
            if _asks_texts_only(check)
            for pos in check.must["items"]
        ),
        between=tuple(
            (silent_without(check), relation.compile_check(check, layout))
            for check in layout.checks
            if not _asks_texts_only(check)
        ),
    )


def _asks_texts_only(check: Check) -> bool:
    return not check.when and check.must.get("rule") == "no_number"
