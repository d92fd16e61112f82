"""アクセス情報シート: the sheet a new customer gets, by another way than the certificate.

It carries what is needed to get in for the first time: addresses, the contract's number, the
password of the certificate file, and one-time links with which the first users set their own
passwords. A4, made with reportlab; the typeface is embedded as a subset.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from azukari.tenancy.paper import (
    FONT,
    LABEL_WIDTH,
    QUIET,
    RULE,
    SHADE,
    WIDTH,
    build,
    day,
    drawable,
    facts,
    heading,
    minute,
    section,
    style,
    text,
)


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
    """`certificate_valid_to` is aware. `portal_url`: None where employees have no site.

    `key_fingerprint`: of the key that signs the ledger, by which certificates of disposal are
    told from those of others.
    """

    contract_number: str
    company_name: str
    operator_url: str
    portal_url: str | None
    certificate_valid_to: datetime
    import_password: str = field(repr=False)
    users: tuple[InitialUser, ...]
    key_fingerprint: str
    issued_on: date

    @property
    def certificate_file(self) -> str:
        return f"MNS_{self.contract_number}cert.p12"


def render(sheet: AccessSheet) -> bytes:
    """The sheet as PDF. Users flow on to further pages; a character without shape becomes 〓."""
    story = [
        *_heading(sheet),
        *_addresses(sheet),
        *_certificate(sheet),
        *_users(sheet),
        *_steps(sheet),
        *_care(),
    ]
    title = f"アクセス情報シート {sheet.contract_number}"
    return build(title, f"取扱注意　契約番号 {sheet.contract_number}", story)


def _link(address: str, size: float = 10) -> Paragraph:
    shown = escape(address, {'"': "&quot;"})
    return Paragraph(f'<link href="{shown}" color="#00118F">{shown}</link>', style(size))


def _heading(sheet: AccessSheet) -> list[Flowable]:
    opening = (
        "マイナンバーの管理サービスを使い始めるための情報です。"
        "パスワードと初期設定用リンクが載っているため、担当者以外の目に触れないようにしてください。"
    )
    return [
        heading("アクセス情報シート", [f"発行日 {day(sheet.issued_on)}"]),
        Spacer(0, 3 * mm),
        text(f"{sheet.company_name} 御中", style(13)),
        Spacer(0, 1 * mm),
        text(opening, style(9.5, textColor=QUIET)),
    ]


def _addresses(sheet: AccessSheet) -> list[Flowable]:
    rows: list[tuple[str, Any]] = [
        ("契約番号", text(sheet.contract_number, style(13))),
        ("管理サイト", _link(sheet.operator_url)),
    ]
    if sheet.portal_url is not None:
        rows.append(("従業員用サイト", _link(sheet.portal_url)))
    fingerprint = [
        text(sheet.key_fingerprint, style(9)),
        text(
            "廃棄証明書と操作記録を検証するとき、画面や検証プログラムが示す指紋と照らします。",
            style(8.5, textColor=QUIET),
        ),
    ]
    rows.append(("検証鍵の指紋", fingerprint))
    return [*section("契約と接続先"), facts(rows)]


def _certificate(sheet: AccessSheet) -> list[Flowable]:
    password = [
        text(sheet.import_password, style(19, leading=1.35)),
        text(
            "数字と英小文字です。ハイフン（-）も入力します。0・1・i・l・o は使っていません。",
            style(8.5, textColor=QUIET),
        ),
    ]
    rows: list[tuple[str, Any]] = [
        ("証明書ファイル", text(f"{sheet.certificate_file}（このシートとは別にお渡しします）")),
        ("有効期限", text(day(sheet.certificate_valid_to))),
        ("インポート用パスワード", password),
    ]
    return [KeepTogether([*section("電子証明書"), facts(rows)])]


def _users(sheet: AccessSheet) -> list[Flowable]:
    explained = text(
        "リンクは1回だけ使えます。証明書を取り込んだパソコンで開き、本人がパスワードを決めます。",
        style(9.5, textColor=QUIET),
    )
    blocks = [_user(user) for user in sheet.users]
    first = [*section("最初の利用者"), explained, Spacer(0, 1.5 * mm), *blocks[:1]]
    return [KeepTogether(first), *blocks[1:]]


def _user(user: InitialUser) -> Table:
    who = text(f"{user.name}（{user.role}）")
    sign = [text("ユーザーID", style(8.5, textColor=QUIET)), text(user.user_id, style(12))]
    link = [
        text(
            f"初期設定用リンク（{minute(user.expires)}まで有効）",
            style(8.5, textColor=QUIET),
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
    table = facts([(name, _numbered(lines)) for name, lines in groups])
    return [CondPageBreak(45 * mm), *section("使い始めるまで"), table]


def _care() -> list[Flowable]:
    lines = [
        "このシートと証明書ファイルは、別々の方法で渡し、別々の場所に保管してください。",
        "メールへの添付、写真の撮影、共有フォルダーへの保存はしないでください。",
        "全員の設定が終わったら、このシートを細断し、証明書ファイルの控えを消去してください。",
        "紛失や盗み見のおそれがあるときは、すぐに管理者へ証明書の失効を依頼してください。",
    ]
    content = [_bulleted("・", line) for line in lines]
    return [KeepTogether([*section("お取り扱い"), *content])]


def _numbered(lines: list[str]) -> list[Paragraph]:
    return [_bulleted(f"{number}.", line) for number, line in enumerate(lines, start=1)]


def _bulleted(mark: str, line: str) -> Paragraph:
    look = style(9.5, leftIndent=14, bulletFontName=FONT, bulletFontSize=9.5)
    return Paragraph(escape(drawable(line)), look, bulletText=mark)
