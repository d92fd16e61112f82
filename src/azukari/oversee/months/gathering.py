"""What the ledgers have of some months, as the rules take it.

The company's ledger has the uses of numbers and the portal; that of the contract has sign-ins of
users of all its companies, of which this company's and those of nobody known are taken.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.utils import timezone

from azukari.ledger import tallies
from azukari.ledger.actions import Action
from azukari.ledger.queries import Filter
from azukari.ledger.tallies import DayCount, HourCount
from azukari.oversee.months.rules import BULK_BEFORE, KNOWN_FOR, Alert, Entry, Month, Told, Use
from azukari.oversee.readings import FETCHED, READINGS
from azukari.tenancy import scope
from azukari.tenancy.models import Membership, User

_NO_USES: Final = frozenset({Action.SIGN_IN_FAILED, Action.ALERT_RAISED})
_BY_HAND: Final = frozenset(
    {Action.NUMBER_REVEALED, Action.NUMBER_COMPARED, Action.EVIDENCE_VIEWED}
)


def told_of(wanted: Sequence[Month]) -> Told:
    """Of all these months at once, with as much before them as they are compared with."""
    first = min(one.first for one in wanted)
    until = _midnight(max(wanted, key=lambda one: one.first).after.first)

    def asked(*actions: Action, since: date = first) -> Filter:
        return Filter(actions=actions, since=_midnight(since), until=until)

    company, contract = scope.company_id(), scope.contract_id()
    failed, raised = asked(Action.SIGN_IN_FAILED), asked(Action.ALERT_RAISED)
    entered = asked(Action.SIGNED_IN, since=first - KNOWN_FOR)
    # A company's ledger may have millions of records of a month, so it is gone through once, and
    # again only for what is there.
    of_company = (*READINGS, *FETCHED, Action.SIGN_IN_FAILED, Action.ALERT_RAISED)
    hours = tallies.by_hour(company, asked(*of_company, since=first - BULK_BEFORE))
    done = {one.action for one in hours}

    def in_company(wanted: Filter) -> list[DayCount]:
        return tallies.by_day_and_place(company, wanted) if done & set(wanted.actions) else []

    return Told(
        uses=_uses(hours),
        entries=_entries(_ours(tallies.by_day_and_place(contract, entered))),
        failures=_entries(_ours(tallies.by_day_and_place(contract, failed))),
        portal_failures=_entries(in_company(failed)),
        alerts=_alerts([*in_company(raised), *_ours(tallies.by_day_and_place(contract, raised))]),
    )


def _uses(hours: Iterable[HourCount]) -> list[Use]:
    """By users; employees who look at their own papers in the portal are no users."""
    users = set(User.objects.values_list("id", flat=True))
    return [
        Use(one.actor, timezone.localtime(one.at), one.count, one.action in _BY_HAND)
        for one in hours
        if one.actor in users and one.action not in _NO_USES
    ]


def _ours(rows: Iterable[DayCount]) -> list[DayCount]:
    members = set(
        Membership.objects.filter(company_id=scope.company_id()).values_list("user_id", flat=True)
    )
    return [one for one in rows if one.actor is None or one.actor in members]


def _entries(rows: Iterable[DayCount]) -> list[Entry]:
    return [Entry(one.actor, one.day, one.address, one.certificate, one.count) for one in rows]


def _alerts(rows: Iterable[DayCount]) -> list[Alert]:
    """Those of one user, day and rule together, from wherever they came."""
    counts: Counter[tuple[UUID | None, date, str]] = Counter()
    for one in rows:
        counts[one.actor, one.day, one.rule] += one.count
    return [Alert(actor, day, rule, count) for (actor, day, rule), count in counts.items()]


def _midnight(day: date) -> datetime:
    """When that day begins in Japan."""
    return timezone.make_aware(datetime.combine(day, time.min))
