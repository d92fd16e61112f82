"""Passphrases that we make for files that leave us: shown once, then known to their reader only."""

import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"  # none looks like another
_GROUPS, _PER_GROUP = 5, 5


def new_passphrase() -> str:
    """Some 140 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_PER_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
