"""会社情報管理: the company's own facts and its offices."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company, Office
from azukari.tenancy.users import SomebodyWasFaster


class OfficeTaken(Exception):
    """The code of the office is in use in this company."""


@dataclass(frozen=True)
class CompanyChange:
    """Texts in the notation of `law`; the code of a company never changes."""

    name: str
    kana: str
    corporate_number: str
    postcode: str
    address: str
    telephone: str
    representative: str
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


def change_company(company: Company, facts: CompanyChange, *, version: int, actor: Actor) -> None:
    """Raises `SomebodyWasFaster`."""
    actor.require("company:change")
    changed = _changed(company, facts.given())
    rows = Company.objects.filter(id=company.id, version=version)
    if not rows.update(version=version + 1, **facts.given()):
        raise SomebodyWasFaster
    _write(Action.COMPANY_CHANGED, actor, company=company.code, changed=changed)


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
    changed = _changed(company, asdict(wanted))
    rows = Company.objects.filter(id=company.id, version=version)
    if not rows.update(version=version + 1 if changed else version, **asdict(wanted)):
        raise SomebodyWasFaster
    if changed:
        told = "、".join(f"{label}：{_shown(value)}" for label, value in _told(company, wanted))
        _write(Action.SETTINGS_CHANGED, actor, company=company.code, changed=changed, after=told)
    return bool(changed)


def _told(company: Company, wanted: Handling) -> list[tuple[str, bool | int]]:
    fields = {one.name: one for one in company._meta.fields}  # noqa: SLF001  Django's public _meta
    return [
        (str(fields[name].verbose_name), value)
        for name, value in asdict(wanted).items()
        if getattr(company, name) != value
    ]


def _shown(value: bool | int) -> str:  # noqa: FBT001  it is what is shown
    if isinstance(value, bool):
        return "する" if value else "しない"
    return f"{value}件"


def add_office(facts: OfficeFacts, *, actor: Actor) -> Office:
    """Raises `OfficeTaken`."""
    actor.require("company:change")
    office = Office(company_id=actor.company, **asdict(facts))
    try:
        with transaction.atomic():
            office.save(force_insert=True)
    except IntegrityError:
        raise OfficeTaken from None
    _write(Action.OFFICE_CREATED, actor, office=office.code)
    return office


def change_office(office: Office, facts: OfficeFacts, *, version: int, actor: Actor) -> None:
    """Raises `OfficeTaken`, `SomebodyWasFaster`."""
    actor.require("company:change")
    changed = _changed(office, asdict(facts))
    rows = Office.objects.filter(id=office.id, version=version)
    try:
        with transaction.atomic():
            if not rows.update(version=version + 1, **asdict(facts)):
                raise SomebodyWasFaster
    except IntegrityError:
        raise OfficeTaken from None
    _write(Action.OFFICE_CHANGED, actor, office=facts.code, changed=changed)


def company_at_work(company_id: UUID) -> Company:
    return Company.objects.get(id=company_id)


def _changed(row: Company | Office, new: Mapping[str, object]) -> str:
    """Names of the fields that differ; the ledger keeps names only, the table keeps the values."""
    names = [name for name, value in new.items() if getattr(row, name) != value]
    fields = {one.name: one for one in row._meta.fields}  # noqa: SLF001  Django's public _meta
    return "、".join(str(fields[name].verbose_name) for name in names)


def _write(action: Action, actor: Actor, **details: str) -> None:
    pens.write(Record.by(actor, action, details=details), actor.contract_id)
