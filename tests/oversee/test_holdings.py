"""特定個人情報ファイル管理簿 and who has access, over real tables and two tenants."""

from datetime import timedelta

import pytest
from django.utils import timezone

from azukari.dispose import actions as dispose
from azukari.dispose.rules import Reason
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.oversee.holdings import access, actions, queries, rules
from azukari.oversee.holdings.access import HolderFilter, UnusedFilter
from azukari.oversee.holdings.queries import Line
from azukari.oversee.holdings.rules import HOLDINGS, HoldingKind, Way
from azukari.register.models import NumberRecord
from azukari.tenancy.actor import NotPermitted
from azukari.tenancy.models import User
from azukari.tenancy.rights import ALL_PERMISSIONS, PRESETS, RoleKind
from azukari.tenancy.users import SomebodyWasFaster
from tests.cast import Cast, Side, make_side
from tests.oversee.cast import reveal
from tests.web.browser import employee, family_member, new_number, with_number
from tests.web.test_exports import ask, export_of, made

pytestmark = pytest.mark.usefixtures("database")
FACTS = {"officer": "人事部長", "department": "給与課", "place": "", "remark": ""}


def line_of(side: Side, kind: HoldingKind) -> Line:
    with side.scope():
        [found] = [one for one in queries.lines() if one.holding.kind is kind]
    return found


def test_every_right_of_the_register_is_a_right() -> None:
    assert frozenset().union(*(one.rights for one in HOLDINGS)) <= ALL_PERMISSIONS
    assert rules.ANY_RIGHT <= ALL_PERMISSIONS
    assert [one.kind for one in HOLDINGS] == list(HoldingKind)


def test_stewards_and_auditors_get_at_no_number() -> None:
    assert rules.ways_of(PRESETS[RoleKind.STEWARD]) == []
    assert rules.ways_of(PRESETS[RoleKind.AUDITOR]) == []
    assert Way.REVEAL in rules.ways_of(PRESETS[RoleKind.OPERATOR])


def test_numbers_purposes_and_disposals_are_counted() -> None:
    side, other = make_side("HA"), make_side("HB")
    person = with_number(side, employee(side), new_number())
    gone = with_number(side, employee(side), new_number())
    with_number(side, family_member(side, person), new_number())
    with_number(other, employee(other), new_number())
    with side.scope():
        dispose.dispose_number(gone, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
    with side.scope():
        NumberRecord.objects.filter(person=person).update(due_on="2024-01-11", kept_by="R-TAX-01")

    employees = line_of(side, HoldingKind.EMPLOYEES)

    assert employees.counted.count == 1
    assert employees.counted.purposes == (Purpose.HEALTH_PENSION,)
    assert (employees.counted.due, employees.counted.disposed) == (1, 1)
    assert line_of(side, HoldingKind.FAMILIES).counted.count == 1
    assert line_of(side, HoldingKind.PAYEES).counted.count == 0
    assert employees.holders == {"運用担当者": ["HAの運用担当者"]}
    with side.scope():
        assert HoldingKind.APPLICATIONS not in [one.holding.kind for one in queries.lines()]


def test_a_file_with_numbers_counts_until_it_is_destroyed(cast: Cast) -> None:
    before = line_of(cast.a, HoldingKind.OUTPUTS).counted.count
    person = with_number(cast.a, employee(cast.a), new_number())
    made(cast.a, export_of(ask(cast.a, person.employee_code)))

    assert line_of(cast.a, HoldingKind.OUTPUTS).counted.count == before + 1


def test_facts_are_said_for_one_or_for_all_and_written_down() -> None:
    side, other = make_side("HC"), make_side("HD")
    kind = HoldingKind.EMPLOYEES

    with side.scope():
        actions.change_facts(kind, FACTS, version=0, everywhere=True, actor=side.steward)
    with side.scope():
        own = {**FACTS, "officer": "総務部長"}
        actions.change_facts(kind, own, version=1, everywhere=False, actor=side.steward)
    with side.scope(), pytest.raises(SomebodyWasFaster):
        actions.change_facts(kind, FACTS, version=1, everywhere=False, actor=side.steward)
    with side.scope(), pytest.raises(NotPermitted):
        actions.change_facts(kind, FACTS, version=2, everywhere=False, actor=side.officer)

    told = {one: line_of(side, one).facts for one in (kind, HoldingKind.BOOK)}
    assert [facts.officer for facts in told.values() if facts] == ["総務部長", "人事部長"]
    assert line_of(other, kind).facts is None
    with side.scope():
        asked = ledger.Filter(actions=(Action.HOLDING_CHANGED,))
        entries = ledger.records(side.company.id, asked).entries
    assert len(entries) == len(HoldingKind) + 1
    assert entries[0].record.details["after"] == "従業員特定個人情報ファイル：責任者"


def test_who_reads_is_told_with_when_they_last_did() -> None:
    side = make_side("HE")
    person = with_number(side, employee(side), new_number())
    with side.scope():
        before = access.holders_of(access.find_holders(HolderFilter()))
    reveal(side, person)
    reveal(side, person)

    with side.scope():
        [holder] = access.holders_of(access.find_holders(HolderFilter()))
        nobody = access.find_holders(HolderFilter(words="いない人")).count()
        by_way = access.find_holders(HolderFilter(way=Way.REVEAL)).count()

    assert (before[0].revealed_at, before[0].revealed) == (None, 0)
    assert holder.user == side.users[RoleKind.OPERATOR]
    assert holder.revealed == 2
    assert holder.revealed_at is not None
    assert holder.used_at is not None
    assert holder.ways == list(Way)
    assert (nobody, by_way) == (0, 1)


def test_whoever_cannot_sign_in_is_no_holder() -> None:
    side = make_side("HF")
    with side.scope():
        User.objects.filter(id=side.users[RoleKind.OPERATOR].id).update(suspended_at=timezone.now())
        assert not access.find_holders(HolderFilter()).exists()


def test_accounts_that_nobody_uses_are_found() -> None:
    side, now = make_side("HG"), timezone.now()
    operator, officer = side.users[RoleKind.OPERATOR], side.users[RoleKind.OFFICER]
    with side.scope():
        User.objects.filter(id=operator.id).update(last_signed_in_at=now - timedelta(days=100))
        User.objects.filter(id=officer.id).update(last_signed_in_at=now - timedelta(days=10))

        found = set(access.find_unused(UnusedFilter(90)))
        long = set(access.find_unused(UnusedFilter(180)))
        never = set(access.find_unused(UnusedFilter(90, never=True)))
        named = set(access.find_unused(UnusedFilter(90, words="運用担当者")))

    assert operator in found
    assert officer not in found
    assert operator not in long
    assert operator not in never
    assert side.users[RoleKind.AUDITOR] in never & long & found
    assert named == {operator}
