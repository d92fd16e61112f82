"""アクセス情報シート: the sheet a new customer gets, by another way than the certificate.

It carries what is needed to get in for the first time: addresses, the contract's number, the
password of the certificate file, and one-time links with which the first users set their own
passwords. A4, made with reportlab; the typeface is embedded as a subset.
"""

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from azukari.fonts import BIZ_UDGOTHIC

FONT = "BIZ UDGothic"
JAPAN = timezone(timedelta(hours=9), "JST")
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
LABEL_WIDTH = 42 * mm

INK, QUIET, ACCENT = HexColor(0x1A1A1C), HexColor(0x595959), HexColor(0x00118F)
RULE, SHADE = HexColor(0xB3B3B3), HexColor(0xF1F3FB)

# 〓 (geta): the printers' mark for a character the typeface does not have.
MISSING = "〓"


@dataclass(frozen=True, slots=True)
class InitialUser:
    """`setup_link` works once, until `expires` (aware). `role`: its Japanese name."""

    user_id: str
    name: str
    role: str
    setup_link: str = field(repr=False)
    expires: datetime


@dataclass(frozen=True, slots=True)
class AccessSheet:
    """`certificate_valid_to` is aware. `portal_url`: None where employees have no site."""

    contract_number: str
    company_name: str
    operator_url: str
    portal_url: str | None
    certificate_valid_to: datetime
    import_password: str = field(repr=False)
    users: tuple[InitialUser, ...]
    issued_on: date

    @property
    def certificate_file(self) -> str:
        return f"MNS_{self.contract_number}cert.p12"


def render(sheet: AccessSheet) -> bytes:
    """The sheet as PDF. Users flow on to further pages; a character without shape becomes 〓."""
    _register_font()
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=f"アクセス情報シート {sheet.contract_number}",
        author="azukari",
        lang="ja-JP",
    )
    frame = Frame(MARGIN, 20 * mm, WIDTH, A4[1] - 36 * mm, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame])])
    story = [
        *_heading(sheet),
        *_addresses(sheet),
        *_certificate(sheet),
        *_users(sheet),
        *_steps(sheet),
        *_care(),
    ]
    document.build(story, canvasmaker=_numbered_pages(sheet))
    return buffer.getvalue()


@cache
def _register_font() -> TTFont:
    font = TTFont(FONT, str(BIZ_UDGOTHIC))
    pdfmetrics.registerFont(font)
    return font


def _style(size: float, *, leading: float = 1.5, **more: Any) -> ParagraphStyle:
    settings = {"textColor": INK, "wordWrap": "CJK", **more}
    return ParagraphStyle("", fontName=FONT, fontSize=size, leading=size * leading, **settings)


def _text(content: str, style: ParagraphStyle | None = None) -> Paragraph:
    return Paragraph(escape(_drawable(content)), style or _style(10))


def _link(address: str, size: float = 10) -> Paragraph:
    shown = escape(address, {'"': "&quot;"})
    return Paragraph(f'<link href="{shown}" color="#00118F">{shown}</link>', _style(size))


def _drawable(content: str) -> str:
    """Without variation selectors, which only choose among shapes; with 〓 for what is missing."""
    known = _register_font().face.charToGlyph
    return "".join(
        character if ord(character) in known else MISSING
        for character in content
        if not _is_variation_selector(ord(character))
    )


def _is_variation_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def _day(moment: datetime | date) -> str:
    day = moment.astimezone(JAPAN) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def _minute(moment: datetime) -> str:
    return f"{_day(moment)} {moment.astimezone(JAPAN):%H:%M}"


def _heading(sheet: AccessSheet) -> list[Flowable]:
    title = _text("アクセス情報シート", _style(19, textColor=ACCENT))
    issued = _text(f"発行日 {_day(sheet.issued_on)}", _style(9, alignment=2, textColor=QUIET))
    top = Table([[title, issued]], colWidths=[WIDTH * 0.62, WIDTH * 0.38])
    top.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LINEBELOW", (0, 0), (-1, -1), 1.2, ACCENT),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    opening = (
        "マイナンバーの管理サービスを使い始めるための情報です。"
        "パスワードと初期設定用リンクが載っているため、担当者以外の目に触れないようにしてください。"
    )
    return [
        top,
        Spacer(0, 3 * mm),
        _text(f"{sheet.company_name} 御中", _style(13)),
        Spacer(0, 1 * mm),
        _text(opening, _style(9.5, textColor=QUIET)),
    ]


def _section(title: str) -> list[Flowable]:
    bar = Table([[_text(title, _style(11.5, leading=1.3))]], colWidths=[WIDTH])
    bar.setStyle(
        TableStyle(
            [
                ("LINEBEFORE", (0, 0), (0, -1), 3.5, ACCENT),
                ("LEFTPADDING", (0, 0), (-1, -1), 7),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return [Spacer(0, 4.5 * mm), bar, Spacer(0, 1.8 * mm)]


def _facts(rows: list[tuple[str, Any]]) -> Table:
    label = _style(9.5, textColor=QUIET)
    cells = [[_text(name, label), value] for name, value in rows]
    table = Table(cells, colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("BACKGROUND", (0, 0), (0, -1), SHADE),
                ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _addresses(sheet: AccessSheet) -> list[Flowable]:
    rows: list[tuple[str, Any]] = [
        ("契約番号", _text(sheet.contract_number, _style(13))),
        ("管理サイト", _link(sheet.operator_url)),
    ]
    if sheet.portal_url is not None:
        rows.append(("従業員用サイト", _link(sheet.portal_url)))
    return [*_section("契約と接続先"), _facts(rows)]


def _certificate(sheet: AccessSheet) -> list[Flowable]:
    password = [
        _text(sheet.import_password, _style(19, leading=1.35)),
        _text(
            "数字と英小文字です。ハイフン（-）も入力します。0・1・i・l・o は使っていません。",
            _style(8.5, textColor=QUIET),
        ),
    ]
    rows: list[tuple[str, Any]] = [
        ("証明書ファイル", _text(f"{sheet.certificate_file}（このシートとは別にお渡しします）")),
        ("有効期限", _text(_day(sheet.certificate_valid_to))),
        ("インポート用パスワード", password),
    ]
    return [KeepTogether([*_section("電子証明書"), _facts(rows)])]


def _users(sheet: AccessSheet) -> list[Flowable]:
    explained = _text(
        "リンクは1回だけ使えます。証明書を取り込んだパソコンで開き、本人がパスワードを決めます。",
        _style(9.5, textColor=QUIET),
    )
    blocks = [_user(user) for user in sheet.users]
    first = [*_section("最初の利用者"), explained, Spacer(0, 1.5 * mm), *blocks[:1]]
    return [KeepTogether(first), *blocks[1:]]


def _user(user: InitialUser) -> Table:
    who = _text(f"{user.name}（{user.role}）")
    sign = [_text("ユーザーID", _style(8.5, textColor=QUIET)), _text(user.user_id, _style(12))]
    link = [
        _text(
            f"初期設定用リンク（{_minute(user.expires)}まで有効）",
            _style(8.5, textColor=QUIET),
        ),
        _link(user.setup_link, 9.5),
    ]
    table = Table(
        [[sign, [who, *link]]], colWidths=[LABEL_WIDTH, WIDTH - LABEL_WIDTH], splitByRow=0
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (0, -1), SHADE),
                ("LINEABOVE", (0, 0), (-1, 0), 0.5, RULE),
                ("LINEBELOW", (0, -1), (-1, -1), 0.5, RULE),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return table


def _steps(sheet: AccessSheet) -> list[Flowable]:
    windows = [
        f"証明書ファイル {sheet.certificate_file} をダブルクリックします。",
        "保存場所は「現在のユーザー」のまま進み、このシートのインポート用パスワードを入力します。",
        "「このキーをエクスポート可能にする」は選ばず、証明書ストアは自動選択のまま完了します。",
    ]
    mac = [
        "証明書ファイルをダブルクリックし、キーチェーンアクセスの「ログイン」に追加します。",
        "このシートのインポート用パスワードを入力します。",
    ]
    sign_in = [
        "ブラウザー（Edge、Chrome、Safari）をいったん閉じ、開き直して管理サイトに接続します。",
        f"証明書を選ぶ画面では「MNS_{sheet.contract_number}」を選びます。",
        "初期設定用リンクを開き、パスワードを決めます。",
        "契約番号・ユーザーID・パスワードでサインインします。",
    ]
    groups = [("Windows", windows), ("macOS", mac), ("サインイン", sign_in)]
    table = _facts([(name, _numbered(lines)) for name, lines in groups])
    return [CondPageBreak(45 * mm), *_section("使い始めるまで"), table]


def _care() -> list[Flowable]:
    lines = [
        "このシートと証明書ファイルは、別々の方法で渡し、別々の場所に保管してください。",
        "メールへの添付、写真の撮影、共有フォルダーへの保存はしないでください。",
        "全員の設定が終わったら、このシートを細断し、証明書ファイルの控えを消去してください。",
        "紛失や盗み見のおそれがあるときは、すぐに管理者へ証明書の失効を依頼してください。",
    ]
    content = [_bulleted("・", line) for line in lines]
    return [KeepTogether([*_section("お取り扱い"), *content])]


def _numbered(lines: list[str]) -> list[Paragraph]:
    return [_bulleted(f"{number}.", line) for number, line in enumerate(lines, start=1)]


def _bulleted(mark: str, line: str) -> Paragraph:
    style = _style(9.5, leftIndent=14, bulletFontName=FONT, bulletFontSize=9.5)
    return Paragraph(escape(_drawable(line)), style, bulletText=mark)


def _numbered_pages(sheet: AccessSheet) -> type[Canvas]:
    """A canvas that knows at the end how many pages there are, and writes the foot of each."""

    class NumberedPages(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._finished: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._finished.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._finished, start=1):
                self.__dict__.update(page)
                _draw_foot(self, sheet, number, len(self._finished))
                super().showPage()
            super().save()

    return NumberedPages


def _draw_foot(canvas: Canvas, sheet: AccessSheet, number: int, pages: int) -> None:
    canvas.setFont(FONT, 8.5)
    canvas.setFillColor(QUIET)
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, 15 * mm, A4[0] - MARGIN, 15 * mm)
    canvas.drawString(MARGIN, 10.5 * mm, f"取扱注意　契約番号 {sheet.contract_number}")
    canvas.drawRightString(A4[0] - MARGIN, 10.5 * mm, f"{number} / {pages}")
