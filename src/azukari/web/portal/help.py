"""Pages that need nobody: what this is, and in which language."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from azukari.register.accounts import places
from azukari.register.accounts.places import NoSuchPlace
from azukari.register.models import EmployeeAccount
from azukari.web.portal import languages
from azukari.web.portal.guard import DOOR


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html", {"page_title": gettext("このサイトについて")})


def choose_language(request: HttpRequest) -> HttpResponse:
    """Back to where one was, in the chosen language; kept with the account, if there is one."""
    language = request.POST.get("language", "")
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    languages.keep(answer, language)
    if language in languages.NAMES:
        _keep_with_account(request, language)
    return answer


def _keep_with_account(request: HttpRequest, language: str) -> None:
    session = request.session
    if session.get("door") != DOOR or "account" not in session:
        return
    try:
        place = places.by_id(session["company"])
    except NoSuchPlace:
        return
    with place.scope():
        EmployeeAccount.objects.filter(id=session["account"]).update(language=language)
