"""わたしのアカウント: password, one-time code, passkeys, sign-out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from azukari.register.accounts import entering, links, passkeys
from azukari.register.models import EmployeeAccount
from azukari.tenancy.throttle import SignInLocked, SignInRefused
from azukari.web.forms.sending import sent
from azukari.web.forms.sign_in import (
    ALONE,
    WITH_CODE,
    ConfirmCodeForm,
    NewPasswordForm,
    PasswordAgainForm,
)
from azukari.web.operator.second_factor import Offer, OfferOver
from azukari.web.portal import codes, words
from azukari.web.portal.entering import WRONG_CODE
from azukari.web.portal.guard import PortalRequest, renew_session


def account(request: PortalRequest) -> HttpResponse:
    mine = account_of(request)
    context = {
        "page_title": gettext("わたしのアカウント"),
        "mine": mine,
        "passkeys": passkeys.passkeys_of(mine),
        "may_add": len(passkeys.passkeys_of(mine)) < passkeys.MOST,
    }
    return render(request, "portal/account/account.html", context)


def password(request: PortalRequest) -> HttpResponse:
    mine = account_of(request)
    least = WITH_CODE if mine.totp_cell else ALONE
    data = sent(request)
    current = PasswordAgainForm(data, prefix="current")
    form = NewPasswordForm(data, user=mine, least=least)
    form.fields["user_code"].label = gettext("社員番号")
    if request.method == "POST" and form.is_valid() and is_really_them(request, current):
        links.set_password(mine, form.cleaned_data["password"], actor=request.actor)
        renew_session(request, mine)
        messages.success(
            request, gettext("パスワードを変更しました。ほかの端末ではログアウトしました。")
        )
        return redirect("account")
    context = {
        "page_title": gettext("パスワードの変更"),
        "form": form,
        "current": current,
        "least": least,
    }
    return render(request, "portal/account/password.html", context)


def second_factor(request: PortalRequest) -> HttpResponse:
    """Setting or replacing the code: the password first, then the QR code."""
    mine = account_of(request)
    if "offer" in request.POST:
        return _confirm(request, mine)
    form = PasswordAgainForm(sent(request))
    if request.method == "POST" and is_really_them(request, form):
        return _show_offer(request, codes.offer(mine))
    context = {"page_title": gettext("ワンタイムコードの設定"), "form": form, "mine": mine}
    return render(request, "portal/account/code.html", context)


def remove_code(request: PortalRequest) -> HttpResponse:
    mine = account_of(request)
    form = PasswordAgainForm(sent(request))
    if request.method == "POST" and is_really_them(request, form):
        codes.remove(mine, actor=request.actor)
        messages.success(request, gettext("ワンタイムコードを使わないようにしました。"))
        return redirect("account")
    context = {"page_title": gettext("ワンタイムコードをやめる"), "form": form}
    return render(request, "portal/account/code_remove.html", context)


def account_of(request: PortalRequest) -> EmployeeAccount:
    """Routes of employees have one; the guard has seen to it."""
    if request.account is None:
        raise LookupError("a route of employees was reached without an account")
    return request.account


def is_really_them(request: PortalRequest, form: Any, field: str = "password") -> bool:
    """The current password once more; what is wrong stands on the form."""
    if not form.is_valid():
        return False
    try:
        entering.check_again(account_of(request), form.cleaned_data[field], actor=request.actor)
    except SignInLocked as locked:
        form.add_error(None, words.wait_for(locked.until))
        return False
    except SignInRefused:
        form.add_error(field, gettext("パスワードが違います。もう一度入力してください。"))
        return False
    return True


def _confirm(request: PortalRequest, mine: EmployeeAccount) -> HttpResponse:
    form = ConfirmCodeForm(request.POST)
    try:
        offered = codes.offered_again(mine, request.POST["offer"])
    except OfferOver:
        messages.warning(
            request, gettext("時間が経ったため、はじめから操作してください。何も変わっていません。")
        )
        return redirect("second-factor")
    if form.is_valid():
        if codes.accept(mine, offered, form.cleaned_data["code"], actor=request.actor):
            request.session.cycle_key()
            messages.success(
                request, gettext("ワンタイムコードを設定しました。次のログインから入力が必要です。")
            )
            return redirect("account")
        form.add_error("code", gettext(WRONG_CODE))
    form.is_empty_again()
    return _show_offer(request, offered, form)


def _show_offer(
    request: PortalRequest, offered: Offer, form: ConfirmCodeForm | None = None
) -> HttpResponse:
    context = {
        "page_title": gettext("ワンタイムコードの設定"),
        "form": form or ConfirmCodeForm(initial={"offer": offered.token}),
        "offer": offered,
    }
    return render(request, "portal/account/code_offer.html", context)
