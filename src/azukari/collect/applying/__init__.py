"""The verbs of the applicant's side: begin, fill in, hand in, take back.

Every verb takes `actor=` as `applicant.applicant_actor` makes it, and refuses (`CollectRefused`
with a `CollectProblem`) what is not the actor's own.  Numbers and papers are deposited at once, so
that nothing of them lies in a session, a form or a draft; each verb is one transaction inside the
scope of the company.  An operator who types for somebody (`proxy.py`) uses the same verbs.
"""

from azukari.collect.applying.beginning import open_request, start, start_own
from azukari.collect.applying.filling_in import (
    DRAFT_DAYS,
    add_document,
    attest,
    leave_out,
    put_number,
    remove_document,
    see_purposes,
    set_declaration_name,
    sign_power_of_attorney,
)
from azukari.collect.applying.handing_in import (
    REVIEW_DAYS,
    decline,
    submit,
    what_is_missing,
    withdraw,
)

__all__ = [
    "DRAFT_DAYS",
    "REVIEW_DAYS",
    "add_document",
    "attest",
    "decline",
    "leave_out",
    "open_request",
    "put_number",
    "remove_document",
    "see_purposes",
    "set_declaration_name",
    "sign_power_of_attorney",
    "start",
    "start_own",
    "submit",
    "what_is_missing",
    "withdraw",
]
