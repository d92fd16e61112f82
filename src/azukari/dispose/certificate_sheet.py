"""廃棄証明書 as paper an auditor files: A4, from the issued document and the people's names.

It lists the first `ROWS` numbers; for the others it names the document for machines, whose
digest it bears.  The same document and names give the same bytes.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, Spacer, Table
from reportlab.platypus import TableStyle as Look

from azukari.dispose.certificate_document import Number, Read
from azukari.ledger.checkpoint import fingerprint, key_in
from azukari.tenancy.paper import (
    FONT,
    INK,
    JAPAN,
    QUIET,
    RULE,
    SHADE,
    WIDTH,
    build,
    day,
    drawable,
    facts,
    heading,
    section,
    style,
    text,
)

ROWS: Final = 1000
_ON_FIRST_PAGE: Final = 8  # so many rows leave room for everything else
_ROWS_A_PAGE: Final = 44
_SIZE: Final = 8
_PADDING: Final = 2.2

_KINDS: Final = {"employee": "本人", "family": "家族", "payee": "支払先"}
_COLUMNS: Final = (
    ("番号", 11), ("社員番号等", 27), ("氏名", 36), ("区分", 13), ("保存の根拠", 27),
    ("廃棄できる日", 20), ("鍵の消去", 26), ("台帳", 14),
)  # fmt: skip


def render(read: Read, names: Mapping[str, str]) -> bytes:
    """`read` with up to `ROWS` numbers; `names` by id of person."""
    told = read.statement
    rows = _table_rows(read.numbers, names)
    few = told["count"] <= _ON_FIRST_PAGE
    story = [
        heading(
            "個人番号 廃棄証明書",
            [f"証明書番号 {told['code']}", f"発行日 {_issued_on(told)}"],
        ),
        *_issuer(told),
        *_summary(told),
        *(_numbers(told, rows) if few else []),
        *_finality(told["erasure"]),
        *_verification(read),
        *([] if few else [PageBreak(), *_numbers(told, rows)]),
    ]  # fmt: skip
    company = told["company"]
    foot = f"廃棄証明書 {told['code']}　{company['name']}　契約番号 {company['contract']}"
    return build(f"廃棄証明書 {told['code']}", foot, story)


def _issuer(told: Mapping[str, Any]) -> list[Flowable]:
    company = told["company"]
    number = f"（法人番号 {company['corporate_number']}）" if company["corporate_number"] else ""
    return [
        Spacer(0, 3 * mm),
        text(f"{company['name']}{number}", style(13)),
        text(
            f"契約番号 {company['contract']}　会社コード {company['code']}　"
            f"発行者 {told['issued_by']}",
            style(9, textColor=QUIET),
        ),
        Spacer(0, 2 * mm),
        text("次の個人番号を、復元できない方法で廃棄したことを証明します。"),
    ]


def _summary(told: Mapping[str, Any]) -> list[Flowable]:
    batch, erasure = told["batch"], told["erasure"]
    rows = [("廃棄したもの", f"個人番号　{told['count']:,}件")]
    if "excluded" in batch:
        rows.append(
            (
                "まとめて廃棄",
                (
                    f"廃棄番号 {batch['code']}　対象日 {_day(batch['due_until'])}　"
                    f"除外 {batch['excluded']:,}件　失敗 {batch['failed']:,}件"
                ),
            )
        )
    elif batch:
        rows.append(("まとめて廃棄", f"廃棄番号 {batch['code']}"))
    rows.append(("廃棄の理由", "、".join(told["reasons"].values())))
    if told["note"]:
        rows.append(("補足", told["note"]))
    rows += [(act["label"], _who(act)) for act in told["acts"]]
    rows += [
        ("廃棄の方法", told["method"]["text"]),
        ("鍵を消去した日時", _span(erasure["logical_from"], erasure["logical_until"])),
    ]
    shown: list[tuple[str, Any]] = [(label, text(value, style(9.5))) for label, value in rows]
    if told["rules"]:
        shown.append(("保存期間の根拠", [_rule(*rule) for rule in told["rules"].items()]))
    return [*section("廃棄の内容"), facts(shown)]


def _who(act: Mapping[str, Any]) -> str:
    return f"{act['name']}（{_minute(act['at'])}）" if act["at"] else act["name"]


def _rule(code: str, rule: Mapping[str, str]) -> Paragraph:
    meaning = f"　{rule['applies_to']}（{rule['article']}）" if rule else ""
    return text(code + meaning, style(8.5))


def _finality(erasure: Mapping[str, Any]) -> list[Flowable]:
    rows: list[tuple[str, Any]] = [
        (
            "システムでの復元",
            text(
                f"{_minute(erasure['logical_until'])}までに鍵を消去しました。"
                "このシステムの誰も番号を読み出せません。",
                style(9.5),
            ),
        ),
        (
            "あらゆる複製からの復元",
            [
                text(f"{_day(erasure['final_on'])}から、できません。", style(11)),
                text(
                    f"消去の区分 {erasure['class']}（{erasure['label']}）。{erasure['meaning']}",
                    style(8.5, textColor=QUIET),
                ),
                *_generations(erasure["generations"]),
            ],
        ),
        ("証明の範囲", text(f"{erasure['covers']}。", style(9))),
        ("範囲に含まないもの", text(f"{erasure['excludes']}。", style(9))),
    ]
    return [KeepTogether([*section("いつから復元できないか"), facts(rows)])]


def _generations(found: Sequence[Mapping[str, Any]]) -> list[Flowable]:
    """By generation of the ring, where there is more than one."""
    lines = [
        f"鍵束の第{one['generation']}世代で廃棄した{one['numbers']:,}件　{_day(one['final_on'])}"
        for one in found
    ]
    return [text(line, style(8.5)) for line in lines] if len(lines) > 1 else []


def _verification(read: Read) -> list[Flowable]:
    small = style(7.2, leading=1.35)
    explained = (
        "対になる証明データ（JSON）を検証すると、下の照合値が示され、1文字でも書き換えがあれば分かります。"
        "検証は画面「証明書の検証」か、証明データと一緒に受け取れる検証プログラムで行います。"
    )
    note = "<br/>".join(escape(line) for line in _lines(read.checkpoint))
    left = [
        text("照合値（SHA-256）", style(8.5, textColor=QUIET)),
        text(_in_groups(read.digest), style(9)),
        text("検証鍵の指紋", style(8.5, textColor=QUIET)),
        text(fingerprint(key_in(read.key)), style(8)),
        text("台帳の先頭（署名つきチェックポイント）", style(8.5, textColor=QUIET)),
        Paragraph(note, small),
    ]
    code = _Square(segno.make(_scanned(read), error="m", micro=False), 34 * mm)
    table = Table([[left, code]], colWidths=[WIDTH - 42 * mm, 42 * mm])
    table.setStyle(
        Look(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("ALIGN", (1, 0), (1, 0), "RIGHT"),
                ("BOX", (0, 0), (-1, -1), 0.5, RULE),
            ]
        )
    )
    return [
        KeepTogether(
            [
                *section("この証明書を確かめる"),
                text(explained, style(8.5, textColor=QUIET)),
                Spacer(0, 1.5 * mm),
                table,
            ]
        )
    ]


def _scanned(read: Read) -> str:
    return f"azukari {read.statement['code']} sha256:{read.digest}"


def _lines(note: str) -> list[str]:
    return [drawable(line) for line in note.splitlines() if line]


def _in_groups(digits: str) -> str:
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))


class _Square(Flowable):  # type: ignore[misc]
    """A QR code of the given side, quiet zone (four modules) included."""

    def __init__(self, code: Any, side: float) -> None:
        super().__init__()
        self.code = code
        self.width = self.height = side

    def wrap(self, *_available: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        rows = [list(row) for row in self.code.matrix_iter(border=4)]
        dot = self.width / len(rows)
        self.canv.setFillColor(INK)
        path = self.canv.beginPath()
        for at, row in enumerate(rows, 1):
            for place, dark in enumerate(row):
                if dark:
                    path.rect(place * dot, self.height - at * dot, dot, dot)
        self.canv.drawPath(path, stroke=0, fill=1)


# the numbers ------------------------------------------------------------------------------------


def _table_rows(numbers: Sequence[Number], names: Mapping[str, str]) -> list[list[str]]:
    return [
        [
            _fitting(value, width * mm - 2 * _PADDING)
            for value, (_, width) in zip(_cells(place, one, names), _COLUMNS, strict=True)
        ]
        for place, one in enumerate(numbers, 1)
    ]


def _cells(place: int, one: Number, names: Mapping[str, str]) -> tuple[str, ...]:
    destroyed = datetime.fromisoformat(one.destroyed_at).astimezone(JAPAN)
    return (
        f"{place:,}",
        one.code,
        names.get(one.person, "―"),
        _KINDS.get(one.kind, one.kind),
        "・".join(one.rules) or "―",
        one.due_on.replace("-", "/") if one.due_on else "―",
        f"{destroyed:%Y/%m/%d %H:%M}",
        f"{one.leaf}",
    )


def _fitting(value: str, width: float) -> str:
    """Cut with an ellipsis where the column is too narrow."""
    shown = drawable(value)
    if stringWidth(shown, FONT, _SIZE) <= width:
        return shown
    while shown and stringWidth(shown + "…", FONT, _SIZE) > width:
        shown = shown[:-1]
    return shown + "…"


def _numbers(told: Mapping[str, Any], rows: list[list[str]]) -> list[Flowable]:
    story = section("廃棄した個人番号")
    pages = [rows[at : at + _ROWS_A_PAGE] for at in range(0, len(rows), _ROWS_A_PAGE)]
    for place, page in enumerate(pages):
        story += [*([PageBreak()] if place else []), _table(page)]
    story.append(Spacer(0, 1.5 * mm))
    left_out = told["count"] - len(rows)
    if left_out:
        story.append(
            text(
                f"紙には先頭の{len(rows):,}件を載せました。残りの{left_out:,}件は、"
                "同じ証明書番号の証明データ（JSON）にあります。",
                style(9),
            )
        )
    explained = "「台帳」は、廃棄した記録の台帳での番号です。個人番号は記載していません。"
    story.append(text(explained, style(8.5, textColor=QUIET)))
    return story


def _table(rows: list[list[str]]) -> Table:
    """Of one page: the head is repeated by beginning anew, which is fast for thousands."""
    head = [label for label, _ in _COLUMNS]
    table = Table(
        [head, *rows], colWidths=[width * mm for _, width in _COLUMNS], rowHeights=5.2 * mm
    )
    table.setStyle(
        Look(
            [
                ("FONT", (0, 0), (-1, -1), FONT, _SIZE),
                ("TEXTCOLOR", (0, 0), (-1, 0), QUIET),
                ("BACKGROUND", (0, 0), (-1, 0), SHADE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("ALIGN", (0, 0), (0, -1), "RIGHT"),
                ("ALIGN", (-1, 0), (-1, -1), "RIGHT"),
                ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
                ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
                ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ]
        )
    )
    return table


# time -------------------------------------------------------------------------------------------


def _issued_on(told: Mapping[str, Any]) -> str:
    return day(datetime.fromisoformat(told["issued_at"]))


def _minute(moment: str) -> str:
    at = datetime.fromisoformat(moment).astimezone(JAPAN)
    return f"{day(at)} {at:%H:%M}"


def _day(on: str) -> str:
    return day(date.fromisoformat(on))


def _span(first: str, last: str) -> str:
    begun, ended = _minute(first), _minute(last)
    return begun if begun == ended else f"{begun}から{ended}まで"
