"""本人確認書類: photos by the phone's camera or files, made harmless before they are kept.

What is sent stays in memory; a child process decodes it (`azukari.pictures`), and only the clean
pages go into the vault, each a document of its own.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from azukari.collect import applying, own, setting, viewing_own
from azukari.collect.models import ApplicationItem
from azukari.collect.papers import PaperKind
from azukari.collect.rules import CollectProblem
from azukari.law.verification import Check, Method, Provision
from azukari.pictures.cleaning import PictureRefused, clean_pages, media_type_of
from azukari.web import errors
from azukari.web.portal import limits, steps, words
from azukari.web.portal.filling_in import go_on, item_or_404, shut
from azukari.web.portal.forms import PaperForm
from azukari.web.portal.guard import PortalRequest, application_or_404

_HEADINGS = {
    Check.NUMBER: _("番号を確認する書類"),
    Check.PERSON: _("本人であることを確認する書類"),
    Check.AUTHORITY: _("代理であることを確認する書類"),
}
_OF_AGENT = _("代理人（あなた）の本人確認書類")
_LACKING = {
    CollectProblem.NUMBER_PAPER_MISSING: Check.NUMBER,
    CollectProblem.PERSON_PAPER_MISSING: Check.PERSON,
    CollectProblem.AUTHORITY_PAPER_MISSING: Check.AUTHORITY,
}


def papers(request: PortalRequest, application_id: UUID, item_id: UUID) -> HttpResponse:
    """One check after the other: what settles it, and the camera."""
    item = item_or_404(request, application_id, item_id)
    closed = shut(request, item)
    if closed is not None:
        return closed
    asked = steps.asked_kinds(item)
    if not asked:
        return go_on(request, item, None)
    lacking = _lacking(item, asked)
    check = _current(request, asked, lacking)
    terms = setting.terms_on(timezone.localdate())
    if request.method == "POST":
        if not limits.may_upload(str(request.person.id)):
            return errors.too_many(request)
        form = PaperForm(asked[check], request.POST, request.FILES, megabytes=terms.megabytes)
        if form.is_valid() and _take(request, item, form):
            return redirect("papers", application_id=application_id, item_id=item_id)
    else:
        form = PaperForm(asked[check], megabytes=terms.megabytes)
    wanted = check in lacking or "check" in request.GET or form.is_bound
    context = {
        **steps.frame(request, item, "papers"),
        "page_title": gettext("書類の写真"),
        "form": form if wanted else None,
        "heading": heading_of(item, check),
        "is_two": all(kind.method is Method.ID_2DOCS for kind in asked[check]),
        "two_of": [gettext(kind.label) for kind in asked[check] if kind.method is Method.ID_2DOCS],
        "others": [(one.value, heading_of(item, one)) for one in asked if one is not check],
        "current": check.value,
        "lacking": bool(lacking),
        "kept": [
            (document, gettext(PaperKind[document.kind].label))
            for document in own.documents_of(item)
            if document.kind != PaperKind.POWER_OF_ATTORNEY.code
        ],
        "next_url": steps.next_url(item.application),
    }
    return render(request, "portal/papers.html", context)


def heading_of(item: ApplicationItem, check: Check) -> str:
    """Of a 第3号 spouse the company checks who the agent is, which is the employee."""
    if check is Check.PERSON and item.provision == Provision.CATEGORY3_AGENT:
        return gettext(_OF_AGENT)
    return gettext(_HEADINGS[check])


def _lacking(item: ApplicationItem, asked: dict[Check, list[PaperKind]]) -> list[Check]:
    """The checks that still want a document sent; what is signed in the flow is not among them."""
    found = {
        _LACKING[refusal.problem]
        for refusal in applying.what_is_missing(item.application)
        if refusal.problem in _LACKING and item.id in refusal.items
    }
    return [check for check in asked if check in found]


def _current(
    request: PortalRequest, asked: dict[Check, list[PaperKind]], lacking: list[Check]
) -> Check:
    """The one somebody asked for, or of what was sent; else the first that lacks something."""
    chosen = request.GET.get("check", "")
    sent_kind = request.POST.get("kind", "")
    for check, kinds in asked.items():
        if check.value == chosen or sent_kind in {kind.code for kind in kinds}:
            return check
    return lacking[0] if lacking else next(iter(asked))


def _take(request: PortalRequest, item: ApplicationItem, form: PaperForm) -> bool:
    """Whether the file was kept; what is wrong with it stands on the form."""
    content = form.cleaned_data["file"].read()
    terms = setting.terms_on(timezone.localdate())
    kind = form.cleaned_data["kind"]
    try:
        pages = clean_pages(content)
    except PictureRefused as refused:
        form.add_error("file", words.of_picture(refused.problem))
        return False
    if media_type_of(content) not in terms.file_kinds:
        form.add_error("file", words.of_collect(CollectProblem.PAPER_FORMAT))
        return False

    def keep() -> None:
        for page in pages:
            applying.add_document(item, kind, page, media_type="image/jpeg", actor=request.actor)

    problem = steps.attempt(keep)
    if problem is not None:
        form.add_error(None, words.of_collect(problem))
        return False
    messages.success(
        request, gettext("「{kind}」を受け取りました。").format(kind=gettext(kind.label))
    )
    return True


def paper(request: PortalRequest, application_id: UUID, document_id: UUID) -> HttpResponse:
    """One's own document, as it was kept; looking at it is written down."""
    application = application_or_404(request, application_id)
    document = own.document_of(application, document_id)
    if document is None:
        raise Http404
    content = viewing_own.open_own(document, actor=request.actor)
    answer = HttpResponse(content, content_type=document.media_type)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def remove(request: PortalRequest, application_id: UUID, document_id: UUID) -> HttpResponse:
    application = application_or_404(request, application_id)
    document = own.document_of(application, document_id)
    if document is None:
        raise Http404
    item = document.item
    item.application = application
    if request.method == "POST":
        problem = steps.attempt(lambda: applying.remove_document(document, actor=request.actor))
        if problem is not None:
            return go_on(request, item, problem)
        messages.success(request, gettext("書類を取り消しました。画像は廃棄しました。"))
        return redirect("papers", application_id=application_id, item_id=item.id)
    context = {
        "page_title": gettext("書類を取り消しますか"),
        "label": gettext(PaperKind[document.kind].label),
        "document": document,
        "application": application,
        "item": item,
    }
    return render(request, "portal/paper_remove.html", context)
