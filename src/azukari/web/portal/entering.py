"""ログイン, the one-time code, the set-up link and ログアウト of employees."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from azukari.collect.applicant import applicant_actor
from azukari.register.accounts import entering, links, places
from azukari.register.accounts.entering import Attempt
from azukari.register.accounts.places import NoSuchPlace, Place
from azukari.register.models import EmployeeAccount
from azukari.tenancy.actor import Actor
from azukari.tenancy.throttle import SignInLocked, SignInRefused
from azukari.web import errors
from azukari.web.doors import PLACE_COOKIE
from azukari.web.forms.sending import sent
from azukari.web.forms.sign_in import ALONE, WITH_CODE, CodeForm, NewPasswordForm
from azukari.web.portal import codes, languages, limits, words
from azukari.web.portal.forms import EntryForm
from azukari.web.portal.guard import DOOR, PortalRequest, begin_session

HALF_SIGNED_IN_SECONDS = 600
_REMEMBERED = 400 * 24 * 3600  # as long as browsers keep a cookie at most

WRONG = _(
    "ログインできませんでした。入力した内容をもう一度ご確認ください。"
    "分からないときは、会社の担当者にお尋ねください。"
)
WRONG_CODE = _("コードが合わないか、使用済みです。次のコードが出てから入力してください。")
ENDED = {
    "idle": _("しばらく操作がなかったため、ログアウトしました。入力した内容は保存されています。"),
    "long": _("ログインから時間が経ったため、ログアウトしました。入力した内容は保存されています。"),
    "closed": _("ログインし直してください。ログインできないときは、会社の担当者にお尋ねください。"),
    "half": _("時間が経ったため、はじめからログインし直してください。"),
    "signed-out": _("ログアウトしました。"),
    "password-set": _("パスワードを設定しました。新しいパスワードでログインしてください。"),
}


def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and _is_inside(request):
        return redirect("home")
    if request.method == "POST" and not limits.may_knock(request):
        return errors.too_many(request)
    place = None if "other" in request.GET else remembered(request)
    form = EntryForm(sent(request), place=place)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        attempt = Attempt(
            data["contract_code"], data["company_code"], data["employee_code"], data["password"],
            **where(request),
        )  # fmt: skip
        try:
            return _let_in(request, entering.check(attempt))
        except SignInLocked as locked:
            form.add_error(None, words.wait_for(locked.until))
        except SignInRefused:
            form.add_error(None, gettext(WRONG))
    ended = request.GET.get("ended", "")
    context = {
        "page_title": gettext("ログイン"),
        "form": form,
        "knows_place": place is not None,
        "notice": gettext(ENDED[ended]) if ended in ENDED else "",
        "tone": "success" if ended in {"signed-out", "password-set"} else "warning",
    }
    return render(request, "portal/entering/sign_in.html", context)


def enter_code(request: HttpRequest) -> HttpResponse:
    try:
        place, account_id = _half(request)
    except NoSuchPlace:
        return HttpResponseRedirect(f"{reverse('sign-in')}?ended=half")
    if request.method == "POST" and not limits.may_knock(request):
        return errors.too_many(request)
    form = CodeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        problem = _refusal_of_code(request, place, account_id, form.cleaned_data["code"])
        if problem is None:
            return _enter_by_id(request, place, account_id, "code")
        form.add_error("code", problem)
        form.is_empty_again()
    context = {"page_title": gettext("ワンタイムコードの入力"), "form": form}
    return render(request, "portal/entering/code.html", context)


def start(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a set-up link; opening it changes nothing (mail scanners open links)."""
    try:
        place = places.by_token(token)
    except NoSuchPlace:
        return errors.not_found(request)
    if request.method == "POST" and not limits.may_knock(request):
        return errors.too_many(request)
    try:
        with place.scope():
            account = links.find(token)
            return _set_password(request, place, account, token)
    except links.LinkNotValid:
        context = {"page_title": gettext("このリンクは使えません")}
        return render(request, "portal/entering/link_not_valid.html", context, status=404)


def sign_out(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        return render(
            request, "portal/entering/sign_out.html", {"page_title": gettext("ログアウトしますか")}
        )
    if request.account is not None:
        entering.leave(request.account, actor=request.actor)
    request.session.flush()
    answer = HttpResponseRedirect(f"{reverse('sign-in')}?ended=signed-out")
    # Not "cookies": on one host the operators' door keeps its own in the same jar.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def enter(request: HttpRequest, found: entering.Entered, way: str) -> HttpResponse:
    """Into the portal, after whatever was asked for; `way`: password, code or passkey."""
    place, account = found.place, found.account
    with place.scope():
        entering.succeed(account, actor=actor_of(request, place, account), way=way)
    begin_session(request, place, account=str(account.id), mark=account.session_mark())
    answer = redirect("home")
    remember(answer, place)
    if account.language:
        languages.keep(answer, account.language)
    return answer


def actor_of(request: HttpRequest, place: Place, account: EmployeeAccount) -> Actor:
    return applicant_actor(place.contract_id, account.person, **where(request))


def where(request: HttpRequest) -> dict[str, str]:
    return {
        "address": request.META.get("REMOTE_ADDR", ""),
        "request_id": request.META.get("azukari.request_id", ""),
    }


def remembered(request: HttpRequest) -> tuple[str, str] | None:
    """Contract and company as `10000001.001`, from a link or kept by this browser.

    Never looked up, so that it says nothing about which companies there are.
    """
    said = request.GET.get("at") or request.COOKIES.get(PLACE_COOKIE, "")
    contract, dot, company = said.partition(".")
    fits = dot and all(0 < len(part) <= 16 and part.isalnum() for part in (contract, company))
    return (contract, company) if fits else None


def remember(answer: HttpResponse, place: Place) -> None:
    answer.set_cookie(
        PLACE_COOKIE,
        f"{place.contract_code}.{place.company_code}",
        max_age=_REMEMBERED,
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def _is_inside(request: HttpRequest) -> bool:
    kept = set(request.session.keys())
    return request.session.get("door") == DOOR and bool({"account", "invited"} & kept)


def _let_in(request: HttpRequest, found: entering.Entered) -> HttpResponse:
    if found.account.totp_cell is None:
        return enter(request, found, "password")
    begin_session(
        request, found.place, half=str(found.account.id), mark=found.account.session_mark()
    )
    return redirect("sign-in-code")


def _half(request: HttpRequest) -> tuple[Place, UUID]:
    """Whoever has given the password and not yet the code.  Raises `NoSuchPlace`."""
    session = request.session
    began = parse_datetime(session.get("began_at", ""))
    if session.get("door") != DOOR or "half" not in session or began is None:
        raise NoSuchPlace
    if (timezone.now() - began).total_seconds() > HALF_SIGNED_IN_SECONDS:
        raise NoSuchPlace
    return places.by_id(UUID(session["company"])), UUID(session["half"])


def _refusal_of_code(request: HttpRequest, place: Place, account_id: UUID, code: str) -> str | None:
    with place.scope():
        account = _half_account(request, account_id)
        if account is None:
            return gettext(ENDED["half"])
        try:
            codes.check(account, code, actor=actor_of(request, place, account))
        except SignInLocked as locked:
            return words.wait_for(locked.until)
        except SignInRefused:
            return gettext(WRONG_CODE)
    return None


def _half_account(request: HttpRequest, account_id: UUID) -> EmployeeAccount | None:
    account = EmployeeAccount.objects.select_related("person").filter(id=account_id).first()
    if account is None or not entering.may_enter(account):
        return None
    same = constant_time_compare(request.session.get("mark", ""), account.session_mark())
    return account if same else None


def _enter_by_id(request: HttpRequest, place: Place, account_id: UUID, way: str) -> HttpResponse:
    with place.scope():
        account = EmployeeAccount.objects.select_related("person").get(id=account_id)
    return enter(request, entering.Entered(place, account), way)


def _set_password(
    request: HttpRequest, place: Place, account: EmployeeAccount, token: str
) -> HttpResponse:
    least = WITH_CODE if account.totp_cell else ALONE
    form = NewPasswordForm(sent(request), user=account, least=least)
    form.fields["user_code"].label = gettext("社員番号")
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request, place, account)
        account = links.use(token, form.cleaned_data["password"], actor=actor)
        entering.forget_failures(account)
        if account.totp_cell is not None or not entering.may_enter(account):
            answer: HttpResponse = HttpResponseRedirect(f"{reverse('sign-in')}?ended=password-set")
            remember(answer, place)
            return answer
        messages.success(request, gettext("パスワードを設定しました。"))
        return enter(request, entering.Entered(place, account), "password")
    context: dict[str, Any] = {
        "page_title": gettext("はじめての設定"),
        "form": form,
        "least": least,
        "company_name": place.company_name,
    }
    return render(request, "portal/entering/start.html", context)
