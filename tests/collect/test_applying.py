"""The applicant's side over the real vault and ledger."""

import pytest

from azukari.collect import applying, links, own
from azukari.collect.models import Application, ApplicationItem, Document
from azukari.collect.papers import PaperKind
from azukari.collect.rules import (
    ApplicationState,
    Channel,
    CollectProblem,
    CollectRefused,
    DeclineReason,
    RequestState,
)
from azukari.law.number import parse
from azukari.register.accounts import places
from azukari.register.models import NumberState
from azukari.vault import door
from tests.cast import Cast, Side
from tests.collect.cast import asked, filled_in, handed_in, me
from tests.web.browser import employee, family_member, new_number


def spouse_too(side: Side):
    person = employee(side)
    family_member(side, person, category3=True, health_dependent=True, tax_dependent=True)
    family_member(side, person, name="髙橋　一", relationship="CHILD", tax_dependent=True)
    return person


def test_self_and_family_are_asked_and_answered_in_one_pass(cast: Cast) -> None:
    person = spouse_too(cast.a)

    application = handed_in(cast.a, person)

    with cast.a.scope():
        items = own.items_of(application)
        request = application.request
        assert request is not None
        request.refresh_from_db()
        assert [item.provision for item in items] == [
            "employee_self", "category3_agent", "tax_dependent",
        ]  # fmt: skip
        assert application.state == ApplicationState.SUBMITTED
        assert request.state == RequestState.ANSWERED
        assert own.steps_of(application)[-1].action == "APPLICATION_SUBMITTED"
        person.refresh_from_db()
        assert person.number_state == NumberState.NONE


def test_everything_missing_is_told_at_once(cast: Cast) -> None:
    person = spouse_too(cast.a)
    request = asked(cast.a, person)
    with cast.a.scope():
        application = applying.start(request, signed_in=True, actor=me(cast.a, person))

        missing = applying.what_is_missing(application)

        assert {one.problem: len(one.items) for one in missing} == {
            CollectProblem.PURPOSES_UNSEEN: 0,
            CollectProblem.NUMBER_MISSING: 3,
            CollectProblem.NUMBER_PAPER_MISSING: 2,
            CollectProblem.PERSON_PAPER_MISSING: 2,
            CollectProblem.AUTHORITY_PAPER_MISSING: 1,
            CollectProblem.NOT_ATTESTED: 1,
        }
        with pytest.raises(CollectRefused):
            applying.submit(application, actor=me(cast.a, person))


def test_number_typed_again_destroys_the_first(cast: Cast) -> None:
    person = employee(cast.a)
    application = filled_in(cast.a, person)
    with cast.a.scope():
        [item] = own.items_of(application)
        before = item.cell
        applying.put_number(item, parse(new_number()), actor=me(cast.a, person))
    with cast.a.scope():
        assert before is not None
        assert door.is_destroyed(cast.a.company.id, before)


def test_withdrawn_application_holds_nothing_and_the_request_is_open_again(cast: Cast) -> None:
    person = employee(cast.a)
    application = handed_in(cast.a, person)
    with cast.a.scope():
        kept = list(Document.objects.filter(item__application=application))
        cells = [one.cell for one in kept if one.cell] + [application.items.get().cell]

        applying.withdraw(application, actor=me(cast.a, person))

    with cast.a.scope():
        application.refresh_from_db()
        assert application.state == ApplicationState.WITHDRAWN
        assert door.destroyed(cast.a.company.id, cells) == set(cells)
        assert application.request is not None
        assert application.request.state == RequestState.OPENED
        again = applying.start(application.request, signed_in=True, actor=me(cast.a, person))
        assert again.id != application.id


def test_second_application_for_the_same_person_is_refused(cast: Cast) -> None:
    person = employee(cast.a)
    application = filled_in(cast.a, person)
    with cast.a.scope():
        actor = me(cast.a, person)
        assert application.request is not None
        assert applying.start(application.request, signed_in=True, actor=actor) == application
        with pytest.raises(CollectRefused, match="already_applying"):
            applying.start_own(person, [(person, False)], signed_in=True, actor=actor)
        assert ApplicationItem.objects.filter(person=person).count() == 1


def test_somebody_elses_application_is_refused(cast: Cast) -> None:
    application = filled_in(cast.a, employee(cast.a))
    stranger = employee(cast.a)
    with cast.a.scope():
        with pytest.raises(CollectRefused, match="not_yours"):
            applying.submit(application, actor=me(cast.a, stranger))
        assert own.application_of(stranger, application.id) is None
    with cast.b.scope():
        assert not Application.objects.filter(id=application.id).exists()


def test_paper_that_nobody_asked_for_is_not_kept(cast: Cast) -> None:
    person = employee(cast.a)
    application = filled_in(cast.a, person)
    with cast.a.scope():
        [item] = own.items_of(application)
        with pytest.raises(CollectRefused, match="paper_not_asked"):
            applying.add_document(
                item, PaperKind.POWER_OF_ATTORNEY, b"x", media_type="image/png",
                actor=me(cast.a, person),
            )  # fmt: skip


def test_declining_is_kept_with_its_reason(cast: Cast) -> None:
    person = employee(cast.a)
    request = asked(cast.a, person)
    with cast.a.scope():
        actor = me(cast.a, person)
        with pytest.raises(CollectRefused, match="reason_missing"):
            applying.decline(request, DeclineReason.OTHER, " ", actor=actor)
        with pytest.raises(CollectRefused, match="number_in_text"):
            applying.decline(request, DeclineReason.OTHER, f"番号は{new_number()}", actor=actor)

        request = applying.decline(request, DeclineReason.NOT_WISHED, "", actor=actor)

        assert request.state == RequestState.DECLINED


def test_link_opens_once_and_only_its_own_company(cast: Cast) -> None:
    person = employee(cast.a)
    request = asked(cast.a, person)
    with cast.a.scope():
        token = links.issue(request, Channel.MAIL)

    place = places.by_token(token)

    assert place.company_id == cast.a.company.id
    with cast.a.scope():
        assert links.look(token) == request
        assert links.use(token, actor=me(cast.a, person)) == request
        with pytest.raises(links.LinkNotValid):
            links.look(token)
    with cast.b.scope(), pytest.raises(links.LinkNotValid):
        links.look(token)
    with pytest.raises(places.NoSuchPlace):
        places.by_token(token[:-4])
