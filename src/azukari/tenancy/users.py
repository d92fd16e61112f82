"""ユーザ登録 and 権限設定: the verbs on users and roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import setup_links
from azukari.tenancy.actor import Actor, NotPermitted
from azukari.tenancy.models import Membership, Role, User
from azukari.tenancy.rights import PRESETS, RoleKind, with_viewing
from azukari.tenancy.sign_in import forget_failures


class UserTaken(Exception):
    """The user ID is in use in this contract."""


class RoleTaken(Exception):
    """The name of the role is in use in this contract."""


class SomebodyWasFaster(Exception):
    """The row changed since the form was opened."""


class OwnAccount(Exception):
    """Nobody suspends or re-roles the account they are signed in with."""


@dataclass(frozen=True)
class UserFacts:
    user_code: str
    name: str
    mail: str = ""
    department: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    # Of the option Web収集; None leaves what is there.
    employee_code: str | None = None
    mail_kinds: list[str] | None = None

    def given(self) -> dict[str, Any]:
        kept = {"employee_code", "mail_kinds"}
        return {k: v for k, v in vars(self).items() if not (k in kept and v is None)}


def create_user(
    facts: UserFacts, role: Role, company_id: UUID, *, actor: Actor
) -> tuple[User, str]:
    """The user and the token of the link that sets the first password.  Raises `UserTaken`."""
    user = add_user(facts, role, company_id, actor=actor)
    return user, setup_links.issue(user)


def add_user(facts: UserFacts, role: Role, company_id: UUID, *, actor: Actor) -> User:
    """The user, who cannot sign in before a link is issued.  Raises `UserTaken`."""
    actor.require("user:create")
    _may_give(role, actor)
    user = User(
        contract_id=actor.contract_id,
        password=make_password(None),
        created_by=actor.user_id,
        **facts.given(),
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise UserTaken from None
    Membership.objects.create(
        contract_id=actor.contract_id, user=user, company_id=company_id, role=role
    )
    _record(Action.USER_CREATED, user, actor, after=role.name)
    return user


def issue_links(users: Iterable[User], *, actor: Actor) -> list[tuple[User, str]]:
    """Those of the users who have not set a password yet, each with the token of a fresh link."""
    actor.require("user:create")
    found = []
    for user in users:
        if not user.has_usable_password():
            found.append((user, setup_links.issue(user)))
            _record(Action.USER_LINK_ISSUED, user, actor)
    return found


def change_user(
    user: User, facts: UserFacts, role: Role | None, *, version: int, actor: Actor
) -> User:
    """New facts and the role in the actor's company; None takes the company away.

    Raises `UserTaken`, `SomebodyWasFaster`; `OwnAccount` for one's own role, period or user ID.
    """
    actor.require("user:change")
    membership = (
        Membership.objects.select_related("role")
        .filter(user=user, company_id=actor.company)
        .first()
    )
    before = membership.role if membership else None
    refuse_own(user, facts, before, role, actor)
    if not _save_facts(user, facts, version):
        raise SomebodyWasFaster
    if before != role:
        _give(role, membership, user, actor)
    _record(
        Action.USER_CHANGED,
        user,
        actor,
        before=before.name if before else "",
        after=role.name if role else "",
    )
    user.refresh_from_db()
    return user


def refuse_own(
    user: User, facts: UserFacts, before: Role | None, role: Role | None, actor: Actor
) -> None:
    """Raises `OwnAccount` for what nobody changes on the account they are signed in with."""
    if user.id != actor.user_id:
        return
    period = (user.valid_from, user.valid_to) == (facts.valid_from, facts.valid_to)
    # By it one's own applications are known, and nobody approves those.
    same_code = facts.employee_code is None or facts.employee_code == user.employee_code
    if before != role or not period or user.user_code != facts.user_code or not same_code:
        raise OwnAccount


def _save_facts(user: User, facts: UserFacts, version: int) -> bool:
    rows = User.objects.filter(id=user.id, version=version)
    try:
        with transaction.atomic():
            return bool(rows.update(version=version + 1, **facts.given()))
    except IntegrityError:
        raise UserTaken from None


def _give(role: Role | None, membership: Membership | None, user: User, actor: Actor) -> None:
    if role is None:
        Membership.objects.filter(user=user, company_id=actor.company).delete()
        return
    _may_give(role, actor)
    if membership is None:
        membership = Membership(contract_id=actor.contract_id, user=user, company_id=actor.company)
    membership.role = role
    membership.save()


def suspend_user(user: User, *, actor: Actor) -> None:
    actor.require("user:change")
    if user.id == actor.user_id:
        raise OwnAccount
    User.objects.filter(id=user.id).update(suspended_at=timezone.now())
    _record(Action.USER_SUSPENDED, user, actor)


def resume_user(user: User, *, actor: Actor) -> None:
    actor.require("user:change")
    User.objects.filter(id=user.id).update(suspended_at=None)
    _record(Action.USER_CHANGED, user, actor, after="再開")


def unlock_user(user: User, *, actor: Actor) -> None:
    actor.require("user:change")
    forget_failures(user)
    _record(Action.USER_UNLOCKED, user, actor)


def renew_link(user: User, *, actor: Actor) -> str:
    """A link with which the user sets a new password.

    The old one stops working at once, and with it every session of the user.
    """
    actor.require("user:change")
    if user.id == actor.user_id:
        raise OwnAccount
    User.objects.filter(id=user.id).update(password=make_password(None))
    _record(Action.PASSWORD_CHANGED, user, actor)
    return setup_links.issue(user)


def forget_second_factor(user: User, *, actor: Actor) -> UUID | None:
    """For a lost phone: the code is no longer asked for.  The handle to destroy, if any."""
    actor.require("user:change")
    if user.id == actor.user_id:
        raise OwnAccount
    before = user.totp_cell
    User.objects.filter(id=user.id).update(totp_cell=None, totp_last_step=0)
    _record(Action.SECOND_FACTOR_CHANGED, user, actor, after="解除")
    return before


def create_role(name: str, kind: RoleKind, permissions: frozenset[str], *, actor: Actor) -> Role:
    """Raises `RoleTaken`."""
    actor.require("role:create")
    role = Role(
        contract_id=actor.contract_id,
        name=name,
        kind=kind.value,
        permissions=sorted(with_viewing(permissions)),
    )
    try:
        with transaction.atomic():
            role.save(force_insert=True)
    except IntegrityError:
        raise RoleTaken from None
    _record_role(role, actor)
    return role


def change_role(
    role: Role, name: str, permissions: frozenset[str], *, version: int, actor: Actor
) -> None:
    """Rights of others only: nobody widens the role they work under.

    Raises `OwnAccount`, `RoleTaken`, `SomebodyWasFaster`.
    """
    actor.require("role:change")
    if is_own(role, actor):
        raise OwnAccount
    new = {"name": name, "permissions": sorted(with_viewing(permissions))}
    try:
        with transaction.atomic():
            changed = Role.objects.filter(id=role.id, version=version).update(
                version=version + 1, **new
            )
    except IntegrityError:
        raise RoleTaken from None
    if not changed:
        raise SomebodyWasFaster
    role.refresh_from_db()
    _record_role(role, actor)


def is_own(role: Role, actor: Actor) -> bool:
    """Whether the actor works under the role in any company of the contract."""
    if actor.user_id is None:
        return False
    return Membership.objects.filter(role=role, user_id=actor.user_id).exists()


def create_preset_roles(contract_id: UUID) -> dict[RoleKind, Role]:
    return {
        kind: Role.objects.create(
            contract_id=contract_id,
            name=kind.label,
            kind=kind.value,
            permissions=sorted(PRESETS[kind]),
        )
        for kind in RoleKind
    }


def _may_give(role: Role, actor: Actor) -> None:
    if role.contract_id != actor.contract_id:
        raise NotPermitted("role:view")


def _record(action: Action, user: User, actor: Actor, **details: str) -> None:
    pens.write(
        Record.by(actor, action, details={"user": str(user.id), **details}), actor.contract_id
    )


def _record_role(role: Role, actor: Actor) -> None:
    pens.write(
        Record.by(
            actor,
            Action.ROLE_CHANGED,
            count=len(role.permissions),
            details={"target": role.name, "permission": " ".join(role.permissions)},
        ),
        actor.contract_id,
    )
