"""What rooms say of destroyed deposits, brought in line after an old copy was put back.

The vault replays its tombstones by itself, but rows of the rooms tell what they told when the
copy was made: numbers end by `dispose.after_restore`, files by the owners that also close them
when their time is over.
"""

from azukari.dispose import after_restore
from azukari.dispose.after_restore import Mended
from azukari.jobs import upkeep
from azukari.tenancy import certificates, contracts, scope
from azukari.tenancy.access import command_actor
from azukari.tenancy.rights import ALL_PERMISSIONS
from azukari.vault import archiving


def mend() -> Mended:
    """Every company.  May be repeated, also while the service runs."""
    numbers = lost = 0
    for contract in contracts.list_contracts():
        for cells in archiving.buried(contract.id):
            with scope.enter(scope.Scope(contract_id=contract.id)):
                certificates.files_gone(cells)
    for contract_id, company_id in contracts.all_companies():
        actor = command_actor(contract_id, company_id, ALL_PERMISSIONS)
        found = after_restore.mend_numbers(actor=actor)
        numbers, lost = numbers + found.numbers, lost + found.lost
        for cells in archiving.buried(company_id):
            with scope.enter(scope.Scope(contract_id=contract_id, company_id=company_id)):
                upkeep.close_rows_of(cells)
    return Mended(numbers, lost)
