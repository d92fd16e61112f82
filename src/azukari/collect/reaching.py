"""How somebody comes to their portal: with an account, or by a single-use link."""

from azukari.register.models import Person


def has_account(person: Person) -> bool:
    """Payees never have one."""
    del person
    return False
