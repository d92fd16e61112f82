"""What the register says of the company, a person and a family, under the names forms share."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from azukari.filings.recipes.recipe import Recipe
from azukari.law.relationship import SPOUSES, Relationship
from azukari.register.models import Person, PersonKind
from azukari.tenancy.models import Company, Office

_SPOUSES = frozenset(one.code for one in SPOUSES)
_RELATIONS: Mapping[str, Relationship] = {one.code: one for one in Relationship}
_CHILD_UNTIL = 16


def of_company(company: Company, office: Office) -> dict[str, Any]:
    return {
        "co.name": company.name,
        "co.kana": company.kana,
        "co.zip": _postcode(company.postcode),
        "co.address": company.address,
        "co.tel": company.telephone,
        "co.rep": company.representative,
        "co.number": company.corporate_number,
        "co.name_rep": f"{company.name}　{company.representative}".strip(),
        "office.prefecture": office.pension_prefecture,
        "office.district": office.pension_district,
        "office.symbol": office.pension_symbol,
        "office.number": office.pension_number,
        "office.zip": _postcode(office.postcode),
        "office.address": office.address,
        "office.name": office.name,
        "office.rep": office.owner_name,
        "office.tel": office.telephone,
        # What forms ask for under names of their own, so that an answer may differ.
        "registered.tax_office": company.tax_office,
        "registered.tax_reference": company.tax_reference,
        "registered.koyo_number": office.employment_insurance_number,
    }


def of_employee(person: Person, *, has_dependents: bool) -> dict[str, Any]:
    return {
        "emp.name": person.name,
        "emp.kana": person.kana,
        **{f"emp.{name}": part for name, part in _parts(person).items()},
        "emp.birth": person.birth_date,
        "emp.sex": person.sex,
        "emp.zip": _postcode(person.postcode),
        "emp.address": person.address,
        "emp.address_kana": person.address_kana,
        "emp.tel": person.telephone,
        "emp.code": person.employee_code,
        "emp.pension_no": person.pension_number,
        "emp.insured_no": person.insured_number,
        "emp.koyo_number": person.employment_insurance_number,
        "emp.hired": person.hired_on,
        "emp.left_on": person.left_on,
        "has_dependents": has_dependents,
    }


def _parts(person: Person) -> dict[str, str]:
    """Family and given name, in kanji and in kana."""
    last, _, first = person.name.partition("\u3000")
    last_kana, _, first_kana = person.kana.partition("\u3000")
    return {"last": last, "first": first, "last_kana": last_kana, "first_kana": first_kana}


def of_payee(person: Person) -> dict[str, Any]:
    return {
        "payee.name": person.name,
        "payee.kana": person.kana,
        "payee.zip": _postcode(person.postcode),
        "payee.address": person.address,
        "payee.tel": person.telephone,
        "payee.code": person.employee_code,
        "payee.kind_code": "1",
    }


def of_member(person: Person, host: Person) -> dict[str, Any]:
    """A member of a family, without the place on the form."""
    relation = _RELATIONS.get(person.relationship)
    elder = person.birth_date < host.birth_date if person.birth_date and host.birth_date else None
    shares = person.lives_together and not person.address
    return {
        "name": person.name,
        "kana": person.kana,
        **_parts(person),
        "birth": person.birth_date,
        "sex": person.sex,
        "relation": relation.label if relation else "",
        "filing_code": relation.filing_code(older_than_insured=elder) if relation else "",
        "zip": _postcode(host.postcode if shares else person.postcode),
        "address": host.address if shares else person.address,
        "tel": person.telephone,
        "pension_no": person.pension_number,
        "together": {True: "1", False: "2"}.get(person.lives_together or False)
        if person.lives_together is not None
        else "",
        "abroad_resident": person.nonresident,
    }


def places(members: Sequence[Person], recipe: Recipe, year: int, today: date) -> dict[str, Person]:
    """Where each member stands on a form: `spouse`, `deps.0`, `kids.1`, `others.0`, `family.2`."""
    found: dict[str, Person] = {}
    counts: dict[str, int] = {}
    for person in members:
        place = _list_of(person, recipe, date(year, 12, 31) if year else today)
        if place == "spouse" and "spouse" not in found:
            found[place] = person
            continue
        listed = {"spouse": "deps" if recipe.family == "tax" else recipe.listed}.get(place, place)
        at = counts.get(listed, 0)
        counts[listed] = at + 1
        found[f"{listed}.{at}"] = person
    return found


def _list_of(person: Person, recipe: Recipe, on: date) -> str:
    if recipe.family == "all":
        return "family"
    if person.relationship in _SPOUSES:
        return "spouse"
    if recipe.family == "health":
        return recipe.listed
    if recipe.family == "specific":
        return "specific"
    return "kids" if _age(person.birth_date, on) < _CHILD_UNTIL else "deps"


def _age(born: date | None, on: date) -> int:
    """所得税法: the age on the last day of the year; an age is reached on the eve of a birthday."""
    if born is None:
        return _CHILD_UNTIL
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_on(person: Person, family: str, year: int) -> bool:
    """Whether a member of the family stands on such a form at all."""
    if person.kind != PersonKind.FAMILY:
        return False
    if family == "tax":
        ended = person.dependent_until
        return person.tax_dependent and (ended is None or ended >= date(year, 12, 31))
    if family == "health":
        return person.health_dependent or person.category3
    if family == "specific":
        return person.specific_relative or person.relationship in _SPOUSES
    if family == "category3":
        return person.category3 and person.relationship in _SPOUSES
    return family == "all"


def _postcode(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 else digits
