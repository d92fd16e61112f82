"""Set-up links for several people: a file to hand on, in this answer and nowhere else."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpResponse

from azukari.register import spreadsheet


def links_file(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[str]], until: datetime
) -> HttpResponse:
    """CSV of rows that end with a link; `until` is when the links stop working."""
    end = spreadsheet.moment(until)
    lines = [[*heads, "リンク", "有効期限"], *([*row, end] for row in rows)]
    answer = HttpResponse(spreadsheet.as_text(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
