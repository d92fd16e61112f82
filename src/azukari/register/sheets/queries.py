"""Questions about sheets, always inside the company in scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet

from azukari.register.models import Sheet, SheetProblem, SheetState
from azukari.register.sheets.codes import Weight
from azukari.tenancy.paging import Orders, Page, Place, page_in_order

PAGE = 50
_PER_STEP = 2_000
_ORDERS: Final[Orders] = {
    "sent": ("id",),
    "file": ("file_name", "id"),
    "rows": ("rows", "id"),
    "good": ("good", "id"),
    "refused": ("refused", "id"),
    "by": ("sent_by_name", "id"),
}
GIVEN_UP = (SheetState.DISCARDED, SheetState.UNREADABLE, SheetState.UNDONE)
"""What such a sheet brought is not in the register."""


@dataclass(frozen=True)
class ProblemPage:
    problems: list[SheetProblem]
    before: str
    after: str
    order: str = ""


def find_sheets(*, words: str = "", state: str = "", kind: str = "") -> QuerySet[Sheet]:
    found = Sheet.objects.all()
    for word in words.split():
        found = found.filter(Q(file_name__icontains=word) | Q(sent_by_name__icontains=word))
    if state:
        found = found.filter(state=state)
    return found.filter(kind=kind) if kind else found


def page_of_sheets(found: QuerySet[Sheet], place: Place) -> Page[Sheet]:
    """The newest first."""
    return page_in_order(found, _ORDERS, place, first="-sent")


def find_problems(sheet: Sheet, *, weight: str = "", code: str = "") -> QuerySet[SheetProblem]:
    found = SheetProblem.objects.filter(sheet=sheet)
    found = found.filter(code=code) if code else found
    return found.filter(weight=weight) if weight else found


def count_codes(sheet: Sheet) -> list[tuple[str, int]]:
    """Each code of the file and how often, the most frequent first."""
    found = SheetProblem.objects.filter(sheet=sheet).values_list("code")
    return list(found.annotate(count=Count("id")).order_by("-count", "code"))


def page_of_problems(
    found: QuerySet[SheetProblem], *, after: str = "", before: str = "", size: int = PAGE
) -> ProblemPage:
    """By row; the cursor is `row.id`."""
    if before:
        backwards = found.filter(_beyond(before, "lt")).order_by("-row", "-id")
        rows = list(backwards[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return ProblemPage(rows, _cursor(rows[:1]) if more else "", _cursor(rows[-1:]))
    if after:
        found = found.filter(_beyond(after, "gt"))
    rows = list(found.order_by("row", "id")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return ProblemPage(rows, _cursor(rows[:1]) if after else "", _cursor(rows[-1:]) if more else "")


def _cursor(rows: list[SheetProblem]) -> str:
    return "".join(f"{one.row}.{one.id}" for one in rows)


def _beyond(cursor: str, way: str) -> Q:
    row, _, last = cursor.partition(".")
    place = int(row) if row.isdecimal() and len(row) < 10 else 0
    identity = int(last) if last.isdecimal() and len(last) < 19 else 0
    return Q(**{f"row__{way}": place}) | Q(**{"row": place, f"id__{way}": identity})


def counts_by_weight(sheet: Sheet) -> dict[Weight, int]:
    rows = (
        SheetProblem.objects.filter(sheet=sheet)
        .values("weight")
        .annotate(count=Count("id"))
        .order_by("weight")
    )
    counted = {row["weight"]: row["count"] for row in rows}
    return {weight: counted.get(weight.value, 0) for weight in Weight}


def problems_of(sheet: Sheet) -> Iterator[SheetProblem]:
    """Every problem in the order of rows, a few at a time from the database."""
    found = SheetProblem.objects.filter(sheet=sheet).order_by("row", "id")
    return found.iterator(chunk_size=_PER_STEP)


def corrections_of(sheet: Sheet) -> QuerySet[Sheet]:
    """Sheets that bring refused rows of this one again and were not given up."""
    return Sheet.objects.filter(corrects=sheet).exclude(state__in=GIVEN_UP).order_by("id")


def corrected_rows(sheet: Sheet) -> set[int]:
    rows = corrections_of(sheet).values_list("corrected_rows", flat=True)
    return {row for some in rows for row in some}


def refused_rows(sheet: Sheet) -> QuerySet[SheetProblem, int]:
    """The numbers of the refused rows, each once, in their order."""
    found = find_problems(sheet, weight=Weight.REJECT.value).filter(row__gt=0)
    return found.order_by("row").values_list("row", flat=True).distinct()


def file_problem(sheet: Sheet) -> SheetProblem | None:
    """Why the file as a whole was not readable."""
    return SheetProblem.objects.filter(sheet=sheet, row=0, weight=Weight.REJECT.value).first()
