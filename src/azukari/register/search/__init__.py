"""Finding people among a million of one company, by bounded work whatever is asked.

    conditions  what is asked, in SQL
    orders      the orders of the lists, and the index each walks along
    candidates  few people who may fit, found by their letters, code, department, state, …
    paging      a page: by walking along an order, or from candidates, whichever is little work

Row-level security is on the table, so PostgreSQL uses an index only for operators that cannot
leak (`=`, `<`, `^@`; not LIKE, @> or @@): docs/developer/decisions/0008-finding-people.md.
"""
