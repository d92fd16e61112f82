"""People who are asked for their numbers, and what they hand in."""

from datetime import timedelta

from django.utils import timezone

from azukari.collect import applicant, applying, requesting
from azukari.collect.models import Application, Request
from azukari.collect.papers import PaperKind
from azukari.collect.requesting import Asking
from azukari.collect.rules import Channel
from azukari.law.number import parse
from azukari.law.verification import Provision
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from tests.cast import Side
from tests.web.browser import new_number

PICTURE = b"\xff\xd8 not a picture, the room does not look inside \xff\xd9"
PAPERS = {
    Provision.EMPLOYEE_SELF: (PaperKind.CARD_BACK, PaperKind.CARD_FRONT),
    Provision.PAYEE_SELF: (PaperKind.CARD_BACK, PaperKind.CARD_FRONT),
    Provision.CATEGORY3_AGENT: (PaperKind.CARD_BACK, PaperKind.LICENCE),
}


def asking(**said: object) -> Asking:
    given: dict[str, object] = {
        "title": "個人番号の提出",
        "whom": "テスト",
        "deadline": timezone.localdate() + timedelta(days=14),
        "channel": Channel.SCREEN,
    }
    return Asking(**{**given, **said})  # type: ignore[arg-type]


def asked(side: Side, person: Person) -> Request:
    """A request to this employee or payee, for the household."""
    with side.scope():
        household = requesting.households(Person.objects.filter(id=person.id))
        requesting.ask(household, asking(), actor=side.operator)
        return Request.objects.get(person=person, state="sent")


def me(side: Side, person: Person) -> Actor:
    return applicant.applicant_actor(side.contract.id, person)


def filled_in(side: Side, person: Person, request: Request | None = None) -> Application:
    """An application with everything in it, not yet handed in."""
    request = request or asked(side, person)
    actor = me(side, person)
    with side.scope():
        application = applying.start(request, signed_in=True, actor=actor)
        applying.see_purposes(application, actor=actor)
        for item in application.items.all():
            applying.put_number(item, parse(new_number()), actor=actor)
            provision = Provision(item.provision)
            for kind in PAPERS.get(provision, ()):
                applying.add_document(item, kind, PICTURE, media_type="image/jpeg", actor=actor)
            if provision is Provision.CATEGORY3_AGENT:
                applying.sign_power_of_attorney(
                    item, b"%PDF-1.7", signer_name="髙橋　花子", actor=actor
                )
            if provision not in PAPERS:
                applying.attest(item, attested=True, actor=actor)
        application.refresh_from_db()
    return application


def handed_in(side: Side, person: Person, request: Request | None = None) -> Application:
    application = filled_in(side, person, request)
    with side.scope():
        return applying.submit(application, actor=me(side, person))
