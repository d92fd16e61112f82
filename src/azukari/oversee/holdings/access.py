"""Who can get at numbers, when they last did, and accounts that nobody uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from azukari.ledger import tallies
from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter
from azukari.oversee.holdings.rules import ANY_RIGHT, RIGHTS, Way, ways_of
from azukari.oversee.readings import FETCHED, READINGS
from azukari.tenancy import scope
from azukari.tenancy.directory import UserFilter, UserState, find_users
from azukari.tenancy.models import Membership, User
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

LOOKED_BACK: Final = timedelta(days=365)
"""How far back readings are counted."""

_HOLDER_ORDERS: Final[Orders] = {
    "code": ("user_code", "id"),
    "name": ("name", "id"),
    "department": ("department", "id"),
}
_UNUSED_ORDERS: Final[Orders] = {
    "code": ("user_code", "id"),
    "name": ("name", "id"),
    "created": ("created_at", "id"),
}


@dataclass(frozen=True)
class HolderFilter:
    """`words`: parts of user ID, name, mail or department; `way`: a Way."""

    words: str = ""
    way: str = ""


@dataclass(frozen=True)
class Holder:
    """A user who can get at numbers; times and counts of the last year."""

    user: User
    role: str
    ways: list[Way]
    revealed_at: datetime | None
    revealed: int
    used_at: datetime | None


def find_holders(wanted: HolderFilter) -> QuerySet[User]:
    """Users of the company at work who can sign in and whose role gets at numbers."""
    rights = RIGHTS[Way(wanted.way)] if wanted.way in set(Way) else ANY_RIGHT
    members = Membership.objects.filter(
        company_id=scope.company_id(), role__permissions__overlap=sorted(rights)
    )
    may_sign_in = Q()
    for state in (UserState.ACTIVE, UserState.LOCKED):
        found = find_users(UserFilter(wanted.words, state.value))
        may_sign_in |= Q(id__in=found.values("id"))
    return User.objects.filter(may_sign_in, id__in=members.values("user"))


def page_of_holders(wanted: HolderFilter, place: Place) -> Page[User]:
    return page_in_order(find_holders(wanted), _HOLDER_ORDERS, place, first="code")


def holders_of(users: Iterable[User]) -> list[Holder]:
    shown, company = list(users), scope.company_id()
    roles = {
        one.user_id: one.role
        for one in Membership.objects.filter(
            company_id=company, user__in=[one.id for one in shown]
        ).select_related("role")
    }
    since = timezone.now() - LOOKED_BACK
    told = tallies.by_actor(company, Filter(actions=(*READINGS, *FETCHED), since=since))
    used: dict[UUID, datetime] = {}
    for (actor, _), (at, _) in told.items():
        used[actor] = max(at, used.get(actor, at))
    nothing: tuple[datetime | None, int] = (None, 0)
    looked = {one.id: told.get((one.id, Action.NUMBER_REVEALED), nothing) for one in shown}
    return [
        Holder(
            user=user,
            role=roles[user.id].name,
            ways=ways_of(roles[user.id].permissions),
            revealed_at=looked[user.id][0],
            revealed=looked[user.id][1],
            used_at=used.get(user.id),
        )
        for user in shown
    ]


# unused accounts --------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnusedFilter:
    """Of accounts that could sign in: not for so many days, or never."""

    days: int
    words: str = ""
    never: bool = False


def find_unused(wanted: UnusedFilter) -> QuerySet[User]:
    members = Membership.objects.filter(company_id=scope.company_id())
    since = timezone.now() - timedelta(days=wanted.days)
    never = Q(last_signed_in_at__isnull=True)
    idle = never if wanted.never else never | Q(last_signed_in_at__lt=since)
    found = find_users(UserFilter(wanted.words)).filter(idle, suspended_at__isnull=True)
    ended = Q(valid_to__lt=timezone.localdate())
    return found.filter(id__in=members.values("user")).exclude(ended)


def page_of_unused(wanted: UnusedFilter, place: Place) -> Page[User]:
    return page_in_order(find_unused(wanted), _UNUSED_ORDERS, place, first="code")


def roles_of(users: Iterable[User]) -> dict[UUID, str]:
    """Names of their roles in the company at work, by id of user."""
    found = Membership.objects.filter(
        company_id=scope.company_id(), user__in=[one.id for one in users]
    )
    return dict(found.values_list("user_id", "role__name"))
