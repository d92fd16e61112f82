"""The draft of a report to the 個人情報保護委員会: the nine items of 規則 第3条第1項.

The report itself is typed into the commission's form on its web site; this is what to type, and
the company's own copy.  No number stands in it, and nobody's name but those the company typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from azukari.law.era import wareki
from azukari.law.incident import Harm
from azukari.oversee.incidents import queries
from azukari.oversee.incidents.models import Incident, IncidentStep
from azukari.oversee.incidents.rules import Cause, Item, Step
from azukari.tenancy import paper
from azukari.tenancy.models import Company

_UNKNOWN = "調査中"
_NONE = "なし"


@dataclass(frozen=True, slots=True)
class Section:
    """One item of the report: its heading, and what is told under it."""

    title: str
    lines: tuple[tuple[str, str], ...]


def sections(incident: Incident, company: Company) -> list[Section]:
    steps = queries.steps_of(incident)
    number = f"（法人番号 {company.corporate_number}）" if company.corporate_number else ""
    return [
        Section(
            "報告者",
            (
                ("名称", f"{company.name}{number}"),
                ("所在地", company.address or _NONE),
                ("電話番号", company.telephone or _NONE),
                ("事案番号（社内）", incident.code),
            ),
        ),
        Section("1　概要", _outline(incident, steps)),
        Section(
            "2　特定個人情報の項目",
            (
                ("項目", "、".join(Item(one).label for one in incident.items) or _UNKNOWN),
                ("媒体・種類", incident.medium or _UNKNOWN),
            ),
        ),
        Section("3　特定個人情報に係る本人の数", _people(incident)),
        Section(
            "4　原因",
            (
                ("原因の種類", Cause(incident.cause).label),
                ("原因の内容", incident.cause_told or _UNKNOWN),
            ),
        ),
        Section("5　二次被害又はそのおそれ", (("有無と内容", incident.damage or _UNKNOWN),)),
        Section("6　本人への対応の実施状況", _principals(incident, steps)),
        Section("7　公表の実施状況", _done(steps, Step.ANNOUNCE, "未実施")),
        Section("8　再発防止のための措置", _done(steps, Step.PREVENT, "検討中")),
        Section("9　その他参考となる事項", (("内容", incident.remark or _NONE),)),
    ]


def _outline(incident: Incident, steps: Sequence[IncidentStep]) -> tuple[tuple[str, str], ...]:
    harm = Harm(incident.harm).label + ("のおそれ" if incident.suspected else "")
    found = [ground.label for ground in incident.grounds]
    return (
        ("事態の種類", harm),
        ("発生日", _day(incident.happened_on)),
        ("発覚日（知った日）", _day(incident.noticed_on)),
        ("発見者", incident.noticed_by),
        ("規則第2条各号該当性", "、".join(found) or "該当しない"),
        ("委託先", incident.contractor or _NONE),
        ("事実経過", incident.outline),
        *(_done(steps, Step.CONTAIN, "") if _of(steps, Step.CONTAIN) else ()),
    )


def _people(incident: Incident) -> tuple[tuple[str, str], ...]:
    lines = [("人数", f"{incident.people:,}人" if incident.people else _UNKNOWN)]
    if incident.affected:
        lines.append(("うち利用の記録から特定した人", f"{incident.affected:,}人"))
    return tuple(lines)


def _principals(incident: Incident, steps: Sequence[IncidentStep]) -> tuple[tuple[str, str], ...]:
    told = queries.count_notified(incident)
    of = f"{incident.affected:,}人のうち{told:,}人に通知"
    return (*((("通知した人数", of),) if incident.affected else ()),
            *_done(steps, Step.NOTIFY, "未実施"))  # fmt: skip


def _done(steps: Sequence[IncidentStep], step: Step, otherwise: str) -> tuple[tuple[str, str], ...]:
    lines = tuple((f"{step.label}（{paper.day(one.on)}）", one.note) for one in _of(steps, step))
    return lines or (("実施状況", otherwise),)


def _of(steps: Sequence[IncidentStep], step: Step) -> list[IncidentStep]:
    return [one for one in steps if one.step == step]


def _day(day: date | None) -> str:
    return f"{paper.day(day)}（{wareki(day)}）" if day else _UNKNOWN


# as text, as paper ------------------------------------------------------------------------------


def title(incident: Incident) -> str:
    return f"特定個人情報の漏えい等に関する報告（案）　{incident.title}"


def as_text(incident: Incident, company: Company, at: datetime) -> str:
    """Plain text to copy from."""
    lines = [title(incident), f"作成 {paper.minute(at)}", ""]
    for section in sections(incident, company):
        lines.append(f"■ {section.title}")
        lines += [f"{label}：{told}" for label, told in section.lines]
        lines.append("")
    return "\r\n".join(lines)


def as_paper(incident: Incident, company: Company, at: datetime) -> bytes:
    """The same as PDF; the same incident at the same time gives the same bytes."""
    beside = [f"事案番号 {incident.code}", f"作成 {paper.minute(at)}"]
    story: list[Flowable] = [
        paper.heading("漏えい等の報告（案）", beside),
        Spacer(0, 3 * mm),
        paper.text(incident.title, paper.style(13)),
    ]
    for section in sections(incident, company):
        rows = [(label, paper.text(told, paper.style(9.5))) for label, told in section.lines]
        story.append(KeepTogether([*paper.section(section.title), paper.facts(rows)]))
    foot = f"漏えい等の報告（案） {incident.code}　{company.name}　個人番号は含まれていません"
    return paper.build(f"漏えい等の報告（案） {incident.code}", foot, story)
