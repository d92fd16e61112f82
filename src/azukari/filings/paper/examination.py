"""What stands in the way of printing one slip, found before any number is opened.

A flaw that `stops` must be mended first. The others are told, and the operator decides: a number
that is not held leaves its box blank, a rare character is drawn otherwise.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from azukari.filings.paper.continuation import sheets_of
from azukari.filings.paper.disclosure import Disclosure
from azukari.filings.paper.fill import fits, masked, texts
from azukari.filings.paper.form import PaperForm
from azukari.filings.paper.lettering import Glyph, Lettering, Shortfall
from azukari.filings.paper.needs import lacking, number_places, stands_otherwise
from azukari.filings.paper.plan import Plan
from azukari.filings.paper.slip import HELD, Slip, TooMany, numbers_in_words


class Flaw(StrEnum):
    MISSING = "missing"
    NUMBER_MISSING = "number-missing"
    NUMBER_IN_WORDS = "number-in-words"
    WRONG_TYPE = "wrong-type"
    UNKNOWN = "unknown"
    TOO_MANY = "too-many"
    CELLS_TOO_FEW = "cells-too-few"
    DOES_NOT_FIT = "does-not-fit"
    GLYPH_DOWNGRADED = "glyph-downgraded"
    GLYPH_MISSING = "glyph-missing"


_TOLD_ONLY: Final = frozenset({Flaw.NUMBER_MISSING, Flaw.GLYPH_DOWNGRADED, Flaw.GLYPH_MISSING})
_OF_GLYPHS: Final = {
    Shortfall.DOWNGRADED: Flaw.GLYPH_DOWNGRADED,
    Shortfall.MISSING: Flaw.GLYPH_MISSING,
}


@dataclass(frozen=True, slots=True)
class PaperProblem:
    """`path` is the place in the model (`deps.0.name`).

    `detail`: the character, the limit, or the names of facts that would do instead. Neither ever
    holds an individual number.
    """

    flaw: Flaw
    path: str
    detail: str = ""

    @property
    def stops(self) -> bool:
        """Whether nothing may be printed before it is mended."""
        return self.flaw not in _TOLD_ONLY


def examine(
    plan: Plan,
    form: PaperForm,
    values: Mapping[str, Any],
    held: Collection[str],
    disclosure: Disclosure,
    lettering: Lettering,
) -> list[PaperProblem]:
    """Every problem of one slip. `held`: the places whose number may be opened for this form."""
    inside = [PaperProblem(Flaw.NUMBER_IN_WORDS, path) for path in numbers_in_words(values)]
    problems = [
        *inside,
        *_wrong_facts(values, "", disclosure),
        *_missing(plan, form, values, held),
    ]
    if any(one.flaw in {Flaw.NUMBER_IN_WORDS, Flaw.WRONG_TYPE} for one in problems):
        return problems  # what cannot be set cannot be measured
    slip = draft_slip(values, held)
    try:
        sheets = sheets_of(plan, slip)
    except TooMany as refusal:
        return [*problems, PaperProblem(Flaw.TOO_MANY, refusal.listed, str(refusal.rows))]
    shown = (
        replace(one, path=_path_on(plan, one.path, n))
        for n, sheet in enumerate(sheets)
        for one in _as_shown(plan, sheet, lettering)
    )
    return [*problems, *dict.fromkeys(shown)]


def draft_slip(values: Mapping[str, Any], held: Collection[str]) -> Slip:
    """The slip for a preview: numbers that are held show as masks. Raises NumberInWords."""
    return Slip(dict(values), dict.fromkeys(held, HELD))


def _missing(
    plan: Plan, form: PaperForm, values: Mapping[str, Any], held: Collection[str]
) -> Iterator[PaperProblem]:
    told = stands_otherwise(plan, values)
    for requirement in form.required:
        for path in lacking(requirement, values, held):
            told.add(path)
            yield PaperProblem(Flaw.MISSING, path, " ".join(requirement.names[1:]))
    for path in number_places(plan, values):
        if path not in held and path not in told:
            yield PaperProblem(Flaw.NUMBER_MISSING, path)


def _wrong_facts(
    values: Mapping[str, Any], path: str, disclosure: Disclosure
) -> Iterator[PaperProblem]:
    for key, value in values.items():
        here = f"{path}{key}"
        fact = disclosure.bindings.get(_name(here))
        if fact is not None:
            if not fact.takes(value):
                yield PaperProblem(Flaw.WRONG_TYPE, here)
        elif isinstance(value, Mapping):
            yield from _wrong_facts(value, f"{here}.", disclosure)
        elif isinstance(value, list | tuple) and all(isinstance(one, Mapping) for one in value):
            for n, entry in enumerate(value):
                yield from _wrong_facts(entry, f"{here}.{n}.", disclosure)
        else:
            yield PaperProblem(Flaw.UNKNOWN, here)


@lru_cache(maxsize=5_000)
def _name(path: str) -> str:
    """`deps[].name` of `deps.0.name`."""
    parts = path.split(".")
    return ".".join(
        f"{part}[]" if after.isdigit() else part
        for part, after in zip(parts, [*parts[1:], ""], strict=True)
        if not part.isdigit()
    )


def _as_shown(plan: Plan, sheet: Slip, lettering: Lettering) -> Iterator[PaperProblem]:
    for field, text in texts(plan, sheet, masked):
        if field.kind == "qr":
            continue
        if not fits(field, text, lettering):
            flaw = Flaw.DOES_NOT_FIT if field.cells is None else Flaw.CELLS_TOO_FEW
            limit = "" if field.cells is None else str(field.cells.count)
            yield PaperProblem(flaw, field.path, limit)
        if not field.secret:
            for glyph in lettering.shortfalls(text):
                yield _glyph(field.path, glyph)


def _path_on(plan: Plan, path: str, sheet: int) -> str:
    """The place in the whole model of a place on the sheet counted from 0."""
    listed, *rest = path.split(".")
    if not sheet or listed not in plan.repeats:
        return path
    return ".".join([listed, str(int(rest[0]) + sheet * plan.repeats[listed]), *rest[1:]])


def _glyph(path: str, glyph: Glyph) -> PaperProblem:
    assert glyph.shortfall is not None
    return PaperProblem(_OF_GLYPHS[glyph.shortfall], path, glyph.text)
