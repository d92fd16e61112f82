"""The single-use link of a request, for people without an account: payees, and employees by mail.

Opening the page changes nothing, since mail scanners open links by themselves; pressing the button
uses the link up, and that is written down.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from azukari.collect import links
from azukari.collect.applicant import applicant_actor
from azukari.register.accounts import places
from azukari.register.accounts.places import NoSuchPlace
from azukari.web import errors
from azukari.web.portal import limits
from azukari.web.portal.entering import where
from azukari.web.portal.guard import begin_session


def once(request: HttpRequest, token: str) -> HttpResponse:
    try:
        place = places.by_token(token)
    except NoSuchPlace:
        return errors.not_found(request)
    if request.method == "POST" and not limits.may_knock(request):
        return errors.too_many(request)
    try:
        with place.scope():
            asked = links.look(token)
            if request.method == "POST":
                actor = applicant_actor(place.contract_id, asked.person, **where(request))
                links.use(token, actor=actor)
    except links.LinkNotValid:
        title = {"page_title": gettext("このリンクは使えません")}
        return render(request, "portal/entering/once_not_valid.html", title, status=404)
    if request.method != "POST":
        context: dict[str, Any] = {
            "page_title": gettext("個人番号の提出のお願い"),
            "company_name": place.company_name,
            "asked": asked,
        }
        return render(request, "portal/entering/once.html", context)
    begin_session(request, place, invited=str(asked.id))
    return redirect("request", request_id=asked.id)
