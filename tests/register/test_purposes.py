"""Purposes switched off, versions of a notice, and who was told."""

from datetime import date

import pytest

from azukari.law.number import parse
from azukari.law.purpose import PersonKind, Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions, notices
from azukari.register.actions import Verification
from azukari.register.actions import purposes as verbs
from azukari.register.models import NoticeChannel, PurposeNotified
from azukari.register.rules import Refused, RegisterProblem
from azukari.tenancy.actor import NotPermitted
from tests.cast import Cast, make_side
from tests.web.browser import employee, family_member, new_number, with_number

DAY = date(2026, 4, 1)


def test_purpose_that_is_off_is_refused(database: object) -> None:
    side = make_side("PO")
    person = employee(side)
    with side.scope():
        changed = verbs.set_purposes(set(Purpose) - {Purpose.RESIDENT_TAX}, actor=side.steward)
        again = verbs.set_purposes(set(Purpose) - {Purpose.RESIDENT_TAX}, actor=side.steward)

    with side.scope(), pytest.raises(Refused) as refused:
        actions.record_number(
            person,
            parse(new_number()),
            [Purpose.RESIDENT_TAX],
            Verification("CARD", "CARD"),
            actor=side.operator,
        )

    assert (changed, again) == (True, False)
    assert refused.value.problem is RegisterProblem.PURPOSE_SWITCHED_OFF
    with side.scope():
        assert Purpose.RESIDENT_TAX not in notices.open_purposes(PersonKind.EMPLOYEE)
        assert Purpose.RESIDENT_TAX.label not in notices.draft(PersonKind.EMPLOYEE, "会社")
        verbs.set_purposes(Purpose, actor=side.steward)
        assert notices.switched_off() == frozenset()


def test_each_kind_keeps_a_purpose(cast: Cast) -> None:
    without_payees = set(Purpose) - {Purpose.PAYMENT_REPORT}

    with cast.a.scope(), pytest.raises(verbs.LastPurpose):
        verbs.set_purposes(without_payees, actor=cast.a.steward)


@pytest.mark.parametrize("role", ["operator", "officer", "auditor"])
def test_only_the_steward_sets_purposes(cast: Cast, role: str) -> None:
    with cast.a.scope(), pytest.raises(NotPermitted):
        verbs.set_purposes(Purpose, actor=getattr(cast.a, role))


def test_everybody_of_a_department_is_told_at_once(database: object) -> None:
    side = make_side("PN")
    sales = [employee(side, department="営業部") for _ in range(3)]
    other = employee(side, department="総務部")
    member = with_number(side, family_member(side, sales[0]), new_number())
    with side.scope():
        first = verbs.publish_notice(PersonKind.EMPLOYEE, "第一の文", actor=side.steward)
        of_family = verbs.publish_notice(PersonKind.FAMILY, "家族への文", actor=side.steward)

    with side.scope():
        told = verbs.note_told(
            first, notices.not_told(first, "営業部"), NoticeChannel.MAIL, DAY, actor=side.operator
        )
        again = verbs.note_told(
            first, notices.to_be_told(PersonKind.EMPLOYEE), NoticeChannel.PAPER, DAY,
            actor=side.steward,
        )  # fmt: skip
    with side.scope():
        family_left = [one.id for one in notices.not_told(of_family, "営業部")]
        left = notices.not_told(first).count()
        (mine,) = notices.notified_of(sales[0])
        page = ledger.records(
            side.company.id, ledger.Filter(subject=other.id, actions=(Action.PURPOSE_NOTIFIED,))
        )

    assert (told, again, left) == (3, 1, 0)
    assert family_left == [member.id]
    assert (mine.channel, mine.notified_on) == (NoticeChannel.MAIL, DAY)
    assert [entry.record.details["channel"] for entry in page.entries] == ["paper"]


def test_new_version_starts_anew(database: object) -> None:
    side = make_side("PV")
    employee(side)
    with side.scope():
        first = verbs.publish_notice(PersonKind.EMPLOYEE, "第一の文", actor=side.steward)
        verbs.note_told(
            first, notices.not_told(first), NoticeChannel.RULES, DAY, actor=side.steward
        )
        second = verbs.publish_notice(PersonKind.EMPLOYEE, "第二の文", actor=side.steward)
        state = notices.told_of(PersonKind.EMPLOYEE)

    assert (first.version, second.version) == (1, 2)
    assert state is not None
    assert (state.notice.id, state.people, state.missing) == (second.id, 1, 1)


def test_people_of_another_company_are_never_told(cast: Cast) -> None:
    employee(cast.b)
    with cast.a.scope():
        notice = verbs.publish_notice(PersonKind.EMPLOYEE, "文", actor=cast.a.steward)
        everybody = notices.not_told(notice)
        verbs.note_told(notice, everybody, NoticeChannel.MAIL, DAY, actor=cast.a.steward)

    with cast.b.scope():
        assert PurposeNotified.objects.filter(notice_id=notice.id).count() == 0
