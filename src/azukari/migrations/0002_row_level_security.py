"""Every tenant table under row-level security, and foreign keys that cannot leave the tenant."""

from django.db import migrations

from azukari.tenancy.rls import (
    BY_COMPANY,
    BY_CONTRACT,
    BY_REALM,
    SEQUENCER,
    SERVICE,
    THIS_CERTIFICATE,
    THIS_CONTRACT,
    Guarded,
    protect,
    same_tenant,
)

TENANT_TABLES = [
    # A contract is readable beside its certificate, before anything else is known.
    Guarded("tenancy_contract", THIS_CONTRACT, reading=f"{SERVICE} OR EXISTS (SELECT FROM"
            " tenancy_client_certificate c WHERE c.contract_id = tenancy_contract.id"
            f" AND c.{THIS_CERTIFICATE})"),
    Guarded("tenancy_company", BY_CONTRACT, reading=SERVICE),
    Guarded("tenancy_office", BY_COMPANY),
    Guarded("tenancy_role", BY_CONTRACT),
    Guarded("tenancy_user", BY_CONTRACT),
    Guarded("tenancy_membership", BY_CONTRACT),
    Guarded("tenancy_client_certificate", BY_CONTRACT, reading=THIS_CERTIFICATE),
    Guarded("tenancy_setup_link", BY_CONTRACT),
    Guarded("tenancy_sign_in_throttle", BY_CONTRACT),
    Guarded("progress", BY_COMPANY),
    Guarded("register_person", BY_COMPANY),
    Guarded("register_number_record", BY_COMPANY),
    Guarded("register_person_change", BY_COMPANY),
    Guarded("register_sheet", BY_COMPANY),
    Guarded("register_sheet_problem", BY_COMPANY),
    Guarded("dispose_disposal", BY_COMPANY),
    Guarded("use_filing", BY_COMPANY),
    Guarded("use_filing_person", BY_COMPANY),
    Guarded("ledger_outbox", f"{BY_REALM} OR {SEQUENCER}"),
    Guarded("ledger_leaf", f"{BY_REALM} OR {SEQUENCER}"),
    Guarded("ledger_mention", f"{BY_REALM} OR {SEQUENCER}"),
    Guarded("ledger_subtree", f"{BY_REALM} OR {SEQUENCER}"),
    Guarded("ledger_tree", f"{BY_REALM} OR {SEQUENCER}"),
    Guarded("ledger_checkpoint", f"{BY_REALM} OR {SEQUENCER}"),
]


class Migration(migrations.Migration):
    dependencies = [("azukari", "0001_tables")]

    operations = [
        protect(TENANT_TABLES),
        same_tenant("tenancy_membership", "user_id", "tenancy_user", "contract_id"),
        same_tenant("tenancy_membership", "company_id", "tenancy_company", "contract_id"),
        same_tenant("tenancy_membership", "role_id", "tenancy_role", "contract_id"),
        same_tenant("tenancy_setup_link", "user_id", "tenancy_user", "contract_id"),
        same_tenant("register_person", "host_id", "register_person"),
        same_tenant("register_person", "office_id", "tenancy_office"),
        same_tenant("register_number_record", "person_id", "register_person"),
        same_tenant("register_person_change", "person_id", "register_person"),
        same_tenant("register_sheet_problem", "sheet_id", "register_sheet"),
        same_tenant("dispose_disposal", "person_id", "register_person"),
        same_tenant("dispose_disposal", "record_id", "register_number_record"),
        same_tenant("use_filing", "office_id", "tenancy_office"),
        same_tenant("use_filing_person", "filing_id", "use_filing"),
        same_tenant("use_filing_person", "person_id", "register_person"),
    ]
