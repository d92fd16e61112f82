"""The verbs of whoever checks applications: open, compare, approve, return, reject.

Every verb locks the application and asks `rules`; what somebody else decided meanwhile is
`SOMEBODY_WAS_FASTER`, never a second effect.  Nobody reads a number here: for 番号確認 the reviewer
types it off the document and the vault says whether it is the same, and on approval the vault
re-binds the deposit (`register.actions.record_number` with a `Waiting` handle).
"""

from azukari.collect.reviewing.deciding import approve, give_back, reject
from azukari.collect.reviewing.in_bulk import (
    Bulk,
    approve_many,
    approved_by,
    needs_an_eye,
    register_approved,
)
from azukari.collect.reviewing.looking import (
    MOST_WRONG,
    begin_check,
    compare,
    is_own,
    login_counts,
    not_compared,
    open_document,
    others_with_number,
    unopened,
)
from azukari.collect.reviewing.registering import Checks

__all__ = [
    "MOST_WRONG",
    "Bulk",
    "Checks",
    "approve",
    "approve_many",
    "approved_by",
    "begin_check",
    "compare",
    "give_back",
    "is_own",
    "login_counts",
    "needs_an_eye",
    "not_compared",
    "open_document",
    "others_with_number",
    "register_approved",
    "reject",
    "unopened",
]
