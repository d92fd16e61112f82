"""The comparison itself.  Pure: facts of both sides in, differences out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from azukari.check.difference.facts import FIELDS, OF_FAMILY, PLACE, Facts, Field, Key, is_spelling


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


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody of the register.  `number`: the state of the number, as `NumberState` has it."""

    id: UUID
    key: Key
    facts: Facts
    number: str


@dataclass(frozen=True, slots=True)
class Difference:
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
_OF_EMPLOYEES = tuple((at, one) for at, one in enumerate(FIELDS) if one not in OF_FAMILY)
_OF_FAMILY = tuple(enumerate(FIELDS))


def differences(
    there: Mapping[Key, Facts], here: Iterable[Here], *, today: str
) -> Iterator[Difference]:
    """Those of the register in its order, then those only payroll knows.  `today` as ISO.

    A file about employees only says nothing against families, and the other way round.
    """
    told_of = {bool(key[1]) for key in there}
    ended_there = {
        key[0] for key, facts in there.items() if not key[1] and _is_over(facts[_ENDED], today)
    }
    found: set[Key] = set()
    for person in here:
        if bool(person.key[1]) not in told_of:
            continue
        told = there.get(person.key)
        if told is None:
            yield _only_here(person, today)
        else:
            found.add(person.key)
            yield from _fields(person, told, today)
        yield from _about_number(person, told, today, host_left=person.key[0] in ended_there)
    for key, facts in there.items():
        if key not in found:
            ended = _is_over(facts[_ENDED], today)
            yield Difference(
                Kind.ONLY_THERE, key, facts[_NAME] or "", there=facts[_NAME] or "", ended=ended
            )


def _only_here(person: Here, today: str) -> Difference:
    name = person.facts[_NAME] or ""
    ended = _is_over(person.facts[_ENDED], today)
    return Difference(Kind.ONLY_HERE, person.key, name, person.id, here=name, ended=ended)


def _fields(person: Here, told: Facts, today: str) -> Iterator[Difference]:
    known = person.facts
    for at, field in _OF_FAMILY if person.key[1] else _OF_EMPLOYEES:
        there, here = told[at], known[at] or ""
        if there is None or there == here:
            continue
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


def _about_number(
    person: Here, told: Facts | None, today: str, *, host_left: bool
) -> Iterator[Difference]:
    name = person.facts[_NAME] or ""
    over = person.facts[_ENDED] or (told[_ENDED] if told else "") or ""
    ended = _is_over(over, today)
    if person.number == "none":
        if told is not None and not ended:
            yield Difference(Kind.NO_NUMBER, person.key, name, person.id)
    elif person.number == "active":
        if not person.key[1]:
            if ended:
                yield Difference(
                    Kind.LEFT_WITH_NUMBER, person.key, name, person.id, here=over, ended=True
                )
        elif ended or host_left or (told is not None and _is_no_dependant(told, person.facts)):
            yield Difference(
                Kind.NOT_DEPENDENT_WITH_NUMBER, person.key, name, person.id, here=over, ended=True
            )


def _is_no_dependant(told: Facts, known: Facts) -> bool:
    """Payroll says of a flag that it is off, and none is left of those only the register knows."""
    flags = [known[at] if told[at] is None else told[at] for at in _FLAGS]
    return "1" not in flags and any(told[at] == "0" for at in _FLAGS)


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
