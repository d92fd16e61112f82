"""All tables of the rooms, gathered for Django (the vault is an app of its own)."""

from azukari.dispose.models import Disposal
from azukari.ledger.models import Checkpoint, Leaf, Mention, Outbox, Subtree, Tree
from azukari.progress.models import Progress
from azukari.register.models import NumberRecord, Person, PersonChange, Sheet, SheetProblem
from azukari.tenancy.models import (
    ClientCertificate,
    Company,
    Contract,
    Membership,
    Office,
    Role,
    Session,
    SetupLink,
    SignInThrottle,
    User,
)
from azukari.use.models import Filing, FilingPerson

__all__ = [
    "Checkpoint",
    "ClientCertificate",
    "Company",
    "Contract",
    "Disposal",
    "Filing",
    "FilingPerson",
    "Leaf",
    "Membership",
    "Mention",
    "NumberRecord",
    "Office",
    "Outbox",
    "Person",
    "PersonChange",
    "Progress",
    "Role",
    "Session",
    "SetupLink",
    "Sheet",
    "SheetProblem",
    "SignInThrottle",
    "Subtree",
    "Tree",
    "User",
]
