"""Every recipe against its layout: each fact has an item, each item somebody who tells it."""

from datetime import date

import pypdfium2
import pytest

from azukari.filings.catalog import forms, paper, tax
from azukari.filings.catalog.social_insurance import shfd0006
from azukari.filings.engine.layout import Layout
from azukari.filings.recipes import boxes, printed, records
from azukari.filings.recipes.derived import _RULES as RULES
from azukari.filings.recipes.recipe import Recipe, recipes
from azukari.law.purpose import FORM_PURPOSE, Purpose
from azukari.law.retention import RULES as RETENTION

TODAY = date(2026, 11, 30)
ALL = list(recipes().values())
FILES = [one for one in ALL if not one.is_paper and one.writer != "family"]
PAPER = [one for one in ALL if one.is_paper]
# What the register, the company and the head of a filing tell (use/known.py, use/queries.py).
KNOWN = {
    "emp": "name kana last first last_kana first_kana birth sex zip address address_kana tel code "
    "pension_no insured_no koyo_number hired left_on mynumber",
    "payee": "name kana zip address tel code kind_code number",
    "co": "name kana zip address tel rep number name_rep",
    "office": "prefecture district symbol number zip address name rep tel",
    "doc": "correction year nendo invalid",
}
MEMBER = "name kana pension_no birth sex relation filing_code zip address tel together mynumber"
TOLD = {f"{head}.{name}" for head, names in KNOWN.items() for name in names.split()}


def told(recipe: Recipe) -> set[str]:
    asked = {one.name for one in (*recipe.asks, *recipe.head)}
    members = {
        f"{place}.{name}"
        for place in ("spouse", *(f"{kind}.{n}" for kind in ("deps", "kids") for n in range(4)))
        for name in (*MEMBER.split(), *(one.name for one in recipe.member))
    }
    return asked | TOLD | members | {"deps.4+.mynumber", "kids.4+.mynumber"}


def layouts(recipe: Recipe) -> list[Layout]:
    if recipe.writer == "tax":
        return [one.layout for one in tax.editions() if one.kind == recipe.source]
    return [records.layout_of(recipe, 0)]


@pytest.mark.parametrize("recipe", FILES, ids=lambda one: one.code)
def test_every_take_is_an_item_and_somebody_tells_it(recipe: Recipe) -> None:
    found = layouts(recipe)
    items = {
        name
        for one in found
        for name in ({item.id for item in one.items} | one.dates.keys() | one.splits.keys())
    }

    assert set(recipe.takes) <= items
    sources = {one for one in recipe.takes.values() if one[0] != "=" and not one.startswith("to.")}
    assert sources - told(recipe) == set()


@pytest.mark.parametrize("recipe", FILES, ids=lambda one: one.code)
def test_every_item_that_is_always_there_is_taken(recipe: Recipe) -> None:
    layout = layouts(recipe)[-1]
    parts = {
        pos: name
        for name, places in layout.splits.items() if name in recipe.takes or name == "office"
        for pos in places
    }  # fmt: skip
    dated = {
        pos for name in recipe.takes if name in layout.dates for pos in layout.dates[name].positions
    }
    own = {"tax_year", "output_kubun"}

    missing = [
        item.id
        for item in layout.items
        if item.required == "always"
        and not (item.allowed and len(item.allowed) == 1)
        and item.id not in recipe.takes
        and item.pos not in parts.keys() | dated
        and item.id not in own
    ]

    assert missing == []


@pytest.mark.parametrize("recipe", FILES, ids=lambda one: one.code)
def test_every_asked_fact_of_a_file_goes_somewhere(recipe: Recipe) -> None:
    taken = set(recipe.takes.values())
    behind = {"ev." + one.removeprefix("to.") for one in taken if one.startswith("to.")}
    derived = {
        "ev.over_70_off", "ev.average_corrected", "payee.corporate", "remarks", "ev.apply",
        "ev.old_apply", "ev.left", "ev.over_70_only", "doc.apply_year", "office.koyo_number",
        "doc.hello_work", "doc.date",
    }  # fmt: skip

    asked = {one.name for one in (*recipe.asks, *recipe.head)}

    assert asked - taken - behind - derived - {recipe.numbers_when} == set()


@pytest.mark.parametrize("recipe", ALL, ids=lambda one: one.code)
def test_recipe_is_whole(recipe: Recipe) -> None:
    labels = [one.label for one in recipe.asks]

    assert recipe.purpose in {one.code for one in Purpose}
    assert len(set(labels)) == len(labels)
    assert recipe.rule in RETENTION or not recipe.rule
    assert set(recipe.derive) <= RULES.keys()
    assert all(one.codes for one in recipe.asks if one.kind == "code")
    assert recipe.is_paper or recipe.purpose == FORM_PURPOSE[recipe.source].code


def test_every_form_of_the_catalogue_is_offered() -> None:
    data_forms = {one.source for one in ALL if not one.is_paper}
    printed_forms = {one.source for one in PAPER}

    assert {one.code for one in forms()} == data_forms
    assert {one.code for one in paper.forms()} == printed_forms
    assert set(shfd0006.editions()[-1].records) <= data_forms


@pytest.mark.parametrize("recipe", PAPER, ids=lambda one: one.code)
def test_every_box_of_a_form_has_somebody_who_fills_it(recipe: Recipe) -> None:
    """A box may stay blank because nobody knows; it may not because everybody forgot it."""
    edition = boxes.newest(recipe.source)
    asked = {one.name for one in (*recipe.asks, *recipe.head)}
    listed = {printed._name(one) for one in asked}
    listed |= {one.replace("persons.", "persons[].") for one in asked}
    members = {
        f"{place}.{name}"
        for place in ("spouse", "deps[]", "kids[]", "family[]", "hi_deps[]", "specific[]")
        for name in (
            *MEMBER.split(),
            "last",
            "first",
            "last_kana",
            "first_kana",
            *(one.name for one in recipe.member),
        )
    }
    derived = boxes_of_derived()

    unfilled = {
        need.fact.name
        for need in paper.needs(recipe.source, edition)
        if not need.fact.secret
        and need.fact.name not in asked | listed | TOLD | members | derived
        and need.fact.name.replace("persons[].", "persons.") not in recipe.takes
        and need.fact.name not in recipe.takes
    }

    # One whom another earner supports is written by hand.
    by_hand = {one for one in unfilled if one.startswith(("others[]", "emp.new"))}
    assert unfilled - by_hand - {"sheet.text", "emp.has_spouse"} == set()


def boxes_of_derived() -> set[str]:
    return {
        "spouse.has", "spouse.has_sub", "spouse.elder", "spouse.kubun", "job.in", "job.out",
        "loan.kind1", "loan.kind2", "deps[].kubun", "kids[].kubun", "retirement.deduction",
        "retirement.years", "office.koyo", "emp.koyo_no", "emp.kana_cells", "qr", "ticket",
    }  # fmt: skip


@pytest.mark.parametrize("code", ["gensen_kyuyo_recipient", "taishoku_gensen_recipient"])
def test_recipients_copies_have_no_place_for_a_number(code: str) -> None:
    recipe = recipes()[code]
    facts = {"emp.name": "山田　太郎", "spouse.name": "山田　花子", "deps.0.name": "山田　一郎"}
    edition = printed.edition_on(recipe, TODAY, 2026)

    assert printed.wanted_numbers(recipe, edition, facts) == frozenset()
    assert edition.plan.numbers == ()


def test_many_people_on_paper_are_printed_beside_the_job_and_read_the_same():
    recipe = next(one for one in PAPER if one.code == "gensen_kyuyo_recipient")
    edition = printed.edition_on(recipe, date(2026, 1, 10), 2025)
    people = [({"emp.name": "辻\U000e0100　髙志", "emp.code": f"P{n}"}, {}) for n in range(3)]

    alone, helped = (
        b"".join(printed.one_pdf(recipe, edition, people, count=count)) for count in (3, 20_000)
    )

    assert alone != helped
    for page in range(3):
        first, second = (
            pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()
            for pdf in (alone, helped)
        )
        assert first == second
