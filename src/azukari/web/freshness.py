"""本人の確認 (step-up): before a route marked `fresh`, the password or a code of the last minutes.

The guard asks; views need nothing.  What was typed into the form that was stopped travels through
the page of the question and reaches the view afterwards, except for numbers and passwords, which
are never sent back to a browser (OWASP ASVS 5.0 7.5.3).
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from azukari.tenancy import sign_in
from azukari.web.components.parts import Link
from azukari.web.forms.confirm import ConfirmForm
from azukari.web.operator import second_factor
from azukari.web.words import wait_for

if TYPE_CHECKING:
    from azukari.web.guard import OperatorRequest

LASTS = timedelta(minutes=5)
TO_FILL_IN = timedelta(minutes=1)  # a page is not opened that could not be sent any more
WRONG = "パスワードまたはコードが違います。もう一度入力してください。"


def confirm_now(session: Any) -> None:
    """From now on the person at the browser counts as confirmed; also after signing in."""
    session["confirmed_at"] = timezone.now().isoformat()


def is_fresh(session: Any, *, within: timedelta = LASTS) -> bool:
    confirmed = parse_datetime(session.get("confirmed_at", ""))
    return confirmed is not None and timezone.now() - confirmed <= within


def answers(request: HttpRequest) -> bool:
    """Whether this is the answer to the question; it may be sent to a page that is only read."""
    return request.method == "POST" and "confirm_secret" in request.POST


def question(request: "OperatorRequest") -> HttpResponse | None:
    """The page that asks, or the way back to where one was; None when the view may go on."""
    if answers(request):
        return _answered(request)
    within = LASTS if request.method == "POST" else LASTS - TO_FILL_IN
    if is_fresh(request.session, within=within):
        return None
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
    return _ask(request, ConfirmForm(request))


def _answered(request: "OperatorRequest") -> HttpResponse | None:
    form = ConfirmForm(request, request.POST)
    if form.is_valid():
        try:
            _check(request, form)
        except sign_in.SignInLocked as locked:
            form.add_error(None, wait_for(locked.until))
        except sign_in.SignInRefused:
            form.add_error("confirm_secret", WRONG)
    if form.errors:
        return _ask(request, form)
    request.session.cycle_key()
    confirm_now(request.session)
    if form.cleaned_data["confirm_way"] == "open":
        return HttpResponseRedirect(request.get_full_path())
    # Django lets it be replaced, though its types do not say so.
    request.POST = form.without_answer()  # type: ignore[assignment]
    return None


def _check(request: "OperatorRequest", form: ConfirmForm) -> None:
    """Raises `SignInRefused` or `SignInLocked`; a wrong answer counts like a failed sign-in."""
    user, where = request.signed_in, {
        "address": request.META.get("REMOTE_ADDR", ""),
        "request_id": request.META.get("azukari.request_id", ""),
    }  # fmt: skip
    if user.totp_cell is not None and form.code:
        second_factor.check(user, form.code, request.admission, **where)
        sign_in.forget_failures(user)
        return
    password = form.cleaned_data["confirm_secret"]
    sign_in.check_password_again(user, password, request.admission, **where)


def _ask(request: "OperatorRequest", form: ConfirmForm) -> HttpResponse:
    context = {
        "page_title": "ご本人の確認",
        "crumbs": [Link("トップ", "/"), Link("ご本人の確認")],
        "form": form,
        "has_code": request.signed_in.totp_cell is not None,
        "minutes": int(LASTS.total_seconds() // 60),
        "retype": form.holds_back,
    }
    return render(request, "operator/sign_in/confirm.html", context)
