"""Tables of the register, a file for each noun."""

from azukari.register.models.account import AccountLink, EmployeeAccount, Passkey
from azukari.register.models.figures import YearlyFigures
from azukari.register.models.letters import PersonLetters
from azukari.register.models.number import (
    Hold,
    NumberLedgerEntry,
    NumberRecord,
    NumberUse,
    RecordState,
    RetentionChoice,
    ViewingRequest,
)
from azukari.register.models.person import (
    EmploymentClass,
    NumberState,
    PayeeKind,
    Person,
    PersonChange,
    PersonKind,
    SavedSearch,
)
from azukari.register.models.purpose import (
    NoticeChannel,
    PurposeNotice,
    PurposeNotified,
    PurposeSwitch,
)
from azukari.register.models.sheet import (
    Sheet,
    SheetMapping,
    SheetProblem,
    SheetState,
    SheetStep,
)

__all__ = [
    "AccountLink",
    "EmployeeAccount",
    "EmploymentClass",
    "Hold",
    "NoticeChannel",
    "NumberLedgerEntry",
    "NumberRecord",
    "NumberState",
    "NumberUse",
    "Passkey",
    "PayeeKind",
    "Person",
    "PersonChange",
    "PersonKind",
    "PersonLetters",
    "PurposeNotice",
    "PurposeNotified",
    "PurposeSwitch",
    "RecordState",
    "RetentionChoice",
    "SavedSearch",
    "Sheet",
    "SheetMapping",
    "SheetProblem",
    "SheetState",
    "SheetStep",
    "ViewingRequest",
    "YearlyFigures",
]
