"""The comparison itself.  Pure: facts of both sides in, differences out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from azukari.check.difference.facts import FIELDS, PLACE, Facts, Field, Key, is_spelling


class Kind(StrEnum):
    ONLY_THERE = "only_there"
    ONLY_HERE = "only_here"
    DIFFERS = "differs"
    NO_NUMBER = "no_number"
    LEFT_WITH_NUMBER = "left_with_number"
    NOT_DEPENDENT_WITH_NUMBER = "not_dependent_with_number"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.ONLY_THERE: "給与のみ",
    Kind.ONLY_HERE: "本サービスのみ",
    Kind.DIFFERS: "内容が違う",
    Kind.NO_NUMBER: "番号未登録",
    Kind.LEFT_WITH_NUMBER: "退職済で番号あり",
    Kind.NOT_DEPENDENT_WITH_NUMBER: "扶養から外れた家族の番号あり",
}


class Here(NamedTuple):
    """Somebody of the register.  `number`: the state of the number, as `NumberState` has it."""

    id: UUID
    key: Key
    facts: Facts
    number: str


class Difference(NamedTuple):
    """`field` and the two texts say what differs; empty for kinds about the person as a whole.

    `spelling_only`: both texts mean the same by our rules (`facts.is_spelling`).  `ended`: the
    person has left, or is no dependant any more.
    """

    kind: Kind
    key: Key
    name: str
    person: UUID | None = None
    field: Field | None = None
    there: str = ""
    here: str = ""
    spelling_only: bool = False
    ended: bool = False

    @property
    def digest(self) -> str:
        """The same as long as nothing about it changes; by it runs are compared."""
        parts = (self.kind.value, *map(str, self.key), self.field or "", self.there, self.here)
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


_NAME, _RELATIONSHIP, _ENDED = (PLACE[one] for one in (Field.NAME, Field.RELATIONSHIP, Field.ENDED))
_FLAGS = tuple(PLACE[one] for one in (Field.TAX, Field.HEALTH, Field.CATEGORY3))
_PLACES = range(len(FIELDS))
_NOTHING: Facts = (None,) * len(FIELDS)


def differences(
    there: Mapping[Key, Facts], here: Iterable[Here], *, today: str
) -> Iterator[Difference]:
    """Those of the register in their order, then those only payroll knows.  `today` as ISO.

    A file about employees only says nothing against families, and the other way round.
    """
    of_employees = any(not family for _, family in there)
    of_families = any(family for _, family in there)
    ended_there = {
        code
        for (code, family), facts in there.items()
        if not family and facts[_ENDED] and _is_over(facts[_ENDED], today)
    }
    left = dict(there)
    for person in here:
        code, family = key = person.key
        if not (of_families if family else of_employees):
            continue
        told, known = left.pop(key, _NOTHING), person.facts
        if told is _NOTHING:
            yield _only_here(person, today)
        places = [
            at
            for at in _PLACES
            if told[at] != known[at] and told[at] is not None and known[at] is not None
        ]
        if places:
            yield from _fields(person, told, places, today)
        kind = _about_number(person, told, today, host_left=code in ended_there)
        if kind is not None:
            yield _of_number(kind, person, told)
    for key, facts in left.items():
        name, ended = facts[_NAME] or "", _is_over(facts[_ENDED], today)
        yield Difference(Kind.ONLY_THERE, key, name, there=name, ended=ended)


def _only_here(person: Here, today: str) -> Difference:
    name = person.facts[_NAME] or ""
    ended = _is_over(person.facts[_ENDED], today)
    return Difference(Kind.ONLY_HERE, person.key, name, person.id, here=name, ended=ended)


def _fields(person: Here, told: Facts, places: Iterable[int], today: str) -> Iterator[Difference]:
    known = person.facts
    for at in places:
        field, there, here = FIELDS[at], told[at] or "", known[at] or ""
        yield Difference(
            kind=Kind.DIFFERS,
            key=person.key,
            name=known[_NAME] or "",
            person=person.id,
            field=field,
            there=there,
            here=here,
            spelling_only=is_spelling(field, there, here),
            ended=_is_over(known[_ENDED], today),
        )


def _about_number(person: Here, told: Facts, today: str, *, host_left: bool) -> Kind | None:
    """What is to be said of the number; `told` is `_NOTHING` of whom payroll does not know."""
    ended = _is_over(person.facts[_ENDED] or told[_ENDED], today)
    match person.number:
        case "none" if told is not _NOTHING and not ended:
            return Kind.NO_NUMBER
        case "active" if not person.key[1]:
            return Kind.LEFT_WITH_NUMBER if ended else None
        case "active" if ended or host_left or _is_no_dependant(told, person.facts):
            return Kind.NOT_DEPENDENT_WITH_NUMBER
    return None


def _of_number(kind: Kind, person: Here, told: Facts) -> Difference:
    name = person.facts[_NAME] or ""
    if kind is Kind.NO_NUMBER:
        return Difference(kind, person.key, name, person.id)
    over = person.facts[_ENDED] or told[_ENDED] or ""
    return Difference(kind, person.key, name, person.id, here=over, ended=True)


def _is_no_dependant(told: Facts, known: Facts) -> bool:
    """Payroll says of a flag that it is off, and none is left of those only the register knows."""
    said = [told[at] for at in _FLAGS]
    if "0" not in said:
        return False
    return "1" not in [known[at] if told[at] is None else told[at] for at in _FLAGS]


def _is_over(ended: str | None, today: str) -> bool:
    return bool(ended) and str(ended) < today


def with_family_codes(
    families: Iterable[tuple[str, Facts]], here: Sequence[Here]
) -> dict[Key, Facts]:
    """家族連番 for a file that has none: by name, else by the day of birth, else a new one.

    `families`: 社員番号 and facts.  Somebody new gets the numbers below zero, which the register
    never gives.
    """
    known: dict[str, list[Here]] = {}
    for person in here:
        if person.key[1]:
            known.setdefault(person.key[0], []).append(person)
    for family in known.values():
        family.sort(key=lambda one: one.key)
    given: dict[Key, Facts] = {}
    waiting: list[tuple[str, Facts]] = []
    for code, facts in families:
        same = _one_of(known.get(code, ()), given, facts, by=Field.NAME)
        if same is None:
            waiting.append((code, facts))
        else:
            given[same.key] = facts
    new: dict[str, int] = {}
    for code, facts in waiting:
        same = _one_of(known.get(code, ()), given, facts, by=Field.BIRTH)
        if same is None:
            new[code] = new.get(code, 0) - 1
        given[same.key if same else (code, new[code])] = facts
    return given


def _one_of(
    family: Sequence[Here], taken: Mapping[Key, Facts], facts: Facts, *, by: Field
) -> Here | None:
    told = facts[PLACE[by]]
    free = (person for person in family if person.key not in taken)
    return next((one for one in free if _is_same(by, told, one.facts[PLACE[by]])), None)


def _is_same(field: Field, told: str | None, known: str | None) -> bool:
    if not told or not known:
        return False
    return told == known or (field is Field.NAME and is_spelling(field, told, known))
