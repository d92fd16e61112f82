"""Which mail follows on which event: one row of the outbox for each, written with the event.

Only who, what kind and about what; the words are made when it is sent (`mailing.py`), and never
hold more than a name and a link.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from azukari.collect import outbox, setting
from azukari.collect.mail_words import MailKind
from azukari.collect.models import Application, Mail, Request
from azukari.law.labelled import Labelled
from azukari.register.models import NumberState, Person
from azukari.tenancy import scope
from azukari.tenancy.models import Company, Contract, Membership, User
from azukari.tenancy.options import sends_mail


class Subscription(Labelled):
    """メール受信区分: what a user of the operators' site wants to be told."""

    ARRIVED = "arrived", "申請到着"
    CORRECTED = "corrected", "差戻し回答"
    SYNC_ERROR = "sync_error", "連携エラー"


def requested(requests: Sequence[Request], *, again: int = 0) -> None:
    """`again` counts deliberate resends, so that each is an event of its own."""
    _put(
        _to_person(f"request:{one.id}:{again}", MailKind.REQUEST, one.person, one)
        for one in requests
    )


def reminded(requests: Sequence[Request]) -> None:
    _put(
        _to_person(f"reminder:{one.id}:{one.reminders}", MailKind.REMINDER, one.person, one)
        for one in requests
    )


def arrived(application: Application, *, corrected: bool) -> None:
    """To the applicant that it came, and to the users who want to know."""
    kind = MailKind.CORRECTED if corrected else MailKind.ARRIVED
    wanted = Subscription.CORRECTED if corrected else Subscription.ARRIVED
    to_users = [
        Mail(
            event=f"{kind.value}:{application.id}:{application.version}:{user.id}",
            kind=kind.value,
            address=user.mail,
            recipient_name=user.name,
            application=application,
        )
        for user in _subscribers(wanted)
    ]
    _put([_to_applicant(application, MailKind.RECEIVED), *to_users])


def declined(request: Request) -> None:
    _put(
        Mail(
            event=f"declined:{request.id}:{user.id}",
            kind=MailKind.ARRIVED.value,
            address=user.mail,
            recipient_name=user.name,
            request=request,
        )
        for user in _subscribers(Subscription.ARRIVED)
    )


def sync_failed(push: UUID) -> None:
    """To the users who want to know that something a payroll service sent was not taken over."""
    _put(
        Mail(
            event=f"{MailKind.SYNC_ERROR.value}:{push}:{user.id}",
            kind=MailKind.SYNC_ERROR.value,
            address=user.mail,
            recipient_name=user.name,
        )
        for user in _subscribers(Subscription.SYNC_ERROR, need="link:view")
    )


def decided(application: Application, kind: MailKind) -> None:
    """`APPROVED`, `RETURNED` or `REJECTED`."""
    _put([_to_applicant(application, kind)])


def disposed(acts: Sequence[tuple[UUID, UUID]]) -> None:
    """To whose numbers are gone, where the terms say so: (batch or disposal, person).

    The employee is told for their family, once for each act.  Nobody is told whose number was
    entered anew since.
    """
    if not acts or not setting.terms_on(timezone.localdate()).tell_disposal:
        return
    people = Person.objects.select_related("host").filter(
        id__in=[person for _, person in acts], number_state=NumberState.DISPOSED
    )
    whose = {one.id: one.host or one for one in people}
    told = {(act, whose[person]) for act, person in acts if person in whose}
    kind = MailKind.DISPOSED
    _put(_to_person(f"{kind.value}:{act}:{one.id}", kind, one) for act, one in told)


def _to_applicant(application: Application, kind: MailKind) -> Mail:
    event = f"{kind.value}:{application.id}:{application.version}"
    return _to_person(event, kind, application.applicant, application.request, application)


def _to_person(
    event: str,
    kind: MailKind,
    person: Person,
    request: Request | None = None,
    application: Application | None = None,
) -> Mail:
    return Mail(
        event=event,
        kind=kind.value,
        address=person.mail,
        recipient_name=person.name,
        request=request,
        application=application,
    )


def _put(mails: Iterable[Mail]) -> None:
    """Nothing without the option, nor to people without an address."""
    company = scope.company_id()
    if not sends_mail(Contract.objects.get(id=scope.contract_id())):
        return
    rows = []
    for mail in mails:
        mail.company_id = company
        if mail.address:
            rows.append(mail)
    Mail.objects.bulk_create(rows, ignore_conflicts=True)
    outbox.send_soon()


def _subscribers(wanted: Subscription, *, need: str = "application:view") -> list[User]:
    """Users of the company who asked for it and may look at what it is about."""
    company = Company.objects.get(id=scope.company_id())
    members = Membership.objects.filter(
        company=company,
        user__mail_kinds__contains=[wanted.value],
        user__suspended_at__isnull=True,
    ).select_related("user", "role")
    return [one.user for one in members if need in one.role.permissions]


def count_of(request: Request) -> int:
    """How many requests by mail there were so far."""
    return Mail.objects.filter(request=request, kind=MailKind.REQUEST.value).count()


def mails_of(application_id: UUID) -> list[Mail]:
    return list(Mail.objects.filter(application=application_id).order_by("created_at", "id"))
