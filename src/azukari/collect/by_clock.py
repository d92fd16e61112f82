"""What the clock does for a company with the option: end, remind, ask, send."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.utils import timezone

from azukari.collect import outbox, requesting, setting
from azukari.collect.rules import Occasion
from azukari.tenancy import scope
from azukari.tenancy.access import command_actor
from azukari.tenancy.models import Contract
from azukari.tenancy.options import sends_mail
from azukari.tenancy.rights import ALL_PERMISSIONS

# Nobody is reminded at night.
_FIRST_HOUR: Final = 8
_LAST_HOUR: Final = 19


def go_round(contract_id: UUID, company_id: UUID, *, changed: Callable[[], Sequence[UUID]]) -> None:
    """Inside the company's scope; may be called as often as one likes.

    `changed`: tells of whom another room has learnt that the number is another one by now.
    """
    if not sends_mail(Contract.objects.get(id=scope.contract_id())):
        return
    actor = command_actor(contract_id, company_id, ALL_PERMISSIONS)
    outbox.mark_unclear()
    requesting.expire_old(actor)
    if _FIRST_HOUR <= timezone.localtime().hour < _LAST_HOUR:
        terms = setting.terms_on(timezone.localdate())
        requesting.remind_by_schedule(actor)
        if terms.on_new_hire:
            requesting.ask_by_occasion(Occasion.NEW_HIRE, terms, actor=actor)
        if terms.on_new_dependent:
            requesting.ask_by_occasion(Occasion.NEW_DEPENDENT, terms, actor=actor)
        if terms.on_number_changed:
            requesting.ask_for_changed(changed(), terms, actor=actor)
    outbox.send_soon()
