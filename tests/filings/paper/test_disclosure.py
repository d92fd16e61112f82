"""No copy shows a number its row does not name: by compiling, not by care."""

import json
import re

import pytest

from azukari.filings.catalog import paper
from azukari.filings.engine.layout import LayoutBroken
from azukari.filings.paper.disclosure import DRAFT
from azukari.filings.paper.layout import Layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.needs import number_places
from azukari.filings.paper.plan import compile_plan
from azukari.filings.paper.slip import NumberInWords, Slip
from azukari.filings.paper.svg import preview
from azukari.law import number
from tests.filings.paper.cast import (
    EDITIONS,
    SALARY_OFFICE,
    my_number,
    printed,
    sample,
    text_of,
    with_numbers,
)
from tests.numbers import valid_number

RECIPIENT = ("gensen_kyuyo_recipient", "2025")
NUMBER_NAMES = sorted(
    name for name, binding in paper.disclosure().bindings.items() if binding.secret
)

COPIES_WITHOUT = [
    (form, edition)
    for form, edition in EDITIONS
    if not paper.disclosure().policy(form, paper.layout(form, edition).destination).printed
]


def with_box(form, edition, **item):
    raw = json.loads(json.dumps(dict(paper.layout(form, edition).raw)))
    raw["items"].append({"b": [10, 10, 60, 6], **item})
    return Layout(raw)


@pytest.mark.parametrize(("form", "edition"), COPIES_WITHOUT)
def test_no_number_reaches_a_copy_that_shows_none(form, edition):
    """Given all the numbers there are, at every place there is one somewhere."""
    plan = paper.plan(form, edition)
    places = [name.replace("[]", ".0") for name in NUMBER_NAMES]
    values = paper.sample(form, edition).values
    digits = {place: valid_number(100 + n) for n, place in enumerate(places)}
    slip = Slip(values, {place: number.parse(text) for place, text in digits.items()})

    text = re.sub(r"\D", "", text_of(printed(plan, slip)))

    assert plan.numbers == ()
    assert number_places(plan, values) == []
    assert [place for place, one in digits.items() if one in text] == []


def test_copies_for_the_person_concerned_are_among_them():
    assert {form for form, _ in COPIES_WITHOUT} >= {
        "gensen_kyuyo_recipient",
        "taishoku_gensen_recipient",
        "shiharai_chosho_309_payee",
        "shiharai_chosho_313_payee",
        "shiharai_chosho_314_payee",
        "shiharai_chosho_376_payee",
        "ido_todokede_passed_on",
    }


@pytest.mark.parametrize("name", NUMBER_NAMES)
def test_no_number_can_be_bound_on_the_recipients_copy(name):
    layout = with_box(*RECIPIENT, v=name.replace("[]", ".0"), vs="val", secret=1)

    with pytest.raises(LayoutBroken, match="must not show"):
        compile_plan(layout, paper.disclosure(), mincho())


@pytest.mark.parametrize("name", NUMBER_NAMES)
def test_a_number_cannot_pass_as_an_open_field(name):
    layout = with_box(*RECIPIENT, v=name.replace("[]", ".0"), vs="val")

    with pytest.raises(LayoutBroken, match="must be secret"):
        compile_plan(layout, paper.disclosure(), mincho())


def test_a_name_the_vocabulary_does_not_know_is_refused():
    with pytest.raises(LayoutBroken, match="unknown name"):
        compile_plan(with_box(*RECIPIENT, v="emp.bangou"), paper.disclosure(), mincho())


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_the_row_and_the_layout_name_the_same_numbers(form, edition):
    plan = paper.plan(form, edition)
    policy = paper.disclosure().policy(plan.form, plan.destination)

    assert {field.name for field in plan.numbers} == policy.printed
    assert policy.destination != DRAFT


def test_a_number_typed_into_the_words_is_refused_without_repeating_it():
    digits = valid_number(7)

    with pytest.raises(NumberInWords) as refused:
        Slip({"deps": [{"name": "山田　花子"}], "remarks": f"扶養の番号は{digits}"})

    assert refused.value.path == "remarks"
    assert digits not in str(refused.value) + repr(refused.value)


def test_a_number_put_among_the_words_prints_as_a_mask():
    slip = Slip({"emp": {"name": my_number(9)}})

    assert "************" in text_of(printed(SALARY_OFFICE, slip))


@pytest.mark.parametrize(("form", "edition"), EDITIONS)
def test_the_preview_masks_every_number(form, edition):
    slip, digits = with_numbers(sample(form, edition), seed=200)

    picture = re.sub(r"\D", "", re.sub(r"<[^>]*>", "", preview(paper.plan(form, edition), slip)))

    assert [number for number in digits.values() if number in picture] == []


def test_a_slip_shows_neither_people_nor_numbers_in_its_repr():
    slip, _ = with_numbers(sample("gensen_kyuyo_tax_office", "2025"), seed=300)

    assert repr(slip) == "Slip()"
