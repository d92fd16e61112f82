"""運用確認: 利用履歴照会, its CSV, the export of the ledger and 記録の検証."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.ledger import pens, sequencer
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action, Result
from azukari.ledger.checkpoint import parse_checkpoint, verifier_key
from azukari.ledger.export import export_ledger
from azukari.ledger.queries import Cursor, Entry, Filter
from azukari.ledger.record import Record
from azukari.ledger.verify import verify_realm
from azukari.pki import signing
from azukari.register import queries as register
from azukari.register import spreadsheet
from azukari.register.models import Person
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import User
from azukari.tenancy.signing import ledger_signer
from azukari.web import words
from azukari.web.components.parts import Link
from azukari.web.forms.reading import mentions_number
from azukari.web.forms.records import RecordExport, RecordSearch
from azukari.web.guard import OperatorRequest
from azukari.web.lists import address_with
from azukari.web.operator import ledger_words, person_words
from azukari.web.operator.history import purposes, reason, why
from azukari.web.operator.people import page_of
from azukari.web.streaming import csv_in_parts

_CANDIDATES = 20
_EXPORT_PAGE = 1000
_HEADS = (
    "日時", "操作した人", "権限", "操作", "対象者", "人数", "利用目的", "様式", "理由", "結果",
    "接続元", "証明書", "記録番号",
)  # fmt: skip


# 利用履歴照会 -----------------------------------------------------------------------------------


def records(request: OperatorRequest) -> HttpResponse:
    if mentions_number(request.GET.get("q", "")):
        messages.error(request, words.NUMBER_IN_SEARCH)
        return redirect("records")
    search = RecordSearch(request.GET)
    search.is_valid()
    candidates = _candidates(search)
    subject = _subject(search, candidates)
    undecided = bool(search.cleaned_data.get("q")) and subject is None
    page, oldest_first = ledger.Page([], None), request.GET.get("sort") == "at"
    if not undecided and not search.errors:
        asked, cursor = search.asked(subject), _cursor(request)
        page = ledger.records(_realm(request), asked, after=cursor, oldest_first=oldest_first)
        if cursor and not page.entries:
            return redirect(reverse("records") + address_with(request))
    of_contract = _realm(request) != request.actor.company_id
    context: dict[str, Any] = {
        "page_title": "利用履歴照会",
        "crumbs": [Link("トップ", reverse("top")), Link("利用履歴照会")],
        "search": search,
        "clear_url": reverse("records") + ("?of=contract" if of_contract else ""),
        "tabs": _tabs(request, of_contract=of_contract),
        "rows": _rows(request.actor, page.entries),
        "candidates": [
            Link(
                f"{person_words.code(one)} {one.name}",
                address_with(request, subject=str(one.id), q=""),
            )
            for one in candidates
        ]
        if undecided
        else [],
        "whose": _whose(subject),
        "undecided": undecided,
        "order": "at" if oldest_first else "-at",
        "first_url": address_with(request) if request.GET.get("after") else "",
        "next_url": address_with(request, after=str(page.next)) if page.next else "",
        "may_export": request.actor.may("record:output"),
        "export_form": RecordExport(initial=_carried(search, subject)),
    }
    return render(request, "operator/records/list.html", context)


def _realm(request: OperatorRequest) -> UUID:
    """The company's records, or the contract's (sign-ins, users, certificates).

    Those concern every company of the contract, and are shown to who may see its users.
    """
    asked = request.GET.get("of") or request.POST.get("of")
    if asked == "contract" and request.actor.may("user:view"):
        return request.actor.contract_id
    return request.actor.company


def _tabs(request: OperatorRequest, *, of_contract: bool) -> list[Link]:
    if not request.actor.may("user:view"):
        return []
    here = reverse("records")
    return [
        Link("個人番号の取扱い", here, current=not of_contract),
        Link("ログイン・利用者・証明書", f"{here}?of=contract", current=of_contract),
    ]


def _candidates(search: RecordSearch) -> list[Person]:
    typed = search.cleaned_data.get("q", "")
    return register.find_anybody(typed, limit=_CANDIDATES) if typed else []


def _subject(search: RecordSearch, candidates: list[Person]) -> UUID | None:
    if len(candidates) == 1:
        return candidates[0].id
    chosen: UUID | None = search.cleaned_data.get("subject")
    return None if candidates or search.cleaned_data.get("q") else chosen


def _carried(search: RecordSearch, subject: UUID | None) -> dict[str, Any]:
    """The conditions of the list for the export; a search by words has become one person."""
    typed = {name: search.data.get(name, "") for name in search.fields}
    return {**typed, "q": "", "subject": subject or ""}


def _whose(subject: UUID | None) -> str:
    person = register.named([subject]).get(subject) if subject else None
    return f"{person_words.code(person)} {person.name}" if person else ""


def _cursor(request: OperatorRequest) -> Cursor | None:
    try:
        return Cursor.parse(request.GET["after"])
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def _rows(actor: Actor, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    shown = list(entries)
    known = _named([entry.record for entry in shown])
    return [_row(actor, entry, known) for entry in shown]


def _row(actor: Actor, entry: Entry, known: dict[UUID, Any]) -> dict[str, Any]:
    record = entry.record
    return {
        "index": entry.index,
        "record": record,
        "why": why(record, short=True),
        "what": ledger_words.details(record),
        "subjects": [_subject_link(actor, known.get(one)) for one in record.subjects[:3]],
        "more": max(0, len(record.subjects) - 3),
        "result": record.result.label,
        "good": record.result is Result.DONE,
    }


def _subject_link(actor: Actor, known: Person | User | None) -> Link:
    if isinstance(known, Person):
        url = page_of(known) if actor.may(f"{known.kind}:view") else ""
        return Link(known.name, url, note=person_words.code(known))
    if isinstance(known, User):
        return Link(known.name, note=known.user_code)
    return Link("（この会社の台帳にない対象）")


def _named(told: list[Record]) -> dict[UUID, Any]:
    ids = {one for record in told for one in record.subjects}
    users = User.objects.in_bulk(ids)
    return {**users, **register.named(ids)}


# output -----------------------------------------------------------------------------------------


def export(request: OperatorRequest) -> HttpResponseBase:
    """CSV of what the list shows, or all records of the realm as lines that can be verified."""
    realm = _realm(request)
    as_lines = request.POST.get("as") == "lines"
    search = RecordExport(request.POST)
    if not as_lines and not search.is_valid():
        messages.error(request, "条件に誤りがあるため、出力しませんでした。条件を直してください。")
        return redirect("records")
    pens.write(
        Record.by(
            request.actor,
            Action.LEDGER_EXPORTED,
            details={"format": "lines" if as_lines else "csv"},
        ),
        realm,
    )
    today = timezone.localdate().strftime("%Y%m%d")
    if as_lines:
        response = StreamingHttpResponse(
            _lines(realm), content_type="application/jsonl; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="records-{today}.jsonl"'
        return response
    parts = _parts(realm, search.asked(search.cleaned_data.get("subject")))
    return csv_in_parts(f"records-{today}.csv", _HEADS, parts, actor=request.actor)


def _lines(realm: UUID) -> Iterator[str]:
    # Streamed after the request's own transaction, so each part enters the scope by itself.
    signer = ledger_signer()
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, signer)
    yield from export_ledger(realm, signer.public_key)


def _parts(realm: UUID, asked: Filter) -> Iterator[list[tuple[str, ...]]]:
    after: Cursor | None = None
    while True:
        page = ledger.records(realm, asked, after=after, limit=_EXPORT_PAGE)
        known = _named([entry.record for entry in page.entries])
        yield [_cells(entry, known) for entry in page.entries]
        after = page.next
        if after is None:
            return


def _cells(entry: Entry, known: dict[UUID, Any]) -> tuple[str, ...]:
    record = entry.record
    names = [getattr(known.get(one), "name", str(one)) for one in record.subjects]
    return (
        spreadsheet.moment(record.at, seconds=True),
        record.actor_name,
        record.role,
        record.action.label,
        "、".join(names),
        str(record.count or ""),
        "、".join(one.label for one in purposes(record)),
        record.form,
        reason(record),
        record.result.label,
        record.address,
        record.certificate,
        "" if entry.index is None else str(entry.index),
    )


# 記録の検証 -------------------------------------------------------------------------------------


def verify(request: OperatorRequest) -> HttpResponse:
    realm = _realm(request)
    result = _verify(request, realm) if request.method == "POST" else None
    note = ledger.latest_checkpoint(realm)
    context = {
        "page_title": "記録の検証",
        "crumbs": [Link("トップ", reverse("top")), Link("記録の検証")],
        "size": ledger.tree_size(realm),
        "note": note or "",
        "head": parse_checkpoint(note).root.hex() if note else "",
        "signed_size": parse_checkpoint(note).size if note else 0,
        "key": verifier_key(f"azukari/ledger/{realm}", ledger_signer().public_key),
        "result": result,
        "findings": [ledger_words.finding(one) for one in result.findings[:50]] if result else [],
        "may_export": request.actor.may("record:output"),
        "export_form": RecordExport(initial={"of": request.GET.get("of", "")}),
    }
    return render(request, "operator/records/verify.html", context)


def _verify(request: OperatorRequest, realm: UUID) -> Any:
    signer = ledger_signer()
    sequencer.sequence(realm)
    sequencer.checkpoint_now(realm, signer)
    result = verify_realm(realm, signer.public_key, signing.verify)
    pens.write(
        Record.by(
            request.actor,
            Action.LEDGER_VERIFIED,
            result=Result.DONE if result.good else Result.FAILED,
            count=result.size,
        ),
        realm,
    )
    return result
