"""委任状 of a 第3号 spouse: made and signed in the flow, kept as a PDF deposit.

The spouse is who files (国民年金法 第12条第5項, 第6項), the employee hands in as their agent, so
the company checks the authority (番号法 第16条, 施行令 第12条第2項, 施行規則 第6条第1項第2号).
No number stands on it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone
from reportlab.graphics.shapes import Drawing, PolyLine
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from azukari.collect.models import ApplicationItem
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.paper import build, day, facts, heading, style, text

TITLE: Final = "委任状"
WORDING: Final = (
    "わたしは、下の者を代理人と定め、次のことを委任します。",
    "国民年金第3号被保険者に関する届出のために、わたしの個人番号を会社に提供すること。",
)
# The field in which a name is drawn, in the units of its points.
FIELD_WIDTH, FIELD_HEIGHT = 1000, 300
_SCALE = 90 * mm / FIELD_WIDTH


@dataclass(frozen=True, slots=True)
class Facts:
    """Who gives the power to whom, and where it is handed in."""

    spouse: str
    born: date | None
    address: str
    agent: str
    agent_code: str
    company: str
    code: str  # of the application

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("委任する人（配偶者）", self.spouse),
            ("生年月日", day_of(self.born)),
            ("住所", self.address or "―"),
            ("代理人（従業員）", f"{self.agent}（社員番号 {self.agent_code}）"),
            ("提出先", self.company),
        ]


def day_of(when: date | None) -> str:
    return f"{when.year}年{when.month}月{when.day}日" if when else "―"


def facts_of(item: ApplicationItem) -> Facts:
    spouse, agent = item.person, item.application.applicant
    return Facts(
        spouse=spouse.name,
        born=spouse.birth_date,
        address=spouse.address or (agent.address if spouse.lives_together else ""),
        agent=agent.name,
        agent_code=agent.employee_code,
        company=company_at_work(item.company_id).name,
        code=item.application.code,
    )


def draw(power: Facts, signer: str, strokes: str = "", *, at: datetime | None = None) -> bytes:
    """The paper as PDF.

    `signer` is the name as the spouse typed it; `strokes` what was drawn: lines parted by `;`, of
    points `x,y` within 1000 × 300 parted by blanks.
    """
    moment = at or timezone.now()
    plain = style(11)
    story: list[Flowable] = [
        heading(TITLE, [day(moment), f"申請番号 {power.code}"]),
        Spacer(0, 8 * mm),
        *[text(line, plain) for line in WORDING],
        Spacer(0, 6 * mm),
        facts([(label, text(value, plain)) for label, value in power.rows()]),
        Spacer(0, 8 * mm),
        text("署名（委任する人）", style(9.5)),
        text(signer, style(16)),
    ]
    lines = _lines(strokes)
    if lines:
        story += [Spacer(0, 3 * mm), _drawing(lines)]
    story += [
        Spacer(0, 6 * mm),
        text(
            f"{moment.astimezone():%Y-%m-%d %H:%M}、従業員ポータルの画面で、"
            "委任する人が氏名を記し、内容に同意しました。",
            style(9.5),
        ),
    ]
    return build(TITLE, power.company, story)


def _lines(strokes: str) -> list[list[float]]:
    """Coordinates of each line, as reportlab takes them (its y goes up)."""
    found = []
    for stroke in filter(None, strokes.split(";")):
        points: list[float] = []
        for point in stroke.split():
            x, _, y = point.partition(",")
            points += [
                min(int(x), FIELD_WIDTH) * _SCALE,
                (FIELD_HEIGHT - min(int(y), FIELD_HEIGHT)) * _SCALE,
            ]
        if len(points) == 2:  # a dot
            points += [points[0] + 0.5, points[1]]
        found.append(points)
    return found


def _drawing(lines: list[list[float]]) -> Drawing:
    field = Drawing(FIELD_WIDTH * _SCALE, FIELD_HEIGHT * _SCALE)
    for points in lines:
        field.add(PolyLine(points, strokeWidth=1.6, strokeLineCap=1, strokeLineJoin=1))
    return field
