"""What concerns the installation as a whole stands in the ledger of every company."""

from django.utils import timezone

from azukari.ledger import pens
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.tenancy import contracts, scope


def write_everywhere(action: Action, **details: str | int) -> None:
    for contract_id, company_id in contracts.all_companies():
        with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
            pens.write(Record(at=timezone.now(), action=action, details=details), company_id)
