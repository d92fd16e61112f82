"""A paper form as a whole, whatever its editions: purpose, whom it is about, what it cannot lack.

Read from `form.yaml` in the folder of the form.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Any

from azukari.filings.engine.layout import LayoutBroken, read_yaml
from azukari.law.purpose import Purpose


class Subject(StrEnum):
    """What one slip is about; `PEOPLE` fill the rows of one sheet together."""

    EMPLOYEE = "employee"
    PAYEE = "payee"
    PEOPLE = "people"
    MUNICIPALITY = "municipality"
    COMPANY = "company"


class Period(StrEnum):
    """What decides which edition is in force: the year paid in or declared for, or a day."""

    YEAR = "year"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Any one of the names is enough. `persons[].birth` asks it of every entry given."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperForm:
    """`code` is the folder's name. `title_ja` stands in lists; the paper has its own title."""

    code: str
    title_ja: str
    purpose: Purpose
    subject: Subject
    period: Period
    required: tuple[Requirement, ...]


def read_form(folder: Traversable) -> PaperForm:
    """Raises LayoutBroken for a table that is not whole."""
    raw = read_yaml(folder, "form")
    try:
        return _form(folder.name, raw)
    except (KeyError, ValueError) as error:
        raise LayoutBroken(f"{folder.name}/form.yaml: {error}") from None


def _form(code: str, raw: dict[str, Any]) -> PaperForm:
    return PaperForm(
        code=code,
        title_ja=str(raw["title"]),
        purpose=Purpose[raw["purpose"]],
        subject=Subject(raw["subject"]),
        period=Period(raw["period"]),
        required=tuple(
            Requirement(tuple(name.strip() for name in str(names).split("|")))
            for names in raw["required"]
        ),
    )
