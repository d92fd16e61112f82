"""Invented people into the demo's company, the way a customer would bring them: by file."""

import tempfile
from pathlib import Path
from typing import Any

from azukari.cli.session import company_and_actor
from azukari.law.purpose import Purpose
from azukari.register.actions import Verification
from azukari.register.models import Person
from azukari.register.sheets.command import register_file
from azukari.synthetic.csv_files import write_csv
from azukari.tenancy import scope

DEFAULT_PURPOSES = [
    Purpose.TAX_WITHHOLDING,
    Purpose.TAX_DEDUCTION_FORMS,
    Purpose.HEALTH_PENSION,
    Purpose.EMPLOYMENT_INS,
]


def fill(contract: Any, employees: int) -> None:
    """Only at the first start: a company that has people is left as it is."""
    company, actor = company_and_actor(contract, None)
    with scope.enter(scope.Scope(contract_id=contract.id, company_id=company.id)):
        if Person.objects.exists():
            return
    # A folder in memory where there is one: the files hold (invented) numbers in clear.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        write_csv(Path(folder), employees, seed=20260401, company="001")
        for name in ("employees.csv", "families.csv"):
            content = (Path(folder) / name).read_bytes()
            checks = (
                Verification(number_check="CARD", person_check="CARD")
                if name == "employees.csv"
                else Verification()
            )
            register_file(content, name, DEFAULT_PURPOSES, checks, actor=actor)
