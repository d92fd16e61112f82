"""The verbs of 廃棄証明書: issue one, and the notice a person is given (廃棄のお知らせ).

The record of the issue, the signed head that covers it and the copy itself stand or fall in one
transaction, so that each copy can be proved and each record of an issue has its copy.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Func, Max, Min, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from azukari.dispose import certificate_document as document
from azukari.dispose import certificate_sheet
from azukari.dispose.certificate_document import Act, Erasure, Forgetting, Number, Party, Statement
from azukari.dispose.models import Certificate, Disposal, DisposalBatch
from azukari.dispose.rules import Reason
from azukari.law.retention import RULES
from azukari.ledger import pens, sequencer
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.ledger.binary import execute_binary
from azukari.ledger.checkpoint import origin_of, parse_checkpoint, verifier_key
from azukari.ledger.record import Record
from azukari.progress.overlapping import alongside
from azukari.progress.uncollected import uncollected
from azukari.progress.whole_joins import joins_of
from azukari.register import queries as register
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.ids import new_id
from azukari.tenancy.models import Company
from azukari.tenancy.running_codes import next_code
from azukari.tenancy.signing import ledger_signer
from azukari.vault import door

_REASONS = {reason.value: reason.label for reason in Reason}
# The record of a destruction is written within moments of the time kept in its row.
_MOMENTS = timedelta(minutes=10)


class KeysWait(Exception):
    """A key still waits to be destroyed, or the record of it to come into the ledger's tree."""


class NothingDisposed(Exception):
    """The batch has destroyed no number."""


def _text(template: str, column: str) -> Func:
    """As documents have it.  By PostgreSQL: 10^5 ids and aware datetimes take Python seconds."""
    return Func(F(column), template=template, output_field=CharField())


_MOMENT: Final = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_DAY: Final = "to_char(%(expressions)s, 'YYYY-MM-DD')"
_ID: Final = "%(expressions)s::text"
_CODE: Final = Case(
    When(person__family_code=0, then=F("person__employee_code")),
    default=Concat("person__employee_code", Value("-"), Cast("person__family_code", CharField())),
)


@uncollected()
def issue(subject: Disposal | DisposalBatch, *, actor: Actor) -> Certificate:
    """A new copy of the certificate for one number or for what a batch destroyed.

    Raises KeysWait and NothingDisposed.  Locks the company's ledger until the transaction ends.
    Where a destruction was written down but is not in the tree yet, it waits for the sequencer's
    connection: then nothing may have been written with `pens.write_many` in this transaction.
    """
    actor.require("disposal:view")
    realm = actor.company
    alike = _alike(subject)
    numbers = _numbers(realm, subject, alike)
    statement = _statement(subject, alike, actor)
    certified = document.certified_part(statement, numbers)
    certificate = Certificate(
        id=UUID(statement.id),
        company_id=realm,
        batch=subject if isinstance(subject, DisposalBatch) else None,
        disposal=subject if isinstance(subject, Disposal) else None,
        code=statement.code,
        issued_at=statement.issued_at,
        issued_by_name=actor.name,
        digest=document.digest_of(certified),
    )
    certificate.document = certified + _seal(certificate, statement, numbers, actor)
    _store(certificate)
    return certificate


def _store(one: Certificate) -> None:
    # Django would write the document out as text, twice as long, for PostgreSQL to read again.
    execute_binary(
        "default",
        "INSERT INTO dispose_certificate (id, company_id, batch_id, disposal_id, code, issued_at,"
        " issued_by_name, digest, document) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %b)",
        [
            one.id, one.company_id, one.batch_id, one.disposal_id, one.code, one.issued_at,
            one.issued_by_name, one.digest, one.document,
        ],
    )  # fmt: skip


def issue_receipt(disposal: Disposal, *, actor: Actor) -> None:
    """Writes down that the person is given a notice of it.  Raises KeysWait."""
    actor.require("disposal:view")
    if disposal.keys_destroyed_at is None:
        raise KeysWait
    pens.write(
        Record.by(
            actor,
            Action.RECEIPT_ISSUED,
            subjects=(disposal.person_id,),
            handles=(disposal.cell,),
            count=1,
            details={"target": str(disposal.id)},
        ),
        actor.company,
    )


def copies_of(subject: Disposal | DisposalBatch) -> QuerySet[Certificate]:
    """Certificates issued, the newest first, without their documents."""
    of = {"batch": subject} if isinstance(subject, DisposalBatch) else {"disposal": subject}
    return Certificate.objects.filter(**of).order_by("-issued_at", "-id").defer("document")


def paper_of(copy: Certificate) -> bytes:
    """The same as PDF, with the names that the document for machines does not have."""
    read = document.read(bytes(copy.document), first=certificate_sheet.ROWS)
    named = register.named(UUID(number.person) for number in read.numbers)
    return certificate_sheet.render(read, {str(one.id): one.name for one in named.values()})


# what is stated ---------------------------------------------------------------------------------


class _Alike(NamedTuple):
    """How many numbers went on the same grounds under one generation of the ring, and when."""

    reason: str
    rules: list[str]
    generation: int
    numbers: int
    first: datetime
    last: datetime


_Span = tuple[datetime, datetime]
_Place = tuple[int, str]  # of a leaf, and its hash
_Told = tuple[Any, ...]  # what the tables say of one number: `Number` up to its leaf
_HANDLE: Final = Number._fields.index("handle")


def _alike(subject: Disposal | DisposalBatch) -> list[_Alike]:
    disposals = _disposals_of(subject)
    if disposals.filter(keys_destroyed_at__isnull=True).exists():
        raise KeysWait
    found = disposals.values_list("reason", "rules", "generation").annotate(
        Count("id"), Min("keys_destroyed_at"), Max("keys_destroyed_at")
    )
    alike = [_Alike(*one) for one in found.order_by()]
    if not alike:
        raise NothingDisposed
    return alike


def _numbers(
    realm: UUID, subject: Disposal | DisposalBatch, alike: Sequence[_Alike]
) -> list[Number]:
    # In which the records of the destructions were written.
    span = _first(alike) - _MOMENTS, _last(alike) + _MOMENTS
    # What has been committed is seen there; whatever is not, below.
    with alongside(partial(_places, scope.current(), realm, span)) as places:
        told = _told_of(subject)
        leaves = places()
    try:
        return _with_leaves(told, leaves)
    except KeyError:
        sequencer.sequence(realm)
    try:
        return _with_leaves(told, ledger.places_by_handle(realm, Action.NUMBER_DISPOSED, *span))
    except KeyError:
        raise KeysWait from None


def _with_leaves(told: Sequence[_Told], leaves: Mapping[str, _Place]) -> list[Number]:
    return [Number._make((*one, *leaves[one[_HANDLE]])) for one in told]


def _places(place: scope.Scope, realm: UUID, span: _Span) -> dict[str, _Place]:
    with scope.enter(place):
        return ledger.places_by_handle(realm, Action.NUMBER_DISPOSED, *span)


def _disposals_of(subject: Disposal | DisposalBatch) -> QuerySet[Disposal]:
    if isinstance(subject, Disposal):
        return Disposal.objects.filter(id=subject.id)
    return Disposal.objects.filter(batch=subject)


def _told_of(subject: Disposal | DisposalBatch) -> list[_Told]:
    rows = _disposals_of(subject).order_by(
        "person__employee_code", "person__family_code", "ordered_at", "id"
    )
    columns = rows.values_list(
        _text(_ID, "person_id"), _CODE, "person__kind", _text(_ID, "cell"), "reason", "rules",
        _text(_DAY, "due_on"), _text(_MOMENT, "keys_destroyed_at"), "generation",
    )  # fmt: skip
    many = subject.done if isinstance(subject, DisposalBatch) else 1
    with joins_of(many, "register_person"):
        return list(columns)


def _statement(
    subject: Disposal | DisposalBatch, alike: Sequence[_Alike], actor: Actor
) -> Statement:
    company = Company.objects.select_related("contract").get(id=actor.company)
    now = timezone.now()
    used = sorted({rule for one in alike for rule in one.rules})
    return Statement(
        id=str(new_id()),
        code=next_code(Certificate.objects.all(), f"D{timezone.localdate(now).year}-", digits=6),
        issued_at=now,
        issued_by=actor.name,
        company=Party(
            str(company.id), company.code, company.name, company.corporate_number,
            company.contract.code,
        ),
        batch=_batch(subject),
        note=subject.note,
        acts=_acts(subject),
        erasure=_erasure(alike),
        reasons={code: _REASONS.get(code, code) for code in sorted({one.reason for one in alike})},
        rules={rule: _article(rule) for rule in used},
        count=sum(one.numbers for one in alike),
    )  # fmt: skip


def _batch(subject: Disposal | DisposalBatch) -> Mapping[str, str | int]:
    if isinstance(subject, Disposal):
        return {"code": subject.batch.code} if subject.batch else {}
    return {
        "code": subject.code,
        "due_until": subject.due_until.isoformat(),
        "excluded": subject.excluded,
        "failed": subject.failed,
    }


def _acts(subject: Disposal | DisposalBatch) -> tuple[Act, ...]:
    if isinstance(subject, Disposal):
        approved = Act("承認", subject.approved_by_name, None)
        ordered = Act("廃棄の指示", subject.ordered_by_name, subject.ordered_at)
        return (approved, ordered) if approved.name else (ordered,)
    ran = Disposal.objects.filter(batch=subject).order_by("ordered_at").first()
    acts = (
        Act("起案", subject.proposed_by_name, subject.proposed_at),
        Act("確認", subject.reviewed_by_name, subject.reviewed_at),
        Act("承認", subject.approved_by_name, subject.approved_at),
        Act("実行", ran.ordered_by_name if ran else "", subject.executed_at),
    )
    return tuple(act for act in acts if act.name)


def _erasure(alike: Sequence[_Alike]) -> Erasure:
    last, numbers = _last(alike), Counter[int]()
    for one in alike:
        numbers[one.generation] += one.numbers
    found = []
    for generation, count in sorted(numbers.items()):
        reached = door.finality(generation, last)
        found.append(Forgetting(generation, count, reached.final_on, reached.is_final))
    return Erasure(
        erasure_class=reached.erasure_class,
        first=_first(alike),
        last=last,
        generations=tuple(found),
    )


def _first(alike: Sequence[_Alike]) -> datetime:
    return min(one.first for one in alike)


def _last(alike: Sequence[_Alike]) -> datetime:
    return max(one.last for one in alike)


def _article(rule: str) -> Mapping[str, str]:
    known = RULES.get(rule)
    return {"applies_to": known.applies_to, "article": known.article} if known else {}


# the seal ---------------------------------------------------------------------------------------


def _seal(
    certificate: Certificate, statement: Statement, numbers: Sequence[Number], actor: Actor
) -> bytes:
    realm, signer = actor.company, ledger_signer()
    places = pens.write_many(realm, [_certified(certificate, statement, numbers, actor)])
    note = sequencer.checkpoint_now(realm, signer, using="default")
    size = parse_checkpoint(note).size
    few = numbers if len(numbers) <= document.WITH_OWN_PROOF else ()
    return document.seal(
        ledger.proof(realm, places.start, size),
        [ledger.proof(realm, number.leaf, size) for number in few],
        note,
        verifier_key(origin_of(realm), signer.public_key),
    )


def _certified(
    certificate: Certificate, statement: Statement, numbers: Sequence[Number], actor: Actor
) -> Record:
    one = numbers[0] if len(numbers) == 1 else None
    told = {
        "target": str(certificate.id),
        "certificate": certificate.code,
        "file_hash": certificate.digest,
        "key_class": statement.erasure.erasure_class.value,
        "finality": statement.erasure.final_on.isoformat(),
    }
    if "code" in statement.batch:
        told["batch"] = str(statement.batch["code"])
    return Record.by(
        actor,
        Action.DISPOSAL_CERTIFIED,
        at=certificate.issued_at,
        subjects=(UUID(one.person),) if one else (),
        handles=(UUID(one.handle),) if one else (),
        count=len(numbers),
        details=told,
    )
