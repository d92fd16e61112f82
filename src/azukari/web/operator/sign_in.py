"""ログインとログアウト (manual 1.4), the one-time code, and the first password."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime

from azukari.tenancy import setup_links
from azukari.tenancy import sign_in as entrance
from azukari.tenancy.access import actor_at_work
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import User
from azukari.web.components.parts import Link
from azukari.web.forms.sending import sent
from azukari.web.forms.sign_in import (
    ALONE,
    WITH_CODE,
    CodeForm,
    ConfirmCodeForm,
    NewPasswordForm,
    PasswordAgainForm,
    SignInForm,
)
from azukari.web.guard import OperatorRequest, begin_session
from azukari.web.operator import second_factor as factor
from azukari.web.words import wait_for

HALF_SIGNED_IN = timedelta(minutes=10)

WRONG = (
    "ログインできませんでした。契約番号・ユーザID・パスワードをもう一度ご確認ください。"
    "分からないときは、会社の管理担当者にお問い合わせください。"
)
WRONG_CODE = (
    "コードが合わないか、使用済みです。認証アプリに次のコードが表示されてから入力してください。"
    "合わない状態が続くときは、端末の時計が合っているかご確認ください。"
)
_AGAIN = "もう一度ログインしてください。"
ENDED = {
    "idle": ("warning", f"しばらく操作がなかったため、ログアウトしました。{_AGAIN}"),
    "long": ("warning", f"ログインから12時間が経ったため、ログアウトしました。{_AGAIN}"),
    "half": ("warning", "時間が経ったため、はじめからログインし直してください。"),
    "signed-out": ("success", "ログアウトしました。"),
    "password-set": (
        "success",
        "パスワードを設定しました。新しいパスワードでログインしてください。",
    ),
}


def sign_in(request: OperatorRequest) -> HttpResponse:
    if request.method == "GET" and request.session.get("user"):
        return redirect("top")
    form = SignInForm(sent(request))
    if request.method == "POST" and form.is_valid():
        attempt = entrance.Attempt(
            form.cleaned_data["contract_code"],
            form.cleaned_data["user_code"],
            form.cleaned_data["password"],
            **where_from(request),
        )
        try:
            return _let_in(request, entrance.check(attempt, request.admission))
        except entrance.SignInLocked as locked:
            form.add_error(None, wait_for(locked.until))
        except entrance.SignInRefused:
            form.add_error(None, WRONG)
    tone, notice = ENDED.get(request.GET.get("ended", ""), ("", ""))
    context = {"page_title": "ログイン", "form": form, "tone": tone, "notice": notice}
    return render(request, "operator/sign_in/sign_in.html", context)


def enter_code(request: OperatorRequest) -> HttpResponse:
    """The second page: the code, or setting it up when the contract asks for it."""
    user = _half_signed_in(request)
    if user is None:
        return _back_to_start(request)
    if user.totp_cell is None:
        return _set_up_before_entering(request, user)
    form = CodeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            factor.check(user, form.cleaned_data["code"], request.admission, **where_from(request))
            return _enter(request, user)
        except entrance.SignInLocked as locked:
            form.add_error(None, wait_for(locked.until))
        except entrance.SignInRefused:
            form.add_error("code", WRONG_CODE)
        form.is_empty_again()
    context = {"page_title": "ワンタイムコードの入力", "form": form}
    return render(request, "operator/sign_in/code.html", context)


def set_password(request: OperatorRequest, token: str) -> HttpResponse:
    """The page behind a set-up link; opening it changes nothing (mail scanners open links)."""
    try:
        user = setup_links.find(token)
    except setup_links.LinkNotValid:
        return _link_not_valid(request)
    least = WITH_CODE if factor.is_asked(user, request.admission) else ALONE
    form = NewPasswordForm(sent(request), user=user, least=least)
    if request.method == "POST" and form.is_valid():
        try:
            password = form.cleaned_data["password"]
            setup_links.use(token, password, actor=_actor(request, user))
        except setup_links.LinkNotValid:
            return _link_not_valid(request)
        return _to_sign_in("password-set")
    context = {"page_title": "パスワードの設定", "form": form, "least": least}
    return render(request, "operator/sign_in/set_password.html", context)


def sign_out(request: OperatorRequest) -> HttpResponse:
    if request.method != "POST":
        context = {"page_title": "ログアウトしますか"}
        return render(request, "operator/sign_in/sign_out.html", context)
    entrance.leave(request.signed_in, request.admission, **where_from(request))
    request.session.flush()
    answer = _to_sign_in("signed-out")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def second_factor(request: OperatorRequest) -> HttpResponse:
    """Setting or replacing one's own code: the password first, then the QR code."""
    if "offer" in request.POST:
        return _confirm_own(request)
    form = PasswordAgainForm(sent(request))
    if request.method == "POST" and form.is_valid():
        user, password = request.signed_in, form.cleaned_data["password"]
        try:
            entrance.check_password_again(user, password, request.admission, **where_from(request))
            return _show_own_offer(request, factor.offer(user, request.admission))
        except entrance.SignInLocked as locked:
            form.add_error(None, wait_for(locked.until))
        except entrance.SignInRefused:
            form.add_error("password", "パスワードが違います。もう一度入力してください。")
    context = {**_own_page(), "form": form, "is_set": request.signed_in.totp_cell is not None}
    return render(request, "operator/sign_in/second_factor.html", context)


def _let_in(request: OperatorRequest, user: User) -> HttpResponse:
    if factor.is_asked(user, request.admission):
        _begin_half(request, user)
        return redirect("sign-in-code")
    return _enter(request, user)


def _enter(request: OperatorRequest, user: User) -> HttpResponse:
    begin_session(request, user, request.admission)
    entrance.succeed(user, request.admission, **where_from(request))
    return redirect("top")


def _begin_half(request: OperatorRequest, user: User) -> None:
    """A session that leads to the page of the code and nowhere else."""
    request.session.flush()
    request.session.create()
    request.session.update(
        {
            "half": str(user.id),
            "half_at": timezone.now().isoformat(),
            "contract": str(request.admission.contract_id),
            "certificate": request.admission.thumbprint,
            "password": user.get_session_auth_hash(),
        }
    )


def _half_signed_in(request: OperatorRequest) -> User | None:
    session = request.session
    began = parse_datetime(session.get("half_at", ""))
    if began is None or timezone.now() - began > HALF_SIGNED_IN:
        return None
    user = User.objects.filter(id=session["half"]).first()
    if user is None or not entrance.may_sign_in(user, on=timezone.localdate()):
        return None
    same = constant_time_compare(session.get("password", ""), user.get_session_auth_hash())
    return user if same else None


def _set_up_before_entering(request: OperatorRequest, user: User) -> HttpResponse:
    context: dict[str, Any] = {"page_title": "ワンタイムコードの登録"}
    if request.method != "POST":
        offered = factor.offer(user, request.admission)
        form = ConfirmCodeForm(initial={"offer": offered.token})
    else:
        form = ConfirmCodeForm(request.POST)
        try:
            offered = factor.offered_again(user, request.admission, request.POST.get("offer", ""))
        except factor.OfferOver:
            return redirect("sign-in-code")
        if _fits(form, offered, user, _actor(request, user)):
            return _enter(request, user)
    context |= {"form": form, "offer": offered}
    return render(request, "operator/sign_in/enrol.html", context)


def _confirm_own(request: OperatorRequest) -> HttpResponse:
    form = ConfirmCodeForm(request.POST)
    user = request.signed_in
    try:
        offered = factor.offered_again(user, request.admission, request.POST["offer"])
    except factor.OfferOver:
        messages.warning(
            request, "時間が経ったため、はじめから操作してください。何も変更されていません。"
        )
        return redirect("second-factor")
    if not _fits(form, offered, user, request.actor):
        return _show_own_offer(request, offered, form)
    request.session.cycle_key()
    messages.success(request, "ワンタイムコードを設定しました。次回のログインから入力が必要です。")
    return redirect("top")


def _fits(form: ConfirmCodeForm, offered: factor.Offer, user: User, actor: Actor) -> bool:
    if form.is_valid():
        if factor.accept(user, offered, form.cleaned_data["code"], actor=actor):
            return True
        form.add_error("code", WRONG_CODE)
    form.is_empty_again()
    return False


def _show_own_offer(
    request: OperatorRequest, offered: factor.Offer, form: ConfirmCodeForm | None = None
) -> HttpResponse:
    context = {
        **_own_page(),
        "form": form or ConfirmCodeForm(initial={"offer": offered.token}),
        "offer": offered,
    }
    return render(request, "operator/sign_in/second_factor_offer.html", context)


def _own_page() -> dict[str, Any]:
    title = "ワンタイムコードの設定"
    own = Link("ご自身の設定", reverse("account"))
    return {"page_title": title, "crumbs": [Link("トップ", reverse("top")), own, Link(title)]}


def _link_not_valid(request: HttpRequest) -> HttpResponse:
    context = {
        "page_title": "このリンクは使えません",
        "what": (
            "パスワード設定用のリンクが間違っているか、使用済みか、"
            "有効期限（発行から72時間）を過ぎています。"
        ),
        "todo": (
            "パスワードを設定済みの場合は、ログイン画面からお進みください。",
            "まだの場合は、会社の管理担当者に新しいリンクの発行を依頼してください。",
        ),
        "back_url": "/sign-in",
        "back_label": "ログイン画面へ",
    }
    return render(request, "operator/sign_in/link_not_valid.html", context, status=404)


def _back_to_start(request: OperatorRequest) -> HttpResponse:
    if request.session.get("user"):
        return redirect("top")
    return _to_sign_in("half")


def _to_sign_in(ended: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"/sign-in?ended={ended}")


def _actor(request: OperatorRequest, user: User) -> Actor:
    return actor_at_work(user, None, request.admission, **where_from(request))


def where_from(request: HttpRequest) -> dict[str, str]:
    return {
        "address": request.META.get("REMOTE_ADDR", ""),
        "request_id": request.META.get("azukari.request_id", ""),
    }
