"""Which records of the ledger say that a number, or a paper that shows it, was read."""

from typing import Final

from azukari.ledger.actions import Action

READINGS: Final = (
    Action.NUMBER_REVEALED,
    Action.NUMBER_COMPARED,
    Action.NUMBER_OPENED,
    Action.NUMBER_TRANSFERRED,
    Action.EVIDENCE_VIEWED,
)
"""Where a number, or a paper that shows it, left the vault: a record for each person."""

FETCHED: Final = (Action.FILE_DOWNLOADED, Action.EXPORT_PASSPHRASE_SHOWN)
"""Where a whole file did."""
