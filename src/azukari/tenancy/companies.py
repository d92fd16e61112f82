"""会社情報管理: the company's own facts and its offices."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company, CompanyChange, CompanyPart, Office
from azukari.tenancy.paging import Page, Place, page_of
from azukari.tenancy.users import SomebodyWasFaster

Fact = str | bool | int
Changes = dict[str, tuple[Fact, Fact]]
"""Field → what stood there before, and after."""


class OfficeTaken(Exception):
    """The code of the office is in use in this company."""


@dataclass(frozen=True)
class OwnFacts:
    """Texts in the notation of `law`; the code of a company never changes."""

    name: str
    kana: str
    corporate_number: str
    postcode: str
    address: str
    telephone: str
    representative: str
    tax_office: str
    tax_reference: str
    declaration_name: str | None = None  # of the option Web収集; None leaves what is there

    def given(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class OfficeFacts:
    code: str
    name: str
    postcode: str
    address: str
    owner_name: str
    telephone: str
    pension_prefecture: str
    pension_district: str
    pension_symbol: str
    pension_number: str
    employment_insurance_number: str


def change_company(company: Company, facts: OwnFacts, *, version: int, actor: Actor) -> None:
    """Raises `SomebodyWasFaster`."""
    actor.require("company:change")
    changes = _changes(company, facts.given())
    rows = Company.objects.filter(id=company.id, version=version)
    if not rows.update(version=version + 1, **facts.given()):
        raise SomebodyWasFaster
    keep_change(CompanyPart.COMPANY, changes, actor)
    write_change(
        Action.COMPANY_CHANGED, actor, company=company.code, changed=_names(company, changes)
    )


@dataclass(frozen=True)
class Handling:
    """取扱いのきまり: how carefully this company handles numbers."""

    second_person_disposal: bool
    second_checker: bool
    second_person_viewing: bool
    viewings_per_hour: int


def change_handling(company: Company, wanted: Handling, *, version: int, actor: Actor) -> bool:
    """Whether anything changed.  Raises `SomebodyWasFaster`."""
    actor.require("company:change")
    changes = _changes(company, asdict(wanted))
    rows = Company.objects.filter(id=company.id, version=version)
    if not rows.update(version=version + 1 if changes else version, **asdict(wanted)):
        raise SomebodyWasFaster
    if changes:
        keep_change(CompanyPart.HANDLING, changes, actor)
        told = "、".join(
            f"{label_of(Company, name)}：{in_words(after)}" for name, (_, after) in changes.items()
        )
        names = _names(company, changes)
        write_change(
            Action.SETTINGS_CHANGED, actor, company=company.code, changed=names, after=told
        )
    return bool(changes)


def in_words(value: str | bool | int) -> str:  # noqa: FBT001  it is what is shown
    """A fact of a company or an office as people read it."""
    if isinstance(value, bool):
        return "する" if value else "しない"
    return f"{value}件" if isinstance(value, int) else value


def add_office(facts: OfficeFacts, *, actor: Actor) -> Office:
    """Raises `OfficeTaken`."""
    actor.require("company:change")
    office = Office(company_id=actor.company, **asdict(facts))
    try:
        with transaction.atomic():
            office.save(force_insert=True)
    except IntegrityError:
        raise OfficeTaken from None
    given: Changes = {name: ("", value) for name, value in asdict(facts).items() if value}
    keep_change(CompanyPart.OFFICE, given, actor, office=office, is_new=True)
    write_change(Action.OFFICE_CREATED, actor, office=office.code)
    return office


def change_office(office: Office, facts: OfficeFacts, *, version: int, actor: Actor) -> None:
    """Raises `OfficeTaken`, `SomebodyWasFaster`."""
    actor.require("company:change")
    changes = _changes(office, asdict(facts))
    rows = Office.objects.filter(id=office.id, version=version)
    try:
        with transaction.atomic():
            if not rows.update(version=version + 1, **asdict(facts)):
                raise SomebodyWasFaster
    except IntegrityError:
        raise OfficeTaken from None
    keep_change(CompanyPart.OFFICE, changes, actor, office=office)
    write_change(Action.OFFICE_CHANGED, actor, office=facts.code, changed=_names(office, changes))


def company_at_work(company_id: UUID) -> Company:
    return Company.objects.get(id=company_id)


def find_changes(
    part: CompanyPart | None = None, office: UUID | None = None
) -> QuerySet[CompanyChange]:
    """Of the company in scope: of one part of it, or of one office."""
    found = CompanyChange.objects.select_related("office")
    if office is not None:
        return found.filter(office_id=office)
    return found.filter(part=part) if part is not None else found


def page_of_changes(found: QuerySet[CompanyChange], place: Place) -> Page[CompanyChange]:
    """The latest first."""
    return page_of(found, ("at", "id"), place, down=True)


def label_of(kind: type[Company | Office], name: str) -> str:
    fields = {one.name: one for one in kind._meta.fields}  # noqa: SLF001  Django's public _meta
    return str(fields[name].verbose_name)


def _changes(row: Company | Office, new: Mapping[str, Fact]) -> Changes:
    """What differs: field → before and after."""
    return {
        name: (getattr(row, name), value)
        for name, value in new.items()
        if getattr(row, name) != value
    }


def _names(row: Company | Office, changes: Changes) -> str:
    """The ledger keeps names of fields only, the history the values."""
    return "、".join(label_of(type(row), name) for name in changes)


def keep_change(
    part: CompanyPart,
    changes: Changes,
    actor: Actor,
    *,
    office: Office | None = None,
    is_new: bool = False,
) -> None:
    """Into the history, which keeps the values; nothing where nothing changed."""
    if changes:
        CompanyChange.objects.create(
            company_id=actor.company,
            part=part,
            office=office,
            is_new=is_new,
            actor=actor.user_id,
            actor_name=actor.name,
            changes=changes,
        )


def write_change(action: Action, actor: Actor, **details: str) -> None:
    """Into the ledger, which keeps no values."""
    pens.write(Record.by(actor, action, details=details), actor.contract_id)
