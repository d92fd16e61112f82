"""An edition that is right has no defect; each way of breaking one is found."""

import json

import pytest

from azukari.filings.catalog import paper
from azukari.filings.paper.inspection import Defect, inspect
from azukari.filings.paper.layout import Layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.plan import compile_plan
from azukari.filings.paper.slip import Slip
from tests.filings.paper.cast import EDITIONS, sample

FORM = ("gensen_kyuyo_tax_office", "2025")


def defects(layout, slip):
    plan = compile_plan(layout, paper.disclosure(), mincho())
    form = paper.form(layout.form)
    return {
        found.defect for found in inspect(layout, plan, slip, mincho(), paper.disclosure(), form)
    }


def changed(change):
    raw = json.loads(json.dumps(dict(paper.layout(*FORM).raw)))
    change(raw["items"])
    return Layout(raw)


def box_of(items, value):
    return next(item for item in items if item.get("v") == value)


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_the_editions_of_the_catalogue_have_no_defect(form, edition):
    assert defects(paper.layout(form, edition), sample(form, edition)) == set()


def off_page(items):
    box_of(items, "emp.title")["b"][0] = 120


def cells_too_wide(items):
    box_of(items, "emp.mynumber")["digits"]["pitch"] = 5


def value_on_label(items):
    box_of(items, "emp.title")["b"][0] = 80.5


def box_too_narrow(items):
    box_of(items, "emp.code")["b"][2] = 3


def label_too_long(items):
    items.append({"b": [130, 5, 8, 4], "text": "あまりにも長い見出しは枠に入らない"})


def unknown_character(items):
    items.append({"b": [130, 5, 8, 4], "text": "\U0002f800"})


def amount_as_text(items):
    del box_of(items, "spouse.deduction")["f"]


def required_without_box(items):
    items.remove(box_of(items, "emp.kana"))


def box_without_sample(items):
    items.append({"b": [130, 5, 8, 4], "v": "emp.zip"})


def sample_without_box(items):
    items.remove(box_of(items, "emp.title"))


@pytest.mark.parametrize(
    ("change", "defect"),
    [
        (off_page, Defect.OFF_PAGE),
        (cells_too_wide, Defect.CELLS_BEYOND_BOX),
        (value_on_label, Defect.OVERLAP),
        (box_too_narrow, Defect.DOES_NOT_FIT),
        (label_too_long, Defect.DOES_NOT_FIT),
        (unknown_character, Defect.NO_GLYPH),
        (box_without_sample, Defect.NOT_FILLED),
        (sample_without_box, Defect.NOT_TAKEN),
        (amount_as_text, Defect.WRONG_KIND),
        (required_without_box, Defect.REQUIRED_WITHOUT_BOX),
    ],
)
def test_each_way_of_breaking_an_edition_is_found(change, defect):
    assert defect in defects(changed(change), sample(*FORM))


@pytest.mark.parametrize("at", [[0, 0], [150, 0]])
def test_slips_that_share_a_sheet_badly_are_found(at):
    raw = dict(paper.layout(*FORM).raw) | {"place": [{"at": [0, 0]}, {"at": at}]}

    assert defects(Layout(raw), sample(*FORM)) == {Defect.PLACES}


def test_an_empty_sample_fills_nothing():
    assert defects(paper.layout(*FORM), Slip({})) == {Defect.NOT_FILLED}
