"""Who is meant by a row that names people instead of giving their codes.

Files of other products know no 家族連番, and some know the employee by name only.  A name decides
when it is the only one; two people of one name are never guessed at.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from azukari.law.name import search_key
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Code
from azukari.register.sheets.headings import EMPLOYEE_NAME, SheetKind


def fill_codes(chunk: Chunk, company: UUID) -> None:
    """Gives every row of the chunk a 社員番号 and 家族連番; refuses rows that could mean two."""
    if "employee_code" not in chunk.facts:
        _fill_employee_codes(chunk, company)
    if chunk.kind is SheetKind.FAMILIES and "family_code" not in chunk.facts:
        _fill_family_codes(chunk, company)


def _fill_employee_codes(chunk: Chunk, company: UUID) -> None:
    names = [search_key(name) for name in chunk.facts[EMPLOYEE_NAME]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(search_key, ' ', 1), employee_code FROM register_person"
            " WHERE company_id = %s AND kind = 'employee'"
            " AND split_part(search_key, ' ', 1) = ANY(%s)",
            [company, list(set(names))],
        )
        found: dict[str, list[str]] = defaultdict(list)
        for name, code in cursor.fetchall():
            found[name].append(code)
    codes = []
    for place, name in enumerate(names):
        candidates = found.get(name, [])
        if len(candidates) != 1:
            code = Code.NAME_AMBIGUOUS if candidates else Code.EMPLOYEE_UNKNOWN
            chunk.note(place, EMPLOYEE_NAME, code)
        codes.append(candidates[0] if len(candidates) == 1 else "")
    chunk.facts["employee_code"] = codes
    _refuse_twice(chunk, codes if chunk.kind is SheetKind.EMPLOYEES else [""] * len(codes))


def _refuse_twice(chunk: Chunk, codes: Sequence[str]) -> None:
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            chunk.note(place, EMPLOYEE_NAME, Code.EMPLOYEE_TWICE, code)
        if code:
            seen.add(code)


def _fill_family_codes(chunk: Chunk, company: UUID) -> None:
    hosts = chunk.facts["employee_code"]
    known, last = _families(company, hosts)
    births = chunk.facts.get("birth_date") or [None] * len(hosts)
    codes: list[int] = []
    given: set[tuple[str, int]] = set()
    for place, (host, name, born) in enumerate(
        zip(hosts, chunk.facts["name"], births, strict=True)
    ):
        same = [
            (code, birthday)
            for code, key, birthday in known.get(host, [])
            if key == search_key(name) and (born is None or birthday is None or born == birthday)
        ]
        if len(same) > 1:
            chunk.note(place, "name", Code.NAME_AMBIGUOUS)
        if same:
            code = same[0][0]
        else:
            last[host] = code = last.get(host, 0) + 1
        if (host, code) in given:
            chunk.note(place, "name", Code.FAMILY_TWICE)
        given.add((host, code))
        codes.append(code)
    chunk.facts["family_code"] = codes


def _families(
    company: UUID, hosts: Sequence[str]
) -> tuple[dict[str, list[tuple[int, str, object]]], dict[str, int]]:
    """Of each employee: the family as (連番, folded name, birthday), and the last 連番."""
    known: dict[str, list[tuple[int, str, object]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT employee_code, family_code, split_part(search_key, ' ', 1), birth_date"
            " FROM register_person WHERE company_id = %s AND kind = 'family'"
            " AND employee_code = ANY(%s)",
            [company, list(set(hosts))],
        )
        for host, code, key, born in cursor.fetchall():
            known[host].append((code, key, born))
    return known, {host: max(code for code, *_ in rows) for host, rows in known.items()}
