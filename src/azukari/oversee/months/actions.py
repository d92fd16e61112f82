"""The verbs of 月次確認: noting what was found out, and the officer's sign-off."""

from collections.abc import Collection

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.oversee.months import queries, rules
from azukari.oversee.months.models import AnomalyNote, SignOff
from azukari.oversee.months.rules import Month, MonthProblem, MonthRefused
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company


def note_anomalies(month: Month, keys: Collection[str], note: str, *, actor: Actor) -> int:
    """What was found out about these, one leaf for them together.  Raises MonthRefused."""
    actor.require("review:change")
    known = [one.key for one in queries.line_of(month).found if one.key in set(keys)]
    if not known:
        raise MonthRefused(MonthProblem.NOBODY_CHOSEN)
    if not note.strip():
        raise MonthRefused(MonthProblem.NOTE_MISSING)
    AnomalyNote.objects.bulk_create(
        AnomalyNote(
            company_id=actor.company,
            month=month.first,
            key=key,
            note=note.strip(),
            by=actor.user_id,
            by_name=actor.name,
        )
        for key in known
    )
    record = Record.by(
        actor,
        Action.ANOMALY_NOTED,
        reason=note.strip(),
        count=len(known),
        details={"period": str(month)},
    )
    pens.write(record, actor.company)
    return len(known)


def sign_off(month: Month, note: str, *, shown: str, actor: Actor) -> SignOff:
    """Closes the month by what the officer was shown (`shown`: its digest).

    The digest stands in the ledger, so that nobody can say later that more had been seen.  Raises
    MonthRefused.
    """
    actor.require("review:approve")
    # The company's row is the lock under which rounds are counted.
    Company.objects.select_for_update().get(id=actor.company)
    line = queries.line_of(month)
    signed = line.signed.seen if line.signed else None
    problem = rules.may_sign(
        month, line.found, signed, shown=shown, note=note, today=timezone.localdate()
    )
    if problem is not None:
        raise MonthRefused(problem)
    made = SignOff.objects.create(
        company_id=actor.company,
        month=month.first,
        round=line.signed.round + 1 if line.signed else 1,
        note=note.strip(),
        digest=rules.digest(line.found),
        seen=rules.seen(line.found),
        noted=line.noted,
        signed_by=actor.user_id,
        signed_by_name=actor.name,
    )
    record = Record.by(
        actor,
        Action.REVIEW_RECORDED,
        reason=made.note,
        count=len(line.found),
        details={"period": str(month), "file_hash": made.digest, "kind": "month"},
    )
    pens.write(record, actor.company)
    return made
