"""Ten million invented people, written by the database itself; only names come from here.

What `azukari.synthetic` draws one by one is drawn here by hashes of the person's place: the same
surnames by frequency, given names, departments, families and people who left.  The hundred most
frequent surnames are those of a third of the country, and the pool has no others: two thirds are
put together from two of them, likewise half of the given names.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, product
from random import Random

import psycopg

from azukari.law.name import search_key
from azukari.synthetic.pools import DEPARTMENTS, MEN, SURNAMES, WOMEN

# Rows per statement, as when a file of people is applied (register.sheets.limits).
CHUNK = 2_000
SLOTS = 6_000
_RARE_SURNAMES = SLOTS * 2 // 3
_RARE_GIVEN_NAMES = SLOTS // 2

_POOLS = """
CREATE TEMP TABLE family_name (slot int PRIMARY KEY, name text, kana text, key text, kana_key text);
CREATE TEMP TABLE given_name (slot int PRIMARY KEY, name text, kana text, key text, kana_key text);
CREATE TEMP TABLE department (slot int PRIMARY KEY, code text, name text);
CREATE FUNCTION pg_temp.draw(place bigint, what bigint, among int) RETURNS int
    LANGUAGE sql IMMUTABLE AS $$
        SELECT ((hashint8extended(place, what) & 9007199254740991) % among)::int
    $$;
"""

_COLUMNS = """
INSERT INTO register_person (
    id, company_id, kind, employee_code, family_code, relationship, host_id, name, kana,
    search_key, birth_date, sex, postcode, address, address_kana, telephone, mail, hired_on,
    left_on, department_code, department, pension_number, insured_number, lives_together,
    tax_dependent, health_dependent, category3, number_state, number_due_on, version,
    created_at, updated_at, host_department, host_left)
"""

_EMPLOYEES = f"""{_COLUMNS}
SELECT uuidv7(), %(company)s::uuid, 'employee', 'E' || lpad(i::text, 7, '0'), 0, '', NULL,
    f.name || '　' || g.name, f.kana || '　' || g.kana,
    f.key || g.key || ' ' || f.kana_key || g.kana_key,
    date '1960-01-01' + pg_temp.draw(i, 1, 16000), '2',
    '1000005', '東京都千代田区丸の内１－' || 1 + pg_temp.draw(i, 2, 99),
    'トウキョウトチヨダクマルノウチ', '070-0000-' || lpad((i %% 10000)::text, 4, '0'),
    'e' || i || '@example.com', l.hired_on, l.left_on, d.code, d.name,
    lpad(i::text, 10, '0'), '', NULL, false, false, false,
    CASE WHEN pg_temp.draw(i, 4, 1000) < 15 THEN 'none'
         WHEN l.left_on < date '2018-01-01' THEN 'disposed' ELSE 'active' END,
    CASE WHEN l.left_on >= date '2018-01-01'
         THEN make_date(extract(year FROM l.left_on)::int + 8, 1, 11) END,
    1, now(), now(), NULL, NULL
FROM generate_series(%(first)s::int, %(last)s::int) i
JOIN family_name f ON f.slot = pg_temp.draw(i, 10, {SLOTS})
JOIN given_name g ON g.slot = pg_temp.draw(i, 11, {SLOTS})
JOIN department d ON d.slot = pg_temp.draw(i, 12, pg_temp.draw(i, 13, %(departments)s::int) + 1)
CROSS JOIN LATERAL (
    SELECT hired_on,
        CASE WHEN pg_temp.draw(i, 5, 100) < 7
             THEN hired_on + 30 + pg_temp.draw(i, 6, date '2026-03-31' - hired_on - 30)
        END AS left_on
    FROM (SELECT date '1990-04-01' + pg_temp.draw(i, 7, 13000) AS hired_on) h
) l
"""

_FAMILIES = f"""{_COLUMNS}
SELECT uuidv7(), h.company_id, 'family', h.employee_code, k,
    CASE k WHEN 1 THEN 'wife' ELSE 'child' END, h.id,
    f.name || '　' || g.name, f.kana || '　' || g.kana,
    f.key || g.key || ' ' || f.kana_key || g.kana_key,
    date '1960-01-01' + pg_temp.draw(i * 8 + k, 1, 22000), '2', h.postcode, h.address, '', '', '',
    NULL, NULL, '', '', '', '', true, true, true, false,
    CASE pg_temp.draw(i * 8 + k, 4, 1000) / 10 WHEN 0 THEN 'not_needed' WHEN 1 THEN 'none'
         WHEN 2 THEN 'none' ELSE h.number_state END,
    h.number_due_on, 1, now(), now(), h.department, h.left_on IS NOT NULL
FROM generate_series(%(first)s::int, %(last)s::int) i
JOIN register_person h ON h.company_id = %(company)s::uuid AND h.kind = 'employee'
    AND h.employee_code = 'E' || lpad(i::text, 7, '0') AND h.family_code = 0
CROSS JOIN LATERAL generate_series(
    1, width_bucket(pg_temp.draw(i, 8, 1000), ARRAY[340, 560, 760, 900, 970, 990, 997])) k
JOIN family_name f ON f.slot = pg_temp.draw(i, 10, {SLOTS})
JOIN given_name g ON g.slot = pg_temp.draw(i * 8 + k, 11, {SLOTS})
"""


@dataclass(frozen=True)
class Filled:
    """People written, seconds of the letters' trigger apart from the rest are not known."""

    employees: int
    people: int


def fill(companies: list[str], employees: int) -> Filled:
    """`employees` and their families into each company; one and a half members per employee."""
    with psycopg.connect(os.environ["AZUKARI_OWNER_DATABASE_URL"], autocommit=True) as owner:
        _lay_pools(owner)
        definitions = _without_indexes(owner)
        for company in companies:
            for first in range(1, employees + 1, CHUNK):
                last = min(first + CHUNK - 1, employees)
                told = {"company": company, "first": first, "last": last, "departments": 320}
                owner.execute(_EMPLOYEES, told)
                owner.execute(_FAMILIES, told)
        for definition in definitions:
            owner.execute(definition)
        owner.execute("VACUUM ANALYZE register_person, register_person_letters")
        found = owner.execute(
            "SELECT count(*) FILTER (WHERE kind = 'employee'), count(*) FROM register_person"
        ).fetchone()
    assert found is not None
    return Filled(*found)


def _lay_pools(owner: psycopg.Connection) -> None:
    owner.execute(_POOLS)
    with owner.cursor() as cursor:
        for table, names in (
            ("family_name", _family_names()),
            ("given_name", _given_names()),
        ):
            rows = [
                (slot, name, kana, search_key(name), search_key(kana))
                for slot, (name, kana) in enumerate(names)
            ]
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s)", rows)
        rooms = product(DEPARTMENTS, range(1, 21))
        cursor.executemany(
            "INSERT INTO department VALUES (%s, %s, %s)",
            [
                (slot, f"{code}-{number:02d}", f"{name}　第{number}課")
                for slot, ((code, name), number) in enumerate(rooms)
            ],
        )
    owner.execute("ANALYZE family_name; ANALYZE given_name; ANALYZE department")


def _family_names() -> Iterator[tuple[str, str]]:
    """By the frequency of their rank, as the generator draws them; then those put together."""
    weights = list(accumulate(1 / (rank + 9) for rank in range(len(SURNAMES))))
    random = Random("surnames")
    yield from random.choices(SURNAMES, cum_weights=weights, k=SLOTS - _RARE_SURNAMES)
    for _ in range(_RARE_SURNAMES):
        (one, one_kana), (other, other_kana) = random.sample(SURNAMES, 2)
        yield one[:1] + other[-1:], one_kana[:2] + other_kana[-2:]


def _given_names() -> Iterator[tuple[str, str]]:
    random = Random("given names")
    yield from random.choices([*MEN, *WOMEN], k=SLOTS - _RARE_GIVEN_NAMES)
    for _ in range(_RARE_GIVEN_NAMES):
        (one, one_kana), (other, other_kana) = random.sample([*MEN, *WOMEN], 2)
        yield one[:1] + other[-1:], one_kana[:2] + other_kana[-2:]


def _without_indexes(owner: psycopg.Connection) -> list[str]:
    """Takes away the indexes that no constraint needs; how to make them again."""
    found = owner.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = 'register_person'"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)"
    ).fetchall()
    for name, _ in found:
        owner.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]
