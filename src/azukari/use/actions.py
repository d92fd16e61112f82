"""The verbs of a filing: give facts, start, download, make again, correct, destroy.

How one is prepared is in `preparing`, what happens between start and the finished file in `making`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import F, Func, IntegerField, JSONField, Q, TextField, Value
from django.utils import timezone

from azukari.filings.recipes import facts, records
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.tenancy.actor import Actor
from azukari.use import queries, rules
from azukari.use.figures.queries import is_being_read
from azukari.use.models import (
    FiguresFile,
    FiguresState,
    Filing,
    FilingAct,
    FilingPerson,
    FilingState,
)
from azukari.use.rules import UseProblem, UseRefused
from azukari.vault import door
from azukari.vault.door import Reading

_OPEN = frozenset({FilingState.PREPARING, FilingState.REFUSED})
_NEW_RECORDS, _CORRECTED = "0", "2"  # 提出区分 of 給与支払報告書


def set_facts(
    filing: Filing,
    given: Mapping[UUID, facts.Flat],
    *,
    actor: Actor,
    head: facts.Flat | None = None,
) -> None:
    """Facts by person id, in place of those before.  A refused filing is being prepared again."""
    actor.require("filing:create")
    _refuse_numbers(*given.values(), head or {})
    locked = locked_open(filing)
    found = FilingPerson.objects.filter(filing=locked, person_id__in=list(given))
    rows = {row.person_id: row for row in found}
    if not given.keys() <= rows.keys():
        raise UseRefused(UseProblem.NOT_ON_FILING)
    for person_id, one in given.items():
        rows[person_id].facts = facts.to_stored(one)
    # Every id is there, so nothing is inserted: an update that takes rows by the thousand.
    FilingPerson.objects.bulk_create(
        list(rows.values()),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["facts"],
        batch_size=1000,
    )
    if head is not None:
        asked = {one.name for one in queries.recipe_of(locked).head}
        kept = {name: value for name, value in locked.head.items() if name not in asked}
        locked.head = kept | facts.to_stored(head)
        locked.save(update_fields=["head"])
    back_to_preparing(locked)


def tell_everybody(filing: Filing, told: facts.Flat, *, actor: Actor) -> None:
    """The same facts for all whom the filing is about, over what is stored; None takes one away."""
    actor.require("filing:create")
    _refuse_numbers(told)
    locked = locked_open(filing)
    gone = [name for name, value in told.items() if facts.is_empty(value)]
    stored = Value(facts.to_stored(told), output_field=JSONField())
    less = Value(gone, output_field=ArrayField(TextField()))
    changed = Func(
        Func(F("facts"), stored, arg_joiner=" || ", template="(%(expressions)s)"),
        less,
        arg_joiner=" - ",
        template="(%(expressions)s::text[])",
        output_field=JSONField(),
    )
    FilingPerson.objects.filter(filing=locked, member=0).update(facts=changed)
    back_to_preparing(locked)


def _refuse_numbers(*told: facts.Flat) -> None:
    texts = (one for some in told for one in some.values() if isinstance(one, str))
    if any(map(holds_number, texts)):
        raise UseRefused(UseProblem.NUMBER_IN_NOTE)


def leave_out(filing: Filing, people: Iterable[UUID], *, actor: Actor) -> int:
    """Takes people off a filing that is not made yet; a host goes with the family.

    Somebody must stay on it.  How many left, members of families counted.
    """
    actor.require("filing:create")
    locked = locked_open(filing)
    rows, leaving = FilingPerson.objects.filter(filing=locked), set(people)
    hosts = rows.filter(member=0, person_id__in=leaving)
    gone = sorted(hosts.values_list("place", flat=True))
    if len(gone) == locked.people:
        raise UseRefused(UseProblem.NOBODY_CHOSEN)
    left, _ = rows.filter(Q(person_id__in=leaving) | Q(place__in=gone)).delete()
    if gone:
        # Places have no gaps: each moves up by as many as are gone before it.
        before = Func(
            F("place"),
            Value(gone, output_field=ArrayField(IntegerField())),
            function="width_bucket",
            output_field=IntegerField(),
        )
        rows.filter(place__gt=gone[0]).update(place=F("place") - before)
    locked.people -= len(gone)
    locked.save(update_fields=["people"])
    back_to_preparing(locked)
    return left


def start_filing(filing: Filing, *, actor: Actor) -> Progress:
    """Hands the making to a worker.  Once started, a second start answers the same progress."""
    running, begun = begin_filing(filing, actor=actor)
    if begun:
        queue.enqueue("filings.make", actor=actor, progress_id=running.id, filing_id=filing.id)
    return running


def begin_filing(filing: Filing, *, actor: Actor) -> tuple[Progress, bool]:
    """PREPARING or REFUSED → MAKING, written down; whether it was this call that began it.

    A making that broke off for good (its progress is over) may be begun again.
    """
    actor.require("filing:create")
    locked = locked_filing(filing.id)
    last = progress.of_subject(locked.id)
    if locked.state not in _OPEN and last is not None:
        if locked.state != FilingState.MAKING or not last.is_over:
            return last, False
    elif locked.state not in _OPEN:
        raise UseRefused(UseProblem.CANNOT_BE_MADE)
    if is_being_read(locked):
        raise UseRefused(UseProblem.FIGURES_BEING_READ)
    locked.state = FilingState.MAKING
    locked.problems = []
    locked.save(update_fields=["state", "problems"])
    pens.write(
        Record.by(
            actor,
            Action.FILING_STARTED,
            purpose=locked.purpose,
            form=locked.form,
            count=locked.people,
            details={"target": str(locked.id), "office": locked.office.code},
        ),
        locked.company_id,
    )
    return progress.plan("filing", locked.id, total=locked.people), True


# the finished file ------------------------------------------------------------------------------


def download(filing: Filing, *, actor: Actor) -> tuple[str, bytes]:
    """Name and bytes of the file; each time is counted and written down before it is opened.

    Raises UseRefused, or LedgerUnavailable when it cannot be written down.
    """
    actor.require("filing:output")
    locked = locked_filing(filing.id)
    now = timezone.now()
    problem = rules.may_download(
        made=locked.state == FilingState.MADE,
        expired=locked.expires_at is not None and locked.expires_at <= now,
    )
    if problem is not None or locked.cell is None:
        raise UseRefused(problem or UseProblem.NO_FILE)
    reading = Reading(
        Action.FILE_DOWNLOADED,
        purpose=locked.purpose,
        form=locked.form,
        details={
            "target": str(locked.id), "file": locked.file_name, "file_hash": locked.sha256,
        },
    )  # fmt: skip
    content = door.open_file(locked.company_id, locked.cell, reading, actor=actor)
    locked.downloads += 1
    locked.downloaded_at = now
    locked.downloaded_by_name = actor.name
    locked.save(update_fields=["downloads", "downloaded_at", "downloaded_by_name"])
    return locked.file_name, content


def show_passphrase(filing: Filing, *, actor: Actor) -> str:
    """Of a file under a passphrase, once; then nobody has it but who wrote it down.

    Written down before it is opened.  Raises UseRefused.
    """
    actor.require("filing:output")
    locked = locked_filing(filing.id)
    if locked.state != FilingState.MADE or not locked.locked:
        raise UseRefused(UseProblem.NO_FILE)
    if locked.secret_cell is None:
        raise UseRefused(UseProblem.ALREADY_SHOWN)
    reading = Reading(
        Action.FILING_PASSPHRASE_SHOWN,
        purpose=locked.purpose,
        form=locked.form,
        details={"target": str(locked.id), "file": locked.file_name},
    )
    secret = door.open_secret(locked.company_id, locked.secret_cell, reading, actor=actor)
    _destroy_secret(locked)
    locked.save(update_fields=["secret_cell"])
    return secret


def _destroy_secret(filing: Filing) -> None:
    if filing.secret_cell is not None:
        door.order_destruction(filing.company_id, [filing.secret_cell])
        filing.secret_cell = None
        finish = partial(door.finish_destruction, filing.company_id)
        transaction.on_commit(finish, robust=True)


def make_again(filing: Filing, reason: str, *, actor: Actor) -> None:
    """Lets the same bytes be fetched once more, for as long as the copy is kept.

    They are what was filed, whatever has become of people and numbers since.
    """
    actor.require("filing:output")
    locked = locked_filing(filing.id)
    now = timezone.now()
    if locked.state != FilingState.MADE or locked.cell is None:
        raise UseRefused(UseProblem.NO_FILE)
    if locked.kept_until is None or locked.kept_until <= now:
        raise UseRefused(UseProblem.NOT_KEPT)
    locked.expires_at = min(now + rules.KEPT_UNLESS_DOWNLOADED, locked.kept_until)
    locked.save(update_fields=["expires_at"])
    pens.write(
        Record.by(
            actor,
            Action.FILING_MADE,
            handles=(locked.cell,),
            purpose=locked.purpose,
            form=locked.form,
            reason=reason,
            count=locked.people,
            details={
                "target": str(locked.id),
                "file": locked.file_name,
                "file_hash": locked.sha256,
            },
        ),
        locked.company_id,
    )


def destroy_copy(filing: Filing, *, actor: Actor) -> None:
    """The file goes before its time: it was the wrong one, or nobody needs it any more."""
    actor.require("filing:output")
    locked = locked_filing(filing.id)
    if locked.state != FilingState.MADE or locked.cell is None:
        raise UseRefused(UseProblem.NO_FILE)
    door.keep_until(locked.company_id, [locked.cell], timezone.now())
    door.destroy_due(locked.company_id, files_gone)


# correcting what was filed ----------------------------------------------------------------------


def cancel_filed(filing: Filing, *, actor: Actor) -> Filing:
    """A filing that cancels every record of a filed one, ready to be made."""
    return _following(filing, FilingAct.CANCEL, actor)


def correct_filed(filing: Filing, *, actor: Actor) -> Filing:
    """A filing with the people and facts of a filed one, to be corrected."""
    new = _following(filing, FilingAct.CORRECT, actor)
    marks = records.marks_corrections(queries.recipe_of(new))
    new.head = {**new.head, "doc.correction": _CORRECTED if marks else _NEW_RECORDS}
    new.save(update_fields=["head"])
    return new


def _following(filing: Filing, act: FilingAct, actor: Actor) -> Filing:
    actor.require("filing:create")
    filed = locked_filing(filing.id)
    recipe = queries.recipe_of(filed)
    if act == FilingAct.CANCEL and not rules.can_be_cancelled(recipe):
        raise UseRefused(UseProblem.NO_CORRECTION)
    if act == FilingAct.CANCEL and (filed.state != FilingState.MADE or filed.cell is None):
        raise UseRefused(UseProblem.NOT_KEPT)
    new = Filing.objects.create(
        company_id=filed.company_id,
        office=filed.office,
        form=filed.form,
        year=filed.year,
        act=act,
        source=filed.id,
        output=filed.output,
        locked=filed.locked,
        purpose=filed.purpose,
        people=filed.people,
        head=filed.head,
        started_by=actor.user_id,
        started_by_name=actor.name,
    )
    rows = FilingPerson.objects.filter(filing=filed).order_by("place", "member")
    copied = rows.values("person_id", "place", "member", "facts")
    FilingPerson.objects.bulk_create(
        (FilingPerson(company_id=filed.company_id, filing=new, **one) for one in copied),
        batch_size=2000,
    )
    return new


# ends -------------------------------------------------------------------------------------------


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: the time of these files is over.

    The rows stay as the record of what was given out.
    """
    waited = FiguresFile.objects.filter(filing__figures_cell__in=cells, state=FiguresState.MAPPING)
    waited.delete()  # with the first rows of the file, which it shows
    Filing.objects.filter(figures_cell__in=cells).update(figures_cell=None)
    # Pieces of a making that nobody went on with: the next one begins anew.
    Filing.objects.filter(pieces__overlap=list(cells)).update(pieces=[])
    found = Filing.objects.select_for_update().filter(cell__in=cells, state=FilingState.MADE)
    for filing in found.order_by("id"):
        filing.state = FilingState.DESTROYED
        filing.destroyed_at = timezone.now()
        _destroy_secret(filing)
        filing.save(update_fields=["state", "destroyed_at", "secret_cell"])
        pens.write(
            Record(
                at=filing.destroyed_at,
                action=Action.FILE_EXPIRED,
                handles=(filing.cell,) if filing.cell else (),
                purpose=filing.purpose,
                form=filing.form,
                count=filing.people,
                details={"target": str(filing.id), "file": filing.file_name},
            ),
            filing.company_id,
        )


def locked_filing(filing_id: UUID) -> Filing:
    return Filing.objects.select_for_update(of=("self",)).select_related("office").get(id=filing_id)


def locked_open(filing: Filing) -> Filing:
    """Under lock.  Raises UseRefused when nothing on it may be changed: any more, or until a file
    of figures is read.
    """
    locked = locked_changeable(filing)
    if is_being_read(locked):
        raise UseRefused(UseProblem.FIGURES_BEING_READ)
    return locked


def locked_changeable(filing: Filing) -> Filing:
    """The same for a file of figures itself."""
    locked = locked_filing(filing.id)
    if locked.state not in _OPEN or locked.act == FilingAct.CANCEL:
        raise UseRefused(UseProblem.CANNOT_BE_CHANGED)
    return locked


def back_to_preparing(filing: Filing) -> None:
    filing.state = FilingState.PREPARING
    filing.problems = []
    filing.save(update_fields=["state", "problems"])
