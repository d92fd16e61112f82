"""The verbs of the register over real tables: permission, history, versions."""

import pytest

from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, queries
from azukari.register.actions import SomebodyWasFaster
from azukari.register.models import NumberState, Person, PersonChange
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import NotPermitted
from tests.cast import Cast
from tests.web.browser import employee, family_member, new_code, new_number, with_number


def facts(**more: object) -> dict[str, object]:
    return {"employee_code": new_code(), "name": "山田　花子", "kana": "ヤマダ　ハナコ", **more}


def test_registration_is_written_down_in_the_companys_ledger(cast: Cast) -> None:
    person = employee(cast.a)

    with cast.a.scope():
        page = ledger.records(cast.a.company.id, ledger.Filter(subject=person.id))
    assert [entry.record.action for entry in page.entries] == [Action.PERSON_REGISTERED]


@pytest.mark.parametrize("role", ["steward", "officer", "auditor"])
def test_registration_needs_the_right(cast: Cast, role: str) -> None:
    with cast.a.scope(), pytest.raises(NotPermitted):
        actions.register_employee(facts(), actor=getattr(cast.a, role))


def test_code_is_taken_once_per_company(cast: Cast) -> None:
    taken = employee(cast.a).employee_code

    with cast.a.scope(), pytest.raises(Refused) as refused:
        actions.register_employee(facts(employee_code=taken), actor=cast.a.operator)
    with cast.b.scope():
        actions.register_employee(facts(employee_code=taken), actor=cast.b.operator)

    assert refused.value.problem is RegisterProblem.CODE_TAKEN


def test_family_is_numbered_under_its_employee(cast: Cast) -> None:
    host = employee(cast.a)

    members = [family_member(cast.a, host) for _ in range(3)]

    assert [member.family_code for member in members] == [1, 2, 3]
    assert {member.employee_code for member in members} == {host.employee_code}


def test_unchanged_change_writes_nothing(cast: Cast) -> None:
    person = employee(cast.a)

    with cast.a.scope():
        actions.change_person(
            person, {"name": person.name}, version=person.version, actor=cast.a.operator
        )
        same = Person.objects.get(id=person.id)
        changes = PersonChange.objects.filter(person=person).count()

    assert (same.version, changes) == (person.version, 0)


def test_change_on_an_old_version_is_refused_whole(cast: Cast) -> None:
    person = employee(cast.a)
    with cast.a.scope():
        actions.change_person(person, {"department": "甲"}, version=1, actor=cast.a.operator)

    with cast.a.scope(), pytest.raises(SomebodyWasFaster):
        actions.change_person(person, {"department": "乙"}, version=1, actor=cast.a.operator)

    with cast.a.scope():
        assert Person.objects.get(id=person.id).department == "甲"


def test_changed_name_is_found_by_its_new_spelling(cast: Cast) -> None:
    person = employee(cast.a)
    with cast.a.scope():
        actions.change_person(person, {"name": "齋藤　新"}, version=1, actor=cast.a.operator)

        wanted = queries.PeopleFilter("employee", words="斎藤新")
        assert [one.id for one in queries.find_people(wanted)] == [person.id]


def test_not_needed_can_be_set_and_lifted(cast: Cast) -> None:
    member = family_member(cast.a, employee(cast.a))

    def change(version: int, *, needed: bool) -> str:
        with cast.a.scope():
            changed = actions.change_person(
                member, {}, version=version, number_needed=needed, actor=cast.a.operator
            )
            return changed.number_state

    assert change(1, needed=False) == NumberState.NOT_NEEDED
    assert change(2, needed=True) == NumberState.NONE


def test_counts_tell_employees_and_family_apart(cast: Cast) -> None:
    with cast.b.scope():
        before = queries.counts()
    host = with_number(cast.b, employee(cast.b), new_number())
    family_member(cast.b, host)

    with cast.b.scope():
        after = queries.counts()

    grown = [
        now - then
        for now, then in (
            (after.employees, before.employees),
            (after.employees_missing, before.employees_missing),
            (after.family, before.family),
            (after.family_missing, before.family_missing),
        )
    ]
    assert grown == [1, 0, 1, 1]


def test_list_is_read_in_the_same_number_of_questions_for_one_and_many(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.web.browser import browser

    employee(cast.a, name="問数　一")
    for _ in range(3):
        employee(cast.a, name="問数　多")
    client = browser(cast.a)
    client.get("/people")

    asked = []
    for words in ("問数一", "問数多"):
        with CaptureQueriesContext(connection) as seen:
            client.get("/people", {"q": words})
        asked.append(len(seen))

    assert asked[0] == asked[1]
