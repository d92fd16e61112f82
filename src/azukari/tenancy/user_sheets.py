"""ユーザの一括登録・変更: the good rows of a file of users, kept until they are registered.

Nothing of it is secret, and no number of anybody may stand in it (`web.forms.user_sheet`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import users
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Role, User, UserSheet, UserSheetState
from azukari.tenancy.paging import Orders, Page, Place, page_in_order
from azukari.tenancy.users import OwnAccount, SomebodyWasFaster, UserFacts, UserTaken

MOST_ROWS: Final = 1_000
KEPT_FOR: Final = timedelta(days=7)
"""How long the rows of a file wait to be registered."""

_ORDERS: Final[Orders] = {"sent": ("sent_at", "id")}
_DATES: Final = ("valid_from", "valid_to")


class AlreadyDone(Exception):
    """The file was registered or given up before."""


@dataclass(frozen=True)
class Line:
    """A good row.  `user` is None for somebody new; `version` is the one that was compared with.

    `role`: by id; None takes the company away.  `changes`: label, before and after, in words.
    """

    row: int
    facts: UserFacts
    role: UUID | None
    user: UUID | None = None
    version: int = 0
    changes: tuple[tuple[str, str, str], ...] = ()

    def stored(self) -> dict[str, Any]:
        facts = {k: str(v) if isinstance(v, date) else v for k, v in asdict(self.facts).items()}
        ids = {name: str(getattr(self, name) or "") for name in ("role", "user")}
        return {**asdict(self), "facts": facts, **ids}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Line":
        days = {
            name: date.fromisoformat(stored["facts"][name])
            for name in _DATES
            if stored["facts"][name]
        }
        return cls(
            stored["row"],
            UserFacts(**{**stored["facts"], **days}),
            UUID(stored["role"]) if stored["role"] else None,
            UUID(stored["user"]) if stored["user"] else None,
            stored["version"],
            tuple((one[0], one[1], one[2]) for one in stored["changes"]),
        )


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, in words that say what to do.  `column` empty: the whole row."""

    row: int
    column: str
    said: str
    value: str = ""


@dataclass(frozen=True)
class Checked:
    """What a file holds: rows to register, rows that change nothing, and what is wrong."""

    file_name: str
    lines: Sequence[Line]
    problems: Sequence[Problem]
    unchanged: int
    not_taken: Sequence[str]


def keep(checked: Checked, *, actor: Actor) -> UserSheet:
    """The file waits; nothing of it is registered yet."""
    actor.require("user:create")
    added = sum(line.user is None for line in checked.lines)
    return UserSheet.objects.create(
        company_id=actor.company,
        file_name=checked.file_name[:200],
        lines=[line.stored() for line in checked.lines],
        problems=[asdict(one) for one in checked.problems],
        not_taken=list(checked.not_taken),
        added=added,
        changed=len(checked.lines) - added,
        unchanged=checked.unchanged,
        sent_by_name=actor.name,
    )


def apply(sheet: UserSheet, *, actor: Actor) -> UserSheet:
    """Registers and changes the users of the good rows, once; what has become impossible since
    the file was checked is told as a problem of its row.  Raises `AlreadyDone`.
    """
    actor.require("user:create")
    row = _locked(sheet)
    roles = {role.id: role for role in Role.objects.all()}
    added: list[UUID] = []
    changed, late = 0, []
    for line in map(Line.of, row.lines):
        role = roles.get(line.role) if line.role else None
        try:
            with transaction.atomic():
                user = _settle(line, role, actor)
        except (UserTaken, SomebodyWasFaster, OwnAccount, User.DoesNotExist):
            late.append(Problem(line.row, "", _TOO_LATE, line.facts.user_code))
        else:
            added += [user.id] if line.user is None else []
            changed += line.user is not None
    row.state, row.lines = UserSheetState.APPLIED, []
    row.problems = [*row.problems, *map(asdict, late)]
    row.added, row.changed, row.made = len(added), changed, added
    row.applied_by_name, row.applied_at = actor.name, timezone.now()
    row.save()
    pens.write(
        Record.by(
            actor,
            Action.USERS_SHEET_APPLIED,
            count=row.added + row.changed,
            details={"file": row.file_name, "company": str(actor.company)},
        ),
        actor.contract_id,
    )
    return row


_TOO_LATE: Final = (
    "確かめたあとに、ほかの人がこのユーザを登録・変更しました。"
    "いまの内容を確かめ、必要ならこの行だけを送り直してください。"
)


def _settle(line: Line, role: Role | None, actor: Actor) -> User:
    if line.user is not None:
        user = User.objects.get(id=line.user)
        return users.change_user(user, line.facts, role, version=line.version, actor=actor)
    assert role is not None
    return users.add_user(line.facts, role, actor.company, actor=actor)


def discard(sheet: UserSheet, *, actor: Actor) -> None:
    """Raises `AlreadyDone`."""
    actor.require("user:create")
    row = _locked(sheet)
    row.state, row.lines = UserSheetState.DISCARDED, []
    row.save(update_fields=["state", "lines"])


def _locked(sheet: UserSheet) -> UserSheet:
    row = UserSheet.objects.select_for_update().get(id=sheet.id)
    if row.state != UserSheetState.CHECKED:
        raise AlreadyDone
    return row


def give_up_old() -> int:
    """Files of the company in scope that nobody registered in time; how many."""
    old = UserSheet.objects.filter(
        state=UserSheetState.CHECKED, sent_at__lt=timezone.now() - KEPT_FOR
    )
    return old.update(state=UserSheetState.DISCARDED, lines=[])


def page_of_sheets(place: Place) -> Page[UserSheet]:
    """The latest first."""
    return page_in_order(UserSheet.objects.all(), _ORDERS, place, first="-sent")


def made_by(sheet: UserSheet) -> Iterable[User]:
    """Users that came with the file, by their user ID."""
    return User.objects.filter(id__in=sheet.made).order_by("user_code")


def without_password(sheet: UserSheet) -> int:
    """How many of them have not set a password yet."""
    return sum(not user.has_usable_password() for user in made_by(sheet))
