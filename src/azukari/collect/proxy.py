"""代理入力: an operator types what came on paper, with the verbs of the applicant.

Somebody else approves it (`reviewing.is_own`).
"""

from collections.abc import Sequence

from azukari.collect import applying
from azukari.collect.models import Application, Request
from azukari.collect.rules import OPEN_REQUESTS, Occasion
from azukari.register.models import Person
from azukari.tenancy.actor import Actor


def begin(applicant: Person, people: Sequence[tuple[Person, bool]], *, actor: Actor) -> Application:
    """An application in the applicant's name; an open request of theirs is answered by it.

    The operator confirms that the purposes were told, since the papers asked for the numbers.
    """
    actor.require("application:create")
    application = applying.start_own(
        applicant, people, signed_in=False, occasion=Occasion.PROXY, actor=actor
    )
    request = Request.objects.filter(person=applicant, state__in=list(OPEN_REQUESTS)).first()
    begun = request and Application.objects.filter(request=request).exclude(
        state__in=["withdrawn", "rejected"]
    )
    if request is not None and not (begun and begun.exists()):
        application.request = request
        application.declaration_name = request.declaration_name
        application.save(update_fields=["request", "declaration_name"])
    applying.see_purposes(application, actor=actor)
    application.refresh_from_db()
    return application
