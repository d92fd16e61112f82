"""給与計算サービス連携設定: on or off, what goes by itself, and the tokens of the API."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.check.link import setting as actions
from azukari.check.link.events import Event
from azukari.check.link.models import LinkSetting
from azukari.law.purpose import PURPOSES
from azukari.tenancy import tokens
from azukari.tenancy.models import ApiToken
from azukari.tenancy.tokens import TokenScope
from azukari.tenancy.users import SomebodyWasFaster
from azukari.web.components.parts import Link, Tone
from azukari.web.forms.link import SettingForm, TokenForm
from azukari.web.forms.sending import sent
from azukari.web.guard import OperatorRequest
from azukari.web.steward.frame import SOMEBODY_WAS_FASTER, page

_TITLE = "給与計算サービス連携設定"


def link(request: OperatorRequest) -> HttpResponse:
    setting = LinkSetting.objects.first()
    context = page(
        _TITLE,
        setting=setting,
        automatic=[Event(one).label for one in setting.automatic] if setting else [],
        purposes=[PURPOSES[one].label for one in setting.purposes] if setting else [],
        tokens=[_line(row) for row in ApiToken.objects.order_by("-issued_at")],
        may_change=request.actor.may("link_setting:change"),
        api_url=request.build_absolute_uri("/api/v1/"),
    )
    return render(request, "steward/link/link.html", context)


def change(request: OperatorRequest) -> HttpResponse:
    form = SettingForm(sent(request), initial=SettingForm.initial_of(LinkSetting.objects.first()))
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_setting(
                form.setting,
                automatic=form.events,
                purposes=form.chosen_purposes,
                version=form.cleaned_data["version"],
                actor=request.actor,
            )
        except SomebodyWasFaster:
            messages.error(request, SOMEBODY_WAS_FASTER)
        else:
            messages.success(request, "連携の設定を保存しました。")
            return redirect("link")
    context = page("連携の設定", Link(_TITLE, reverse("link")), form=form, back_url=reverse("link"))
    return render(request, "steward/link/change.html", context)


def issue(request: OperatorRequest) -> HttpResponse:
    """The answer to the POST shows the token, once."""
    form = TokenForm(sent(request))
    if request.method != "POST" or not form.is_valid():
        context = page(
            "トークンの発行", Link(_TITLE, reverse("link")), form=form, back_url=reverse("link")
        )
        return render(request, "steward/link/issue.html", context)
    row, token = tokens.issue(
        form.cleaned_data["name"],
        [TokenScope(one) for one in form.cleaned_data["scopes"]],
        form.cleaned_data["networks"],
        form.expires_at,
        actor=request.actor,
    )
    return _issued(request, row, token)


def replace(request: OperatorRequest, token_id: UUID) -> HttpResponse:
    old = get_object_or_404(ApiToken.objects, id=token_id)
    if old.revoked_at is not None:
        messages.warning(request, "失効したトークンは取り替えられません。新しく発行してください。")
        return redirect("link")
    row, token = tokens.replace(old, actor=request.actor)
    return _issued(request, row, token, replaced=True)


def revoke(request: OperatorRequest, token_id: UUID) -> HttpResponse:
    row = get_object_or_404(ApiToken.objects, id=token_id)
    tokens.revoke(row, actor=request.actor)
    messages.success(request, f"「{row.name}」（末尾{row.hint}）を失効させました。")
    return redirect("link")


def _issued(
    request: OperatorRequest, row: ApiToken, token: str, *, replaced: bool = False
) -> HttpResponse:
    context = page(
        "トークンを発行しました",
        Link(_TITLE, reverse("link")),
        row=row,
        token=token,
        replaced=replaced,
        api_url=request.build_absolute_uri("/api/v1/"),
        back_url=reverse("link"),
    )
    answer = render(request, "steward/link/issued.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line(row: ApiToken) -> tuple[ApiToken, str, str, Tone, bool]:
    """The row, what it may do, its state, and whether anything can be done about it."""
    may = "・".join(TokenScope(one).label for one in row.scopes)
    if row.revoked_at is not None:
        return row, may, "失効", "neutral", False
    if row.expires_at is not None and row.expires_at <= timezone.now():
        return row, may, "期限切れ", "neutral", False
    return row, may, "有効", "success", True
