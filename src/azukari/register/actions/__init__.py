"""The verbs of the register, a file for each noun."""

from azukari.register.actions.changes import Facts, SomebodyWasFaster, keys_of, plain
from azukari.register.actions.ending import end_records
from azukari.register.actions.figures import keep_figures
from azukari.register.actions.leaving import bring_back, leave
from azukari.register.actions.numbers import (
    NotVerified,
    Recorded,
    Verification,
    change_number,
    others_with,
    record_number,
)
from azukari.register.actions.people import (
    FIELDS,
    change_person,
    register_employee,
    register_family_member,
    register_payee,
)
from azukari.register.actions.searches import TooMany, forget_search, save_search
from azukari.register.actions.serving import change_purposes
from azukari.register.actions.viewing import compare_number, reveal_number

__all__ = [
    "FIELDS",
    "Facts",
    "NotVerified",
    "Recorded",
    "SomebodyWasFaster",
    "TooMany",
    "Verification",
    "bring_back",
    "change_number",
    "change_person",
    "change_purposes",
    "compare_number",
    "end_records",
    "forget_search",
    "keep_figures",
    "keys_of",
    "leave",
    "others_with",
    "plain",
    "record_number",
    "register_employee",
    "register_family_member",
    "register_payee",
    "reveal_number",
    "save_search",
]
