"""Keys with which other software reaches the API on behalf of one company.

`azk_` and a token that names the company (`company_tokens`); shown once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor
from azukari.tenancy.company_tokens import company_of, hash_of, new_token
from azukari.tenancy.models import ApiToken, Company

PREFIX = "azk_"
OVERLAP = timedelta(hours=24)
"""How long the old token goes on after a new one was issued in its place."""

_SEEN_AGAIN = timedelta(minutes=1)


class TokenScope(StrEnum):
    PUSH = "push"
    FIGURES = "figures"
    STATUS = "status"

    @property
    def label(self) -> str:
        return _SCOPES[self]


_SCOPES = {
    TokenScope.PUSH: "人と家族の情報を送る",
    TokenScope.FIGURES: "帳票に使う年間の金額を送る",
    TokenScope.STATUS: "送った情報の状態を見る",
}
# A token may do what its scopes name, and nothing a person may.
_PERMISSIONS = {
    TokenScope.PUSH: "link:push",
    TokenScope.FIGURES: "link:figures",
    TokenScope.STATUS: "link:status",
}


class TokenNotValid(Exception):
    """Unknown, expired, revoked, or used from elsewhere.  Which of these is told to nobody."""


@dataclass(frozen=True)
class Admitted:
    token_id: UUID
    name: str
    actor: Actor


def issue(
    name: str,
    scopes: list[TokenScope],
    networks: list[str],
    expires_at: datetime | None,
    *,
    actor: Actor,
) -> tuple[ApiToken, str]:
    """The row, and the token, which nobody can show a second time.

    `networks`: addresses or networks (CIDR) it may come from; none means anywhere.  Raises
    ValueError for what is no network.
    """
    actor.require("link_setting:change")
    for network in networks:
        ip_network(network)
    token = PREFIX + new_token(actor.company)
    row = ApiToken.objects.create(
        company_id=actor.company,
        name=name,
        token_hash=hash_of(token),
        hint=token[-4:],
        scopes=[one.value for one in scopes],
        networks=networks,
        expires_at=expires_at,
        issued_by_name=actor.name,
    )
    _write(Action.API_TOKEN_ISSUED, row, actor)
    return row, token


def replace(old: ApiToken, *, actor: Actor) -> tuple[ApiToken, str]:
    """A new token like the old one, which goes on for a day."""
    networks = list(old.networks)
    scopes = [TokenScope(one) for one in old.scopes]
    row, token = issue(old.name, scopes, networks, old.expires_at, actor=actor)
    end = timezone.now() + OVERLAP
    old.expires_at = min(old.expires_at, end) if old.expires_at else end
    old.save(update_fields=["expires_at"])
    return row, token


def revoke(row: ApiToken, *, actor: Actor) -> None:
    """From the next request on."""
    actor.require("link_setting:change")
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        _write(Action.API_TOKEN_REVOKED, row, actor)


def ending(*, within: timedelta) -> QuerySet[ApiToken]:
    """Tokens of the company that work today and end so soon, the first of them first."""
    now = timezone.now()
    working = ApiToken.objects.filter(revoked_at__isnull=True)
    return working.filter(expires_at__gt=now, expires_at__lte=now + within).order_by("expires_at")


def admit(token: str, *, address: str, request_id: str = "") -> Admitted:
    """Whom a token admits; outside any scope.  Raises TokenNotValid."""
    place = _place_of(token)
    with scope.enter(place):
        row = ApiToken.objects.filter(token_hash=hash_of(token)).first()
        if row is None or not _is_valid(row, address):
            raise TokenNotValid
        _note_use(row)
        assert place.contract_id is not None
        scopes = [TokenScope(one) for one in row.scopes]
        actor = Actor(
            contract_id=place.contract_id,
            company_id=row.company_id,
            user_id=None,
            name=f"API {row.name}",
            roles=("API",),
            permissions=frozenset(_PERMISSIONS[one] for one in scopes),
            address=address,
            request_id=request_id,
        )
        return Admitted(row.id, row.name, actor)


def _place_of(token: str) -> scope.Scope:
    company_id = company_of(token.removeprefix(PREFIX))
    if company_id is None or not token.startswith(PREFIX):
        raise TokenNotValid
    with scope.enter(scope.Scope(service=True)):
        company = Company.anywhere.filter(id=company_id).select_related("contract").first()
    if company is None or company.contract.suspended_at:
        raise TokenNotValid
    return scope.Scope(contract_id=company.contract_id, company_id=company.id)


def _is_valid(row: ApiToken, address: str) -> bool:
    if row.revoked_at is not None:
        return False
    if row.expires_at is not None and row.expires_at <= timezone.now():
        return False
    return not row.networks or _is_within(address, row.networks)


def _is_within(address: str, networks: list[str]) -> bool:
    try:
        place = ip_address(address)
    except ValueError:
        return False
    return any(place in ip_network(network) for network in networks)


def _note_use(row: ApiToken) -> None:
    # At most one write a minute.
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > _SEEN_AGAIN:
        ApiToken.objects.filter(id=row.id).update(last_used_at=now)


def _write(action: Action, row: ApiToken, actor: Actor) -> None:
    details = {"target": str(row.id), "changed": ",".join(row.scopes)}
    pens.write(Record.by(actor, action, details=details), row.company_id)
