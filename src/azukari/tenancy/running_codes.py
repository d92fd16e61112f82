"""Codes that people quote: a beginning and a running number, counted by company."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length

from azukari.tenancy import scope
from azukari.tenancy.models import Company


def next_code(rows: QuerySet[Any], start: str, *, digits: int) -> str:
    """`2026-0012` after `2026-0011` among the company's `rows`, whose column is `code`.

    Whoever asks next waits until the transaction ends, and so finds the row that took the code.
    """
    # Not FOR UPDATE, which every insert that names the company would wait for.
    Company.objects.select_for_update(no_key=True).get(id=scope.company_id())
    taken = rows.filter(code__startswith=start).order_by(Length("code").desc(), "-code")
    last = taken.values_list("code", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{digits}d}"
