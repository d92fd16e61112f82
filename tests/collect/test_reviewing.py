"""Whoever checks: papers, comparison, approval, return, and two at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from azukari.collect import applying, clearing, own, proxy, reviewing, setting
from azukari.collect.models import Application, Document, Mail
from azukari.collect.papers import PaperKind
from azukari.collect.reviewing import Checks
from azukari.collect.rules import ApplicationState, CollectProblem, CollectRefused, ReturnReason
from azukari.collect.terms import Terms
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.register import actions as register
from azukari.register.models import NumberLedgerEntry, NumberState
from azukari.register.number_rules import ChangeReason
from azukari.register.rules import Refused
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.models import User
from azukari.tenancy.rights import RoleKind
from azukari.vault import door
from tests.cast import Cast, Side, make_side
from tests.collect.cast import PICTURE, asked, filled_in, handed_in, me
from tests.web.browser import employee, family_member, new_number, payee, with_number

CARD = Checks("CARD", "CARD")


def looked_at(side: Side, application: Application, digits: dict[object, str]) -> None:
    """Every paper opened and every number compared by the operator."""
    for paper in Document.objects.filter(item__application=application, cell__isnull=False):
        assert reviewing.open_document(paper, actor=side.operator)
    for item in application.items.all():
        if item.id in digits:
            assert reviewing.compare(item, parse(digits[item.id]), actor=side.operator)


def applied(side: Side, person) -> tuple[Application, dict[object, str]]:
    """Handed in, and the digits of each item."""
    application = filled_in(side, person)
    digits = {}
    with side.scope():
        for item in own.items_of(application):
            digits[item.id] = new_number()
            applying.put_number(item, parse(digits[item.id]), actor=me(side, person))
        application = applying.submit(application, actor=me(side, person))
    return application, digits


def test_family_with_category3_spouse_is_registered_and_the_papers_are_gone(cast: Cast) -> None:
    side = cast.a
    person = employee(side, mail="taro@example.jp")
    wife = family_member(side, person, category3=True, tax_dependent=True)
    child = family_member(side, person, relationship="CHILD", tax_dependent=True)
    application, digits = applied(side, person)
    with side.scope():
        papers = list(Document.objects.filter(item__application=application))
        looked_at(side, application, digits)
        items = {item.person_id: item for item in own.items_of(application)}
        checks = {
            items[person.id].id: CARD,
            items[wife.id].id: Checks("CARD", "ID_PHOTO1", "AUTH_POA"),
        }

        version = application.version
        reviewing.approve(application, checks, version=version, actor=side.operator)

    with side.scope():
        application.refresh_from_db()
        assert application.state == ApplicationState.REGISTERED
        cells = [paper.cell for paper in papers if paper.cell]
        assert door.destroyed(side.company.id, cells) == set(cells)
        kept = Document.objects.filter(item__application=application)
        assert all(one.cell is None and one.destroyed_because == "approved" for one in kept)
        for one, verified in ((person, "CARD"), (wife, "AUTH_POA"), (child, "")):
            one.refresh_from_db()
            assert one.number_state == NumberState.ACTIVE
            shown = register.reveal_number(
                one, Purpose.TAX_WITHHOLDING, "確認", actor=side.operator
            )
            assert shown.reveal_digits() == digits[items[one.id].id]
            assert verified in {"", items[one.id].number_check, "CARD", "AUTH_POA"}
        uses = own.uses_of(person).uses
        assert {Action.NUMBER_RECORDED, Action.EVIDENCE_VIEWED} <= {one.action for one in uses}
        kinds = {mail.kind for mail in Mail.objects.filter(application=application)}
        assert kinds == {"received", "approved"}


def test_approval_waits_for_every_paper_and_comparison(cast: Cast) -> None:
    side = cast.a
    application, digits = applied(side, employee(side))
    with side.scope():
        [item] = own.items_of(application)

        def refused() -> str:
            with pytest.raises(CollectRefused) as caught:
                reviewing.approve(
                    application, {item.id: CARD}, version=application.version, actor=side.operator
                )
            return caught.value.problem.value

        assert refused() == "paper_unopened"
        for paper in Document.objects.filter(item=item):
            reviewing.open_document(paper, actor=side.operator)
        assert refused() == "not_compared"
        assert not reviewing.compare(item, parse(new_number()), actor=side.operator)
        assert refused() == "not_compared"
        assert reviewing.compare(item, parse(digits[item.id]), actor=side.operator)
        with pytest.raises(register.NotVerified):
            reviewing.approve(application, {}, version=application.version, actor=side.operator)


def test_number_cannot_be_searched_for_by_comparing(cast: Cast) -> None:
    side = cast.a
    application, _ = applied(side, employee(side))
    with side.scope():
        [item] = own.items_of(application)
        for _ in range(reviewing.MOST_WRONG):
            reviewing.compare(item, parse(new_number()), actor=side.operator)
        with pytest.raises(CollectRefused, match="compared_too_often"):
            reviewing.compare(item, parse(new_number()), actor=side.operator)


def test_applicant_does_not_approve_their_own(cast: Cast) -> None:
    side = cast.a
    person = employee(side)
    application, digits = applied(side, person)
    with side.scope():
        looked_at(side, application, digits)
        users = User.objects.filter(id=side.users[RoleKind.OPERATOR].id)
        users.update(employee_code=person.employee_code)
        try:
            with pytest.raises(CollectRefused, match="own_application"):
                reviewing.approve(application, {}, version=application.version, actor=side.operator)
        finally:
            users.update(employee_code="")


def test_typed_by_proxy_is_approved_by_somebody_else(cast: Cast) -> None:
    side = cast.a
    person = payee(side)
    request = asked(side, person)
    with side.scope():
        application = proxy.begin(person, [(person, False)], actor=side.operator)
        [item] = own.items_of(application)
        applying.put_number(item, parse(new_number()), actor=side.operator)
        application = applying.submit(application, actor=side.operator)
        request.refresh_from_db()
        assert request.state == "answered"
        with pytest.raises(CollectRefused, match="own_application"):
            reviewing.approve(
                application, {item.id: CARD}, version=application.version, actor=side.operator
            )


def test_one_family_member_comes_back_corrected(cast: Cast) -> None:
    side = cast.a
    person = employee(side)
    family_member(side, person, category3=True)
    application, _ = applied(side, person)
    with side.scope():
        mine, hers = own.items_of(application)
        before = mine.cell
        reviewing.give_back(
            application, [hers.id], ReturnReason.NUMBER_DIFFERS, "裏面をご確認ください",
            version=application.version, actor=side.operator,
        )  # fmt: skip
        application.refresh_from_db()
        mine.refresh_from_db()
        hers.refresh_from_db()
        assert application.state == ApplicationState.RETURNED
        assert mine.cell == before
        assert hers.cell is None
        actor = me(side, person)
        with pytest.raises(CollectRefused, match="not_editable"):
            applying.put_number(mine, parse(new_number()), actor=actor)
        applying.put_number(hers, parse(new_number()), actor=actor)
        again = applying.submit(application, actor=actor)
        assert again.state == ApplicationState.SUBMITTED
        actions = [step.action for step in own.steps_of(application)]
        assert actions[-3:] == [
            Action.APPLICATION_SUBMITTED, Action.APPLICATION_RETURNED, Action.APPLICATION_SUBMITTED,
        ]  # fmt: skip


def test_unreadable_paper_goes_back_and_only_papers_go(cast: Cast) -> None:
    side = cast.a
    person = employee(side)
    application = handed_in(side, person)
    with side.scope():
        reviewing.give_back(
            application, [], ReturnReason.PAPER_UNREADABLE, "", version=application.version,
            actor=side.operator,
        )  # fmt: skip
        [item] = own.items_of(application)
        assert item.cell is not None
        assert not own.documents_of(item).exists()
        applying.add_document(
            item, PaperKind.CARD_BACK, PICTURE, media_type="image/jpeg", actor=me(side, person)
        )
        missing = applying.what_is_missing(application)
        assert [one.problem for one in missing] == [CollectProblem.PERSON_PAPER_MISSING]


def test_somebody_was_faster(cast: Cast) -> None:
    side = cast.a
    application, digits = applied(side, employee(side))
    stale = Application(id=application.id, version=application.version)
    with side.scope():
        stale = Application.objects.get(id=application.id)
        reviewing.reject(
            application, "二重の申請のため", version=stale.version, actor=side.operator
        )
        with pytest.raises(CollectRefused, match="somebody_was_faster"):
            reviewing.approve(stale, {}, version=stale.version, actor=side.operator)
        with pytest.raises(CollectRefused, match="somebody_was_faster"):
            reviewing.give_back(
                stale, [], ReturnReason.NAME_DIFFERS, "", version=stale.version,
                actor=side.operator,
            )  # fmt: skip
    assert digits


def test_same_number_of_somebody_else_needs_a_yes(cast: Cast) -> None:
    side = cast.a
    digits = new_number()
    other = with_number(side, employee(side), digits)
    person = employee(side)
    application = filled_in(side, person)
    with side.scope():
        [item] = own.items_of(application)
        applying.put_number(item, parse(digits), actor=me(side, person))
        application = applying.submit(application, actor=me(side, person))
        looked_at(side, application, {item.id: digits})
        assert reviewing.others_with_number(application) == {item.id: [other]}
        version = application.version
        with pytest.raises(Refused, match="held_for_somebody_else"):
            reviewing.approve(application, {item.id: CARD}, version=version, actor=side.operator)


def test_changed_number_takes_the_place_of_the_old(cast: Cast) -> None:
    side = cast.a
    person = with_number(side, employee(side), new_number())
    actor = me(side, person)
    digits = new_number()
    with side.scope():
        application = applying.start_own(person, [(person, True)], signed_in=True, actor=actor)
        applying.see_purposes(application, actor=actor)
        [item] = own.items_of(application)
        applying.put_number(item, parse(digits), actor=actor)
        for kind in (PaperKind.CARD_BACK, PaperKind.CARD_FRONT):
            applying.add_document(item, kind, PICTURE, media_type="image/jpeg", actor=actor)
        application = applying.submit(application, actor=actor)
        looked_at(side, application, {item.id: digits})
        checks = {item.id: Checks("CARD", "CARD", why_changed=ChangeReason.EX_OFFICIO)}
        reviewing.approve(application, checks, version=application.version, actor=side.operator)
        shown = register.reveal_number(person, Purpose.HEALTH_PENSION, "確認", actor=side.operator)
        assert shown.reveal_digits() == digits


def test_bulk_approval_takes_only_what_needs_no_eye(cast: Cast) -> None:
    side = cast.a
    person = with_number(side, employee(side), new_number())
    child = family_member(side, person, relationship="CHILD", tax_dependent=True)
    easy = handed_in(side, person)
    hard = handed_in(side, employee(side))
    with side.scope():
        bulk = reviewing.approve_many([easy, hard], actor=side.operator)
        assert (bulk.taken, bulk.passed) == (1, {CollectProblem.NEEDS_AN_EYE: 1})
        assert easy.id in reviewing.approved_by(side.operator)
        assert reviewing.register_approved(easy.id, actor=side.operator)
        assert not reviewing.register_approved(easy.id, actor=side.operator)
        child.refresh_from_db()
        assert child.number_state == NumberState.ACTIVE
        leaves = ledger.records(
            side.company.id,
            ledger.Filter(subject=child.id, actions=(Action.NUMBER_RECORDED,)),
        )
        assert len(leaves.entries) == 1


def test_company_that_wants_it_gets_a_line_in_the_book(database: DatabaseUrls) -> None:
    side = make_side("W", web_collection=True)  # a setting of its own
    with side.scope():
        setting.save_terms(Terms(book=True), timezone.localdate(), actor=side.steward)
    person = employee(side)
    application, digits = applied(side, person)
    with side.scope():
        looked_at(side, application, digits)
        [item] = own.items_of(application)
        reviewing.approve(
            application, {item.id: CARD}, version=application.version, actor=side.operator
        )
        [line] = NumberLedgerEntry.objects.filter(person=person)
        assert line.declaration == application.declaration_name
        assert line.received_on == timezone.localdate().replace(day=1)


def test_what_nobody_checked_in_time_goes_back(cast: Cast) -> None:
    side = cast.a
    application = handed_in(side, employee(side, mail="late@example.jp"))
    with side.scope():
        [item] = own.items_of(application)
        past = timezone.now() - timedelta(minutes=1)
        clearing.keep_until([item], past)
        door.destroy_due(side.company.id, clearing.files_gone)
        application.refresh_from_db()
        item.refresh_from_db()
        assert (application.state, application.return_reason) == ("returned", "time_over")
        assert item.cell is None
        assert not own.documents_of(item).exists()
        assert Mail.objects.filter(application=application, kind="returned").exists()
