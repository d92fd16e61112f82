"""Every list can be sorted: by columns that are there, never empty, and tell rows apart."""

import pkgutil
import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db.models import Model

import azukari
from azukari.check.difference.models import DifferenceRow
from azukari.check.link.models import PushedRecord
from azukari.check.models import Output
from azukari.check.queries import Status
from azukari.collect.models import Application, Mail, Request
from azukari.dispose.models import Disposal, DisposalBatch, DisposalItem
from azukari.oversee.incidents.models import Incident, IncidentPerson
from azukari.oversee.months.queries import MonthLine
from azukari.oversee.months.rules import Anomaly
from azukari.progress.models import Progress
from azukari.register.models import Hold, NumberLedgerEntry, NumberRecord, Person, Sheet
from azukari.tenancy.designated_numbers import DesignatedNumber
from azukari.tenancy.models import User, UserSheet
from azukari.tenancy.paging import Orders
from azukari.use.models import Filing

_SOURCE = Path(azukari.__file__).parent
_TEMPLATES = _SOURCE / "web" / "templates" / "operator"
_HEADER = re.compile(r'{% sort_header "[^"]+" "([a-z]+)"')

# Constant → what it sorts, and the template whose heads sort it.
LISTS: dict[str, tuple[type[Model], str]] = {
    "check.difference.queries._ORDERS": (DifferenceRow, "differences/_rows"),
    "check.link.queries._ORDERS": (PushedRecord, "pushes/_rows"),
    "check.missing._ORDERS": (Person, "status/people"),
    "check.queries._ORDERS": (Output, "exports/list"),
    "collect.queries._APPLICATION_ORDERS": (Application, "applications/_rows"),
    "collect.queries._MAIL_ORDERS": (Mail, "mails/list"),
    "collect.queries._REQUEST_ORDERS": (Request, "requests/_rows"),
    "dispose.batch_queries._BATCH_ORDERS": (DisposalBatch, "dispose/batches"),
    "dispose.batch_queries._ITEM_ORDERS": (DisposalItem, "dispose/_items"),
    "dispose.due._ORDERS": (NumberRecord, "dispose/_due_rows"),
    "dispose.queries._ORDERS": (Disposal, "dispose/list"),
    "oversee.holdings.access._HOLDER_ORDERS": (User, "access/holders"),
    "oversee.holdings.access._UNUSED_ORDERS": (User, "access/unused"),
    "oversee.incidents.affected._FOUND_ORDERS": (Person, "incidents/find"),
    "oversee.incidents.queries._ORDERS": (Incident, "incidents/list"),
    "oversee.incidents.queries._PERSON_ORDERS": (IncidentPerson, "incidents/_people"),
    "progress.queries._ORDERS": (Progress, "progress/stopped"),
    "register.accounts.listing._ORDERS": (Person, "accounts/list"),
    "register.book._ORDERS": (NumberLedgerEntry, "number_ledger/list"),
    "register.holds._ORDERS": (Hold, "keeping/list"),
    "register.sheets.queries._ORDERS": (Sheet, "sheets/list"),
    "tenancy.designated_numbers._ORDERS": (
        DesignatedNumber,
        "../steward/company/designated_numbers",
    ),
    "tenancy.directory._ORDERS": (User, "../steward/users/list"),
    "tenancy.user_sheets._ORDERS": (UserSheet, "../steward/users/sheets"),
    "use.queries._CANDIDATE_ORDERS": (Person, "filings/people"),
    "use.queries._FILING_ORDERS": (Filing, "filings/list"),
}
# The same for sums, each of what its first field names.
SUMS: dict[str, tuple[type[Any], str]] = {
    "oversee.months.queries._ANOMALY_ORDERS": (Anomaly, "months/_anomalies"),
    "oversee.months.queries._MONTH_ORDERS": (MonthLine, "months/list"),
    "check.queries._STATUS_ORDERS": (Status, "status/status"),
}
_EVERY = LISTS | SUMS
# Null in the table, and not among the rows of the list.
_NEVER_LISTED = {
    ("Application", "submitted_at"),
    ("NumberRecord", "due_on"),
    ("Progress", "finished_at"),
}
# Short enough to be looked through as they are.
_NEVER_SEARCHED = {
    "keeping/list",
    "months/list",
    "progress/stopped",
    "../steward/users/sheets",
}


def _orders(name: str) -> Orders:
    module, _, constant = f"azukari.{name}".rpartition(".")
    found: Orders = getattr(import_module(module), constant)
    return found


def _modules() -> list[ModuleType]:
    rooms = ("check", "collect", "dispose", "oversee", "progress", "register", "tenancy", "use")
    names = [
        found.name
        for room in rooms
        for found in pkgutil.walk_packages([str(_SOURCE / room)], f"azukari.{room}.")
    ]
    return [import_module(name) for name in names]


def test_no_list_is_forgotten() -> None:
    found = {
        f"{module.__name__.removeprefix('azukari.')}.{name}"
        for module in _modules()
        for name in getattr(module, "__annotations__", {})
        if name.endswith("_ORDERS")
    }

    assert found == set(_EVERY)


@pytest.mark.parametrize("name", LISTS)
def test_keys_are_never_empty_and_end_with_one_that_tells_rows_apart(name: str) -> None:
    model, _ = LISTS[name]
    for keys in _orders(name).values():
        assert keys[-1] == "id"
        for key in keys:
            at = model
            for step in key.split("__"):
                field = at._meta.get_field(step)
                assert not field.null or (model.__name__, key) in _NEVER_LISTED, (name, key)
                at = field.related_model or at


@pytest.mark.parametrize("name", SUMS)
def test_sums_are_sorted_by_what_they_have_and_end_with_what_they_are_of(name: str) -> None:
    kind, _ = SUMS[name]
    there = [field.name for field in fields(kind)]
    for keys in _orders(name).values():
        assert keys[-1] == there[0]
        assert set(keys) <= set(there)


@pytest.mark.parametrize("name", _EVERY)
def test_heads_of_the_list_offer_its_orders(name: str) -> None:
    _, template = _EVERY[name]
    text = (_TEMPLATES / f"{template}.html").read_text(encoding="utf-8")

    assert set(_HEADER.findall(text)) == set(_orders(name))


def test_every_list_that_is_searched_keeps_its_order() -> None:
    """`filter_row` carries it; a form of a list's own would lose it."""
    pages = {template: _page_of(template) for _, template in _EVERY.values()}

    assert {one for one, page in pages.items() if "{% filter_row " not in page} == _NEVER_SEARCHED
    assert not [one for one, page in pages.items() if 'method="get"' in page]


def _page_of(template: str) -> str:
    """The template, or the one that draws these rows among other things."""
    if "/_" in template:
        [page] = [
            text
            for path in _TEMPLATES.rglob("*.html")
            if f'{{% include "operator/{template}.html"' in (text := path.read_text("utf-8"))
        ]
        return page
    return (_TEMPLATES / f"{template}.html").read_text("utf-8")
