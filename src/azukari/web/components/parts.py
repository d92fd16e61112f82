"""The plain values that pages hand to components. Dicts with the same keys do as well."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tone = Literal["neutral", "info", "success", "warning", "error"]
TaskState = Literal["waiting", "running", "done", "failed", "cancelled"]


NO_DEPARTMENT = "（部署なし）"


@dataclass(frozen=True, slots=True)
class Link:
    """One way somewhere: in the menu, a tile, a tab, a breadcrumb or the list of waiting work.

    `tag`: what the tone means there, in a word or two.
    """

    label: str
    url: str = ""
    icon: str = ""
    note: str = ""
    count: int | None = None
    unit: str = "件"
    tone: Tone = "neutral"
    tag: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class LinkGroup:
    label: str
    items: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline; `url` leads to all of it."""

    when: datetime
    what: str
    who: str = ""
    why: str = ""
    tone: Tone = "neutral"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ``{% rows %}``; ``number`` aligns to the right."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A job as a page shows it; ``seconds_left`` is None while nobody can tell.

    Any object with ``id state done total seconds_left note`` will do for ``{% progress %}``, so the
    progress row itself does. The notice in the header also needs ``label`` and ``result_url``.
    """

    id: object
    state: TaskState
    done: int
    total: int
    seconds_left: int | None = None
    note: str = ""
    label: str = ""
    result_url: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A department with how many are registered and how many are missing."""

    label: str
    registered: int
    missing: int
    url: str = ""

    @classmethod
    def of(cls, department: str, registered: int, missing: int) -> "Share":
        return cls(department or NO_DEPARTMENT, registered, missing)


@dataclass(frozen=True, slots=True)
class Span:
    """A period of time, first and last day included."""

    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Wave:
    """A time with how many fall due in it.

    `tick`: what stands under its column, where it is not the label; `marked`: stands out.
    """

    label: str
    count: int
    past: bool = False
    url: str = ""
    tick: str | None = None
    marked: bool = False
