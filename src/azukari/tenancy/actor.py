"""Who is doing something: handed to every action as `actor=`, and from there to the ledger."""

from dataclasses import dataclass, field
from uuid import UUID


class NotPermitted(Exception):
    """The actor lacks a permission; carries which one."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


@dataclass(frozen=True)
class Actor:
    """A user at work in one company of a contract, or a command or job on its behalf."""

    contract_id: UUID
    company_id: UUID | None
    user_id: UUID | None
    name: str
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = field(default=frozenset(), repr=False)
    certificate: str = ""  # first 16 hex digits of the certificate's SHA-256
    address: str = ""
    request_id: str = ""

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def require(self, permission: str) -> None:
        if not self.may(permission):
            raise NotPermitted(permission)

    @property
    def company(self) -> UUID:
        if self.company_id is None:
            raise NotPermitted("company")
        return self.company_id
