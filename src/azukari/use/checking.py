"""A filing looked at before it is made: problems, notes and conversions; no number is opened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from azukari.filings.engine.notation import Conversion
from azukari.filings.problems import FilingProblem, FilingRefused
from azukari.filings.recipes.look import look, look_common
from azukari.use.models import Filing, FilingPerson
from azukari.use.queries import Frame, Stands, Subject, frame_of, in_chunks, number_place
from azukari.use.rules import NumberUse

NUMBER_MISSING, PURPOSE_MISSING = "number-missing", "purpose-missing"
_FACT = "mynumber"
_MISSING_TOLD = "個人番号が登録されていないため、欄を空けて作成します"
_MISSING = (
    "個人番号も基礎年金番号も登録されていません。個人番号を登録するか、"
    "基礎年金番号・郵便番号・住所カナを登録してください"
)
_PURPOSE = (
    "登録したときの利用目的に「{label}」がないため、個人番号を使えません。"
    "利用目的を見直すか、この人を外してください"
)
_PURPOSE_OR_ELSE = (
    "登録したときの利用目的に「{label}」がないため、個人番号を使えません。"
    "基礎年金番号・郵便番号・住所カナを登録すると、個人番号なしで届け出られます"
)


@dataclass
class Checked:
    """`problems` forbid the filing, `notes` do not; `record` of each is the place of the person."""

    problems: list[FilingProblem] = field(default_factory=list)
    notes: list[FilingProblem] = field(default_factory=list)
    conversions: list[tuple[Subject, Conversion]] = field(default_factory=list)
    with_number: int = 0
    without_number: int = 0
    looked_at: int = 0


def check_filing(filing: Filing, *, today: date, most: int = 1_000_000) -> Checked:
    """Everything that can be told without opening a number, of the first so many at least."""
    frame = frame_of(filing, today=today)
    found = Checked()
    try:
        check_common(frame, found)
        for subjects in in_chunks(filing, today=today):
            for subject in subjects:
                check_subject(frame, subject, found)
            if found.looked_at >= most:
                break
    except FilingRefused as refused:
        found.problems += refused.problems
    return found


def check_common(frame: Frame, found: Checked) -> None:
    """Adds what is to be said of the company and of what was asked once for all."""
    found.problems += look_common(frame.recipe, frame.common, day=frame.day)
    if not frame.recipe.has_people:
        found.problems += look(frame.recipe, frame.common, {}, place=0, day=frame.day).problems


def check_subject(frame: Frame, subject: Subject, found: Checked) -> None:
    """Adds what is to be said of one subject."""
    recipe = frame.recipe
    found.looked_at += 1
    numbers = frame.numbers(subject)
    told = list(_of_numbers(frame, subject))
    found.problems += [one for one, stops in told if stops]
    found.notes += [one for one, stops in told if not stops]
    if any(stops and one.fact == "emp.mynumber" for one, stops in told):
        # The lack of the number has been told; what would do instead of it is noise.
        silent = {"emp.pension_no", "emp.zip", "emp.address", "emp.address_kana"}
    else:
        silent = set()
    looked = look(recipe, frame.whole(subject), numbers, place=subject.place, day=frame.day)
    found.problems += [one for one in looked.problems if one.fact not in silent]
    found.conversions += [(subject, one) for one in looked.conversions]
    own = "payee.number" if recipe.whom == "payee" else "emp.mynumber"
    if own in numbers:
        found.with_number += 1
    else:
        found.without_number += 1


def stopping_numbers(frame: Frame, subject: Subject) -> list[FilingProblem]:
    """Numbers that must not be used for this form, and those without which it cannot be made."""
    return [one for one, stops in _of_numbers(frame, subject) if stops]


def _of_numbers(frame: Frame, subject: Subject) -> Iterator[tuple[FilingProblem, bool]]:
    """What stands in the way of the numbers the form takes, and whether it stops the filing."""
    wanted = set(frame.wanted(subject))
    for one in subject.stands:
        if number_place(one) not in wanted or one.use is NumberUse.USABLE:
            continue
        optional = _is_optional(frame, one)
        if optional and _identified_otherwise(subject):
            continue
        if one.use is NumberUse.OTHER_PURPOSE:
            words = _PURPOSE_OR_ELSE if optional else _PURPOSE
            yield _told(subject, one, PURPOSE_MISSING, words.format(label=one.purpose.label)), True
        elif optional:
            yield _told(subject, one, NUMBER_MISSING, _MISSING), True
        elif not (one.place == "payee" and subject.facts.get("payee.corporate")):
            yield _told(subject, one, NUMBER_MISSING, _MISSING_TOLD), False


def _is_optional(frame: Frame, one: Stands) -> bool:
    """Whether something else identifies the person on this form (基礎年金番号)."""
    if frame.recipe.group != "pension" or one.place != "emp":
        return False
    return frame.recipe.is_paper or frame.recipe.numbers.get("emp.mynumber") == "optional"


def _identified_otherwise(subject: Subject) -> bool:
    facts: dict[str, Any] = subject.facts
    return bool(facts.get("emp.pension_no") or facts.get("ev.no_residence_reason"))


def _told(subject: Subject, one: Stands, code: str, words: str) -> FilingProblem:
    whose = "" if one.place in {"emp", "payee"} else f"家族 {one.person.name}の"
    return FilingProblem(
        subject.place, None, f"{whose}個人番号", code, words, fact=number_place(one)
    )


def to_stored(problems: list[FilingProblem], filing: Filing) -> list[dict[str, Any]]:
    """Problems as JSON, each with the id of its person; a detail never holds a number."""
    places = {one.record for one in problems if one.record}
    rows = FilingPerson.objects.filter(filing=filing, member=0, place__in=places)
    by_place = {place: str(person) for place, person in rows.values_list("place", "person_id")}
    return [
        {
            "person": by_place.get(problem.record or 0, ""),
            "record": problem.record,
            "item": problem.item,
            "item_name": problem.item_name,
            "code": problem.code,
            "detail": problem.detail,
            "fact": problem.fact,
        }
        for problem in problems
    ]
