"""The way through an application: which step is next, and what each person still lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from azukari.collect import applying, own, setting
from azukari.collect.models import Application, ApplicationItem
from azukari.collect.papers import PaperKind
from azukari.collect.rules import (
    EDITABLE,
    ApplicationState,
    CollectProblem,
    CollectRefused,
    applicant_attests,
)
from azukari.law.relationship import Relationship
from azukari.law.verification import Check, Provision
from azukari.register.models import Person
from azukari.web.portal.guard import PortalRequest

# Which page mends which problem.
_PAGES = {
    CollectProblem.NUMBER_MISSING: "number",
    CollectProblem.NUMBER_PAPER_MISSING: "papers",
    CollectProblem.PERSON_PAPER_MISSING: "papers",
    CollectProblem.AUTHORITY_PAPER_MISSING: "authority",
    CollectProblem.NOT_ATTESTED: "attest",
}
_ORDER = ("number", "papers", "authority", "attest")
_LABELS = {
    "number": _("個人番号"),
    "papers": _("書類"),
    "authority": _("委任状"),
    "attest": _("確認"),
}


@dataclass(frozen=True)
class Step:
    """One page of one person: `done`, and whether it may still be changed."""

    name: str
    label: str
    url: str
    done: bool
    editable: bool


@dataclass(frozen=True)
class Pass:
    """One person of an application with their steps; those left out have none."""

    item: ApplicationItem
    who: str
    left_out: bool
    to_correct: bool
    steps: list[Step]

    @property
    def done(self) -> bool:
        return self.left_out or all(step.done for step in self.steps)


def attempt(verb: Callable[[], object]) -> CollectProblem | None:
    """What stood in the way; then nothing of what the verb had begun remains."""
    try:
        with transaction.atomic():
            verb()
    except CollectRefused as refused:
        return refused.problem
    return None


def passes_of(application: Application) -> list[Pass]:
    lacking: dict[UUID, set[str]] = {}
    for refusal in applying.what_is_missing(application):
        page = _PAGES.get(refusal.problem)
        for item_id in refusal.items:
            if page is not None and isinstance(item_id, UUID):
                lacking.setdefault(item_id, set()).add(page)
    return [_pass(application, item, lacking) for item in own.items_of(application)]


def next_url(application: Application) -> str:
    """The first page that still lacks something, else the review of it all."""
    if application.purposes_seen_at is None:
        return reverse("purposes", args=[application.id])
    for one in passes_of(application):
        for step in one.steps:
            if step.editable and not step.done:
                return step.url
    return reverse("review", args=[application.id])


def is_editable(application: Application) -> bool:
    return ApplicationState(application.state) in EDITABLE


def may_edit(application: Application, item: ApplicationItem) -> bool:
    """Of a returned application only what has to be corrected."""
    if not is_editable(application) or not item.open:
        return False
    return item.to_correct or application.state != ApplicationState.RETURNED


def who_of(person: Person) -> str:
    """The name, for family with the relationship."""
    if person.relationship in Relationship.__members__ and not person.is_employee:
        return f"{person.name}（{gettext(Relationship[person.relationship].label)}）"
    return person.name


def asked_kinds(item: ApplicationItem) -> dict[Check, list[PaperKind]]:
    """By check, the kinds of documents the settings ask for; 委任状 is made in the flow."""
    terms = setting.terms_on(timezone.localdate())
    asked = terms.asked_papers(Provision(item.provision))
    return {
        check: [kind for kind in kinds if kind is not PaperKind.POWER_OF_ATTORNEY]
        for check, kinds in asked.items()
        if any(kind is not PaperKind.POWER_OF_ATTORNEY for kind in kinds)
    }


def signs_in_flow(item: ApplicationItem) -> bool:
    terms = setting.terms_on(timezone.localdate())
    asked = terms.asked_papers(Provision(item.provision))
    return PaperKind.POWER_OF_ATTORNEY in asked.get(Check.AUTHORITY, ())


def frame(request: PortalRequest, item: ApplicationItem, name: str) -> dict[str, object]:
    """What the pages of one person share: who it is, and where one is in the whole."""
    application = item.application
    passes = passes_of(application)
    here = next((one for one in passes if one.item.id == item.id), None)
    steps = here.steps if here else []
    return {
        "application": application,
        "item": item,
        "who": who_of(item.person),
        "is_self": item.person_id == request.person.id,
        "place_in_pass": [one.item.id for one in passes].index(item.id) + 1,
        "people_in_pass": len(passes),
        "step_names": [step.label for step in steps],
        "step_number": next((n for n, s in enumerate(steps, 1) if s.name == name), 1),
        "comment": application.comment if application.state == ApplicationState.RETURNED else "",
    }


def _pass(application: Application, item: ApplicationItem, lacking: dict[UUID, set[str]]) -> Pass:
    left_out = bool(item.left_out)
    names = [] if left_out else [name for name in _ORDER if _applies(item, name)]
    missing = lacking.get(item.id, set())
    return Pass(
        item=item,
        who=who_of(item.person),
        left_out=left_out,
        to_correct=item.to_correct and application.state == ApplicationState.RETURNED,
        steps=[
            Step(
                name,
                gettext(_LABELS[name]),
                reverse(name, args=[application.id, item.id]),
                done=name not in missing,
                editable=may_edit(application, item),
            )
            for name in names
        ],
    )


def _applies(item: ApplicationItem, name: str) -> bool:
    match name:
        case "papers":
            return bool(asked_kinds(item))
        case "authority":
            return signs_in_flow(item)
        case "attest":
            return applicant_attests(Provision(item.provision))
        case _:
            return True
