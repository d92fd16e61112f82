"""Facts into the records of a data file: looked at with placeholders, written with numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from typing import Any, Final

from azukari.filings.catalog import employment_insurance as renki
from azukari.filings.catalog import tax
from azukari.filings.catalog.employment_insurance.edition import checks as renki_checks
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.catalog.social_insurance.shfd0006 import edition as shfd_edition
from azukari.filings.catalog.tax.document import in_record
from azukari.filings.engine.entry import Fact, fill
from azukari.filings.engine.layout import Layout
from azukari.filings.engine.notation import Conversion, narrow, widen
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.filings.recipes.facts import Flat, Numbers
from azukari.filings.recipes.recipe import COMMON, Recipe
from azukari.law.number import MASK, MyNumber

Written = tuple[list[str], list[Conversion]]
When = tuple[date, int]  # today, the year told of

_BEYOND: Final = "4+"  # deps.4+.mynumber: the numbers of the fifth and beyond, as one item
_LITERAL: Final = "="


@dataclass(frozen=True, slots=True)
class _Takes:
    """A recipe's `takes` for one layout, turned round: fact → items."""

    items: Mapping[str, tuple[str, ...]]
    literals: Mapping[str, str]
    beyond: tuple[tuple[str, str], ...]
    facts: Mapping[int, str]  # 項番 → fact


@cache
def _takes(code: str, year: int) -> _Takes:
    from azukari.filings.recipes.recipe import recipes  # noqa: PLC0415  recipes are read late

    recipe = recipes()[code]
    layout = layout_of(recipe, year)
    known = {item.id for item in layout.items} | layout.dates.keys() | layout.splits.keys()
    items: dict[str, list[str]] = defaultdict(list)
    literals, beyond = {}, []
    for item, source in recipe.takes.items():
        if item not in known:
            continue  # of another edition
        if source.startswith(_LITERAL):
            literals[item] = source.removeprefix(_LITERAL)
        elif f".{_BEYOND}." in source:
            beyond.append((item, source))
        else:
            items[source].append(item)
    turned = {name: tuple(found) for name, found in items.items()}
    return _Takes(turned, literals, tuple(beyond), dict(_facts_of(recipe, layout)))


def _facts_of(recipe: Recipe, layout: Layout) -> Iterator[tuple[int, str]]:
    for item, source in recipe.takes.items():
        fact = _told_by(source)
        if item in layout.dates:
            yield from ((pos, fact) for pos in layout.dates[item].positions)
        elif item in layout.splits:
            yield from ((pos, fact) for pos in layout.splits[item])
        else:
            yield from ((one.pos, fact) for one in layout.items if one.id == item)


def _told_by(source: str) -> str:
    """Who wants to mend `to.zip` mends `emp.zip`."""
    if not source.startswith("to."):
        return source
    return _BEHIND.get(source, "ev." + source.removeprefix("to."))


_BEHIND: Final = {
    "to.zip": "emp.zip",
    "to.address": "emp.address",
    "to.address_kana": "emp.address_kana",
    "to.pension_no": "emp.pension_no",
    "to.insured_no": "ev.insured_no",
    "to.no_number_note": "ev.no_number_note",
    "to.pay_total": "ev.pay_currency",
    "to.total": "ev.currency",
    "to.remarks": "remarks",
    "to.over_70_off": "ev.over_70_off",
    "to.apply_era": "ev.apply",
    "to.apply_year": "ev.apply",
    "to.apply_month": "ev.apply",
    "to.old_apply_era": "ev.old_apply",
    "to.old_apply_year": "ev.old_apply",
    "to.old_apply_month": "ev.old_apply",
}


def layout_of(recipe: Recipe, year: int) -> Layout:
    """Raises FilingRefused for a year without a layout."""
    if recipe.writer == "renki":
        return renki.edition().records[recipe.source]
    if recipe.writer == "tax":
        edition = tax.edition_of(recipe.source, year)
        if edition is None:
            raise FilingRefused(
                [FilingProblem(None, None, "年分", "year-not-carried", f"{year}年分")]
            )
        return edition.layout
    return shfd0006.editions()[-1].records[recipe.source]


def years_of(recipe: Recipe, *, this_year: int) -> list[int]:
    """The years (西暦) a yearly form can be made for, the newest first."""
    return [
        year
        for year in range(this_year, recipe.first_year - 1, -1)
        if tax.edition_of(recipe.source, year) is not None
    ]


def entries(recipe: Recipe, facts: Flat, numbers: Numbers, year: int) -> dict[str, Fact]:
    """What `engine.entry.fill` takes: item → fact or number."""
    takes = _takes(recipe.code, year)
    found: dict[str, Fact] = dict(takes.literals)
    for name, value in facts.items():
        for item in takes.items.get(name, ()):
            found[item] = value
    for place, number in numbers.items():
        for item in takes.items.get(place, ()):
            found[item] = number
    for item, source in takes.beyond:
        listed = tuple(_listed(source, numbers))
        if listed:
            found[item] = listed
    return found


def _listed(source: str, numbers: Numbers) -> Iterator[MyNumber]:
    place = int(_BEYOND.rstrip("+"))
    while (number := numbers.get(source.replace(_BEYOND, str(place)))) is not None:
        yield number
        place += 1


def records(recipe: Recipe, facts: Flat, numbers: Numbers, year: int) -> list[Written]:
    """The records about one subject, and what was converted on the way."""
    if recipe.writer == "family":
        return shfd0006.to_records(office_of(facts), family_of(facts, numbers))
    known = entries(recipe, facts, numbers, year)
    if recipe.writer == "tax":
        return [tax.to_record(recipe.source, year, known)]
    if recipe.writer == "renki":
        koyo = {"office": facts.get("office.koyo_number")}
        return [fill(layout_of(recipe, year), koyo | known)]
    return shfd0006.to_records(
        office_of(facts), shfd0006.Notice(form_code=recipe.source, facts=known)
    )


def look(
    recipe: Recipe, facts: Flat, numbers: Numbers, *, place: int, day: When
) -> tuple[list[FilingProblem], list[Conversion]]:
    """Problems with the fact that mends each, and conversions, of one subject."""
    today, year = day
    problems: list[FilingProblem] = []
    conversions: list[Conversion] = []
    mends = {} if recipe.writer == "family" else _takes(recipe.code, year).facts
    for values, changed in records(recipe, facts, numbers, year):
        for one in _problems(recipe, values, place, today):
            fact = _family_fact(recipe, one) if recipe.writer == "family" else ""
            problems.append(replace(one, fact=fact or mends.get(one.item or 0, "")))
        conversions += changed
    own = {pos for pos, fact in mends.items() if fact.startswith(COMMON)}
    return problems, [one for one in conversions if one.item not in own]


def _problems(
    recipe: Recipe, values: list[str], place: int, today: date
) -> Iterator[FilingProblem]:
    if recipe.writer == "tax":
        yield from in_record(place, values, recipe.source, today=today)
    elif recipe.writer == "renki":
        record = renki_checks(check_digits=True).records[recipe.source]
        yield from record.problems(values, number=place, today=today)
    else:
        edition = shfd_edition.edition_on(today)
        if edition is None:
            yield FilingProblem(None, None, "ファイル", "edition-none")
            return
        record = shfd_edition.checks_of(edition).records[recipe.source]
        yield from record.problems(values, number=place, today=today)


_OFFICE_ITEMS: Final = frozenset({"pref_code", "district_code", "office_symbol", "office_no"})


def _family_fact(recipe: Recipe, problem: FilingProblem) -> str:
    """2202700 knows its office, the insured person and the members by the ids of its items."""
    if problem.item is None:
        return ""
    item = layout_of(recipe, 0).items[problem.item - 1].id
    if item in _OFFICE_ITEMS:
        return "office.name"
    for prefix, member in (("sp_", "spouse."), ("d1_", "others."), ("d2_", "others.")):
        if item.startswith(prefix):
            return member + item.removeprefix(prefix)
    return "emp.kana" if item == "name_kana" else "ev." + item


def look_common(recipe: Recipe, common: Flat, *, day: When) -> list[FilingProblem]:
    """Problems of what is the same for everybody: head of the file, company, office."""
    if recipe.writer in {"shfd", "family"}:
        return [
            replace(one, fact="office.name") for one in shfd0006.office_problems(office_of(common))
        ]
    if recipe.writer == "renki":
        head = renki_checks(check_digits=True)
        values, _ = fill(renki.edition().office, renki_office(common))
        found = head.office.problems(values, number=None, today=day[0])
        return [
            replace(
                one,
                item_name=f"{head.office.layout.name_ja} {one.item_name}",
                fact="office.koyo_number" if (one.item or 0) > _KOYO_FIRST else "office.name",
            )
            for one in found
        ]
    found, _ = look(recipe, common, {}, place=0, day=day)
    return [replace(one, record=None) for one in found if one.fact.startswith(COMMON)]


_KOYO_FIRST: Final = 9


def preview(recipe: Recipe, facts: Flat, numbers: Numbers, year: int) -> list[tuple[str, str]]:
    """Item → text of everything that is not empty; what holds a number is masked."""
    layout = layout_of(recipe, year)
    shown = []
    for values, _ in records(recipe, facts, numbers, year):
        for item, value in zip(layout.items, values, strict=True):
            if value:
                secret = item.checksum is not None and "number" in item.checksum
                hidden = secret or item.id.endswith("_numbers") or item.id == "notes"
                shown.append((f"{item.pos} {item.name_ja}", _masked(value) if hidden else value))
    return shown


def _masked(value: str) -> str:
    return MASK if value else ""


def write(
    recipe: Recipe,
    common: Flat,
    people: Iterable[tuple[Flat, Numbers]],
    *,
    day: When,
    media_number: int,
) -> bytes:
    """The bytes of the file, or FilingRefused with every problem (`record`: the place from 1)."""
    today, year = day
    if recipe.writer == "tax":
        facts = (entries(recipe, one, numbers, year) for one, numbers in people)
        return tax.write(recipe.source, year, facts, today=today)
    if recipe.writer == "renki":
        return renki.write(
            recipe.source,
            renki_office(common),
            (entries(recipe, one, numbers, year) for one, numbers in people),
            media_seq=media_number,
            created_on=today,
            today=today,
        )
    notices: Sequence[Any] = [
        family_of(one, numbers)
        if recipe.writer == "family"
        else shfd0006.Notice(form_code=recipe.source, facts=entries(recipe, one, numbers, year))
        for one, numbers in people
    ]
    return shfd0006.write(
        office_of(common), notices, media_seq=media_number, created_on=today, today=today
    )


def file_name(recipe: Recipe, year: int) -> str:
    """As the office wants the file to be called."""
    if recipe.writer == "tax":
        if tax.format_of(recipe.source) == tax.ELTAX:
            return f"kyuyo_shiharai_hokoku_{year}.csv"
        return tax.file_name(recipe.source)
    if recipe.writer == "renki":
        return renki.edition().file_names[recipe.source]
    return shfd0006.editions()[-1].file_name


def office_of(facts: Flat) -> shfd0006.Office:
    """The office as the head of the file names it: names and address in full width."""

    def text(name: str) -> str:
        return str(facts.get(f"office.{name}") or "")

    groups = text("tel").split("-")
    first, second, third = groups if len(groups) == 3 else (text("tel"), "", "")
    return shfd0006.Office(
        prefecture_code=text("prefecture"),
        district_code=text("district"),
        symbol=narrow(text("symbol")),
        number=text("number"),
        postcode=text("zip"),
        address=widen(text("address")),
        name=widen(text("name")),
        owner_name=widen(text("rep")),
        telephone=(first, second, third),
    )


def renki_office(facts: Flat) -> dict[str, Fact]:
    """The office as the head of a 連記式 file names it."""
    named = {
        "district_code": "district", "office_symbol": "symbol", "office_no": "number",
        "postcode": "zip", "address": "address", "office_name": "name", "owner_name": "rep",
        "tel": "tel", "koyo_office": "koyo_number",
    }  # fmt: skip
    found = {item: facts.get(f"office.{name}") or None for item, name in named.items()}
    return {**found, "office_symbol": narrow(str(facts.get("office.symbol") or ""))}


_SPOUSE: Final = frozenset(one.name for one in fields(shfd0006.Spouse))
_DEPENDENT: Final = frozenset(one.name for one in fields(shfd0006.Dependent))


def family_of(facts: Flat, numbers: Numbers) -> shfd0006.FamilyChange:
    """2202700: the insured person with those who join, leave or change."""
    others, place = [], 0
    while f"others.{place}.name" in facts:
        others.append(_member(facts, numbers, f"others.{place}.", _DEPENDENT))
        place += 1
    return shfd0006.FamilyChange(
        name_kana=facts.get("emp.kana") or "",
        name_kanji=facts.get("emp.name") or "",
        born=facts["emp.birth"],
        sex=facts.get("emp.sex") or "",
        change_kind=facts.get("ev.change_kind") or "",
        employer_confirmed="1" if facts.get("ev.confirmed") else "2",
        individual_number=numbers.get("emp.mynumber"),
        pension_no="" if "emp.mynumber" in numbers else facts.get("emp.pension_no") or "",
        insured_no=facts.get("ev.insured_no") or "",
        received=facts.get("ev.received"),
        income=facts.get("ev.income"),
        postcode=facts.get("emp.zip") or "",
        address_kanji=facts.get("emp.address") or "",
        spouse=shfd0006.Spouse(**_member(facts, numbers, "spouse.", _SPOUSE))
        if "spouse.name" in facts
        else None,
        spouse_yearly_income=facts.get("ev.spouse_yearly_income"),
        others=[shfd0006.Dependent(**one) for one in others],
    )


def _member(facts: Flat, numbers: Numbers, prefix: str, takes: frozenset[str]) -> dict[str, Any]:
    """Facts of a member under the ids of the layout."""
    known = {
        "name_kana": facts.get(prefix + "kana") or "",
        "name_kanji": facts.get(prefix + "name") or "",
        "born": facts.get(prefix + "birth"),
        "sex": facts.get(prefix + "sex") or "",
        "relation": facts.get(prefix + "filing_code") or "",
        "postcode": facts.get(prefix + "zip") or "",
        "address_kanji": facts.get(prefix + "address") or "",
        "individual_number": numbers.get(prefix + "mynumber"),
    }
    joins = facts.get("ev.change_kind") == "1"
    if joins:
        known["lives_together"] = facts.get(prefix + "together") or ""
    asked = {
        name: facts[prefix + name]
        for name in takes - known.keys()
        if facts.get(prefix + name) not in (None, "")
    }
    return {name: value for name, value in {**known, **asked}.items() if name in takes}


def marks_corrections(recipe: Recipe) -> bool:
    """Whether a corrected record bears a mark of its own (eLTAX 2); others cancel and file anew."""
    return recipe.writer == "tax" and tax.format_of(recipe.source) == tax.ELTAX
