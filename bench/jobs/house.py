"""The company that things are measured in, and invented people as files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from azukari.synthetic.csv_files import write_csv
from azukari.tenancy import contracts, scope
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor
from azukari.tenancy.rights import ALL_PERMISSIONS

SEED = 20260401


def open_company(code: str) -> dict[str, str]:
    """A contract with one empty company; its place, for the other acts."""
    facts = contracts.CompanyFacts(code="001", name="株式会社計測")
    opened = contracts.open_contract(code, facts, [])
    return {"contract": str(opened.contract.id), "company": str(opened.company.id)}


def write_files(folder: str, employees: int) -> dict[str, Any]:
    written = write_csv(Path(folder), employees, seed=SEED, company="001")
    return {
        "employees": str(written.employees),
        "persons": str(written.employees + written.families),
    }


def scope_of(place: Mapping[str, str]) -> scope.Scope:
    return scope.Scope(contract_id=UUID(place["contract"]), company_id=UUID(place["company"]))


def actor_of(place: Mapping[str, str]) -> Actor:
    return command_actor(UUID(place["contract"]), UUID(place["company"]), ALL_PERMISSIONS)
