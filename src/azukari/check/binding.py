"""What a second person's word about an output is bound to."""

from uuid import UUID

from django.db import connection

from azukari.tenancy import scope

_DIGEST = """
SELECT encode(sha256(convert_to(concat_ws(E'\\n', kind, content, format, purpose, reason, ''),
                                'UTF8') || array_send(people_ids)), 'hex')
  FROM check_output WHERE company_id = %s AND id = %s
"""


def digest_of(output: UUID) -> str:
    """SHA-256 over everything that decides what goes into the file, with whom in it.

    By PostgreSQL: the ids of a million people need not come here.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST, [scope.company_id(), output])
        digest: str = cursor.fetchone()[0]
    return digest
