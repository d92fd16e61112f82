"""廃棄のお知らせ: what the person whose number it was is given, on screen and on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from azukari.tenancy.paper import build, day, facts, heading, style, text

TITLE: Final = "個人番号 廃棄のお知らせ"
OPENING: Final = "お預かりしていた個人番号（マイナンバー）を、次のとおり廃棄しました。"
CLOSING: Final = (
    "もう一度必要になったときは、あらためて提供をお願いします。"
    "紙に印刷して役所などに提出した書類は、この廃棄に含まれません。"
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`rules`: the articles whose periods had passed; `contact`: whom to ask, as typed."""

    name: str
    company: str
    destroyed_at: datetime
    reason: str
    rules: Sequence[str]
    final_on: date
    contact: str
    issued_on: date

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("廃棄したもの", "個人番号"),
            ("廃棄した日", day(self.destroyed_at)),
            ("廃棄の理由", self.reason),
            *([("保存期間の根拠", "、".join(self.rules))] if self.rules else []),
            (
                "廃棄の方法",
                (
                    "番号を開く鍵を消去し、暗号化した番号も削除しました。"
                    "当社のシステムから番号を読み出すことは、もうできません。"
                ),
            ),
            (
                "複製からの復元",
                f"バックアップなどの古い複製を使っても、{day(self.final_on)}からは復元できません。",
            ),
            ("お問い合わせ先", self.contact),
        ]


def render(receipt: Receipt) -> bytes:
    """The notice as PDF, one page."""
    plain = style(10.5)
    story = [
        heading(TITLE, [day(receipt.issued_on), receipt.company]),
        Spacer(0, 8 * mm),
        text(f"{receipt.name} 様", style(14)),
        Spacer(0, 5 * mm),
        text(OPENING, plain),
        Spacer(0, 4 * mm),
        facts([(label, text(value, plain)) for label, value in receipt.rows()]),
        Spacer(0, 4 * mm),
        text(CLOSING, style(9.5)),
    ]
    return build(TITLE, receipt.company, story)
