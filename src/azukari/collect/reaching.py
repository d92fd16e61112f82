"""How somebody comes to their portal: with an account, or by a single-use link."""

from azukari.register.accounts.actions import account_of
from azukari.register.accounts.actions import state as state_of
from azukari.register.accounts.rules import AccountState
from azukari.register.models import Person

_ENTERS = frozenset({AccountState.ACTIVE, AccountState.LOCKED})


def has_account(person: Person) -> bool:
    """Whether they can sign in by themselves; payees never can."""
    account = account_of(person)
    return account is not None and state_of(account) in _ENTERS
