"""Every problem code that a form can meet has its words."""

from enum import StrEnum

import pytest

from azukari.web import words

_CODES = [code for kind in words._WORDS for code in kind]


@pytest.mark.parametrize("code", _CODES, ids=lambda code: f"{type(code).__name__}.{code.name}")
def test_code_is_worded_as_a_sentence(code: StrEnum) -> None:
    assert words.say(code).endswith("。")
