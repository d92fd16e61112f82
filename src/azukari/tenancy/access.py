"""From a signed-in user to an actor, and from an id to a row that the actor may see."""

from dataclasses import dataclass
from uuid import UUID

from azukari.tenancy.actor import Actor
from azukari.tenancy.admission import Admission
from azukari.tenancy.models import Membership, User
from azukari.tenancy.options import options_of, rights_open


@dataclass(frozen=True)
class Workplace:
    """A company in which a user has a role."""

    company_id: UUID
    company_name: str
    company_code: str
    role_name: str
    permissions: frozenset[str]


def workplaces(user: User) -> list[Workplace]:
    rows = (
        Membership.objects.filter(user=user)
        .select_related("company__contract", "role")
        .order_by("company__code")
    )
    return [
        Workplace(
            row.company_id,
            row.company.name,
            row.company.code,
            row.role.name,
            rights_open(row.role.permissions, options_of(row.company.contract)),
        )
        for row in rows
    ]


def actor_at_work(
    user: User, workplace: Workplace | None, admission: Admission, *, address: str, request_id: str
) -> Actor:
    return Actor(
        contract_id=admission.contract_id,
        company_id=workplace.company_id if workplace else None,
        user_id=user.id,
        name=user.name,
        roles=(workplace.role_name,) if workplace else (),
        permissions=workplace.permissions if workplace else frozenset(),
        certificate=admission.thumbprint[:16],
        address=address,
        request_id=request_id,
    )


def command_actor(contract_id: UUID, company_id: UUID | None, permissions: frozenset[str]) -> Actor:
    """Whoever runs a command on the server; the ledger says so by its name."""
    return Actor(
        contract_id=contract_id,
        company_id=company_id,
        user_id=None,
        name="サーバ管理コマンド",
        roles=("提供者",),
        permissions=permissions,
    )
