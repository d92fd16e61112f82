"""What goes over the wire.  Items are looked at one by one, so their fields are loosely typed."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

from azukari.check.link.events import FACTS, Event, Problem
from azukari.check.link.receiving import MOST_ITEMS
from azukari.filings.recipes import yearly
from azukari.filings.recipes.yearly import FIRST_YEAR
from azukari.law.purpose import Purpose

_EVENTS = ", ".join(one.value for one in Event if one is not Event.FIGURES)
Word = Annotated[str | int | None, Field(default=None)]


class Item(BaseModel):
    """One event about one person.

    Whatever is wrong inside an item is answered by its place and a code, and the others go on.
    """

    model_config = ConfigDict(extra="allow", strict=True)

    event: Word = Field(
        None,
        description=f"One of {', '.join(one.value for one in Event if one is not Event.FIGURES)}.",
    )
    employee_code: Word = Field(None, description="社員番号: up to 20 letters, digits, - _ . /")
    family_code: Word = Field(None, description="家族連番 from 1; 0 or absent means the employee.")
    on: Word = Field(
        None, description="Last day at work (left) or as a dependant (family_removed)."
    )
    facts: dict[str, Any] | None = Field(
        None, description=f"What is known or has changed: {', '.join(sorted(FACTS))}."
    )
    individual_number: Word = Field(
        None, description="個人番号. Write-only: nothing of this API ever answers it."
    )
    purposes: list[str] | None = Field(
        None, description=f"利用目的 of the number: {', '.join(one.code for one in Purpose)}."
    )
    number_check: Word = Field(None, description="番号確認: a code of the company's methods.")
    person_check: Word = Field(None, description="身元確認: a code of the company's methods.")
    verified_on: Word = Field(None, description="The day of 本人確認.")


class PushIn(BaseModel):
    items: list[Item] = Field(..., description=f"Up to {MOST_ITEMS:,}, in the order they happened.")


class FiguresItem(BaseModel):
    """What payroll tells of one employee's year."""

    model_config = ConfigDict(extra="allow", strict=True)

    employee_code: Word = Field(None, description="社員番号: up to 20 letters, digits, - _ . /")
    figures: dict[str, Any] | None = Field(
        None,
        description="Named figures take the place of those told before; null takes one away. "
        "Amounts in yen. "
        + ", ".join(f"{name} ({ask.label}, {ask.kind})" for name, ask in yearly.figures().items()),
    )


class FiguresIn(BaseModel):
    year: int = Field(..., ge=FIRST_YEAR, le=2100, description="年分（西暦）。")
    items: list[FiguresItem] = Field(..., description=f"Up to {MOST_ITEMS:,}.")


class ItemProblem(Schema):
    place: int = Field(..., description="In the list of items, from 0.")
    code: str = Field(..., description=f"One of {', '.join(one.value for one in Problem)}.")
    field: str = ""


class PushOut(Schema):
    push: UUID
    received_at: datetime
    items: int
    refused: int = Field(..., description="Items with a problem when they came in.")
    is_new: bool = Field(..., description="False when the same push came before.")
    problems: list[ItemProblem] = Field(..., description="The first thousand.")


class PushState(Schema):
    push: UUID
    received_at: datetime
    items: int
    waiting: int
    reflected: int
    held: int
    error: int
    discarded: int


class RecordOut(Schema):
    place: int
    event: str
    employee_code: str
    family_code: int
    state: str
    code: str = Field(..., description="Why it is not reflected; empty when there is no reason.")
    field: str


class RecordsOut(Schema):
    records: list[RecordOut]
    next: int | None = Field(..., description="`after` of the next page.")


class LinkState(Schema):
    is_on: bool
    waiting: int
    held: int
    error: int


class Trouble(Schema):
    """Why nothing was done: a stable code, and a sentence for people."""

    code: str
    message: str
