"""The verbs of an output: ask, decide, show the passphrase once, download, destroy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Func, QuerySet
from django.utils import timezone

from azukari.check import binding, queries, rules
from azukari.check.models import Output, OutputState
from azukari.check.queries import Wanted
from azukari.check.rules import Content, Format, OutputProblem, OutputRefused
from azukari.law.purpose import PersonKind, Purpose
from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import mentions_number
from azukari.ledger.record import Record
from azukari.progress import actions as progress
from azukari.progress import queue
from azukari.progress.models import Progress
from azukari.register.models import Person
from azukari.register.sheets.comparison import KIND_OF_PERSON
from azukari.tenancy import four_eyes, scope
from azukari.tenancy.actor import Actor
from azukari.vault import door
from azukari.vault.door import Reading


@dataclass(frozen=True)
class Asked:
    """What is asked for; `whom` says the choice of people in words."""

    wanted: Wanted
    content: Content
    format: Format
    reason: str
    whom: str
    purpose: Purpose | None = None


def ask_output(asked: Asked, *, actor: Actor) -> Output:
    """Freezes the people; makes the file in the background unless a second person has to agree.

    Raises OutputRefused.
    """
    output, is_due = begin_output(asked, actor=actor)
    if is_due:
        _enqueue(output, actor)
    return output


def begin_output(asked: Asked, *, actor: Actor) -> tuple[Output, bool]:
    """The output, and whether it is to be made now."""
    actor.require("export:create")
    if asked.content is Content.NUMBERS:
        actor.require("export:reveal")
    if mentions_number(asked.reason):
        raise OutputRefused(OutputProblem.NUMBER_IN_REASON)
    output = Output(
        company_id=actor.company,
        kind=asked.wanted.kind.value,
        content=asked.content.value,
        format=asked.format.value,
        purpose=asked.purpose.code if asked.purpose and asked.content is Content.NUMBERS else "",
        reason=asked.reason.strip(),
        whom=asked.whom[:200],
        asked_by=actor.user_id,
        asked_by_name=actor.name,
    )
    # What is refused is not stored either.
    with transaction.atomic():
        output.save(force_insert=True)
        output.people = _freeze(output, queries.people_wanted(asked.wanted))
        _refuse(
            rules.may_ask(
                content=asked.content,
                file_format=asked.format,
                people=output.people,
                kind=PersonKind(KIND_OF_PERSON[asked.wanted.kind].value),
                purpose=asked.purpose,
                reason=asked.reason,
            )
        )
    return output, _begin(output, actor)


def _freeze(output: Output, people: QuerySet[Person]) -> int:
    """Puts them into the output, and answers how many they are."""
    # By the database: the ids of a million people need not come here and go back.
    row = Output.objects.filter(id=output.id)
    row.update(people_ids=ArraySubquery(people.values("id")))
    count: int = row.values_list(Func("people_ids", function="cardinality"), flat=True).get()
    return count


def begin_frozen(output: Output, *, actor: Actor) -> Output:
    """The same for what another module has frozen; nothing of it is stored yet."""
    actor.require("export:create")
    output.company_id = actor.company
    output.asked_by, output.asked_by_name = actor.user_id, actor.name
    output.save(force_insert=True)
    if _begin(output, actor):
        _enqueue(output, actor)
    return output


def _begin(output: Output, actor: Actor) -> bool:
    """Whether it is to be made now."""
    waits = rules.needs_second_person(Content(output.content), output.people)
    output.state = OutputState.ASKED if waits else OutputState.MAKING
    output.digest = binding.digest_of(output.id)
    output.save(update_fields=["people", "state", "digest"])
    _write(output, Action.EXPORT_ASKED, actor)
    if waits:
        four_eyes.tell_if_alone("export:approve", Action.EXPORT_ASKED, output.id, actor=actor)
    return not waits


def decide_output(output: Output, *, approve: bool, actor: Actor) -> Output:
    """The second person agrees, and the file is made on behalf of who asked; or does not.

    Raises OutputRefused.
    """
    actor.require("export:approve")
    output = _locked(output.id)
    if output.state != OutputState.ASKED:
        raise OutputRefused(OutputProblem.NOT_WAITING)
    # A request of the server's command comes from nobody known; any approver is another one.
    if approve and output.asked_by is not None:
        refusal = four_eyes.judge(
            output.asked_by, "export:approve", asked_at=output.asked_at, actor=actor
        )
        _refuse(OutputProblem(refusal) if refusal else None)
    output.state = OutputState.MAKING if approve else OutputState.REFUSED
    output.decided_by_name = actor.name
    output.decided_at = timezone.now()
    if not approve:
        output.people_ids = []
    output.save()
    _write(output, Action.EXPORT_APPROVED if approve else Action.EXPORT_REFUSED, actor)
    if approve:
        _enqueue(output, replace(actor, user_id=output.asked_by))
    return output


def is_mine(output: Output, actor: Actor) -> bool:
    """Whether the actor may have the file: who asked; for the server's command anybody who could
    have asked.
    """
    if output.asked_by is not None:
        return output.asked_by == actor.user_id
    holds = Content(output.content).holds_numbers
    return actor.may("export:reveal" if holds else "export:create")


def show_passphrase(output: Output, *, actor: Actor) -> str:
    """Once; then nobody has it but who wrote it down.  Raises OutputRefused."""
    actor.require("export:output")
    output = _locked(output.id)
    if output.state != OutputState.MADE or not is_mine(output, actor):
        raise OutputRefused(OutputProblem.NOT_YOURS)
    if output.secret_cell is None:
        raise OutputRefused(OutputProblem.ALREADY_SHOWN)
    reading = Reading(Action.EXPORT_PASSPHRASE_SHOWN, details={"target": str(output.id)})
    secret = door.open_secret(actor.company, output.secret_cell, reading, actor=actor)
    door.order_destruction(actor.company, [output.secret_cell])
    output.secret_cell = None
    output.save(update_fields=["secret_cell"])
    _destroy_keys_after_commit(actor.contract_id, actor.company)
    return secret


def download(output: Output, *, actor: Actor) -> tuple[str, bytes]:
    """Name and bytes of the sealed file, counted and written down first.  Raises OutputRefused."""
    actor.require("export:output")
    output = _locked(output.id)
    _refuse(
        rules.may_download(
            made=output.state == OutputState.MADE,
            mine=is_mine(output, actor),
            downloads=output.downloads,
        )
    )
    if output.cell is None:
        raise OutputRefused(OutputProblem.NO_FILE)
    reading = Reading(
        Action.FILE_DOWNLOADED,
        purpose=output.purpose,
        reason=output.reason,
        details={
            "target": str(output.id), "file": output.file_name, "file_hash": output.sha256,
        },
    )  # fmt: skip
    content = door.open_file(actor.company, output.cell, reading, actor=actor)
    output.downloads += 1
    output.downloaded_at = timezone.now()
    output.save(update_fields=["downloads", "downloaded_at"])
    return output.file_name, content


def destroy_output(output: Output, *, actor: Actor) -> None:
    """Before its time, by who asked for it or may approve.  Raises OutputRefused."""
    actor.require("export:output")
    output = _locked(output.id)
    if output.state != OutputState.MADE or output.cell is None:
        raise OutputRefused(OutputProblem.NO_FILE)
    door.order_destruction(actor.company, [output.cell])
    _end(output)
    _write(output, Action.FILE_EXPIRED, actor)
    _destroy_keys_after_commit(actor.contract_id, actor.company)


def files_gone(cells: Sequence[UUID]) -> None:
    """For `door.destroy_due`: the time of these files is over."""
    for output in Output.objects.select_for_update().filter(cell__in=cells):
        _end(output)
        pens.write(
            Record(
                at=timezone.now(),
                action=Action.FILE_EXPIRED,
                purpose=output.purpose,
                count=output.people,
                details={"target": str(output.id), "file": output.file_name},
            ),
            scope.company_id(),
        )


def plan_work(output: Output) -> Progress:
    return progress.plan("export", output.id, total=output.people)


def _enqueue(output: Output, actor: Actor) -> None:
    task = plan_work(output)
    queue.enqueue("exports.make", actor=actor, progress_id=task.id, output_id=output.id)


def _end(output: Output) -> None:
    if output.secret_cell is not None:
        door.order_destruction(output.company_id, [output.secret_cell])
    output.cell = output.secret_cell = None
    output.state = OutputState.DESTROYED
    output.destroyed_at = timezone.now()
    output.save()


def _destroy_keys_after_commit(contract_id: UUID, company_id: UUID) -> None:
    def destroy() -> None:
        with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
            door.finish_destruction(company_id)

    transaction.on_commit(destroy, robust=True)


def _locked(output_id: UUID) -> Output:
    return Output.objects.defer("people_ids").select_for_update().get(id=output_id)


def _refuse(problem: OutputProblem | None) -> None:
    if problem is not None:
        raise OutputRefused(problem)


def _write(output: Output, action: Action, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            action,
            purpose=output.purpose,
            reason=output.reason,
            count=output.people,
            details={
                "target": str(output.id), "kind": output.kind, "method": output.content,
                "format": output.format,
            },
        ),
        actor.company,
    )  # fmt: skip
