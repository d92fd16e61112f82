"""What is most likely of the facts a form asks for, from what the register says.  Pure."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from azukari.filings.recipes.facts import Flat
from azukari.filings.recipes.recipe import Ask
from azukari.law import municipality, postcode
from azukari.law.era import to_era
from azukari.law.sex import Sex

# 厚生年金保険法 第9条 (until 70); 高齢者の医療の確保に関する法律 第50条 (from 75).
_PENSION_ENDS, _HEALTH_INSURANCE_ENDS = 70, 75
_LITERAL, _RULE, _NEXT_DAY = "=", "@", "+1"


def defaults(asks: tuple[Ask, ...], known: Flat, *, today: date, year: int = 0) -> dict[str, Any]:
    """By name, for those that have one."""
    found = {}
    known = {**known, "today": today, "year": year}
    for ask in asks:
        value = _default(ask, known) if ask.default else None
        if value not in (None, ""):
            found[ask.name] = value
    return found


def _default(ask: Ask, known: Flat) -> Any:
    told = ask.default
    if told.startswith(_LITERAL):
        return _read(ask, told.removeprefix(_LITERAL))
    if told.startswith(_RULE):
        return _RULES[told.removeprefix(_RULE)](known)
    value = known.get(told.removesuffix(_NEXT_DAY))
    if told.endswith(_NEXT_DAY) and isinstance(value, date):
        return value + timedelta(days=1)
    return value


def _read(ask: Ask, text: str) -> Any:
    if ask.kind in {"yen", "count"}:
        return int(text)
    return text == "1" if ask.kind == "flag" else text


def _reached(known: Flat, years: int, on: date | None) -> bool:
    """An age is reached on the eve of the birthday (年齢計算ニ関スル法律)."""
    born = known.get("emp.birth")
    if born is None or on is None:
        return False
    day = on + timedelta(days=1)
    return bool(day.year - born.year - ((day.month, day.day) < (born.month, born.day)) >= years)


def _insured_kind(known: Flat) -> str | None:
    if _over_70_only(known):
        return None
    return {Sex.MALE.value: "1", Sex.FEMALE.value: "2"}.get(known.get("emp.sex") or "")


def _class(known: Flat) -> str | None:
    return None if _over_70_only(known) else "1"


def _over_70(known: Flat) -> bool:
    return _reached(known, _PENSION_ENDS, known.get("emp.hired"))


def _over_70_only(known: Flat) -> bool:
    return _reached(known, _HEALTH_INSURANCE_ENDS, known.get("emp.hired"))


def _over_70_now(known: Flat) -> bool:
    return _reached(known, _PENSION_ENDS, known["today"])


def _has_dependents(known: Flat) -> str:
    return "1" if known.get("has_dependents") else "0"


def _count(known: Flat, test: Callable[[str], bool]) -> int | None:
    return sum(1 for name in known if test(name)) or None


def _under16(known: Flat) -> int | None:
    return _count(known, lambda name: name.startswith("kids.") and name.endswith(".name"))


def _nonresidents(known: Flat) -> int | None:
    return _count(known, lambda name: name.endswith(".abroad_resident") and bool(known.get(name)))


def _member_code(known: Flat) -> str | None:
    """区分: 非居住者 is told; nothing is written for a resident."""
    return "01" if known.get("member.abroad_resident") else None


def _midyear(known: Flat) -> tuple[str, date] | None:
    year = known["year"]
    for name, kind in (("emp.left_on", "2"), ("emp.hired", "1")):
        day = known.get(name)
        if day is not None and day.year == year and not (kind == "1" and day == date(year, 1, 1)):
            return kind, day
    return None


def _midyear_kind(known: Flat) -> str | None:
    found = _midyear(known)
    return found[0] if found else None


def _midyear_date(known: Flat) -> date | None:
    found = _midyear(known)
    return found[1] if found else None


def _municipality(known: Flat) -> str | None:
    zip_ = "".join(filter(str.isdigit, known.get("emp.zip") or ""))
    return municipality.levying(postcode.municipality_of(zip_)) or None if zip_ else None


def _acquisition_kind(known: Flat) -> str:
    """雇用保険: whoever has a number was insured before."""
    return "2" if known.get("emp.koyo_number") else "1"


_RULES: Mapping[str, Callable[[Flat], Any]] = {
    "insured_kind": _insured_kind,
    "acquisition_class": _class,
    "over_70": _over_70,
    "over_70_only": _over_70_only,
    "over_70_now": _over_70_now,
    "has_dependents": _has_dependents,
    "under16": _under16,
    "nonresidents": _nonresidents,
    "member_code": _member_code,
    "midyear_kind": _midyear_kind,
    "midyear_date": _midyear_date,
    "municipality": _municipality,
    "acquisition_kind": _acquisition_kind,
    "today": lambda known: known["today"],
    "this_year": lambda known: str(known["today"].year),
    "era_year": lambda known: str(to_era(known["today"]).year),
}
