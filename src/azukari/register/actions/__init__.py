"""The verbs of the register, a file for each noun."""

from azukari.register.actions.numbers import (
    Recorded,
    Verification,
    end_record,
    others_with,
    record_number,
    reveal_number,
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

__all__ = [
    "FIELDS",
    "Facts",
    "Recorded",
    "SomebodyWasFaster",
    "Verification",
    "change_person",
    "end_record",
    "keys_of",
    "others_with",
    "plain",
    "record_number",
    "register_employee",
    "register_family_member",
    "reveal_number",
]
