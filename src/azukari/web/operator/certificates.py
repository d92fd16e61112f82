"""廃棄証明書: one disposal and its copies, the papers, the notice to the person, verification."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.dispose import certificates, queries
from azukari.dispose import receipt_sheet as receipts
from azukari.dispose.certificates import KeysWait, NothingDisposed
from azukari.dispose.models import Certificate, Disposal, DisposalBatch
from azukari.dispose.rules import Reason
from azukari.law.retention import RULES
from azukari.ledger.checkpoint import fingerprint
from azukari.ledger.standalone import verify_ledger
from azukari.tenancy.models import Company
from azukari.tenancy.signing import ledger_signer
from azukari.web.components.parts import Link
from azukari.web.forms.dispose import ReceiptForm, VerifyCertificate
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words

_REASONS = {reason.value: reason.label for reason in Reason}
_KEYS_WAIT = "鍵の消去がまだ終わっていないため、発行できません。数分後にもう一度お試しください。"
_VERIFIER = Path(verify_ledger.__file__)
_TONES = {True: "success", False: "error", None: "neutral"}
_MARKS = {True: "正しい", False: "誤り", None: "未確認"}


# one disposal -----------------------------------------------------------------------------------


def disposal(request: OperatorRequest, disposal_id: UUID) -> HttpResponse:
    done = _disposal(disposal_id)
    context: dict[str, Any] = {
        "page_title": "個人番号の廃棄",
        "crumbs": _crumbs(Link(done.person.name)),
        "disposal": done,
        "person": done.person,
        "code": person_words.code(done.person),
        "relationship": person_words.text("relationship", done.person.relationship),
        "reason": _REASONS.get(done.reason, done.reason),
        "rules": _articles(done.rules),
        "finality": queries.finality_of(done),
        "copies": certificates.copies_of(done),
        "copies_of_batch": certificates.copies_of(done.batch) if done.batch else [],
        "issue_url": reverse("disposal-issue", args=[done.id]),
        "receipt_url": reverse("disposal-receipt", args=[done.id]),
    }
    return render(request, "operator/dispose/disposal.html", context)


def _articles(rules: Iterable[str]) -> list[str]:
    return [f"{RULES[one].applies_to}（{RULES[one].article}）" for one in rules if one in RULES]


def issue(request: OperatorRequest, disposal_id: UUID) -> HttpResponse:
    return issue_for(request, _disposal(disposal_id), reverse("disposal", args=[disposal_id]))


def issue_for(
    request: OperatorRequest, subject: Disposal | DisposalBatch, back_url: str
) -> HttpResponse:
    """A new copy for a disposal or a batch, then back to its page."""
    try:
        copy = certificates.issue(subject, actor=request.actor)
    except KeysWait:
        messages.error(request, _KEYS_WAIT)
    except NothingDisposed:
        messages.error(request, "廃棄した個人番号がないため、証明書はありません。")
    else:
        messages.success(request, f"廃棄証明書 {copy.code} を発行しました。")
    return redirect(back_url)


# papers -----------------------------------------------------------------------------------------


def paper(request: OperatorRequest, copy_id: UUID) -> HttpResponse:  # noqa: ARG001  the guard's
    copy = get_object_or_404(Certificate.objects, id=copy_id)
    return _file(certificates.paper_of(copy), "application/pdf", f"{copy.code}.pdf")


def document(request: OperatorRequest, copy_id: UUID) -> HttpResponse:  # noqa: ARG001  the guard's
    """The certificate for machines, as it was issued."""
    copy = get_object_or_404(Certificate.objects, id=copy_id)
    return _file(bytes(copy.document), "application/json; charset=utf-8", f"{copy.code}.json")


def verifier(request: OperatorRequest) -> HttpResponse:  # noqa: ARG001  the guard's
    """The program with which anybody checks a certificate without us."""
    return _file(_VERIFIER.read_bytes(), "text/x-python; charset=utf-8", _VERIFIER.name)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# 廃棄のお知らせ ---------------------------------------------------------------------------------


def receipt(request: OperatorRequest, disposal_id: UUID) -> HttpResponse:
    done = _disposal(disposal_id)
    company = Company.objects.get(id=request.actor.company)
    contact = "　".join(filter(None, [company.name, company.telephone]))
    form = ReceiptForm(request.POST or None, initial={"contact": contact})
    if done.keys_destroyed_at is None:
        messages.error(request, _KEYS_WAIT)
        return redirect("disposal", disposal_id=done.id)
    if request.method == "POST" and form.is_valid():
        certificates.issue_receipt(done, actor=request.actor)
        notice = _notice(done, company.name, form.cleaned_data["contact"])
        if request.POST.get("as") == "pdf":
            return _file(receipts.render(notice), "application/pdf", f"receipt-{done.id}.pdf")
        return _printed(request, notice, reverse("disposal", args=[done.id]))
    context = {
        "page_title": "廃棄のお知らせ",
        "crumbs": _crumbs(
            Link(done.person.name, reverse("disposal", args=[done.id])), Link("廃棄のお知らせ")
        ),
        "person": done.person,
        "code": person_words.code(done.person),
        "form": form,
        "back_url": reverse("disposal", args=[done.id]),
    }
    return render(request, "operator/dispose/receipt.html", context)


def _notice(done: Disposal, company: str, contact: str) -> receipts.Receipt:
    reached = queries.finality_of(done)
    assert done.keys_destroyed_at is not None
    assert reached is not None
    return receipts.Receipt(
        name=done.person.name,
        company=company,
        destroyed_at=done.keys_destroyed_at,
        reason=_REASONS.get(done.reason, done.reason),
        rules=_articles(done.rules),
        final_on=reached.final_on,
        contact=contact,
        issued_on=timezone.localdate(),
    )


def _printed(request: OperatorRequest, notice: receipts.Receipt, back_url: str) -> HttpResponse:
    context = {
        "page_title": receipts.TITLE,
        "notice": notice,
        "opening": receipts.OPENING,
        "closing": receipts.CLOSING,
        "issued_at": timezone.now(),
        "back_url": back_url,
    }
    return render(request, "operator/dispose/notice.html", context)


# 証明書の検証 -----------------------------------------------------------------------------------


def verify(request: OperatorRequest) -> HttpResponse:
    """What was sent is read and forgotten: no row, no file, no cell keeps it."""
    form = VerifyCertificate(request.POST or None, request.FILES or None)
    verdict = None
    own = fingerprint(ledger_signer().public_key)
    if request.method == "POST" and form.is_valid():
        trusted = form.cleaned_data["key"].strip()
        try:
            verdict = verify_ledger.check_certificate(form.cleaned_data["file"], trusted or own)
        except verify_ledger.WrongUse:
            form.add_error(
                "key", "検証鍵の書式が違います。受け取ったものをそのまま入力してください。"
            )
    context = {
        "page_title": "証明書の検証",
        "crumbs": _crumbs(Link("証明書の検証")),
        "form": form,
        "verdict": verdict,
        "steps": _shown(verdict) if verdict else [],
        "fingerprint": own,
    }
    return render(request, "operator/dispose/verify.html", context)


def _shown(verdict: verify_ledger.Verdict) -> list[dict[str, str]]:
    return [
        {"text": step.words()[0], "tone": _TONES[step.good], "mark": _MARKS[step.good]}
        for step in verdict.steps
    ]


# ways -------------------------------------------------------------------------------------------


def _disposal(disposal_id: UUID) -> Disposal:
    found = Disposal.objects.select_related("person", "person__host", "batch")
    return get_object_or_404(found, id=disposal_id)


def _crumbs(*last: Link) -> list[Link]:
    return [Link("トップ", reverse("top")), Link("廃棄の記録", reverse("disposals")), *last]
