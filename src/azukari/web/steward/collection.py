"""個人番号申請機能設定 and メール通知テンプレート管理."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.collect import mail_words, mailing, outbox, setting, templates, terms
from azukari.collect.mail_words import Language, MailKind, Words
from azukari.collect.models import CollectionSetting
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.users import SomebodyWasFaster
from azukari.web.components.parts import Link
from azukari.web.forms.collection import Part, TermsForm, WordsForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page

_SETTINGS = "個人番号申請機能設定"
_TEMPLATES = "メール通知テンプレート管理"


# 個人番号申請機能設定 ---------------------------------------------------------------------------


def settings_page(request: OperatorRequest) -> HttpResponse:
    """What holds today, or (`?of=`) what was said for a day to come."""
    rows = setting.settings_of_company()
    today = timezone.localdate()
    holding = next((row for row in rows if row.effective_from <= today), None)
    coming = next(
        (
            row
            for row in rows
            if row.effective_from > today and str(row.id) == request.GET.get("of")
        ),
        None,
    )
    shown = coming or holding
    now = terms.from_json(shown.terms) if shown else terms.Terms()
    may_change = request.actor.may("collection:change")
    change_url = reverse("collection-terms") + "?" + (f"of={coming.id}&" if coming else "")
    context = page(
        _SETTINGS,
        rows=[(row, row == holding, row.effective_from > today) for row in rows],
        now=now,
        shown=shown,
        is_coming=coming is not None,
        papers=TermsForm(Part.PAPERS, now).papers(),
        may_change=may_change,
        part_urls={one.value: f"{change_url}part={one.value}" for one in Part if may_change},
        here=reverse("collection-settings"),
    )
    return render(request, "steward/collection/settings.html", context)


def terms_page(request: OperatorRequest) -> HttpResponse:
    """A part of the terms from a day on, starting from those that hold then or are to come."""
    part = _part(request)
    row = _row(request)
    today = timezone.localdate()
    shown = terms.from_json(row.terms) if row else setting.terms_on(today)
    day = row.effective_from if row else today
    form = TermsForm(
        part, shown, sent(request),
        initial={"effective_from": day, "version": row.version if row else None},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _save(request, form, row):
        return redirect("collection-settings")
    context = page(
        f"{part.label}の設定", Link(_SETTINGS, reverse("collection-settings")), form=form,
        part=part.value,
        tabs=[
            Link(one.label, f"?{_with_part(request, one)}", current=one is part) for one in Part
        ],
        back_url=reverse("collection-settings"),
    )  # fmt: skip
    return render(request, "steward/collection/terms.html", context)


def _save(request: OperatorRequest, form: TermsForm, row: CollectionSetting | None) -> bool:
    """Whether it was; else the form says why not."""
    day = form.cleaned_data["effective_from"]
    existing = CollectionSetting.objects.filter(effective_from=day).first()
    same_day = row is not None and row.effective_from == day
    version = existing.version if existing is not None else None
    if same_day:
        version = form.cleaned_data["version"]
    # The other parts are those of the day it is for.
    before = terms.from_json(row.terms) if row and same_day else setting.terms_on(day)
    try:
        setting.save_terms(form.terms(before), day, version=version, actor=request.actor)
    except SomebodyWasFaster:
        form.add_error(None, SOMEBODY_WAS_FASTER)
        return False
    messages.success(request, f"{day.year}年{day.month}月{day.day}日から有効な設定を保存しました。")
    return True


def _part(request: OperatorRequest) -> Part:
    try:
        return Part(request.GET.get("part", Part.RECEPTION))
    except ValueError:
        raise Http404 from None


def _with_part(request: OperatorRequest, part: Part) -> str:
    query = request.GET.copy()
    query["part"] = part.value
    return query.urlencode()


def drop(request: OperatorRequest, setting_id: UUID) -> HttpResponse:
    row = get_object_or_404(CollectionSetting.objects, id=setting_id)
    try:
        setting.drop_terms(row, actor=request.actor)
    except SomebodyWasFaster:
        messages.error(request, "もう始まっている設定は取り消せません。")
    else:
        messages.success(request, "予定していた設定を取り消しました。")
    return redirect("collection-settings")


def _row(request: OperatorRequest) -> CollectionSetting | None:
    try:
        wanted = UUID(request.GET.get("of", ""))
    except ValueError:
        today = timezone.localdate()
        return CollectionSetting.objects.filter(effective_from=today).first()
    return CollectionSetting.objects.filter(
        id=wanted, effective_from__gte=timezone.localdate()
    ).first()


# メール通知テンプレート管理 ---------------------------------------------------------------------


def mail_templates(request: OperatorRequest) -> HttpResponse:
    rows = []
    for kind in MailKind:
        own = {language: templates.template_of(kind, language) for language in Language}
        rows.append((kind, mailing.words_of(kind), own))
    context = page(
        _TEMPLATES,
        rows=[
            (
                kind, words.subject,
                [(language, row, reverse("mail-template", args=[kind.value, language.value]))
                 for language, row in own.items()],
            )
            for kind, words, own in rows
        ],
    )  # fmt: skip
    return render(request, "steward/collection/templates.html", context)


def mail_template(request: OperatorRequest, mail_kind: str, language: str) -> HttpResponse:
    try:
        kind, tongue = MailKind(mail_kind), Language(language)
    except ValueError:
        raise Http404 from None
    row = templates.template_of(kind, tongue)
    words = mailing.words_of(kind, tongue)
    form = WordsForm(
        kind, sent(request),
        initial={
            "subject": words.subject, "body": words.body, "version": row.version if row else None,
        },
    )  # fmt: skip
    may_change = request.actor.may("collection:change")
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    shown = words
    if request.method == "POST":
        request.actor.require("collection:change")
        done = _act(request, kind, tongue, form)
        if done is not None:
            return done
        if form.is_valid():
            shown = form.words()
    context = page(
        f"{kind.label}のメール（{tongue.label}）", Link(_TEMPLATES, reverse("mail-templates")),
        form=form, kind=kind, is_own=row is not None, row=row, may_change=may_change,
        placeholders=_placeholders(kind), preview=_preview(request, shown),
        back_url=reverse("mail-templates"),
    )  # fmt: skip
    return render(request, "steward/collection/template.html", context)


def _act(
    request: OperatorRequest, kind: MailKind, language: Language, form: WordsForm
) -> HttpResponse | None:
    """What the button says; None leaves the page as it is, with what was typed."""
    doing = request.POST.get("act", "save")
    here = redirect("mail-template", mail_kind=kind.value, language=language.value)
    if doing == "restore":
        if templates.restore_words(kind, language, actor=request.actor):
            messages.success(request, "初期値に戻しました。")
        return here
    if doing == "test":
        address = request.signed_in.mail
        if not address:
            messages.error(
                request,
                "ご自分のメールアドレスが登録されていません。ユーザ登録で登録してください。",
            )
        else:
            outbox.put_test(kind, address, request.signed_in.name, actor=request.actor)
            messages.success(request, f"保存されている文面を {address} に送ります。")
        return here
    if doing != "save" or not form.is_valid():
        return None
    version = form.cleaned_data["version"]
    try:
        templates.save_words(kind, language, form.words(), version=version, actor=request.actor)
    except SomebodyWasFaster:
        form.add_error(None, SOMEBODY_WAS_FASTER)
        return None
    messages.success(request, "文面を保存しました。次に送るメールから使われます。")
    return here


def _preview(request: OperatorRequest, words: Words) -> Words:
    company = company_at_work(request.actor.company).name
    return mail_words.fill(words, {**mail_words.SAMPLE, mail_words.COMPANY: company})


def _placeholders(kind: MailKind) -> list[tuple[str, str]]:
    return [(one, mail_words.SAMPLE[one]) for one in mail_words.placeholders(kind)]
