"""The comparison itself.  Pure: facts of both sides in, differences out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from azukari.check.difference.facts import (
    BETWEEN,
    FIELDS,
    OF_FAMILY,
    PLACE,
    Facts,
    Field,
    Key,
    is_spelling,
    said_in,
)


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
    """Somebody of the register, all as texts.

    `number`: its state, as `NumberState` has it.  `dependence`: "1" or "0" for each of 税扶養,
    健保扶養 and 第3号.  `facts`: only of fields that payroll speaks of, so that they are the same
    text when both agree; the name and what has ended in any case.
    """

    id: str
    code: str
    family: str
    number: str
    dependence: str
    facts: Facts

    @property
    def key(self) -> Key:
        return self.code, int(self.family)

    @property
    def said(self) -> list[str]:
        """For each of `FIELDS` what the register has; "" for nothing."""
        return self.facts.split(BETWEEN)


class Difference(NamedTuple):
    """`field` and the two texts say what differs; empty for kinds about the person as a whole.

    `spelling_only`: both texts mean the same by our rules (`facts.is_spelling`).  `ended`: the
    person has left, or is no dependant any more.
    """

    kind: Kind
    key: Key
    name: str
    person: str | None = None
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


_NAME, _ENDED = PLACE[Field.NAME], PLACE[Field.ENDED]
_FLAGS = slice(PLACE[Field.TAX], PLACE[Field.CATEGORY3] + 1)
_OF_FAMILIES = range(len(FIELDS))
_OF_EMPLOYEES = [at for at in _OF_FAMILIES if FIELDS[at] not in OF_FAMILY]

Told = Sequence[str | None]
"""What payroll says for each of `FIELDS` (`facts.said_in`)."""


def differences(
    there: Mapping[Key, Facts], here: Iterable[Here], *, today: str
) -> Iterator[Difference]:
    """Those of the register in their order, then those only payroll knows.  `today` as ISO.

    A file about employees only says nothing against families, and the other way round.
    """
    of_employees = any(not family for _, family in there)
    of_families = any(family for _, family in there)
    left_there = _left(there, today)
    left = dict(there)
    for person in here:
        _, code, family, number, dependence, known = person
        told = left.pop((code, int(family)), None)
        # The day of an end stands last.
        agree = told == known and number == "active" and known[-1] == BETWEEN
        if agree and (family == "0" or ("1" in dependence and code not in left_there)):
            continue
        if of_employees if family == "0" else of_families:
            yield from _about(person, told, today, host_left=code in left_there)
    for key, facts in left.items():
        said = said_in(facts)
        name, ended = said[_NAME] or "", _is_over(said[_ENDED], today)
        yield Difference(Kind.ONLY_THERE, key, name, there=name, ended=ended)


def _left(there: Mapping[Key, Facts], today: str) -> set[str]:
    """社員番号 of the employees of whom payroll says that they have left."""
    return {
        code
        for (code, family), facts in there.items()
        if not family and facts[-1] != BETWEEN and _is_over(said_in(facts)[_ENDED], today)
    }


def _about(
    person: Here, there: Facts | None, today: str, *, host_left: bool
) -> Iterator[Difference]:
    known = person.said
    told = None if there is None else said_in(there)
    if told is None:
        name, ended = known[_NAME], _is_over(known[_ENDED], today)
        yield Difference(Kind.ONLY_HERE, person.key, name, person.id, here=name, ended=ended)
    elif there != person.facts:
        yield from _fields(person, told, known, today)
    over = known[_ENDED] or (told[_ENDED] if told else None) or ""
    ended = _is_over(over, today)
    match person.number:
        case "none" if told is not None and not ended:
            yield Difference(Kind.NO_NUMBER, person.key, known[_NAME], person.id)
        case "active" if person.family == "0":
            if ended:
                yield _of_number(Kind.LEFT_WITH_NUMBER, person, known, over)
        case "active" if ended or host_left or _is_no_dependant(told, person.dependence):
            yield _of_number(Kind.NOT_DEPENDENT_WITH_NUMBER, person, known, over)


def _fields(person: Here, told: Told, known: Sequence[str], today: str) -> Iterator[Difference]:
    for at in _OF_EMPLOYEES if person.family == "0" else _OF_FAMILIES:
        there, here = told[at], known[at]
        if there is None or there == here:
            continue
        field = FIELDS[at]
        yield Difference(
            kind=Kind.DIFFERS,
            key=person.key,
            name=known[_NAME],
            person=person.id,
            field=field,
            there=there,
            here=here,
            spelling_only=is_spelling(field, there, here),
            ended=_is_over(known[_ENDED], today),
        )


def _of_number(kind: Kind, person: Here, known: Sequence[str], over: str) -> Difference:
    return Difference(kind, person.key, known[_NAME], person.id, here=over, ended=True)


def _is_no_dependant(told: Told | None, dependence: str) -> bool:
    """Payroll says of a flag that it is off, and none is left of those only the register knows."""
    said = told[_FLAGS] if told else []
    if "0" not in said:
        return False
    return "1" not in [
        known if flag is None else flag for flag, known in zip(said, dependence, strict=True)
    ]


def _is_over(ended: str | None, today: str) -> bool:
    return bool(ended) and str(ended) < today


def with_family_codes(
    families: Iterable[tuple[str, Facts]], here: Sequence[Here]
) -> dict[Key, Facts]:
    """家族連番 for a file that has none: by name, else by the day of birth, else a new one.

    `families`: 社員番号 and facts.  Somebody new gets the numbers below zero, which the register
    never gives.
    """
    known: dict[str, list[tuple[Key, Told]]] = {}
    for person in here:
        if person.family != "0":
            known.setdefault(person.code, []).append((person.key, person.said))
    for family in known.values():
        family.sort(key=itemgetter(0))
    given: dict[Key, Facts] = {}
    waiting: list[tuple[str, Facts]] = []
    for code, facts in families:
        key = _key_of(known.get(code, ()), given, facts, by=Field.NAME)
        if key is None:
            waiting.append((code, facts))
        else:
            given[key] = facts
    new: dict[str, int] = {}
    for code, facts in waiting:
        key = _key_of(known.get(code, ()), given, facts, by=Field.BIRTH)
        if key is None:
            new[code] = new.get(code, 0) - 1
        given[key or (code, new[code])] = facts
    return given


def _key_of(
    family: Iterable[tuple[Key, Told]], taken: Mapping[Key, Facts], facts: Facts, *, by: Field
) -> Key | None:
    told = said_in(facts)[PLACE[by]]
    free = (one for one in family if one[0] not in taken)
    return next((key for key, known in free if _is_same(by, told, known[PLACE[by]])), None)


def _is_same(field: Field, told: str | None, known: str | None) -> bool:
    if not told or not known:
        return False
    return told == known or (field is Field.NAME and is_spelling(field, told, known))
