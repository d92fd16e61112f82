"""ご自身の設定: who one is signed in as, and one's own password."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from azukari.tenancy import sign_in as entrance
from azukari.web.components.parts import Link
from azukari.web.forms.sending import sent
from azukari.web.forms.sign_in import ALONE, WITH_CODE, OwnPasswordForm
from azukari.web.guard import OperatorRequest, keep_session
from azukari.web.operator import second_factor as factor
from azukari.web.operator.sign_in import where_from
from azukari.web.words import wait_for

_TITLE = "ご自身の設定"


def account(request: OperatorRequest) -> HttpResponse:
    context = {
        "page_title": _TITLE,
        "crumbs": [Link("トップ", reverse("top")), Link(_TITLE)],
        "user": request.signed_in,
        "places": request.workplaces,
        "certificate": request.admission,
        "has_code": request.signed_in.totp_cell is not None,
    }
    return render(request, "operator/account/account.html", context)


def password(request: OperatorRequest) -> HttpResponse:
    """The current password first (OWASP ASVS 5.0 6.2.3); other browsers are signed out."""
    user = request.signed_in
    least = WITH_CODE if factor.is_asked(user, request.admission) else ALONE
    form = OwnPasswordForm(sent(request), user=user, least=least)
    if request.method == "POST" and form.is_valid():
        current, new = form.cleaned_data["current"], form.cleaned_data["password"]
        try:
            entrance.check_password_again(user, current, request.admission, **where_from(request))
        except entrance.SignInLocked as locked:
            form.add_error(None, wait_for(locked.until))
        except entrance.SignInRefused:
            form.add_error("current", "パスワードが違います。もう一度入力してください。")
        else:
            entrance.set_password(user, new, actor=request.actor)
            keep_session(request, user)
            messages.success(
                request,
                "パスワードを変更しました。ほかのブラウザでログインしていたときは、ログアウトしました。",
            )
            return redirect("account")
    title = "パスワードの変更"
    context = {
        "page_title": title,
        "crumbs": [Link("トップ", reverse("top")), Link(_TITLE, reverse("account")), Link(title)],
        "form": form,
        "least": least,
        "back_url": reverse("account"),
    }
    return render(request, "operator/account/password.html", context)
