"""What a person reads about a difference: the two sides in words, and why something did not go."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from azukari.check.difference.comparing import Kind
from azukari.check.difference.dealing import Problem
from azukari.check.difference.facts import Field
from azukari.law.relationship import Relationship
from azukari.law.sex import Sex
from azukari.register.rules import RegisterProblem
from azukari.web import words
from azukari.web.operator import person_words

_FLAGS = {"1": "はい", "0": "いいえ", "": "いいえ"}
_SEXES = {one.value: one.label for one in Sex}
_RELATIONSHIPS = {one.code: one.label for one in Relationship}
_NOTHING = "（なし）"
_OWN_PROBLEMS: dict[str, str] = {
    Problem.UNFIT: "給与の値がそのままでは登録できません。本人の画面で入力してください。",
    Problem.SOMEBODY_WAS_FASTER: "ほかの人が先に変更したか、もう登録がありません。"
    "もう一度比べてください。",
    Problem.NO_NUMBER: "廃棄する個人番号が登録されていません。",
    Problem.STILL_KEPT: "まだ保存期間が過ぎていないか、保留中か、ほかの廃棄案に入っています。",
}


def value(field: str, text: str) -> str:
    """A fact of either side as people read it."""
    match field:
        case Field.SEX:
            return _SEXES.get(text, text) or _NOTHING
        case Field.RELATIONSHIP:
            return _RELATIONSHIPS.get(text, text) or _NOTHING
        case Field.TAX | Field.HEALTH | Field.CATEGORY3:
            return _FLAGS.get(text, text)
        case Field.BIRTH | Field.ENDED:
            return day(text)
        case Field.POSTCODE if len(text) == 7:
            return f"{text[:3]}-{text[3:]}"
    return text or _NOTHING


def day(text: str) -> str:
    try:
        read = date.fromisoformat(text)
    except ValueError:
        return text or _NOTHING
    return person_words.day(read)


def code(employee_code: str, family_code: int) -> str:
    """社員番号, with 家族連番 for the family; those payroll does not number have none."""
    return f"{employee_code}-{family_code}" if family_code > 0 else employee_code


def problem(told: str) -> str:
    """Why something could not be done about it; "" when nothing was tried in vain."""
    if not told:
        return ""
    known = _OWN_PROBLEMS.get(told)
    return known or words.say(RegisterProblem(told))


def sentence(line: Mapping[str, Any]) -> str:
    """A difference as one line of text."""
    who = code(line["person"], line["family"])
    kind = Kind(line["kind"])
    if kind is Kind.DIFFERS:
        field = Field(line["field"])
        there, here = value(field, line["there"]), value(field, line["here"])
        return f"{who} {field.label}: 給与 {there} / 本サービス {here}"
    name = line["there"] if kind is Kind.ONLY_THERE else ""
    return f"{who} {kind.label} {name}".strip()
