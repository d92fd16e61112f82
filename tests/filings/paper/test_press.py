"""The quick way of writing a value and the long one give the same page."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from azukari.filings.catalog import paper
from azukari.filings.paper.lettering import mincho
from azukari.filings.paper.press import PagePress
from tests.filings.paper.cast import SALARY_OFFICE

PLANS = [SALARY_OFFICE, paper.plan("shutoku_todoke", "2024-12"), paper.plan("fuyo_kojo", "2026")]
PRESSES = [PagePress(plan, mincho()) for plan in PLANS]
WRITTEN = [
    [field for field in plan.fields if field.kind in {"text", "money", "cells"}] for plan in PLANS
]
# Half and full width, both typefaces, a selector, a mark, a space, an end of line.
LETTERS = "019,-.Aa゙ｱアー々一東京髙﨑葛\U000e0100𠮷　 \n（①"
NUMBER = re.compile(r"-?\d+\.\d+")


@settings(max_examples=150)
@given(st.data())
def test_the_quick_way_writes_what_the_long_way_writes(data):
    which = data.draw(st.sampled_from(range(len(PLANS))))
    field = data.draw(st.sampled_from(WRITTEN[which]))
    text = data.draw(st.text(LETTERS, min_size=1, max_size=30))
    press = PRESSES[which]._press

    press._ways[field.place](text)  # characters that are new take the long way
    quick, long = press._ways[field.place](text), press._long(field, text)

    assert NUMBER.sub("", quick) == NUMBER.sub("", long)
    pairs = zip(NUMBER.findall(quick), NUMBER.findall(long), strict=True)
    assert all(abs(float(one) - float(other)) <= 0.011 for one, other in pairs)


def test_line_end_is_no_character_though_another_box_drew_it_as_one():
    press = PagePress(SALARY_OFFICE, mincho())._press
    in_cells = next(field for field in WRITTEN[0] if field.cells is not None)
    in_line = next(field for field in WRITTEN[0] if field.kind == "text")
    press._ways[in_cells.place]("\n")

    assert press._ways[in_line.place]("\n") == press._long(in_line, "\n") == ""
