"""代理入力: numbers that came on paper, typed for somebody; another person approves them."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azukari.collect import applying, own, proxy, setting
from azukari.collect.rules import CollectProblem, CollectRefused
from azukari.collect.whom import wanted_of
from azukari.register.models import Person, PersonKind
from azukari.web import collect_words
from azukari.web.components.parts import Link
from azukari.web.forms.collect import ProxyForm
from azukari.web.guard import OperatorRequest
from azukari.web.operator import person_words


def enter(request: OperatorRequest, person_id: UUID) -> HttpResponse:
    hosts = Person.objects.exclude(kind=PersonKind.FAMILY)
    applicant = get_object_or_404(hosts, id=person_id)
    household = [(person, False) for person in own.family_of(applicant)]
    terms = setting.terms_on(timezone.localdate())
    people = [one.person for one in wanted_of(household, terms)]
    back = person_words.page_url(applicant)
    if not people:
        messages.info(request, collect_words.say(CollectProblem.NOBODY_TO_ASK))
        return redirect(back)
    form = ProxyForm(people, request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = {
            one.id: number
            for one in people
            if (number := form.cleaned_data[f"number-{one.id}"]) is not None
        }
        try:
            with transaction.atomic():
                application = proxy.begin(
                    applicant,
                    [(one, False) for one in people if one.id in typed],
                    actor=request.actor,
                )
                for item in own.items_of(application):
                    applying.put_number(item, typed[item.person_id], actor=request.actor)
                applying.submit(application, actor=request.actor)
        except CollectRefused as refused:
            form.add_error(None, collect_words.say(refused.problem))
        else:
            messages.success(
                request, "代理入力しました。ほかの担当者が書類を確かめて承認すると、登録されます。"
            )
            return redirect("application", application_id=application.id)
    context = {
        "page_title": "代理入力",
        "crumbs": [
            Link("トップ", reverse("top")), Link(applicant.name, back), Link("代理入力"),
        ],
        "form": form,
        "applicant": applicant,
        "people": [
            (person_words.code(one), person_words.relationship(one), first, again)
            for one, first, again in form.pairs()
        ],
        "back_url": back,
    }  # fmt: skip
    return render(request, "operator/requests/proxy.html", context)
