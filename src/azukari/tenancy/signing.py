"""The one key under which the installation signs the heads of its ledgers."""

from functools import cache

from django.conf import settings

from azukari.pki.signing import SigningKey


@cache
def ledger_signer() -> SigningKey:
    """Made at the first use; its public half stands in every export and proof."""
    return SigningKey.open_or_create(settings.DATA_FOLDER / "keys" / "ledger.key")
