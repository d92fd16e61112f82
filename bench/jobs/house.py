"""The company that things are measured in, and invented people as files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from azukari.synthetic.csv_files import write_csv
from azukari.tenancy import contracts, scope
from azukari.tenancy.access import command_actor
from azukari.tenancy.actor import Actor
from azukari.tenancy.rights import ALL_PERMISSIONS, RoleKind

SEED = 20260401


def open_company(code: str) -> dict[str, str]:
    """A contract with one empty company; its place and its users, for the other acts."""
    facts = contracts.CompanyFacts(code="001", name="株式会社計測")
    users = [
        contracts.FirstUser("unyo01", "運用　太郎", RoleKind.OPERATOR),
        contracts.FirstUser("sekinin01", "責任　一郎", RoleKind.OFFICER),
    ]
    opened = contracts.open_contract(code, facts, users)
    place = {"contract": str(opened.contract.id), "company": str(opened.company.id)}
    return place | {kind.value: str(user.id) for user, kind, _ in opened.users}


def write_files(folder: str, employees: int) -> dict[str, Any]:
    written = write_csv(Path(folder), employees, seed=SEED, company="001")
    return {
        "employees": str(written.employees),
        "persons": str(written.employees + written.families),
    }


def scope_of(place: Mapping[str, str]) -> scope.Scope:
    return scope.Scope(contract_id=UUID(place["contract"]), company_id=UUID(place["company"]))


def user_of(place: Mapping[str, str], kind: RoleKind) -> Actor:
    """That user of the company, with every right."""
    return replace(actor_of(place), user_id=UUID(place[kind.value]), name=kind.label)


def actor_of(place: Mapping[str, str]) -> Actor:
    return command_actor(UUID(place["contract"]), UUID(place["company"]), ALL_PERMISSIONS)
