"""クライアント証明書管理: list, issue, download once, revoke."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.ledger.actions import Action
from azukari.tenancy import certificates as verbs
from azukari.tenancy.certificates import CertificateState
from azukari.tenancy.models import ClientCertificate, Contract, User
from azukari.vault import door
from azukari.web.components.parts import Link
from azukari.web.forms.certificates import IssueForm, RevokeForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.operator.second_factor import destroy
from azukari.web.steward.frame import page

WARN_DAYS, URGE_DAYS, LAST_DAYS = 60, 30, 7
FILE_GONE = (
    "証明書ファイルはダウンロード済みか、発行から15分が過ぎたため、消去されています。"
    "ダウンロードできなかったときは、この証明書を失効させて、新しい証明書を発行してください。"
)

ISSUED_ALREADY = (
    "この証明書は発行済みです。インポートパスワードは一度しか表示されません。"
    "控えていないときは、この証明書を失効させて、新しい証明書を発行してください。"
)


@dataclass(frozen=True)
class Line:
    certificate: ClientCertificate
    label: str
    tone: str
    days: int
    in_use: bool
    issuer: str
    may_revoke: bool


def certificates(request: OperatorRequest) -> HttpResponse:
    _destroy_files_past_due(request)
    lines = _lines(request)
    context = page(
        "クライアント証明書管理",
        lines=lines,
        ending=_ending(lines),
        may_issue=request.actor.may("certificate:create"),
    )
    return render(request, "steward/certificates/list.html", context)


def issue(request: OperatorRequest) -> HttpResponse:
    """The answer to the POST shows the password, once; the file waits for one download."""
    _destroy_files_past_due(request)
    form = IssueForm(sent(request), initial={"certificate_id": uuid4()})
    if request.method != "POST" or not form.is_valid():
        context = page("証明書の発行", _to_list(), form=form)
        return render(request, "steward/certificates/issue.html", context)
    contract = Contract.objects.get(id=request.actor.contract_id)
    try:
        issued = verbs.issue(
            contract,
            actor=request.actor,
            legacy=form.cleaned_data["legacy"],
            certificate_id=form.cleaned_data["certificate_id"],
        )
    except verbs.AlreadyIssued:
        messages.warning(request, ISSUED_ALREADY)
        return redirect("certificates")
    row = issued.certificate
    until = timezone.now() + verbs.FILE_KEPT
    cell = door.deposit_file(row.contract_id, row.id, issued.content, until=until)
    verbs.keep_file(row, cell, until)
    context = page("証明書を発行しました", _to_list(), issued=issued, row=row)
    return render(request, "steward/certificates/issued.html", context)


def download(request: OperatorRequest, certificate_id: UUID) -> HttpResponse:
    get_object_or_404(ClientCertificate.objects, id=certificate_id)
    try:
        row, cell = verbs.take_file(certificate_id, actor=request.actor)
    except verbs.FileGone:
        messages.error(request, FILE_GONE)
        return redirect("certificates")
    name = f"{row.common_name}cert.p12"
    reading = door.Reading(Action.FILE_DOWNLOADED, details={"certificate": row.thumbprint[:16]})
    content = door.open_file(row.contract_id, cell, reading, actor=request.actor)
    destroy(row.contract_id, cell)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/x-pkcs12", headers=headers)


def revoke(request: OperatorRequest, certificate_id: UUID) -> HttpResponse:
    row = get_object_or_404(ClientCertificate.objects, id=certificate_id)
    in_use = row.thumbprint == request.admission.thumbprint
    form = RevokeForm(sent(request), in_use=in_use)
    if row.revoked_at is not None:
        messages.info(request, "この証明書は失効済みです。")
        return redirect("certificates")
    if request.method == "POST" and form.is_valid():
        try:
            verbs.revoke(row, form.cleaned_data["reason"], actor=request.actor)
        except verbs.AlreadyRevoked:
            messages.info(request, "この証明書は、ほかの人が先に失効させました。")
        else:
            messages.success(
                request, "証明書を失効させました。次の操作から、この証明書では使えません。"
            )
        return redirect("certificates")
    others = len([line for line in _lines(request) if line.may_revoke and line.certificate != row])
    context = page("証明書の失効", _to_list(), form=form, row=row, in_use=in_use, others=others)
    return render(request, "steward/certificates/revoke.html", context)


def _lines(request: OperatorRequest) -> list[Line]:
    now = timezone.now()
    rows = verbs.listed()
    issuers = {row.issued_by for row in rows if row.issued_by}
    names = dict(User.objects.filter(id__in=issuers).values_list("id", "name"))
    return [_line(request, row, names, now) for row in rows]


def _line(
    request: OperatorRequest, row: ClientCertificate, names: dict[UUID, str], now: datetime
) -> Line:
    state, days = verbs.state_of(row, now=now), verbs.days_left(row, now=now)
    label, tone = {
        CertificateState.VALID: _warning(days),
        CertificateState.EXPIRED: ("期限切れ", "neutral"),
        CertificateState.REVOKED: ("失効済み", "neutral"),
    }[state]
    issuer = names.get(row.issued_by, "") if row.issued_by else "サービスの提供者"
    may_revoke = state is CertificateState.VALID and request.actor.may("certificate:delete")
    in_use = row.thumbprint == request.admission.thumbprint
    return Line(row, label, tone, days, in_use, issuer, may_revoke)


def _warning(days: int) -> tuple[str, str]:
    if days <= LAST_DAYS:
        return "まもなく期限切れ", "error"
    if days <= WARN_DAYS:
        return "更新してください" if days <= URGE_DAYS else "更新の時期です", "warning"
    return "有効", "success"


def _ending(lines: list[Line]) -> Line | None:
    """The certificate in use when it ends soon.

    A newer one beside it settles nothing before everybody has changed over, so it is said anyway.
    """
    return next((line for line in lines if line.in_use and line.days <= WARN_DAYS), None)


def _destroy_files_past_due(request: OperatorRequest) -> None:
    door.destroy_due(request.actor.contract_id, verbs.files_gone)


def _to_list() -> Link:
    return Link("クライアント証明書管理", reverse("certificates"))
