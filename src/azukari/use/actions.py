"""The verbs of a filing: prepare, give facts, start, download once, destroy.

What happens between start and download is in `making`.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from azukari.law.purpose import purpose_of_form
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Office
from azukari.use import queries, rules
from azukari.use.models import Filing, FilingPerson, FilingState
from azukari.use.rules import AcquisitionFacts, UseProblem, UseRefused
from azukari.use.stored_facts import to_stored
from azukari.vault import door
from azukari.vault.door import Reading

_OPEN = frozenset({FilingState.PREPARING, FilingState.REFUSED})


def prepare_filing(form: str, office: Office, people: Sequence[Person], *, actor: Actor) -> Filing:
    """Freezes who is on the filing, with the most likely facts for each."""
    actor.require("filing:create")
    chosen = list({person.id: person for person in people}.values())
    _refuse_choice(form, chosen)
    purpose = purpose_of_form(form)
    filing = Filing.objects.create(
        company_id=actor.company,
        office=office,
        form=form,
        purpose=purpose.code,
        people=len(chosen),
        started_by=actor.user_id,
        started_by_name=actor.name,
    )
    known = queries.known_of(chosen, purpose)
    FilingPerson.objects.bulk_create(
        FilingPerson(
            company_id=actor.company,
            filing=filing,
            person=person,
            place=place,
            facts=to_stored(rules.default_facts(known[person.id])),
        )
        for place, person in enumerate(chosen, 1)
    )
    return filing


def _refuse_choice(form: str, people: Sequence[Person]) -> None:
    if form not in rules.SUPPORTED:
        raise UseRefused(UseProblem.FORM_NOT_SUPPORTED)
    if not people:
        raise UseRefused(UseProblem.NOBODY_CHOSEN)
    if len(people) > rules.MOST_PEOPLE:
        raise UseRefused(UseProblem.TOO_MANY)
    if not all(person.is_employee for person in people):
        raise UseRefused(UseProblem.NOT_EMPLOYEES)


def set_facts(filing: Filing, facts: Mapping[UUID, AcquisitionFacts], *, actor: Actor) -> None:
    """Facts by person id.  A filing that was refused is being prepared again."""
    actor.require("filing:create")
    if any(holds_number(one.note) or holds_number(one.no_number_note) for one in facts.values()):
        raise UseRefused(UseProblem.NUMBER_IN_NOTE)
    locked = _locked_open(filing)
    rows = {row.person_id: row for row in FilingPerson.objects.filter(filing=locked)}
    if not facts.keys() <= rows.keys():
        raise UseRefused(UseProblem.NOT_ON_FILING)
    for person_id, one in facts.items():
        rows[person_id].facts = to_stored(one)
    FilingPerson.objects.bulk_update(
        [rows[person_id] for person_id in facts], ["facts"], batch_size=500
    )
    _back_to_preparing(locked)


def leave_out(filing: Filing, people: Iterable[UUID], *, actor: Actor) -> int:
    """Takes people off a filing that is not made yet; somebody must stay on it."""
    actor.require("filing:create")
    locked = _locked_open(filing)
    rows = list(FilingPerson.objects.filter(filing=locked).order_by("place"))
    leaving = set(people)
    staying = [row for row in rows if row.person_id not in leaving]
    if not staying:
        raise UseRefused(UseProblem.NOBODY_CHOSEN)
    FilingPerson.objects.filter(filing=locked, person_id__in=leaving).delete()
    for place, row in enumerate(staying, 1):
        row.place = place
    FilingPerson.objects.bulk_update(staying, ["place"], batch_size=500)
    locked.people = len(staying)
    locked.save(update_fields=["people"])
    _back_to_preparing(locked)
    return len(rows) - len(staying)


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
    locked = _locked(filing.id)
    last = progress.of_subject(locked.id)
    if locked.state not in _OPEN and last is not None:
        if locked.state != FilingState.MAKING or not last.is_over:
            return last, False
    elif locked.state not in _OPEN:
        raise UseRefused(UseProblem.CANNOT_BE_MADE)
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


def download(filing: Filing, *, actor: Actor) -> tuple[str, bytes]:
    """Name and bytes of the file: once, written down before it is opened.

    Raises UseRefused, or LedgerUnavailable when it cannot be written down.
    """
    actor.require("filing:output")
    locked = _locked(filing.id)
    now = timezone.now()
    problem = rules.may_download(
        made=locked.state == FilingState.MADE,
        downloaded=locked.downloaded_at is not None,
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
    locked.downloaded_at = now
    locked.downloaded_by_name = actor.name
    locked.save(update_fields=["downloaded_at", "downloaded_by_name"])
    soon = now + rules.KEPT_AFTER_DOWNLOAD
    until = min(soon, locked.expires_at) if locked.expires_at else soon
    door.keep_until(locked.company_id, locked.cell, until)
    return locked.file_name, content


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: the time of these files is over.

    The rows stay as the record of what was given out.
    """
    found = Filing.objects.select_for_update().filter(cell__in=cells, state=FilingState.MADE)
    for filing in found.order_by("id"):
        filing.state = FilingState.DESTROYED
        filing.destroyed_at = timezone.now()
        filing.save(update_fields=["state", "destroyed_at"])
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


def _locked(filing_id: UUID) -> Filing:
    return Filing.objects.select_for_update(of=("self",)).select_related("office").get(id=filing_id)


def _locked_open(filing: Filing) -> Filing:
    locked = _locked(filing.id)
    if locked.state not in _OPEN:
        raise UseRefused(UseProblem.CANNOT_BE_CHANGED)
    return locked


def _back_to_preparing(filing: Filing) -> None:
    filing.state = FilingState.PREPARING
    filing.problems = []
    filing.save(update_fields=["state", "problems"])
