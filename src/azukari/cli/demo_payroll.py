"""The demo's payroll service: it tells of the same people, their last year, and what is new today.

Made at the first start, pushed through the same door as by the API; workers reflect it once they
run.  Its database and token stay in the folder of the demo, for `azukari payroll simulate`.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from azukari.check.link import receiving
from azukari.check.link.events import About, Event
from azukari.check.link.models import LinkSetting, UnknownPerson
from azukari.check.link.setting import save_setting
from azukari.cli.demo_people import DEFAULT_PURPOSES, SEED
from azukari.cli.payroll_client import Item
from azukari.cli.payroll_simulator import Simulator
from azukari.cli.session import company_and_actor
from azukari.pki.keyfile import write_private
from azukari.synthetic.generator import people
from azukari.tenancy import scope, tokens
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import ApiToken
from azukari.tenancy.tokens import TokenScope

MOST_EMPLOYEES: Final = 1_000
"""A larger demo has no payroll: it would be busy with its first push for an hour."""

_NAME: Final = "デモの給与計算サービス"
_AUTOMATIC: Final = (Event.HIRED, Event.CHANGED, Event.FAMILY_ADDED, Event.FIGURES)
_LEAVING: Final = 3


@dataclass(frozen=True)
class Door:
    """Where the pushes go: what the API calls, without the network."""

    place: scope.Scope
    actor: Actor
    token: UUID | None

    def push(self, items: Sequence[Item], key: str) -> None:
        self._receive(items, key, About.PEOPLE)

    def push_figures(self, year: int, items: Sequence[Item], key: str) -> None:
        self._receive([{**item, "year": year} for item in items], key, About.FIGURES)

    def _receive(self, items: Sequence[Item], key: str, about: About) -> None:
        with scope.enter(self.place):
            receiving.receive(
                items, key, about=about, token_id=self.token, token_name=_NAME, actor=self.actor
            )


def link_payroll(contract: Any, employees: int, folder: Path) -> None:
    """Only at the first start: a company that has settled its link itself is left as it is.

    A first start that was killed is gone on with: the payroll sends what it had not sent.
    """
    company, actor = company_and_actor(contract, None)
    place = scope.Scope(contract_id=contract.id, company_id=company.id)
    file = folder / "payroll.sqlite"
    is_first = not file.exists()
    with scope.enter(place):
        if not 0 < employees <= MOST_EMPLOYEES or (is_first and LinkSetting.objects.exists()):
            return
        token = _switch_on(actor, folder) if is_first else _token()
    pusher = command_actor(contract.id, company.id, frozenset({"link:push", "link:figures"}))
    today = timezone.localdate()
    with closing(Simulator(file, employees=employees, seed=SEED)) as service:
        if is_first:
            service.begin()
            service.close_year(today.year - 1)
            service.happen(_today(employees, today))
        service.push(Door(place, pusher, token))


def _switch_on(actor: Actor, folder: Path) -> UUID:
    setting = LinkSetting(
        is_on=True,
        unknown_person=UnknownPerson.HOLD,
        number_check="CARD",
        person_check="CARD",
    )
    save_setting(setting, automatic=_AUTOMATIC, purposes=DEFAULT_PURPOSES, version=0, actor=actor)
    row, token = tokens.issue(_NAME, list(TokenScope), [], None, actor=actor)
    write_private(folder / "payroll.token", token.encode())
    return row.id


def _token() -> UUID | None:
    return ApiToken.objects.filter(name=_NAME).values_list("id", flat=True).first()


def _today(employees: int, today: date) -> Iterator[Item]:
    """What waits for somebody: people who leave, a word for 続柄 nobody knows, a stranger."""
    working = [one.employee for one in people(employees, seed=SEED) if one.employee.left is None]
    for person in islice(working, _LEAVING):
        yield {"event": "left", "employee_code": person.employee_no, "on": today.isoformat()}
    for person in working[_LEAVING : _LEAVING + 2]:
        yield {
            "event": "family_added",
            "employee_code": person.employee_no,
            "family_code": 90,
            "facts": {"name": "預　光", "kana": "アズカリ　ヒカリ", "relationship": "同居の親族",
                      "birth_date": "1948-11-03", "tax_dependent": True},
        }  # fmt: skip
    yield {"event": "changed", "employee_code": "Z0000001", "facts": {"department": "営業部"}}
