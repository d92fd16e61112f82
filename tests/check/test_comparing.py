"""The comparison of single people, against a plain reading of its rules; files as facts."""

from collections.abc import Iterable
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from azukari.check.difference.comparing import Here, Kind, differences
from azukari.check.difference.facts import (
    BETWEEN,
    FIELDS,
    OF_FAMILY,
    Facts,
    Field,
    Key,
    facts_of,
    said_in,
)
from azukari.check.difference.payroll_file import layout_of, read

TODAY = "2026-11-30"
FLAGS = (Field.TAX, Field.HEALTH, Field.CATEGORY3)
Said = dict[Field, str]

_TEXTS = st.sampled_from(["", "甲", "乙"])
_DAYS = st.sampled_from(["", "", "2026-03-31", "2027-03-31"])
_VALUES = {
    **dict.fromkeys(FIELDS, _TEXTS),
    **dict.fromkeys(FLAGS, st.sampled_from(["0", "1"])),
    Field.NAME: st.sampled_from(["甲", "乙"]),
    Field.ENDED: _DAYS,
}
_KEYS = st.tuples(st.sampled_from(["1", "2"]), st.integers(0, 2))
_SPOKEN_OF = st.sets(st.sampled_from(FIELDS)).map(lambda some: {Field.NAME, Field.ENDED, *some})
_SPOKEN = st.dictionaries(
    _KEYS, st.fixed_dictionaries({}, optional={one: _VALUES[one] for one in FIELDS})
)
_REGISTER = st.dictionaries(
    _KEYS,
    st.tuples(st.fixed_dictionaries(_VALUES), st.sampled_from(["none", "active", "not_needed"])),
)


def _here(key: Key, known: Said, number: str, spoken_of: set[Field]) -> Here:
    """As PostgreSQL gives somebody to whoever speaks of these fields."""
    code, family = key
    shown = spoken_of - (OF_FAMILY if not family else set())
    texts = [known[one] if one in shown else "" for one in FIELDS]
    if not family and Field.RELATIONSHIP in spoken_of:
        texts[FIELDS.index(Field.RELATIONSHIP)] = "SELF"
    flags = "".join(known[one] for one in FLAGS)
    return Here(str(uuid4()), code, str(family), number, flags, BETWEEN.join(texts))


def _expected(
    there: dict[Key, Said], here: dict[Key, tuple[Said, str]]
) -> Iterable[tuple[Key, Kind, Field | None]]:
    families = {bool(family) for _, family in there}
    for key, (known, number) in here.items():
        code, family = key
        if bool(family) not in families:
            continue
        told = there.get(key)
        if told is None:
            yield key, Kind.ONLY_HERE, None
        for field in told or {}:
            is_compared = family or field not in OF_FAMILY
            if is_compared and told is not None and told[field] != known[field]:
                yield key, Kind.DIFFERS, field
        over = known[Field.ENDED] or (told or {}).get(Field.ENDED, "")
        ended = bool(over) and over < TODAY
        if number == "none" and told is not None and not ended:
            yield key, Kind.NO_NUMBER, None
        if number != "active":
            continue
        if not family:
            if ended:
                yield key, Kind.LEFT_WITH_NUMBER, None
            continue
        host = there.get((code, 0), {}).get(Field.ENDED, "")
        said = [(told or {}).get(one) for one in FLAGS]
        left = [flag or known[one] for flag, one in zip(said, FLAGS, strict=True)]
        if ended or (host and host < TODAY) or ("0" in said and "1" not in left):
            yield key, Kind.NOT_DEPENDENT_WITH_NUMBER, None
    for key in there.keys() - here.keys():
        yield key, Kind.ONLY_THERE, None


@given(_SPOKEN, _REGISTER, _SPOKEN_OF)
def test_each_person_is_compared_by_the_rules(
    spoken: dict[Key, Said], register: dict[Key, tuple[Said, str]], spoken_of: set[Field]
) -> None:
    there = {
        key: {one: text for one, text in said.items() if one in spoken_of}
        for key, said in spoken.items()
    }
    here = [_here(key, *one, spoken_of) for key, one in register.items()]

    found = list(
        differences({key: facts_of(said) for key, said in there.items()}, here, today=TODAY)
    )

    told = [(one.key, one.kind, one.field) for one in found]
    assert sorted(told, key=str) == sorted(_expected(there, register), key=str)
    ids = {one.key: one.id for one in here}
    assert all(one.person == ids.get(one.key) for one in found)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=3)))
def test_facts_say_nothing_and_that_there_is_nothing(said: Said) -> None:
    plain = {one: text.replace(BETWEEN, " ").replace("\x1e", " ") for one, text in said.items()}

    told = said_in(facts_of(said))

    assert len(told) == len(FIELDS)
    assert {one: text for one, text in zip(FIELDS, told, strict=True) if text is not None} == plain


# files ----------------------------------------------------------------------------------------

_HEADINGS = "社員番号,家族連番,氏名,氏名カナ,生年月日,性別,続柄,住所,退職年月日"


def _people(*rows: str) -> dict[Key, list[str | None]]:
    told = read(layout_of("\r\n".join([_HEADINGS, *rows, ""]).encode()))
    return {key: said_in(facts) for key, facts in told.people.items()}


def _facts(*rows: str) -> dict[Key, Said]:
    return {
        key: {one: text for one, text in zip(FIELDS, said, strict=True) if text is not None}
        for key, said in _people(*rows).items()
    }


def test_a_cell_holding_what_stands_between_facts_stays_one_fact() -> None:
    found = _facts(
        f"1,0,甲{BETWEEN}乙,コウ,1980/01/02,1,本人,千代田区{BETWEEN}1,",
        "2,0,丙,ヘイ,1980-01-03,男,本人,千代田区2,2026/03/31",
    )

    assert found[("1", 0)][Field.ADDRESS] == "千代田区 1"
    assert found[("2", 0)] == {
        Field.NAME: "丙",
        Field.KANA: "ヘイ",
        Field.BIRTH: "1980-01-03",
        Field.SEX: "1",
        Field.RELATIONSHIP: "SELF",
        Field.ADDRESS: "千代田区2",
        Field.ENDED: "2026-03-31",
    }


def test_of_somebody_who_comes_twice_the_first_row_counts() -> None:
    rows = ["1,0,甲,コウ,,,本人,,", "1,1,乙,オツ,,,子,,", "1,1,丙,ヘイ,,,子,,", ",,丁,テイ,,,,,"]

    told = read(layout_of("\r\n".join([_HEADINGS, *rows, ""]).encode()))

    assert [said_in(facts)[0] for facts in told.people.values()] == ["甲", "乙"]
    assert (told.rows, told.twice, told.nameless) == (4, 1, 1)


@given(st.lists(st.tuples(st.sampled_from(["1", " 1", "２", "E 3", ""]), st.integers(0, 3))))
def test_rows_are_sorted_out_alike_whatever_stands_beside_them(rows: list[tuple[str, int]]) -> None:
    """Plain batches are taken as columns, others row by row."""
    lines = [f"{code},{family},甲{at},コウ,,,子,," for at, (code, family) in enumerate(rows)]

    alone: dict[Key, list[str | None]] = {}
    for line in lines:
        for key, said in _people(line).items():
            alone.setdefault(key, said)

    assert _people(*lines) == alone
    assert _people(*lines, ",,誰か,ダレカ,,,,,") == alone


def test_facts_are_one_text_for_those_who_agree() -> None:
    told = read(layout_of(f"{_HEADINGS}\r\n1,0,甲,コウ,1980/1/2,男,本人,千代田区,\r\n".encode()))

    facts: Facts = told.people[("1", 0)]

    assert facts == facts_of(
        {
            Field.NAME: "甲",
            Field.KANA: "コウ",
            Field.BIRTH: "1980-01-02",
            Field.SEX: "1",
            Field.RELATIONSHIP: "SELF",
            Field.ADDRESS: "千代田区",
        }
    )
