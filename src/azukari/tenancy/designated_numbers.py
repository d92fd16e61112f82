"""特別徴収義務者指定番号: what each municipality knows the company by (地方税法 第321条の4)."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import models, transaction
from django.db.models import Q, QuerySet

from azukari.law import municipality
from azukari.law.municipality import MunicipalityRefused
from azukari.ledger.actions import Action
from azukari.ledger.number_in_text import holds_number
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import Changes, keep_change, write_change
from azukari.tenancy.ids import new_id
from azukari.tenancy.managers import Anywhere, OfCompany
from azukari.tenancy.models import Company, CompanyPart
from azukari.tenancy.paging import Orders, Page, Place, page_in_order
from azukari.tenancy.users import SomebodyWasFaster

_MOST_TOLD: Final = 100


class NotConfirmed(Exception):
    """Numbers that also pass the check digit of an individual number, and nobody said that they
    stand on the municipality's notice; `municipalities`: of all such that are new.
    """

    def __init__(self, municipalities: Collection[str]) -> None:
        super().__init__(len(municipalities))
        self.municipalities = frozenset(municipalities)


class DesignatedNumber(models.Model):
    """What one municipality knows the company by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    municipality = models.CharField("市区町村コード", max_length=5)
    name = models.CharField("市区町村名", max_length=40)
    number = models.CharField("指定番号", max_length=12)

    anywhere = Anywhere["DesignatedNumber"]()
    objects = OfCompany["DesignatedNumber"]()

    class Meta:
        db_table = "tenancy_designated_number"
        base_manager_name = "anywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "municipality"], name="designated_number_municipality"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def facts(self) -> "Designated":
        return Designated(self.municipality, self.name, self.number)


@dataclass(frozen=True, slots=True)
class Designated:
    """`municipality`: the five digits of `law.municipality`."""

    municipality: str
    name: str
    number: str = field(repr=False)

    @property
    def could_be_individual(self) -> bool:
        """One in ten of twelve digits could; it is kept only where a person has confirmed it."""
        return holds_number(self.number)

    def in_words(self) -> str:
        confirmed = "（通知書で確認）" if self.could_be_individual else ""
        return f"{self.name}　{self.number}{confirmed}"


def designated_numbers() -> list[Designated]:
    """Those of the company in scope, in the order of their codes."""
    rows = DesignatedNumber.objects.order_by("municipality")
    return [Designated(*one) for one in rows.values_list("municipality", "name", "number")]


_ORDERS: Orders = {
    "code": ("municipality", "id"),
    "name": ("name", "id"),
    "number": ("number", "id"),
}


def find_designated_numbers(words: str = "") -> QuerySet[DesignatedNumber]:
    """Those of the company in scope; `words`: parts of name or number, or the beginning of the
    code, with its check digit or without.  All must be found.
    """
    found = DesignatedNumber.objects.all()
    for word in unicodedata.normalize("NFKC", words).split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(number__icontains=word)
            | Q(municipality__startswith=_without_check_digit(word))
        )
    return found


def page_of_designated_numbers(
    found: QuerySet[DesignatedNumber], place: Place
) -> Page[DesignatedNumber]:
    return page_in_order(found, _ORDERS, place, first="code")


def _without_check_digit(word: str) -> str:
    try:
        return municipality.parse(word)
    except MunicipalityRefused:
        return word


@transaction.atomic
def replace_designated_numbers(
    company: Company,
    wanted: Sequence[Designated],
    *,
    confirmed: Collection[Designated] = (),
    version: int,
    actor: Actor,
) -> int:
    """Puts these in place of those before; how many municipalities that changed.

    Each municipality once.  `confirmed`: those of which the actor says that they stand so on the
    municipality's notice.  Nothing is written where nothing changes.  Raises `SomebodyWasFaster`,
    `NotConfirmed`.
    """
    actor.require("company:change")
    rows = Company.objects.filter(id=company.id, version=version)
    if not rows.update(version=version):  # holds the company until this is done
        raise SomebodyWasFaster
    before = {one.municipality: one for one in designated_numbers()}
    after = {one.municipality: one for one in wanted}
    changed = sorted(code for code in before | after if before.get(code) != after.get(code))
    if not changed:
        return 0
    doubtful = [one for one in wanted if one.could_be_individual and _is_new(one, before)]
    if not set(doubtful) <= set(confirmed):
        raise NotConfirmed({one.municipality for one in doubtful})
    rows.update(version=version + 1)
    DesignatedNumber.objects.filter(municipality__in=changed).delete()
    DesignatedNumber.objects.bulk_create(
        DesignatedNumber(
            company_id=actor.company,
            municipality=code,
            name=after[code].name,
            number=after[code].number,
        )
        for code in changed
        if code in after
    )
    changes: Changes = {code: (_told(before, code), _told(after, code)) for code in changed}
    keep_change(CompanyPart.DESIGNATED, changes, actor)
    label = CompanyPart.DESIGNATED.label
    told = {"after": _confirmed_in_words(doubtful)} if doubtful else {}
    write_change(Action.COMPANY_CHANGED, actor, company=company.code, changed=label, **told)
    return len(changed)


def _is_new(one: Designated, before: dict[str, Designated]) -> bool:
    known = before.get(one.municipality)
    return known is None or known.number != one.number


def _confirmed_in_words(numbers: Sequence[Designated]) -> str:
    """Of which municipalities, and never the numbers: the ledger is forever."""
    codes = sorted(map(with_check_digit, numbers))
    more = f"ほか{len(codes) - _MOST_TOLD}" if len(codes) > _MOST_TOLD else ""
    return f"通知書の指定番号と確かめた12桁：{'、'.join(codes[:_MOST_TOLD])}{more}"


def with_check_digit(one: Designated) -> str:
    """The code of the municipality as it is written elsewhere."""
    return one.municipality + municipality.check_digit(one.municipality)


def _told(numbers: dict[str, Designated], code: str) -> str:
    return numbers[code].in_words() if code in numbers else ""
