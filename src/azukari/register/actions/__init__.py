"""The verbs of the register, a file for each noun."""

from azukari.register.actions.numbers import (
    NotVerified,
    Recorded,
    Verification,
    change_number,
    end_record,
    others_with,
    record_number,
)
from azukari.register.actions.people import (
    FIELDS,
    Facts,
    SomebodyWasFaster,
    change_person,
    keys_of,
    plain,
    register_employee,
    register_family_member,
)
from azukari.register.actions.viewing import compare_number, reveal_number

__all__ = [
    "FIELDS",
    "Facts",
    "NotVerified",
    "Recorded",
    "SomebodyWasFaster",
    "Verification",
    "change_number",
    "change_person",
    "compare_number",
    "end_record",
    "keys_of",
    "others_with",
    "plain",
    "record_number",
    "register_employee",
    "register_family_member",
    "reveal_number",
]
