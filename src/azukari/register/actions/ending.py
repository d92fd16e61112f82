"""What the register knows of a number's end; called by the room `dispose` only."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from azukari.ledger.binary import psycopg_cursor
from azukari.register.models import NumberState, RecordState
from azukari.tenancy import scope

# Ids as arrays, not joins: the plan is the same whether the tables are large, empty or not yet
# counted by PostgreSQL.
_END_RECORDS = """
UPDATE register_number_record SET state = %s, ended_at = now()
 WHERE company_id = %s AND id = ANY(%b)
"""
_END_PEOPLE = """
UPDATE register_person
   SET number_state = %s, number_due_on = NULL, version = version + 1, updated_at = now()
 WHERE company_id = %s AND id = ANY(%b)
"""


def end_records(records: Sequence[UUID], people: Sequence[UUID]) -> None:
    """The numbers of these records were ordered to be destroyed.  The caller holds their locks.

    `people`: those whose number in use is among them; one that was replaced by another number
    says nothing about its person.
    """
    company = scope.company_id()
    with psycopg_cursor(connection.alias) as cursor:
        cursor.execute(_END_RECORDS, [RecordState.DISPOSED.value, company, list(records)])
        cursor.execute(_END_PEOPLE, [NumberState.DISPOSED.value, company, list(people)])
