"""Beginning: a request is seen, an application begun for whoever it asks for."""

import secrets
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from azukari.collect import setting
from azukari.collect.applicant import require_own
from azukari.collect.applying.locking import become, locked_request
from azukari.collect.models import Application, ApplicationItem, Request
from azukari.collect.rules import (
    OPEN_REQUESTS,
    ApplicationState,
    CollectProblem,
    CollectRefused,
    Occasion,
    RequestState,
)
from azukari.collect.terms import Terms
from azukari.collect.whom import Wanted, wanted_of
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work

_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ2346789"


def open_request(request: Request, *, actor: Actor) -> Request:
    """That the person has seen the request."""
    require_own(request, actor)
    request = locked_request(request.id)
    if request.state in {RequestState.CREATED, RequestState.SENT}:
        become(request, RequestState.OPENED)
        request.opened_at = request.opened_at or timezone.now()
        request.save(update_fields=["state", "opened_at"])
    return request


def start(request: Request, *, signed_in: bool, actor: Actor) -> Application:
    """The application that answers the request; the one that was begun, when there is one.

    `signed_in`: by an account of the portal, not by a link.
    """
    request = open_request(request, actor=actor)
    begun = Application.objects.filter(request=request).exclude(
        state__in=[ApplicationState.WITHDRAWN, ApplicationState.REJECTED]
    )
    application = begun.first()
    if application is not None:
        return application
    if request.state not in OPEN_REQUESTS:
        raise CollectRefused(CollectProblem.REQUEST_CLOSED)
    asked = request.people.select_related("person", "person__host").order_by("person__family_code")
    terms = setting.terms_on(timezone.localdate())
    wanted = wanted_of([(one.person, one.changed) for one in asked], terms)
    return _begin(
        request.person, wanted, Occasion(request.occasion), terms, request=request,
        signed_in=signed_in, declaration_name=request.declaration_name, actor=actor,
    )  # fmt: skip


def start_own(
    applicant: Person,
    people: Sequence[tuple[Person, bool]],
    *,
    signed_in: bool,
    occasion: Occasion = Occasion.OWN,
    actor: Actor,
) -> Application:
    """Without being asked: (person, whether the number has changed), the applicant or family."""
    terms = setting.terms_on(timezone.localdate())
    if occasion is Occasion.OWN and not terms.own_start:
        raise CollectRefused(CollectProblem.NOT_ACCEPTING)
    if any(applicant.id not in {person.id, person.host_id} for person, _ in people):
        raise CollectRefused(CollectProblem.NOT_YOURS)
    changed = any(change for _, change in people)
    return _begin(
        applicant,
        wanted_of(people, terms),
        Occasion.NUMBER_CHANGED if changed and occasion is Occasion.OWN else occasion,
        terms,
        request=None,
        signed_in=signed_in,
        declaration_name=company_at_work(actor.company).declaration_name,
        actor=actor,
    )


def _begin(
    applicant: Person,
    wanted: list[Wanted],
    occasion: Occasion,
    terms: Terms,
    *,
    request: Request | None,
    signed_in: bool,
    declaration_name: str,
    actor: Actor,
) -> Application:
    refuse_outside_period(occasion, terms)
    if not wanted:
        raise CollectRefused(CollectProblem.NOBODY_TO_ASK)
    typed_by_operator = actor.user_id != applicant.id
    try:
        with transaction.atomic():
            application = Application.objects.create(
                company_id=actor.company,
                code=_new_code(),
                request=request,
                applicant=applicant,
                occasion=occasion,
                declaration_name=declaration_name,
                signed_in=signed_in,
                entered_by=actor.user_id if typed_by_operator else None,
                entered_by_name=actor.name if typed_by_operator else "",
            )
            ApplicationItem.objects.bulk_create(
                ApplicationItem(
                    company_id=actor.company,
                    application=application,
                    person=one.person,
                    position=place,
                    changed=one.changed,
                    purposes=[purpose.code for purpose in one.purposes],
                    provision=one.provision.value,
                )
                for place, one in enumerate(wanted)
            )
    except IntegrityError:
        raise CollectRefused(CollectProblem.ALREADY_APPLYING) from None
    return application


def refuse_outside_period(occasion: Occasion, terms: Terms) -> None:
    if occasion is not Occasion.PROXY and not terms.accepts(timezone.localdate()):
        raise CollectRefused(CollectProblem.NOT_ACCEPTING)


def _new_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
