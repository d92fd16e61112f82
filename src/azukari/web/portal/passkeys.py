"""Passkeys: the ceremonies between browser and server, as JSON; the pages need script for them.

The challenge is kept in the session and used once.
"""

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from azukari.register.accounts import passkeys
from azukari.register.accounts.passkeys import Asked, PasskeyRefused, Site
from azukari.register.models import Passkey
from azukari.web import errors
from azukari.web.forms.sending import sent
from azukari.web.forms.sign_in import PasswordAgainForm
from azukari.web.portal import limits
from azukari.web.portal.account import account_of, is_really_them
from azukari.web.portal.entering import enter as enter_with
from azukari.web.portal.forms import PasskeyNameForm
from azukari.web.portal.guard import DOOR, PortalRequest

_LARGEST_ANSWER = 20_000


def begin_entry(request: HttpRequest) -> HttpResponse:
    if not limits.may_knock(request):
        return errors.too_many(request)
    asked = passkeys.ask(_site(request))
    if not request.session.get("door"):
        request.session["door"] = DOOR
    return _ask(request, asked)


def enter(request: HttpRequest) -> HttpResponse:
    if not limits.may_knock(request):
        return errors.too_many(request)
    try:
        found = passkeys.enter(_answer(request), _challenge(request), _site(request))
    except PasskeyRefused:
        return _refused()
    answer = enter_with(request, found, "passkey")
    told = JsonResponse({"go": reverse("home")})
    told.cookies = answer.cookies
    return told


def new(request: PortalRequest) -> HttpResponse:
    """The password first; then the page whose button asks the device."""
    mine = account_of(request)
    if len(passkeys.passkeys_of(mine)) >= passkeys.MOST:
        return redirect("account")
    form = PasskeyNameForm(sent(request))
    context: dict[str, Any] = {"page_title": gettext("パスキーの登録"), "form": form}
    if request.method == "POST" and is_really_them(request, form, "current"):
        request.session["passkey_name"] = form.cleaned_data["name"]
        return render(request, "portal/account/passkey_ask.html", context)
    return render(request, "portal/account/passkey_new.html", context)


def offer(request: PortalRequest) -> HttpResponse:
    if "passkey_name" not in request.session:
        return _refused()
    return _ask(request, passkeys.offer(account_of(request), _site(request)))


def add(request: PortalRequest) -> HttpResponse:
    name = request.session.pop("passkey_name", "")
    if not name:
        return _refused()
    try:
        passkeys.add(
            account_of(request), _answer(request), _challenge(request), _site(request), name,
            actor=request.actor,
        )  # fmt: skip
    except PasskeyRefused:
        return _refused()
    messages.success(
        request, gettext("パスキーを登録しました。次からは、この端末だけでログインできます。")
    )
    return JsonResponse({"go": reverse("account")})


def remove(request: PortalRequest, passkey_id: UUID) -> HttpResponse:
    mine = account_of(request)
    passkey = get_object_or_404(
        Passkey.objects.select_related("account__person"), id=passkey_id, account=mine
    )
    form = PasswordAgainForm(sent(request))
    if request.method == "POST" and is_really_them(request, form):
        passkeys.remove(passkey, actor=request.actor)
        messages.success(request, gettext("パスキーを削除しました。"))
        return redirect("account")
    context = {"page_title": gettext("パスキーの削除"), "form": form, "passkey": passkey}
    return render(request, "portal/account/passkey_remove.html", context)


def _site(request: HttpRequest) -> Site:
    host = request.get_host()
    return Site(host.rsplit(":", 1)[0] if ":" in host else host, "azukari", f"https://{host}")


def _ask(request: HttpRequest, asked: Asked) -> HttpResponse:
    request.session["challenge"] = b64encode(asked.challenge).decode()
    return HttpResponse(asked.options, content_type="application/json")


def _challenge(request: HttpRequest) -> bytes:
    """Used up by being asked for.  Raises `PasskeyRefused`."""
    kept = request.session.pop("challenge", "")
    if not kept:
        raise PasskeyRefused
    return b64decode(kept)


def _answer(request: HttpRequest) -> str:
    if len(request.body) > _LARGEST_ANSWER:
        raise PasskeyRefused
    return request.body.decode("utf-8", errors="replace")


def _refused() -> HttpResponse:
    return JsonResponse({"refused": True}, status=403)
