"""Four eyes: what one person asks for and another allows.

特定個人情報ガイドライン(事業者編) 別添1 2A, 2B: rights are kept apart and acts can be checked.  Two
accounts are not yet two people: whoever may register users could make both.  So neither counts
for the other while both are new and of the same maker.

Where nobody else could allow it, time and openness take the second person's place: the asker may
go on after a day, and the contract's own ledger and its stewards have been told at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Membership, User
from azukari.tenancy.sign_in import may_sign_in

TICKET_LASTS: Final = timedelta(hours=24)
"""How long a word given by a second person is good."""

Asked = TypeVar("Asked", bound=Model)
ALONE_WAITS: Final = timedelta(hours=24)
NEW_FOR: Final = timedelta(days=7)


class SecondPersonProblem(StrEnum):
    """Why somebody's word does not count; rooms carry the same values in their own lists."""

    NOBODY_KNOWN = "nobody_known"
    SAME_PERSON = "same_person"
    SAME_MAKER = "same_maker"
    ALONE_TOO_SOON = "alone_too_soon"


@dataclass(frozen=True)
class Account:
    """`made_by` is None for those who came with the contract or by the provider's command."""

    id: UUID
    made_by: UUID | None
    made_at: datetime


def may_allow(
    asker: Account | None,
    second: Account | None,
    *,
    asked_at: datetime,
    others: bool,
    now: datetime,
) -> SecondPersonProblem | None:
    """Whether `second` may allow what `asker` asked; `others`: somebody but the asker could."""
    if asker is None or second is None:
        return SecondPersonProblem.NOBODY_KNOWN
    if asker.id == second.id:
        if others:
            return SecondPersonProblem.SAME_PERSON
        return SecondPersonProblem.ALONE_TOO_SOON if now < asked_at + ALONE_WAITS else None
    same_maker = asker.made_by is not None and asker.made_by == second.made_by
    both_new = min(asker.made_at, second.made_at) > now - NEW_FOR
    return SecondPersonProblem.SAME_MAKER if same_maker and both_new else None


def is_over(given_at: datetime | None, *, now: datetime) -> bool:
    """Whether the word that was given then is good no longer."""
    return given_at is not None and now >= given_at + TICKET_LASTS


# as the tables have it --------------------------------------------------------------------------


def judge(
    asker: UUID | None, permission: str, *, asked_at: datetime, actor: Actor
) -> SecondPersonProblem | None:
    """The same for the actor as second person, in the company at work."""
    return may_allow(
        _account(asker),
        _account(actor.user_id),
        asked_at=asked_at,
        others=permission in rights_of_others(asker, actor=actor),
        now=timezone.now(),
    )


def rights_of_others(besides: UUID | None, *, actor: Actor) -> frozenset[str]:
    """What other users of the company at work may do, of those who can sign in today."""
    today = timezone.localdate()
    found = Membership.objects.filter(company_id=actor.company).select_related("user", "role")
    return frozenset(
        permission
        for one in found
        if one.user_id != besides and may_sign_in(one.user, on=today)
        for permission in one.role.permissions
    )


def allowable(
    found: QuerySet[Asked], permission: str, *, asked_by: str, asked_at: str, actor: Actor
) -> QuerySet[Asked]:
    """Of what waits for a second person, what the actor may allow; the fields that say who asked
    and when.  What they asked themselves only a day later, where nobody else could.
    """
    mine: dict[str, UUID | datetime | None] = {asked_by: actor.user_id}
    if permission not in rights_of_others(actor.user_id, actor=actor):
        mine |= {f"{asked_at}__gt": timezone.now() - ALONE_WAITS}
    return found.exclude(**mine)


def alone_until(
    asker: UUID | None, permission: str, *, asked_at: datetime, actor: Actor
) -> datetime | None:
    """From when the actor may allow what they asked themselves; None where somebody else could."""
    if asker is None or asker != actor.user_id or not actor.may(permission):
        return None
    if permission in rights_of_others(asker, actor=actor):
        return None
    return asked_at + ALONE_WAITS


def tell_if_alone(permission: str, what: Action, target: UUID, *, actor: Actor) -> bool:
    """Tells the contract when nobody but the actor could allow what was just asked."""
    if actor.user_id is None or permission in rights_of_others(actor.user_id, actor=actor):
        return False
    pens.write(
        Record.by(
            actor,
            Action.ALERT_RAISED,
            reason="ほかに承認できる利用者がいないため、24時間後に本人が承認できます。",
            details={
                "rule": "alone",
                "kind": what.value,
                "target": str(target),
                "company": str(actor.company),
            },
        ),
        actor.contract_id,
    )
    return True


def _account(user_id: UUID | None) -> Account | None:
    user = User.objects.filter(id=user_id).first() if user_id is not None else None
    return None if user is None else Account(user.id, user.created_by, user.created_at)
