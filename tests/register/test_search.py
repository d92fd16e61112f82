"""Search and paging against a plain filter over the same people, along every way of finding."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azukari.law.name import search_key
from azukari.register import actions, queries
from azukari.register.models import Person
from azukari.register.queries import PeopleFilter
from azukari.register.search import paging
from tests.cast import Cast, Side, make_side

SURNAMES = [
    "髙橋",
    "高橋",
    "山﨑",
    "山崎",
    "渡邉",
    "渡邊",
    "渡辺",
    "齋藤",
    "斉藤",
    "田",
    "大田",
    "𠮷田",
]
GIVEN = ["太郎", "花子", "一", "みどり", "ジョン", "田鶴", "ﾏﾘｱ"]
KANA = ["タカハシ", "ヤマザキ", "ワタナベ", "サイトウ", "タ", "ヨシダ", "ジョン", "カガ"]
DEPARTMENTS = ["人事部", "経理部", "開発部", ""]
STATES = ["none", "active", "not_needed", "disposed"]
DAYS = [None, None, date(2027, 1, 11), date(2028, 1, 11), date(2029, 1, 11)]
SORTS = [f"{way}{name}" for name in ("code", "name", "department", "due") for way in ("", "-")]
# Limits of `paging` → which way is taken: candidates, walks that are enough, walks that go on.
WAYS = {
    "as delivered": {},
    "never few": {"FEW": 0, "STEP": 5},
    "never many": {"FEW": 0, "MANY": 0, "STEP": 4},
    "long walks": {"FEW": 0, "MANY": 0, "STEP": 1000},
}


@dataclass
class House:
    side: Side
    people: list[Person]


def fill(side: Side, seed: int) -> list[Person]:
    """Some employees and their families, then a few who change their names."""
    draw = random.Random(seed)
    with side.scope():
        employees = [
            invented(side, draw, "employee", f"{draw.choice('ABＣc')}{n:03d}") for n in range(70)
        ]
        Person.objects.bulk_create(employees)
        families = [
            invented(side, draw, "family", host.employee_code, host, k)
            for host in employees
            for k in range(1, draw.choice([1, 1, 2, 3]))
        ]
        Person.objects.bulk_create(families)
        for person in draw.sample(employees + families, 10):
            person.name = f"{draw.choice(SURNAMES)}　{draw.choice(GIVEN)}"
            person.search_key = actions.keys_of(vars(person))
            person.save(update_fields=["name", "search_key"])
        return list(Person.objects.all())


def invented(side, draw, kind, code, host=None, family_code=0) -> Person:
    person = Person(
        company_id=side.company.id,
        kind=kind,
        employee_code=code,
        host=host,
        family_code=family_code,
        name=f"{draw.choice(SURNAMES)}　{draw.choice(GIVEN)}",
        kana=f"{draw.choice(KANA)}　{draw.choice(KANA)}",
        department="" if host else draw.choice(DEPARTMENTS),
        left_on=None if host or draw.random() < 0.7 else date(2020, 3, 31),
        number_state=draw.choice(STATES),
        number_due_on=draw.choice(DAYS),
    )
    person.search_key = actions.keys_of(vars(person))
    return person


@pytest.fixture(scope="module")
def house(cast: Cast) -> House:
    side = make_side("S")
    fill(make_side("T"), seed=1)  # the same people in another company
    return House(side, fill(side, seed=1))


def fits(person: Person, host: Person, wanted: PeopleFilter) -> bool:
    import unicodedata

    names = (search_key(person.name), search_key(person.kana))
    return (
        person.kind == wanted.kind
        and all(
            any(search_key(word) in name for name in names)
            or person.employee_code.startswith(unicodedata.normalize("NFKC", word))
            for word in wanted.words.split()
        )
        and wanted.department in {"", host.department}
        and wanted.number_state in {"", person.number_state}
        and (wanted.employment == "" or (wanted.employment == "left") is (host.left_on is not None))
        and (
            wanted.due_by is None
            or (person.number_due_on is not None and person.number_due_on <= wanted.due_by)
        )
    )


def in_order(people: list[Person], sort: str, kind: str) -> list[Person]:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name == "department" and kind != "employee":
        name = "code"
    keys = {
        "code": lambda p: (),
        "name": lambda p: (p.kana,),
        "department": lambda p: (p.department,),
        "due": lambda p: (p.number_due_on or date.max,),
    }[name]

    def ordered(some):
        return sorted(some, key=lambda p: (*keys(p), p.employee_code, p.family_code), reverse=down)

    if name != "due":
        return ordered(people)
    dated = [p for p in people if p.number_due_on]
    return ordered(dated) + ordered([p for p in people if not p.number_due_on])


def expected(house: House, wanted: PeopleFilter, sort: str) -> list[Person]:
    by_id = {p.id: p for p in house.people}
    found = [p for p in house.people if fits(p, by_id.get(p.host_id, p), wanted)]
    return in_order(found, sort, wanted.kind)


def pages(house: House, wanted: PeopleFilter, sort: str, size: int) -> Iterator[queries.Page]:
    cursor = ""
    while True:
        with house.side.scope():
            page = queries.page_of_people(wanted, after=cursor, sort=sort, size=size)
        yield page
        cursor = page.after
        if not cursor:
            return


letters = st.sampled_from("".join([*SURNAMES, *GIVEN, *KANA, "ｻたヰ%_\\0", "髙邉斎ジﾖ"]))
some_words = st.one_of(
    st.text(letters, min_size=1, max_size=3),
    st.sampled_from([*SURNAMES, *GIVEN, *KANA, "たかはし", "ﾜﾀﾅﾍﾞ", "A", "B01", "C", "c04", "橋太"]),
)
filters = st.builds(
    PeopleFilter,
    kind=st.sampled_from(["employee", "family", "payee"]),
    words=st.lists(some_words, max_size=2).map(" ".join),
    department=st.sampled_from([*DEPARTMENTS, "", "", "無い部"]),
    number_state=st.sampled_from([*STATES, "", "", ""]),
    employment=st.sampled_from(["", "", "working", "left"]),
    due_by=st.sampled_from([None, None, None, date(2028, 1, 11)]),
)


@pytest.mark.parametrize("way", WAYS)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(wanted=filters, sort=st.sampled_from(SORTS), size=st.integers(1, 40))
def test_pages_show_exactly_who_fits_in_order(house, way, wanted, sort, size):
    with pytest.MonkeyPatch.context() as patched:
        for name, value in WAYS[way].items():
            patched.setattr(paging, name, value)
        seen = list(pages(house, wanted, sort, size))

    people = expected(house, wanted, sort)
    assert [p.id for page in seen for p in page.people] == [p.id for p in people]
    assert all(len(page.people) == size for page in seen[:-1])
    assert {(page.tally.number, page.tally.exact) for page in seen} == {(len(people), True)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("kind", ["employee", "family"])
def test_every_page_leads_back_to_the_one_before(house, way, sort, kind, monkeypatch):
    for name, value in WAYS[way].items():
        monkeypatch.setattr(paging, name, value)
    wanted = PeopleFilter(kind)
    forwards = list(pages(house, wanted, sort, 9))

    backwards, cursor = [], forwards[-1].before
    while cursor:
        with house.side.scope():
            page = queries.page_of_people(wanted, before=cursor, sort=sort, size=9)
        backwards.append(page)
        cursor = page.before

    assert [page.people for page in reversed(backwards)] == [page.people for page in forwards[:-1]]
    assert backwards[0].after == str(backwards[0].people[-1].id)


@settings(max_examples=40, derandomize=True)
@given(wanted=filters)
def test_further_questions_are_about_the_same_people(house, wanted):
    with house.side.scope():
        found = set(queries.find_people(wanted).values_list("id", flat=True))

    assert found == {p.id for p in expected(house, wanted, "code")}


def test_search_over_all_kinds_is_ordered_and_limited(house):
    with house.side.scope():
        found = queries.find_anybody("田", limit=12)

    everybody = [p for p in house.people if "田" in search_key(p.name)]
    everybody.sort(key=lambda p: (p.employee_code, p.family_code))
    assert [p.id for p in found] == [p.id for p in everybody[:12]]


def test_departments_are_those_of_employees_once_each(house):
    with house.side.scope():
        assert queries.departments() == sorted(set(DEPARTMENTS) - {""})


def test_department_that_is_asked_for_is_never_too_new(house):
    with house.side.scope():
        known = queries.departments_lately()
        someone = next(one for one in house.people if one.is_employee and one.department)
        Person.objects.filter(id=someone.id).update(department="新設部")
        assert queries.departments_lately() == known
        assert "新設部" in queries.departments_lately("新設部")
        Person.objects.filter(id=someone.id).update(department=someone.department)


def test_long_list_is_counted_only_so_far(house, monkeypatch):
    monkeypatch.setattr(paging, "_COUNTED", 20)
    with house.side.scope():
        page = queries.page_of_people(PeopleFilter("employee"), size=5)

    assert page.tally == queries.Tally(20, exact=False)


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        ("employee", "name"),
        ("employee", "-department"),
        ("employee", "due"),
        ("family", "-name"),
        ("family", "due"),
    ],
)
def test_long_list_is_counted_to_its_end_where_an_index_tells_it(house, kind, sort, monkeypatch):
    monkeypatch.setattr(paging, "FEW", 0)
    monkeypatch.setattr(paging, "_COUNTED_SOME", 2)
    wanted = PeopleFilter(kind, employment="left")
    number = len(expected(house, wanted, sort))
    with house.side.scope():
        page = queries.page_of_people(wanted, sort=sort, size=3)

    assert number > 3
    assert page.tally == queries.Tally(number, exact=True)


def test_what_lists_show_of_hosts_is_read_at_once(house):
    with house.side.scope():
        page = queries.page_of_people(PeopleFilter("family"), size=200)
        with CaptureQueriesContext(connection) as seen:
            hosts = queries.hosts_of(page.people)
            shown = [(one.name, one.department, one.left_on) for one in hosts.values()]

    by_id = {p.id: p for p in house.people}
    told = {by_id[p.host_id] for p in page.people}
    assert sorted(shown, key=str) == sorted(
        ((h.name, h.department, h.left_on) for h in told), key=str
    )
    assert len(seen) == 1


def test_page_says_that_a_long_list_was_counted_only_so_far(house, monkeypatch):
    from tests.web.browser import browser, see

    monkeypatch.setattr(paging, "_COUNTED", 60)

    page = see(browser(house.side).get("/people"))

    assert page.one("p", class_="count").text == "60人以上"


def test_cursor_of_another_company_shows_the_first_page(house, cast):
    with cast.b.scope():
        stranger = actions.register_employee(
            {"employee_code": "SEARCH1", "name": "余所　人", "kana": "ヨソ　ヒト"},
            actor=cast.b.operator,
        )
    with house.side.scope():
        first = queries.page_of_people(PeopleFilter("employee"), size=3)
        after = queries.page_of_people(PeopleFilter("employee"), after=str(stranger.id), size=3)
        before = queries.page_of_people(PeopleFilter("employee"), before=str(stranger.id), size=3)

    assert first == after == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sort", SORTS)
def test_cursor_with_nobody_beyond_it_shows_the_first_page(house, monkeypatch, way, sort):
    for name, limit in WAYS[way].items():
        monkeypatch.setattr(paging, name, limit)
    monkeypatch.setattr(paging, "_COUNTED_SOME", 1)
    whole, wanted = PeopleFilter("employee"), PeopleFilter("employee", number_state="disposed")
    with house.side.scope():
        everybody = queries.page_of_people(whole, sort=sort, size=200).people
        last, first = str(everybody[-1].id), str(everybody[0].id)

        for asked in (whole, wanted):
            page = queries.page_of_people(asked, sort=sort, size=5)
            assert queries.page_of_people(asked, sort=sort, size=5, after=last) == page
            assert queries.page_of_people(asked, sort=sort, size=5, before=first) == page
            assert len(page.people) == 5
            assert page.tally.number >= 5


def test_list_behind_its_end_shows_people_and_says_how_many(house, monkeypatch):
    from tests.web.browser import browser, see

    monkeypatch.setattr(paging, "FEW", 0)
    monkeypatch.setattr(paging, "MANY", 0)
    monkeypatch.setattr(paging, "_COUNTED_SOME", 1)
    with house.side.scope():
        end = queries.page_of_people(PeopleFilter("employee"), size=200).people[-1]
    client = browser(house.side)

    page = see(client.get("/people", {"state": "disposed", "after": str(end.id)}))

    assert (
        page.one("p", class_="count").text
        == see(client.get("/people", {"state": "disposed"})).one("p", class_="count").text
    )
    assert page.one("p", class_="count").text != "0人以上"
    assert page.all("th", scope="row")


def test_parts_of_people_hold_everybody_once_though_some_go(house):
    with house.side.scope():
        wanted = PeopleFilter("employee")
        everybody = queries.page_of_people(wanted, sort="-name", size=200).people
        parts = queries.parts_of_people(wanted, sort="-name", size=7)
        told = next(parts)
        Person.objects.filter(id=told[-1].id).update(kana="ンン")  # now in front of all

        told += [one for part in parts for one in part]

    assert [one.id for one in told] == [one.id for one in everybody]


def test_letters_of_another_company_are_not_seen(house, cast):
    from azukari.register.models import PersonLetters

    with cast.b.scope():
        companies = set(PersonLetters.anywhere.values_list("company_id", flat=True))

    assert companies <= {cast.b.company.id}


@pytest.mark.parametrize("words", ["問一", "モン"])
def test_search_asks_as_often_for_one_as_for_three(cast, words):
    side = make_side("Q")
    asked = []
    for n in (1, 2, 3):
        with side.scope():
            actions.register_employee(
                {"employee_code": f"Q{n}", "name": f"問一　{n}", "kana": "モン　イチ"},
                actor=side.operator,
            )
        if n != 2:
            with side.scope(), CaptureQueriesContext(connection) as seen:
                found = queries.page_of_people(PeopleFilter("employee", words)).people
            asked.append((len(found), len(seen)))

    (one, few), (three, many) = asked
    assert (one, three) == (1, 3)
    assert few == many


def test_family_is_listed_where_its_employee_is_now(cast):
    from tests.web.browser import employee, family_member

    host = employee(cast.a, department="異動前部")
    member = family_member(cast.a, host)

    def listed(**conditions):
        with cast.a.scope():
            page = queries.page_of_people(PeopleFilter("family", **conditions), size=500)
            return member.id in {p.id for p in page.people}

    assert listed(department="異動前部", employment="working")
    with cast.a.scope():
        actions.change_person(
            host,
            {"department": "異動後部", "left_on": date(2026, 3, 31)},
            version=1,
            actor=cast.a.operator,
        )

    assert not listed(department="異動前部")
    assert not listed(department="異動後部", employment="working")
    assert listed(department="異動後部", employment="left")


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("髙﨑　一", "高崎一"),
        ("渡邉　恵", "渡邊 惠"),
        ("齋藤　櫻", "斉藤桜"),
        ("葛\U000e0100城　麗", "葛城"),
        ("𠮷川　濵子", "吉川浜"),
        ("ＯＢＲＩＥＮ　Ｊ", "obrien"),
        ("森ヶ崎　誠", "森ケ崎"),
    ],
)
def test_name_is_found_however_it_is_typed(cast, kept, typed):
    code = f"V{kept.encode().hex()[-12:]}"
    with cast.b.scope():
        actions.register_employee(
            {"employee_code": code, "name": kept, "kana": "ﾌﾞﾝ ｶﾝｼﾞ"}, actor=cast.b.operator
        )
        for words in (typed, f"{typed} ぶんかんじ", f"ブンカン {code[:4]}"):
            found = queries.page_of_people(PeopleFilter("employee", words), size=500).people
            assert code in {p.employee_code for p in found}, words
