"""特定個人情報ファイル管理簿: each file as it stands now, inside the company in scope."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from azukari.check.models import Output
from azukari.check.rules import Content
from azukari.collect.models import Application, ApplicationItem
from azukari.dispose.models import Disposal
from azukari.law.purpose import PURPOSES, PersonKind, Purpose
from azukari.oversee.holdings.models import HoldingFacts
from azukari.oversee.holdings.rules import HOLDINGS, Holding, HoldingKind
from azukari.register.models import (
    NumberLedgerEntry,
    NumberRecord,
    NumberState,
    Person,
    RecordState,
    Sheet,
)
from azukari.tenancy import scope
from azukari.tenancy.models import Membership
from azukari.tenancy.sign_in import may_sign_in
from azukari.use.models import Filing

_OF_KIND = {
    HoldingKind.EMPLOYEES: PersonKind.EMPLOYEE,
    HoldingKind.FAMILIES: PersonKind.FAMILY,
    HoldingKind.PAYEES: PersonKind.PAYEE,
}
_WITH_NUMBERS = [one.value for one in Content if one.holds_numbers]


@dataclass(frozen=True)
class Counted:
    """`count` in `unit`: how much is held; `due`: past retention, not yet disposed of; `disposed`:
    how often something was, the last time at `disposed_at`.
    """

    count: int
    unit: str
    purposes: tuple[Purpose, ...] = ()
    due: int = 0
    disposed: int = 0
    disposed_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One file of the register; `holders`: names of users by the name of their role."""

    holding: Holding
    counted: Counted
    facts: HoldingFacts | None
    holders: dict[str, list[str]] = field(default_factory=dict)


def lines(*, today: date | None = None) -> list[Line]:
    """The whole register; without the option Web収集 nothing of applications, unless some are
    left.
    """
    counted = _counted(today or timezone.localdate())
    facts = {one.kind: one for one in HoldingFacts.objects.all()}
    members = _members()
    return [
        Line(one, counted[one.kind], facts.get(one.kind.value), _holders(one, members))
        for one in HOLDINGS
        if one.kind is not HoldingKind.APPLICATIONS or counted[one.kind].count or _collects()
    ]


def facts_of(kind: HoldingKind) -> HoldingFacts | None:
    return HoldingFacts.objects.filter(kind=kind.value).first()


def _collects() -> bool:
    return Application.objects.exists()


# counting ---------------------------------------------------------------------------------------


def _counted(today: date) -> dict[HoldingKind, Counted]:
    return {
        **_numbers(today),
        HoldingKind.APPLICATIONS: Counted(
            ApplicationItem.objects.filter(cell__isnull=False).count(), "件"
        ),
        HoldingKind.BOOK: Counted(
            NumberLedgerEntry.objects.values("person").distinct().count(), "人"
        ),
        HoldingKind.SHEETS: Counted(Sheet.objects.filter(cell__isnull=False).count(), "件"),
        HoldingKind.FILINGS: _files(Filing.objects.filter(made_at__isnull=False)),
        HoldingKind.OUTPUTS: _files(
            Output.objects.filter(made_at__isnull=False, content__in=_WITH_NUMBERS)
        ),
    }


def _files(made: QuerySet[Any]) -> Counted:
    gone = made.filter(destroyed_at__isnull=False)
    told = gone.aggregate(count=Count("id"), last=Max("destroyed_at"))
    kept = made.filter(destroyed_at__isnull=True, cell__isnull=False).count()
    return Counted(kept, "件", disposed=told["count"], disposed_at=told["last"])


def _numbers(today: date) -> dict[HoldingKind, Counted]:
    held = _by_kind(Person.objects.filter(number_state=NumberState.ACTIVE).values("kind"), "kind")
    ripe = NumberRecord.objects.filter(due_on__lte=today, ended_at__isnull=True)
    due = _by_kind(ripe.values("person__kind"), "person__kind")
    gone: dict[str, Any] = {
        row["person__kind"]: row
        for row in Disposal.objects.values("person__kind").annotate(
            count=Count("id"), last=Max("ordered_at")
        )
    }
    purposes = _purposes()
    nothing: dict[str, Any] = {"count": 0, "last": None}
    return {
        kind: Counted(
            held.get(of.value, 0),
            "人",
            purposes[of.value],
            due.get(of.value, 0),
            gone.get(of.value, nothing)["count"],
            gone.get(of.value, nothing)["last"],
        )
        for kind, of in _OF_KIND.items()
    }


def _by_kind(found: Any, key: str) -> dict[str, int]:
    return {row[key]: row["count"] for row in found.annotate(count=Count("id"))}


def _purposes() -> dict[str, tuple[Purpose, ...]]:
    """By kind of person, in the order of the list of law."""
    found: dict[str, set[str]] = defaultdict(set)
    active = NumberRecord.objects.filter(state=RecordState.ACTIVE)
    for kind, codes in active.values_list("person__kind", "purposes").distinct():
        found[kind] |= set(codes)
    return defaultdict(
        tuple,
        {kind: tuple(PURPOSES[code] for code in PURPOSES if code in codes)
         for kind, codes in found.items()},
    )  # fmt: skip


# who has access ---------------------------------------------------------------------------------


def _members() -> list[Membership]:
    """Those who can sign in today, with their roles."""
    found = Membership.objects.filter(company_id=scope.company_id()).select_related("user", "role")
    today = timezone.localdate()
    ordered = found.order_by("role__name", "user__user_code")
    return [one for one in ordered if may_sign_in(one.user, on=today)]


def _holders(holding: Holding, members: Iterable[Membership]) -> dict[str, list[str]]:
    by_role: dict[str, list[str]] = defaultdict(list)
    for one in members:
        if holding.rights & frozenset(one.role.permissions):
            by_role[one.role.name].append(one.user.name)
    return dict(by_role)
