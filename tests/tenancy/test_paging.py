"""Pages of a sorted list: each row once, in order, forwards and backwards, of one company only."""

from itertools import product

import pytest
from django.utils import timezone

from azukari.register.models import Sheet
from azukari.register.sheets.queries import find_sheets, page_of_sheets
from azukari.serve.postgres_roles import DatabaseUrls
from azukari.tenancy.paging import Place, page_of, parts_in_order
from tests.cast import Cast, Side, make_side

KEYS = {
    "sent": lambda one: one.id,
    "file": lambda one: (one.file_name, one.id),
    "rows": lambda one: (one.rows, one.id),
    "by": lambda one: (one.sent_by_name, one.id),
}


@pytest.fixture(scope="module")
def side(database: DatabaseUrls) -> Side:
    side = make_side("PAGING")
    with side.scope():
        for name, rows, by in product(("b.csv", "a.csv"), (3, 1), ("運用　太郎", "責任　一郎")):
            Sheet.objects.create(
                company_id=side.company.id, kind="employees", file_name=name, size=1,
                rows=rows, sent_by_name=by,
            )  # fmt: skip
    return side


def walked(sort: str) -> tuple[list[Sheet], list[Sheet]]:
    """From the first page to the last, and from that one back."""
    page = page_of_sheets(find_sheets(), Place(size=3, sort=sort))
    there = [*page.rows]
    while page.after:
        page = page_of_sheets(find_sheets(), Place(after=page.after, size=3, sort=sort))
        there += page.rows
    back = [*page.rows]
    while page.before:
        page = page_of_sheets(find_sheets(), Place(before=page.before, size=3, sort=sort))
        back = [*page.rows, *back]
    return there, back


@pytest.mark.parametrize(("key", "down"), [*product(KEYS, (False, True))])
def test_each_row_comes_once_in_its_order(side: Side, key: str, down: bool) -> None:
    with side.scope():
        wanted = sorted(Sheet.objects.all(), key=KEYS[key], reverse=down)

        there, back = walked(f"-{key}" if down else key)

    assert len(wanted) == 8
    assert there == back == wanted


@pytest.mark.parametrize("sort", ["", "cell", "-", "password"])
def test_without_a_known_order_the_newest_come_first(side: Side, sort: str) -> None:
    with side.scope():
        newest = sorted(Sheet.objects.all(), key=KEYS["sent"], reverse=True)

        assert walked(sort) == (newest, newest)


@pytest.mark.parametrize("sort", [f"{way}{key}" for key in KEYS for way in ("", "-")])
def test_a_cursor_with_nothing_beyond_it_is_the_first_page(side: Side, sort: str) -> None:
    with side.scope():
        first = page_of_sheets(find_sheets(), Place(size=3, sort=sort))
        *_, last = walked(sort)[0]

        behind = page_of_sheets(find_sheets(), Place(after=str(last.id), size=3, sort=sort))
        ahead = Place(before=str(first.rows[0].id), size=3, sort=sort)
        nothing = page_of_sheets(find_sheets().filter(rows=9), Place(after=str(last.id)))

        assert behind == first == page_of_sheets(find_sheets(), ahead)
        assert (nothing.rows, nothing.before, nothing.after) == ([], "", "")


def test_a_cursor_that_lacks_a_key_is_the_first_page(side: Side) -> None:
    """Where rows that never are in the list may lack one."""
    with side.scope():
        first, second = Sheet.objects.order_by("id")[:2]
        Sheet.objects.filter(id=first.id).update(applied_at=None)
        Sheet.objects.exclude(id=first.id).update(applied_at=timezone.now())
        listed = Sheet.objects.filter(applied_at__isnull=False)
        keys = ("applied_at", "id")

        assert page_of(listed, keys, Place(after=str(first.id))) == page_of(listed, keys, Place())
        assert second in page_of(listed, keys, Place()).rows


@pytest.mark.parametrize("order", ["file", "-rows"])
def test_parts_hold_each_row_once_though_some_go(side: Side, order: str) -> None:
    orders = {"file": ("file_name", "id"), "rows": ("rows", "id")}
    with side.scope():
        whole = walked(order)[0]
        parts = parts_in_order(find_sheets(), orders, order=order, size=3)
        there = next(parts)
        gone = Sheet.objects.filter(id=there[-1].id)
        gone.update(file_name="0", rows=99)
        there += [one for part in parts for one in part]
        gone.update(file_name=there[2].file_name, rows=there[2].rows)

    assert [one.id for one in there] == [one.id for one in whole]


def test_a_cursor_of_another_company_names_nothing(side: Side, cast: Cast) -> None:
    with side.scope():
        first = page_of_sheets(find_sheets(), Place(size=3, sort="file"))
    with cast.b.scope():
        there = page_of_sheets(find_sheets(), Place(after=first.after, size=3, sort="file"))

    assert not {one.id for one in there.rows} & {one.id for one in first.rows}
