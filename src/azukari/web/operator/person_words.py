"""A person as pages show one: labels, dates in both calendars, states, differences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Field, TextChoices
from django.urls import reverse
from django.utils import timezone

from azukari.law.era import DateRefused, wareki
from azukari.law.purpose import PURPOSES
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.law.verification import METHODS, Provision, Verifier, who_verifies
from azukari.register import rules
from azukari.register.models import (
    EmploymentClass,
    NumberRecord,
    NumberState,
    PayeeKind,
    Person,
    PersonKind,
    RecordState,
    ViewingRequest,
)
from azukari.tenancy.models import Office
from azukari.web import words
from azukari.web.components.parts import Tone

_TONES: dict[str, Tone] = {
    NumberState.NONE: "warning",
    NumberState.ACTIVE: "success",
    NumberState.NOT_NEEDED: "neutral",
    NumberState.DISPOSED: "neutral",
}
_RELATIONSHIPS = {one.code: one.label for one in Relationship}
_SEX = {sex.value: sex.label for sex in Sex}
_CONTACT = ("postcode", "address", "address_kana", "telephone", "mail")
_FACTS: dict[str, tuple[str, ...]] = {
    PersonKind.EMPLOYEE.value: (
        "employee_code", "birth_date", "sex", "hired_on", "left_on", "employment_class",
        "department_code", "department", "office_id", *_CONTACT,
        "pension_number", "insured_number", "employment_insurance_number",
    ),
    PersonKind.FAMILY.value: (
        "relationship", "birth_date", "sex", "lives_together", *_CONTACT, "dependent_until",
    ),
    PersonKind.PAYEE.value: (
        "employee_code", "payee_kind", "contract_from", "contract_to", "last_paid_on", *_CONTACT,
    ),
}  # fmt: skip
_DAYS = frozenset(
    {
        "birth_date",
        "hired_on",
        "left_on",
        "dependent_until",
        "contract_from",
        "contract_to",
        "last_paid_on",
    }
)
FLAGS = {
    "tax_dependent": "税扶養",
    "specific_relative": "特定親族",
    "disabled": "障害者",
    "nonresident": "非居住者",
    "health_dependent": "健保扶養",
    "category3": "第3号",
}
PAGES: dict[str, str] = {
    PersonKind.EMPLOYEE.value: "person",
    PersonKind.FAMILY.value: "family-member",
    PersonKind.PAYEE.value: "payee",
}
# What the names of routes about such a person begin with: `person-change`, …
_ROUTES: dict[str, str] = {
    PersonKind.EMPLOYEE.value: "person-",
    PersonKind.FAMILY.value: "family-",
    PersonKind.PAYEE.value: "payee-",
}
# The buttons that record the end of the need, and take it back.
ACTS: dict[str, tuple[str, str]] = {
    PersonKind.EMPLOYEE.value: ("退職を記録する", "退職の取消・再入社"),
    PersonKind.FAMILY.value: ("扶養から外れたことを記録する", "扶養から外れたことの取消"),
    PersonKind.PAYEE.value: ("契約の終了を記録する", "契約終了の取消・再契約"),
}
# What the end of the need is called: recorded, taken back.
ENDED: dict[str, tuple[str, str]] = {
    "left_on": ("退職の記録", "退職の取消・再入社の記録"),
    "dependent_until": ("扶養から外れた記録", "扶養から外れたことの取消の記録"),
    "contract_to": ("契約終了の記録", "契約終了の取消・再契約の記録"),
}


@dataclass(frozen=True, slots=True)
class State:
    label: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of people."""

    person: Person
    url: str
    code: str
    relationship: str
    host_name: str
    department: str
    payee_kind: str
    flags: list[str]
    state: State
    ended: str  # 退職, 扶養外 or 契約終了, with 予定 while the day lies ahead
    host_ended: str  # 退職 of the employee a family member belongs to
    due: str  # the day on which the number may go


@dataclass(frozen=True, slots=True)
class Number:
    """What is known about a number that is kept; never the number."""

    purposes: list[str]
    verification: list[str]
    number_check: str
    person_check: str
    verified_on: str
    recorded_by: str
    recorded_at: Any


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    now: str
    typed: str


def state(person: Person) -> State:
    known = NumberState(person.number_state)
    return State(str(known.label), _TONES[known])


def row(person: Person, host: Person | None) -> Row:
    """`host`: the employee a family member belongs to; not looked at for others."""
    of_host = host if person.kind == PersonKind.FAMILY else None
    return Row(
        person=person,
        url=page_url(person),
        code=code(person),
        relationship=_RELATIONSHIPS.get(person.relationship, person.relationship),
        host_name=of_host.name if of_host else "",
        department=of_host.department if of_host else person.department,
        payee_kind=text("payee_kind", person.payee_kind),
        flags=flags(person),
        state=state(person),
        ended=ended(person),
        host_ended=ended(of_host) if of_host else "",
        due=day(person.number_due_on),
    )


def page_url(person: Person) -> str:
    return reverse(PAGES[person.kind], kwargs={"person_id": person.id})


def url_of(person: Person, act: str) -> str:
    """change, leave, return, history."""
    return reverse(f"{_ROUTES[person.kind]}{act}", kwargs={"person_id": person.id})


def asking_url(kind: PersonKind, *, department: str = "", codes: Sequence[str] = ()) -> str:
    """The form of a request, filled in; families are asked through their employees."""
    whom = PersonKind.PAYEE if kind is PersonKind.PAYEE else PersonKind.EMPLOYEE
    wanted = {"kind": whom.value, "department": department, "codes": " ".join(codes)}
    return f"{reverse('request-new')}?{urlencode({k: v for k, v in wanted.items() if v})}"


def ended(person: Person) -> str:
    """退職 and the like, also when the day lies ahead; nothing for who is here."""
    ends = (
        ("退職", person.left_on),
        ("扶養外", person.dependent_until),
        ("契約終了", person.contract_to),
    )
    word, day = next(((word, day) for word, day in ends if day is not None), ("", None))
    return f"{word}予定" if day and day > timezone.localdate() else word


def code(person: Person) -> str:
    """社員番号 or the code of a payee; for family with its number behind."""
    if person.family_code == 0:
        return person.employee_code
    return f"{person.employee_code}-{person.family_code}"


def day(value: date | None) -> str:
    """Both calendars: 1985年3月4日（昭和60年）."""
    if value is None:
        return ""
    western = f"{value.year}年{value.month}月{value.day}日"
    try:
        era = wareki(value).partition("年")[0]
    except DateRefused:
        return western
    return f"{western}（{era}年）"


def moment(value: datetime) -> str:
    """As lists and plots say when: 1985年3月4日 09:30."""
    at = timezone.localtime(value)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def relationship(person: Person) -> str:
    """続柄 of a family member, else nothing."""
    return _RELATIONSHIPS.get(person.relationship, "") if person.relationship else ""


def facts(person: Person) -> list[tuple[str, str]]:
    """Label and text of what is known; what is not known is left out."""
    shown = [
        (label(name, person.kind), text(name, getattr(person, name)))
        for name in _FACTS[person.kind]
    ]
    if person.kind == PersonKind.FAMILY:
        shown.append(("扶養など", "、".join(flags(person)) or "該当なし"))
    return [(name, value) for name, value in shown if value]


def flags(person: Person) -> list[str]:
    return [word for name, word in FLAGS.items() if getattr(person, name)]


def label(name: str, kind: str = "") -> str:
    """The Japanese name of a field of a person."""
    if name == "employee_code" and kind == PersonKind.PAYEE:
        return "支払先コード"
    field = Person._meta.get_field(name)  # noqa: SLF001  Django's public way to fields
    assert isinstance(field, Field)
    return "事業所" if field.name == "office" else str(field.verbose_name)


def text(name: str, value: Any) -> str:
    """A field's value for people; dates and ids also as the texts the history keeps."""
    if value in (None, ""):
        return ""
    if name in _DAYS:
        return day(value if isinstance(value, date) else date.fromisoformat(value))
    if name in _WORDING:
        return _WORDING[name](value)
    if isinstance(value, bool):
        return "該当" if value else "該当しない"
    return str(value)


def differences(person: Person, typed: Mapping[str, Any]) -> list[Difference]:
    """Where what was typed differs from what somebody else saved meanwhile."""
    return [
        Difference(label(name, person.kind), text(name, getattr(person, name)), text(name, value))
        for name, value in typed.items()
        if getattr(person, name) != value
    ]


def number(record: NumberRecord) -> Number:
    return Number(
        purposes=[PURPOSES[code].label for code in record.purposes if code in PURPOSES],
        verification=[*_verification(record)],
        number_check=method(record.number_check),
        person_check=method(record.person_check),
        verified_on=day(record.verified_on),
        recorded_by=record.recorded_by_name,
        recorded_at=record.recorded_at,
    )


def _verification(record: NumberRecord) -> Iterator[str]:
    """How the number came and what was checked, a line for each."""
    known = record.provision in set(Provision)
    if known:
        yield Provision(record.provision).label
    checks = (record.number_check, record.person_check, record.authority_check)
    for title, chosen in zip(("番号確認", "身元確認", "代理権確認"), checks, strict=True):
        if chosen:
            yield f"{title}：{method(chosen)}"
    if known and not any(checks):
        verifier = who_verifies(Provision(record.provision))
        yield _WITHOUT_CHECKS[verifier]
    if record.paper_held:
        yield "契約書・同意書を保管しています"
    if record.verified_on:
        yield f"確認した日：{day(record.verified_on)}"
    if record.verified_by_name:
        yield f"確認した人：{record.verified_by_name}"
    if record.second_checked_at:
        yield f"再確認した人：{record.second_checked_by_name}"


_WITHOUT_CHECKS = {
    Verifier.COMPANY: "本人確認の記録がありません",
    Verifier.EMPLOYEE: "従業員が本人確認済み（会社の確認は不要）",
    Verifier.NOBODY: "本人確認は不要（番号法第19条第4号による提供）",
}


def viewing_state(asked: ViewingRequest) -> State:
    """How far a request to view a number has come."""
    if asked.used_at is not None:
        return State("表示済", "neutral")
    if asked.approved is False:
        return State("承認されませんでした", "error")
    if asked.expires_at <= timezone.now():
        return State("期限切れ", "neutral")
    return (
        State("承認済（1回表示できます）", "success")
        if asked.approved
        else State("承認待ち", "info")
    )


def earlier(record: NumberRecord) -> dict[str, Any]:
    """A number that another took the place of; never the number."""
    return {
        "recorded_at": record.recorded_at,
        "superseded_at": record.superseded_at,
        "because": record.superseded_because,
        "due_on": day(record.due_on),
        "disposed": record.state == RecordState.DISPOSED,
    }


def method(chosen: str) -> str:
    return METHODS[chosen].label if chosen in METHODS else ""


def filing_notes(person: Person) -> list[str]:
    """What a notice about this person will trip over, in words; payees are in none."""
    if person.kind == PersonKind.PAYEE:
        return []
    notes = rules.filing_notes(
        kana=person.kana, address=person.address, address_kana=person.address_kana
    )
    return [words.say(note) for note in notes]


def _grouped(*lengths: int) -> Callable[[Any], str]:
    """Digits in groups, as they stand on the paper they come from."""

    def group(value: Any) -> str:
        text, parts = str(value), []
        for length in lengths:
            parts.append(text[:length])
            text = text[length:]
        return "-".join(part for part in parts if part)

    return group


def _chosen(choices: type[TextChoices]) -> Callable[[Any], str]:
    labels = {str(value): str(label) for value, label in choices.choices}
    return lambda value: labels.get(value, value)


def _office(office_id: UUID | str) -> str:
    office = Office.objects.filter(id=office_id).first()
    return office.name if office else ""


_WORDING: Mapping[str, Callable[[Any], str]] = {
    "sex": lambda value: _SEX.get(value, value),
    "relationship": lambda value: _RELATIONSHIPS.get(value, value),
    "office_id": _office,
    "postcode": lambda value: f"〒{value[:3]}-{value[3:]}",
    "lives_together": lambda value: "同居" if value else "別居",
    "employment_class": _chosen(EmploymentClass),
    "payee_kind": _chosen(PayeeKind),
    "pension_number": _grouped(4, 6),
    "employment_insurance_number": _grouped(4, 6, 1),
    "number_state": lambda value: str(NumberState(value).label),
}
