"""ユーザ一覧: the users of the contract in scope, by state and by words, page by page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from azukari.tenancy.models import Membership, Role, SetupLink, SignInThrottle, User
from azukari.tenancy.paging import Orders, Page, Place, page_in_order
from azukari.tenancy.throttle import SOFT_LOCK_AT

UNUSABLE = "!"  # how Django marks a password that nobody can type


class UserState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LOCKED = "locked"
    UNSET = "unset"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    UserState.ACTIVE: "有効",
    UserState.SUSPENDED: "停止",
    UserState.LOCKED: "ロック",
    UserState.UNSET: "未設定",
    UserState.OUTSIDE: "期間外",
}


@dataclass(frozen=True)
class UserFilter:
    """`words`: parts of user ID, name, mail or department; all must be found.

    `mails`: only users with one of these addresses, where any are given.
    """

    words: str = ""
    state: str = ""
    mails: Collection[str] | None = None


@dataclass(frozen=True)
class Listed:
    user: User
    role: str  # in the company asked for; empty when the user has none there
    state: UserState
    locked_until: datetime | None


_ORDERS: Orders = {
    "code": ("user_code", "id"),
    "name": ("name", "id"),
    "department": ("department", "id"),
}


def page_of_users(wanted: UserFilter, company_id: UUID, place: Place) -> Page[User]:
    """Users with the role they have in that company, for `lines_of`."""
    found = _with_role(find_users(wanted), company_id)
    return page_in_order(found, _ORDERS, place, first="code")


def everybody(wanted: UserFilter, company_id: UUID) -> list[Listed]:
    """All that the list shows, by user ID."""
    return lines_of(_with_role(find_users(wanted), company_id).order_by("user_code", "id"))


def lines_of(users: Iterable[User]) -> list[Listed]:
    return [_listed(user) for user in users]


def find_users(wanted: UserFilter) -> QuerySet[User]:
    found = User.objects.annotate(locked_until=Subquery(_lock().values("locked_until")[:1]))
    for word in wanted.words.split():
        found = found.filter(
            Q(user_code__icontains=word)
            | Q(name__icontains=word)
            | Q(mail__icontains=word)
            | Q(department__icontains=word)
        )
    if wanted.mails is not None:
        found = found.filter(mail__in=wanted.mails)
    if wanted.state in {state.value for state in UserState}:
        found = found.filter(_is(UserState(wanted.state), timezone.localdate()))
    return found


def count_without_link() -> int:
    """Of those who have not set a password, how many have no link that still works."""
    link = SetupLink.objects.filter(
        user=OuterRef("pk"), used_at__isnull=True, expires_at__gt=timezone.now()
    )
    return find_users(UserFilter(state=UserState.UNSET)).exclude(Exists(link)).count()


def state_of(user: User, *, locked: bool, on: date) -> UserState:
    if user.suspended_at is not None:
        return UserState.SUSPENDED
    if (user.valid_from and on < user.valid_from) or (user.valid_to and user.valid_to < on):
        return UserState.OUTSIDE
    if not user.has_usable_password():
        return UserState.UNSET
    return UserState.LOCKED if locked else UserState.ACTIVE


def listed(user_id: UUID, company_id: UUID) -> Listed | None:
    """One user of the contract as the list shows it."""
    row = _with_role(find_users(UserFilter()), company_id).filter(id=user_id).first()
    return _listed(row) if row else None


def roles_with_counts() -> list[tuple[Role, int]]:
    """Every role of the contract and how many users have it in any company."""
    counts: dict[UUID, set[UUID]] = {}
    for role_id, user_id in Membership.objects.values_list("role_id", "user_id"):
        counts.setdefault(role_id, set()).add(user_id)
    return [(role, len(counts.get(role.id, ()))) for role in Role.objects.order_by("kind", "name")]


def _lock() -> QuerySet[SignInThrottle]:
    # The first waits are seconds long: only the long ones are a lock in the list.
    return SignInThrottle.objects.filter(
        user_code=OuterRef("user_code"),
        failures__gte=SOFT_LOCK_AT,
        locked_until__gt=timezone.now(),
    )


def _is(state: UserState, on: date) -> Q:
    running = Q(suspended_at__isnull=True)
    inside = (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    )
    unset = Q(password__startswith=UNUSABLE)
    locked = Exists(_lock())
    conditions = {
        UserState.SUSPENDED: ~running,
        UserState.OUTSIDE: running & (Q(valid_from__gt=on) | Q(valid_to__lt=on)),
        UserState.UNSET: running & inside & unset,
        UserState.LOCKED: running & inside & ~unset & Q(locked),
        UserState.ACTIVE: running & inside & ~unset & ~Q(locked),
    }
    return conditions[state]


def _with_role(rows: QuerySet[User], company_id: UUID) -> QuerySet[User]:
    role = Membership.objects.filter(user=OuterRef("pk"), company_id=company_id)
    return rows.annotate(role_name=Subquery(role.values("role__name")[:1]))


def _listed(user: User) -> Listed:
    until: datetime | None = getattr(user, "locked_until", None)
    state = state_of(user, locked=until is not None, on=timezone.localdate())
    return Listed(user, getattr(user, "role_name", None) or "", state, until)
