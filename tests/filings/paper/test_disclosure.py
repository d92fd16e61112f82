"""No copy shows a number its row does not name: by compiling, not by care."""

import json
import re

import pytest

from azukari.filings.catalog import paper
from azukari.filings.engine.layout import LayoutBroken
from azukari.filings.paper.layout import Layout
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.plan import compile_plan
from azukari.filings.paper.slip import NumberInWords, Slip
from azukari.filings.paper.svg import preview
from tests.filings.paper.cast import (
    EDITIONS,
    SALARY_OFFICE,
    SALARY_RECIPIENT,
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


def with_box(form, edition, **item):
    raw = json.loads(json.dumps(dict(paper.layout(form, edition).raw)))
    raw["items"].append({"b": [10, 10, 60, 6], **item})
    return Layout(raw)


def test_the_recipients_copy_has_no_field_for_a_number():
    assert SALARY_RECIPIENT.numbers == ()


def test_numbers_given_for_the_recipients_copy_do_not_reach_it():
    office, digits = with_numbers(sample("gensen_kyuyo_tax_office", "2025"), seed=100)

    text = re.sub(r"\D", "", text_of(printed(SALARY_RECIPIENT, office)))

    assert [number for number in digits.values() if number in text] == []


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
