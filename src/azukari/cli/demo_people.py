"""Invented people into the demo's company, the way a customer would bring them: by file."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from azukari.cli.session import company_and_actor
from azukari.law.purpose import Purpose
from azukari.register import clocks
from azukari.register.actions import Verification, change_person
from azukari.register.actions.holds import place_hold
from azukari.register.models import NumberState, Person, PersonKind
from azukari.register.sheets.command import register_file
from azukari.synthetic.csv_files import write_csv
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

SEED = 20260401
DEFAULT_PURPOSES = [
    Purpose.TAX_WITHHOLDING,
    Purpose.TAX_DEDUCTION_FORMS,
    Purpose.HEALTH_PENSION,
    Purpose.EMPLOYMENT_INS,
]

# How many years ago → how many left: the numbers of the first may go, waves follow each January.
LEAVERS = {8: 3, 7: 5, 6: 4, 5: 4, 4: 3, 3: 4, 2: 3, 1: 5}


def fill(contract: Any, employees: int) -> None:
    """Only at the first start: a company that has people is left as it is."""
    company, actor = company_and_actor(contract, None)
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=company.id)):
        if Person.objects.exists():
            return
    # A folder in memory where there is one: the files hold (invented) numbers in clear.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        write_csv(Path(folder), employees, seed=SEED, company="001")
        for name in ("employees.csv", "families.csv"):
            content = (Path(folder) / name).read_bytes()
            checks = (
                Verification(number_check="CARD", person_check="CARD")
                if name == "employees.csv"
                else Verification()
            )
            register_file(content, name, DEFAULT_PURPOSES, checks, actor=actor)
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=company.id)):
        _let_some_leave(actor)


def _let_some_leave(actor: Actor) -> None:
    """People of the list in turn, as far as they had been hired by then; one is held back."""
    today = timezone.localdate()
    working = Person.objects.filter(
        kind=PersonKind.EMPLOYEE, left_on__isnull=True, number_state=NumberState.ACTIVE
    )
    left: list[Person] = []
    for years, how_many in LEAVERS.items():
        day = date(today.year - years, 3, 31)
        found = working.filter(hired_on__lt=day).order_by("employee_code")[:how_many]
        left += [
            change_person(person, {"left_on": day}, version=person.version, actor=actor)
            for person in found
        ]
    clocks.recount(person.id for person in left)
    if left:
        review_on = today + timedelta(days=30)
        place_hold(left[0], "退職金の支払いについて係争中のため", review_on, actor=actor)
