"""Questions about 利用目的: which are on, what people were told, and who was not."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from azukari.law.purpose import PURPOSES, PersonKind, Purpose, purposes_for
from azukari.register.models import (
    NumberState,
    Person,
    PurposeNotice,
    PurposeNotified,
    PurposeSwitch,
)

PAGE = 50


def switched_off() -> frozenset[Purpose]:
    """What the company in scope has switched off."""
    codes = PurposeSwitch.objects.values_list("purpose", flat=True)
    return frozenset(PURPOSES[code] for code in codes if code in PURPOSES)


def open_purposes(kind: PersonKind) -> list[Purpose]:
    """What a number of such a person may be recorded for, in the order of the list."""
    off = switched_off()
    return [purpose for purpose in purposes_for(kind) if purpose not in off]


def draft(kind: PersonKind, company_name: str) -> str:
    """Words for a notice, made of the purposes that are on.

    個人情報保護法 第21条: the purpose is told or made public, and specifically.
    """
    lines = "\n".join(f"・{purpose.label}" for purpose in open_purposes(kind))
    return (
        f"個人番号の利用目的のお知らせ（{kind.label}）\n\n"
        f"{company_name}は、提供を受けた個人番号を、次の事務のために利用します。\n\n"
        f"{lines}\n\n"
        "ここにない目的には利用しません。"
        "利用目的がなくなり、法令で定める保存期間が過ぎたときは、速やかに廃棄します。\n"
    )


def notices_of(kind: PersonKind) -> QuerySet[PurposeNotice]:
    """Newest first."""
    return PurposeNotice.objects.filter(kind=kind.value).order_by("-version")


def current_notice(kind: PersonKind) -> PurposeNotice | None:
    return notices_of(kind).first()


def current_notices() -> list[PurposeNotice]:
    """The newest of each kind of person that has one."""
    return list(PurposeNotice.objects.order_by("kind", "-version").distinct("kind"))


def to_be_told(kind: PersonKind, department: str = "") -> QuerySet[Person]:
    """Whose number is held or will be asked for; who has left and gave none is not asked."""
    held = Q(number_state=NumberState.ACTIVE)
    asked = Q(number_state=NumberState.NONE, left_on__isnull=True, host__left_on__isnull=True)
    found = Person.objects.filter(held | asked, kind=kind.value)
    if department:
        place = "host__department" if kind is PersonKind.FAMILY else "department"
        found = found.filter(**{place: department})
    return found


def not_told(notice: PurposeNotice, department: str = "") -> QuerySet[Person]:
    """Who was never told this version."""
    told = PurposeNotified.objects.filter(notice=notice, person=OuterRef("pk"))
    return to_be_told(PersonKind(notice.kind), department).exclude(Exists(told))


def page_not_told(
    notice: PurposeNotice, department: str = "", *, after: str = ""
) -> tuple[list[Person], str]:
    """By code, and the cursor of the next page (empty on the last)."""
    found = not_told(notice, department).select_related("host")
    edge = _edge(after)
    if edge is not None:
        code, number = edge.employee_code, edge.family_code
        found = found.filter(
            Q(employee_code__gt=code) | Q(employee_code=code, family_code__gt=number)
        )
    rows = list(found.order_by("employee_code", "family_code")[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else ""


def _edge(after: str) -> Person | None:
    try:
        return Person.objects.filter(id=UUID(after)).first()
    except ValueError:
        return None


def published_purposes(kind: PersonKind) -> frozenset[Purpose]:
    """What any version for such people was about."""
    return _purposes(notices_of(kind).values_list("purposes", flat=True))


def purposes_told(person: Person) -> frozenset[Purpose]:
    """What the versions were about that this person was told."""
    told = PurposeNotified.objects.filter(person=person)
    return _purposes(told.values_list("notice__purposes", flat=True))


def _purposes(of_each: Iterable[list[str]]) -> frozenset[Purpose]:
    return frozenset(PURPOSES[code] for codes in of_each for code in codes if code in PURPOSES)


@dataclass(frozen=True)
class Told:
    """How far the word about one version has come."""

    notice: PurposeNotice
    people: int
    missing: int


def told_of(kind: PersonKind) -> Told | None:
    notice = current_notice(kind)
    if notice is None:
        return None
    return Told(notice, to_be_told(kind).count(), not_told(notice).count())


def times_told(notices: list[PurposeNotice]) -> dict[UUID, int]:
    rows = (
        PurposeNotified.objects.filter(notice__in=notices)
        .values("notice_id")
        .annotate(people=Count("id"))
    )
    return {row["notice_id"]: row["people"] for row in rows}


def notified_of(person: Person) -> list[PurposeNotified]:
    """What this person was told, newest first."""
    told = PurposeNotified.objects.filter(person=person).select_related("notice")
    return list(told.order_by("-notified_on", "-notice__version"))
