"""A checked chunk against the register: who is new, who changes, who stays as they are.

Reads only, a handful of statements per chunk however many rows it has.  Unchanged people cost a
comparison and nothing else.  An empty cell never takes away what the register already holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from azukari.law.number import MyNumber
from azukari.law.purpose import PersonKind as LawKind
from azukari.register.models import NumberState, PersonKind, RecordState
from azukari.register.number_rules import ChangeReason
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Code
from azukari.register.sheets.headings import NEEDED_FOR_NEW, SheetKind
from azukari.register.sheets.naming import fill_codes
from azukari.register.sheets.statements import ANY_TEXT, listed, rows_of
from azukari.register.sheets.verifying import Terms, Verified, Verifying
from azukari.vault import door

KIND_OF_PERSON = {
    SheetKind.EMPLOYEES: PersonKind.EMPLOYEE,
    SheetKind.FAMILIES: PersonKind.FAMILY,
    SheetKind.PAYEES: PersonKind.PAYEE,
}
FIELDS = {
    SheetKind.EMPLOYEES: (
        "name", "kana", "birth_date", "sex", "postcode", "address", "address_kana", "telephone",
        "mail", "hired_on", "left_on", "department_code", "department", "pension_number",
        "insured_number", "employment_class", "employment_insurance_number",
    ),
    SheetKind.FAMILIES: (
        "relationship", "name", "kana", "birth_date", "sex", "postcode", "address",
        "lives_together", "tax_dependent", "health_dependent", "category3", "specific_relative",
        "disabled", "nonresident", "dependent_until",
    ),
    SheetKind.PAYEES: (
        "name", "kana", "payee_kind", "birth_date", "sex", "postcode", "address", "address_kana",
        "telephone", "mail", "contract_from", "contract_to", "last_paid_on",
    ),
}  # fmt: skip
_MISSING = {
    "name": Code.NAME_MISSING,
    "kana": Code.KANA_MISSING,
    "relationship": Code.RELATIONSHIP_MISSING,
}
_EMPTY: tuple[Any, ...] = (None, "")

Key = tuple[str, int]


# Neither this nor `Change` is frozen: they are made by the hundred thousand, and a frozen one costs
# thrice.
@dataclass(slots=True)
class Known:
    """Somebody who is in the register, with what the file has columns for."""

    id: UUID
    key: Key
    version: int
    number_state: str
    values: tuple[Any, ...]


class Given(NamedTuple):
    """A number that comes: for what it is held and how it was verified.

    With `why` it takes the place of another one (番号変更), which is kept as superseded.
    """

    number: MyNumber
    purposes: tuple[str, ...]
    verified: Verified
    why: ChangeReason | None = None


class Host(NamedTuple):
    """The employee a family member belongs to, who verifies on most papers."""

    id: UUID
    name: str
    department: str
    left_on: date | None


class New(NamedTuple):
    """`place`: of the row in the chunk.  `given` is to be sealed, or there is no number there."""

    key: Key
    host: Host | None
    place: int
    given: Given | None


@dataclass(slots=True)
class Change:
    """`before` and `values` differ, or a number comes, or both."""

    known: Known
    values: tuple[Any, ...]
    given: Given | None


@dataclass
class Plan:
    """What a chunk does to the register.

    `columns`: field → what the rows of the chunk say; those of new people stay in there, as many
    as they are.  `fields` name the values of everybody else.
    """

    kind: SheetKind
    columns: Mapping[str, Sequence[Any]]
    new: list[New] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0

    @cached_property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.columns)

    def of_new(self, name: str) -> list[Any]:
        """What is said of each new person."""
        column = self.columns[name]
        return [column[new.place] for new in self.new]


def compare(chunk: Chunk, company: UUID, terms: Terms, *, lock: bool = False) -> Plan:
    """What is to be done; rows the register speaks against are refused in the chunk itself.

    With `lock` the people found stay as they are until the transaction ends.
    """
    # Name and kana always, since what people search by is made of them.
    fields = tuple(name for name in FIELDS[chunk.kind] if name in {*chunk.facts, "name", "kana"})
    fill_codes(chunk, company)
    nothing = [""] * len(chunk.rows)
    plan = Plan(chunk.kind, {name: chunk.facts.get(name, nothing) for name in fields})
    hosts = _hosts(chunk, company)
    keys = _keys(chunk)
    known = _known(chunk, company, fields, lock=lock)
    _refuse_unknown_hosts(chunk, hosts)
    _refuse_new_without(chunk, keys, known)
    numbers = _Numbers(chunk, company, terms, hosts, [known.get(key) for key in keys])
    rows = list(zip(*plan.columns.values(), strict=True)) if known else []
    for place in chunk.good:
        key, found = keys[place], known.get(keys[place])
        given = numbers.given(place, found)
        if place in chunk.found.refused:
            continue
        if found is None:
            host = hosts.get(key[0]) if chunk.kind is SheetKind.FAMILIES else None
            plan.new.append(New(key, host, place, given))
            continue
        values = _kept(found.values, rows[place], fields)
        if given is None and values == found.values:
            plan.unchanged += 1
        else:
            plan.changes.append(Change(found, values, given))
    return plan


def _keys(chunk: Chunk) -> list[Key]:
    codes = chunk.facts["employee_code"]
    families = chunk.facts.get("family_code") or [0] * len(codes)
    return [(code, family or 0) for code, family in zip(codes, families, strict=True)]


def _known(chunk: Chunk, company: UUID, fields: tuple[str, ...], *, lock: bool) -> dict[Key, Known]:
    columns = "".join(f", {name}" for name in fields)
    # In the order of ids, so that two writers never wait for each other in a circle.
    rows = rows_of(
        f"SELECT employee_code, family_code, id, version, number_state{columns}"  # noqa: S608  our own column names
        f" FROM register_person WHERE company_id = %s AND kind = %s AND employee_code = {ANY_TEXT}"
        f" ORDER BY id{' FOR UPDATE' if lock else ''}",
        [company, KIND_OF_PERSON[chunk.kind].value, listed(_codes(chunk))],
    )
    return {
        (row[0], row[1]): Known(row[2], (row[0], row[1]), row[3], row[4], row[5:]) for row in rows
    }


def _hosts(chunk: Chunk, company: UUID) -> Mapping[str, Host]:
    if chunk.kind is not SheetKind.FAMILIES:
        return {}
    rows = rows_of(
        "SELECT employee_code, id, name, department, left_on FROM register_person"  # noqa: S608  our own words
        f" WHERE company_id = %s AND kind = 'employee' AND employee_code = {ANY_TEXT}",
        [company, listed(_codes(chunk))],
    )
    return {code: Host(*facts) for code, *facts in rows}


def _codes(chunk: Chunk) -> list[str]:
    return list(dict.fromkeys(chunk.facts["employee_code"]))


def _refuse_new_without(chunk: Chunk, keys: Sequence[Key], known: Mapping[Key, Known]) -> None:
    """Somebody new needs more columns than somebody whose facts change."""
    missing = [name for name in NEEDED_FOR_NEW[chunk.kind] if name not in chunk.facts]
    if missing:
        for place in chunk.good:
            if keys[place] not in known:
                chunk.note(place, missing[0], _MISSING[missing[0]])


def _refuse_unknown_hosts(chunk: Chunk, hosts: Mapping[str, Host]) -> None:
    if chunk.kind is not SheetKind.FAMILIES:
        return
    for place, code in enumerate(chunk.facts["employee_code"]):
        if code and code not in hosts:
            chunk.note(place, "employee_code", Code.EMPLOYEE_UNKNOWN, code)


def _kept(
    before: tuple[Any, ...], after: tuple[Any, ...], fields: tuple[str, ...]
) -> tuple[Any, ...]:
    if before == after:
        return before
    return tuple(
        old if new in _EMPTY or (name == "name" and _is_same_unspaced(old, new)) else new
        for name, old, new in zip(fields, before, after, strict=True)
    )


def _is_same_unspaced(old: str, new: str) -> bool:
    """Some products write names without the space that the register knows."""
    return "\u3000" not in new and old.replace("\u3000", "") == new


class _Numbers:
    """What becomes of the numbers of a chunk."""

    def __init__(
        self,
        chunk: Chunk,
        company: UUID,
        terms: Terms,
        hosts: Mapping[str, Host],
        known: Sequence[Known | None],
    ) -> None:
        self._chunk = chunk
        self._hosts = hosts
        self._holders = _Holders(chunk, company)
        self._verifying = Verifying(chunk, LawKind(KIND_OF_PERSON[chunk.kind].value), terms)
        self._reasons: Sequence[str] = chunk.facts.get("change_reason") or [""] * len(chunk.rows)
        self._held_for = _held_for(
            company, [one.id for one, why in zip(known, self._reasons, strict=True) if one and why]
        )

    def given(self, place: int, known: Known | None) -> Given | None:
        """What is to be sealed; a row whose number cannot be recorded is refused."""
        number = self._chunk.numbers[place]
        if number is None:
            return None
        said = self._reasons[place]
        code = None
        if known is not None or self._holders.has_any(place):
            code = self._holders.check(place, known, may_change=bool(said))
        if code is not None:
            self._chunk.note(place, "number", code)
            return None
        is_held = known is not None and known.number_state == NumberState.ACTIVE
        if is_held and self._holders.holds(place, known):
            return None
        why = ChangeReason(said) if is_held else None
        purposes = self._purposes(place, known, why)
        host = self._hosts.get(self._chunk.facts["employee_code"][place])
        verified = self._verifying.settle(place, purposes, host.name if host else "")
        return None if verified is None else Given(number, purposes, verified, why)

    def _purposes(
        self, place: int, known: Known | None, why: ChangeReason | None
    ) -> tuple[str, ...]:
        """A changed number serves what the one before it served."""
        if why is not None and known is not None and known.id in self._held_for:
            return self._held_for[known.id]
        return self._verifying.purposes(place)


def _held_for(company: UUID, people: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    if not people:
        return {}
    rows = rows_of(
        "SELECT person_id, purposes FROM register_number_record"
        " WHERE company_id = %s AND state = %s AND person_id = ANY(%s)",
        [company, RecordState.ACTIVE.value, people],
    )
    return {person: tuple(purposes) for person, purposes in rows}


class _Holders:
    """For whom the numbers of a chunk are held already."""

    def __init__(self, chunk: Chunk, company: UUID) -> None:
        self._chunk = chunk
        with_number = [place for place in chunk.good if chunk.numbers[place] is not None]
        numbers = [number for place in with_number if (number := chunk.numbers[place]) is not None]
        found = door.find_same(company, numbers) if numbers else []
        self._subjects = {
            place: set(subjects)
            for place, subjects in zip(with_number, found, strict=True)
            if subjects
        }
        self._births = _births(company, set().union(*self._subjects.values()))

    def has_any(self, place: int) -> bool:
        """Whether anybody holds the number of the row."""
        return place in self._subjects

    def check(self, place: int, known: Known | None, *, may_change: bool) -> Code | None:
        """Why the number of the row cannot be recorded; a warning goes into the chunk."""
        if known is not None and known.number_state == NumberState.NOT_NEEDED:
            return Code.NUMBER_NOT_NEEDED
        if known is not None and known.number_state == NumberState.ACTIVE:
            if self.holds(place, known):
                return None
            if not may_change:
                return Code.NUMBER_DIFFERS
        subjects = self._subjects.get(place, set())
        others = subjects - {known.id} if known else subjects
        if not others:
            return None
        if any(self._is_somebody_else(place, other) for other in others):
            return Code.NUMBER_OF_SOMEBODY_ELSE
        self._chunk.note(place, "number", Code.NUMBER_ALSO_HELD)
        return None

    def holds(self, place: int, known: Known | None) -> bool:
        """Whether the number of the row is theirs already."""
        return known is not None and known.id in self._subjects.get(place, set())

    def _is_somebody_else(self, place: int, other: UUID) -> bool:
        """Another birthday, another person.  The same one may stand in the register twice: as
        the child of two employees, as an employee and the spouse of another, or rehired.
        """
        births = self._chunk.facts.get("birth_date")
        born = births[place] if births else None
        return born is None or self._births.get(other) != born


def _births(company: UUID, people: Iterable[UUID]) -> dict[UUID, date | None]:
    ids = list(people)
    if not ids:
        return {}
    return dict(
        rows_of(
            "SELECT id, birth_date FROM register_person WHERE company_id = %s AND id = ANY(%s)",
            [company, ids],
        )
    )
