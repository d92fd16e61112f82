"""What the runtime role may do with each table, told to PostgreSQL after every migration.

The runtime role owns nothing, so that row-level security binds it; what is append-only for
everybody (ledger, tombstones) is append-only for it by grant, not by good manners.
"""

from django.db import connections, transaction
from psycopg import sql

READ_WRITE = "SELECT, INSERT, UPDATE, DELETE"
APPEND = "SELECT, INSERT"

GRANTS: dict[str, str] = {
    "tenancy_contract": "SELECT, INSERT, UPDATE",
    "tenancy_company": "SELECT, INSERT, UPDATE",
    "tenancy_office": "SELECT, INSERT, UPDATE",
    "tenancy_company_change": APPEND,
    "tenancy_designated_number": READ_WRITE,
    "tenancy_role": "SELECT, INSERT, UPDATE",
    "tenancy_user": "SELECT, INSERT, UPDATE",
    "tenancy_membership": READ_WRITE,
    "tenancy_client_certificate": "SELECT, INSERT, UPDATE",
    "tenancy_setup_link": READ_WRITE,
    "tenancy_user_sheet": "SELECT, INSERT, UPDATE",
    "tenancy_api_token": "SELECT, INSERT, UPDATE",
    "tenancy_sign_in_throttle": READ_WRITE,
    "tenancy_session": READ_WRITE,
    "progress": "SELECT, INSERT, UPDATE",
    "ledger_outbox": "SELECT, INSERT, DELETE",
    "ledger_leaf": APPEND,
    "ledger_mention": APPEND,
    "ledger_subtree": APPEND,
    "ledger_checkpoint": APPEND,
    "ledger_tree": "SELECT, INSERT, UPDATE",
    "vault_cell": "SELECT, INSERT, UPDATE, DELETE",
    "vault_piece": "SELECT, INSERT, DELETE",
    "vault_tombstone": "SELECT, INSERT, UPDATE",
    "vault_generation": APPEND,
    # Deleted only with a whole sheet that is taken back (register.sheets.undoing).
    "register_person": READ_WRITE,
    "register_number_record": READ_WRITE,
    "register_number_use": "SELECT, INSERT, UPDATE",
    "register_hold": "SELECT, INSERT, UPDATE",
    "register_retention_choice": READ_WRITE,
    "register_viewing_request": "SELECT, INSERT, UPDATE",
    "register_number_ledger": "SELECT, INSERT, UPDATE",
    "register_purpose_switch": READ_WRITE,
    "register_purpose_notice": APPEND,
    "register_purpose_notified": APPEND,
    "register_saved_search": READ_WRITE,
    "register_person_change": APPEND,
    "register_person_letters": APPEND,
    "register_yearly_figures": READ_WRITE,
    "register_sheet": "SELECT, INSERT, UPDATE",
    "register_sheet_problem": READ_WRITE,
    "register_sheet_step": READ_WRITE,
    "register_sheet_mapping": READ_WRITE,
    "register_account": "SELECT, INSERT, UPDATE",
    "register_account_link": READ_WRITE,
    "register_passkey": READ_WRITE,
    "dispose_batch": "SELECT, INSERT, UPDATE",
    "dispose_item": "SELECT, INSERT, UPDATE",
    "dispose_disposal": "SELECT, INSERT, UPDATE",
    "dispose_certificate": APPEND,
    "collect_setting": READ_WRITE,
    "collect_request_batch": "SELECT, INSERT, UPDATE",
    "collect_request": "SELECT, INSERT, UPDATE",
    "collect_requested_person": "SELECT, INSERT",
    "collect_request_link": "SELECT, INSERT, UPDATE",
    "collect_application": "SELECT, INSERT, UPDATE",
    "collect_application_item": "SELECT, INSERT, UPDATE",
    "collect_document": "SELECT, INSERT, UPDATE",
    "collect_document_opening": APPEND,
    "collect_mail": "SELECT, INSERT, UPDATE",
    "collect_mail_template": READ_WRITE,
    "check_output": "SELECT, INSERT, UPDATE",
    "check_bulk_order": "SELECT, INSERT, UPDATE",
    "check_difference_run": READ_WRITE,
    "check_difference": READ_WRITE,
    "check_set_aside": READ_WRITE,
    "check_link_setting": "SELECT, INSERT, UPDATE",
    "check_push": "SELECT, INSERT, UPDATE",
    "check_pushed_record": "SELECT, INSERT, UPDATE",
    "check_relationship_word": READ_WRITE,
    "check_payroll_person": READ_WRITE,
    "use_filing": "SELECT, INSERT, UPDATE",
    "use_filing_person": READ_WRITE,
    "use_figures_file": READ_WRITE,
    "oversee_holding_facts": "SELECT, INSERT, UPDATE",
    "oversee_anomaly_note": APPEND,
    "oversee_sign_off": APPEND,
    "oversee_incident": "SELECT, INSERT, UPDATE",
    "oversee_incident_person": "SELECT, INSERT, UPDATE",
    "oversee_incident_step": APPEND,
    "django_migrations": "SELECT",
}

# Tables without row-level security, and why.
UNGUARDED: dict[str, str] = {
    "tenancy_session": "found by the hash of a random key before a tenant is known",
    "django_migrations": "names of migrations",
    "vault_generation": "numbers and days of key generations, of no tenant",
    "procrastinate_jobs": "arguments are ids only; workers serve every tenant",
    "procrastinate_events": "states of jobs",
    "procrastinate_periodic_defers": "times of periodic jobs",
    "procrastinate_workers": "heartbeats of workers",
}


class TableWithoutGrant(RuntimeError):
    """A table is in the database and not in the list above."""


def apply_grants(runtime_role: str, *, using: str = "default") -> None:
    """Run as the owner.  Raises when a table has no line in `GRANTS`.

    One transaction: a service that is running beside never finds a table taken from it.
    """
    role = sql.Identifier(runtime_role)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {row[0] for row in cursor.fetchall()}
        queue = {table for table in tables if table.startswith("procrastinate_")}
        missing = tables - queue - GRANTS.keys()
        if missing:
            raise TableWithoutGrant(", ".join(sorted(missing)))
        for table in sorted(tables):
            grant = READ_WRITE if table in queue else GRANTS[table]
            name = sql.Identifier(table)
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(name, role))
            cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(grant), name, role))
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        cursor.execute(
            sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(role)
        )
