"""Invented people, offices and jobs for the gallery."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from azukari.web.components import sample_forms
from azukari.web.components.parts import (
    Column,
    Link,
    LinkGroup,
    Moment,
    Share,
    ShownTask,
    Span,
    Wave,
)

_TOKYO = ZoneInfo("Asia/Tokyo")
# The check digit is wrong on purpose: this number can belong to nobody.
_NOBODYS_DIGITS = "123456789012"

_MENU = (
    (
        "",
        (
            ("top", "トップ", "home", None),
            ("parts", "部品の見本", "menu", None),
            ("fields", "入力欄の見本", "edit", None),
        ),
    ),
    ("収集", (("", "申請管理一覧", "inbox", 12),)),
    (
        "登録・保管",
        (
            ("people", "個人番号（本人）", "user", None),
            ("", "個人番号（家族）", "family", None),
            ("", "支払先", "briefcase", None),
            ("", "一括登録・変更", "upload", None),
        ),
    ),
    (
        "登録状況確認",
        (
            ("", "差分チェック", "compare", None),
            ("", "連携状況", "link", 3),
            ("", "ファイル出力", "download", None),
        ),
    ),
    ("利用・廃棄", (("", "法定帳票作成", "document", None), ("dispose", "廃棄", "trash", None))),
    ("運用確認", (("", "利用履歴照会", "history", None), ("", "月次確認", "shield", None))),
)


def frame(page: str) -> dict[str, Any]:
    """What every operator page is surrounded by."""
    return {
        "menu": [
            LinkGroup(
                group,
                tuple(
                    Link(
                        label,
                        f"/_components?page={key}" if key else "#main",
                        icon,
                        count=count,
                        current=key == page,
                    )
                    for key, label, icon, count in items
                ),
            )
            for group, items in _MENU
        ],
        "company_name": "株式会社あおぞら製作所",
        "contract_code": "100001",
        "user_name": "山田 花子",
        "role_name": "運用担当者",
        "manual_links": (Link("基本操作マニュアル", "#main"), Link("詳細操作マニュアル", "#main")),
    }


def _crumbs(*labels: str) -> tuple[Link, ...]:
    return (
        Link("トップ", "/_components?page=top"),
        *(Link(label, "/_components?page=people") for label in labels),
    )


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 4, day, hour, minute, tzinfo=_TOKYO)


def _moments() -> tuple[Moment, ...]:
    return (
        Moment(
            _at(20, 9, 12),
            "個人番号を表示しました",
            "山田 花子（運用担当者）",
            "源泉徴収票の記載内容を確かめるため",
            "warning",
        ),
        Moment(
            _at(8, 14, 3),
            "給与所得の源泉徴収票（令和8年分）に使いました",
            "山田 花子（運用担当者）",
        ),
        Moment(
            _at(2, 10, 30),
            "個人番号を登録しました",
            "佐藤 健（運用担当者）",
            "入社にともなう登録",
            "success",
        ),
    )


def _shares() -> tuple[Share, ...]:
    return (
        Share("本社 管理部", 118, 2),
        Share("大阪支店 営業部", 240, 35),
        Share("福岡工場 製造部 第一製造課 組立係", 312, 88),
        Share("札幌営業所", 24, 0),
    )


def _waves() -> tuple[Wave, ...]:
    counts = (0, 3, 12, 4, 0, 7, 1480, 22, 5, 0, 18, 260)
    return tuple(Wave(f"{(i + 3) % 12 + 1}月", count, past=i < 1) for i, count in enumerate(counts))


def _spans() -> tuple[Span, ...]:
    return (
        Span("扶養控除等申告書", date(2025, 1, 11), date(2032, 1, 10)),
        Span("健康保険に関する書類", date(2024, 4, 1), date(2026, 3, 31)),
    )


def _tasks() -> list[ShownTask]:
    return [
        ShownTask("1", "waiting", 0, 12000),
        ShownTask("2", "running", 4230, 12000, 190, label="源泉徴収票の作成", result_url="#main"),
        ShownTask("3", "done", 12000, 12000, note="11,998人分を作成しました。"),
        ShownTask(
            "4",
            "failed",
            800,
            12000,
            note="記録を書き込めないため止めました。800人分は作成済みです。続きから再開できます。",
        ),
    ]


def parts() -> dict[str, Any]:
    return {
        "crumbs": _crumbs("部品の見本"),
        "moments": _moments(),
        "shares": _shares(),
        "waves": _waves(),
        "spans": _spans(),
        "today": date(2026, 11, 2),
        "tasks": _tasks(),
        "digits": _NOBODYS_DIGITS,
        "tiles": _tiles(),
        "figures": _figures(),
        "steps": ["ファイルを選ぶ", "内容を確かめる", "登録する", "結果を見る"],
        "tabs": (
            Link("給与のみ", "#main", count=4, current=True),
            Link("本サービスのみ", "#main", count=12),
            Link("内容が異なる", "#main", count=1031),
        ),
        "columns": [Column("行", number=True), "列", "内容", "直し方"],
        "cells": [
            (12, "個人番号", "数字が11桁しかありません", "先頭の0が消えていないかご確認ください"),
            (48, "生年月日", "2月30日はありません", "番号確認書類の生年月日をご確認ください"),
        ],
        "running_task": _tasks()[1],
    }


def fields() -> dict[str, Any]:
    return {
        "crumbs": _crumbs("入力欄の見本"),
        "form": sample_forms.EveryField(),
        "refused": sample_forms.refused(),
    }


def _figures() -> tuple[Link, ...]:
    return (
        Link("登録済", "#main", "success", count=12480, unit="人", note="家族を含む"),
        Link(
            "未登録", "#main", count=125, unit="人", tone="warning", note="うち入社1か月以内 18人"
        ),
        Link("保存期間を過ぎた番号", "#main", count=3, unit="人", tone="error"),
        Link("連携エラー", "#main", "link", count=0),
    )


def _tiles() -> tuple[Link, ...]:
    return (
        Link("個人番号（本人）", "#main", "user", "社員の番号を登録・参照・変更・廃棄します"),
        Link("個人番号（家族）", "#main", "family", "扶養家族の番号を管理します"),
        Link("一括登録・変更", "#main", "upload", "CSV・Excelでまとめて登録します"),
        Link("法定帳票作成", "#main", "document", "源泉徴収票などを作成します"),
        Link("差分チェック", "#main", "compare", "給与計算と登録内容を比べます"),
        Link("利用履歴照会", "#main", "history", "いつ、誰が、何のために使ったかを見ます"),
    )


def top() -> dict[str, Any]:
    return {
        "waiting": (
            Link(
                "承認を待っている申請",
                "#main",
                "inbox",
                "いちばん古いものは4月2日に届きました",
                12,
                tone="warning",
                tag="期限が近い",
            ),
            Link(
                "廃棄の承認",
                "#main",
                "trash",
                "保存期間が終わった番号です",
                3,
                "人",
                tone="error",
                tag="期限切れ",
            ),
            Link("連携エラー", "#main", "link", "給与計算から届いた内容を反映できていません", 3),
        ),
        "figures": _figures(),
        "tiles": _tiles(),
        "shares": _shares(),
        "waves": _waves(),
    }


def people() -> dict[str, Any]:
    names = (
        (
            "A0001001",
            "髙橋 𠮷之助",
            "タカハシ ヨシノスケ",
            "本社 管理部",
            "登録済",
            "success",
            "2034年1月31日",
        ),
        ("A0001002", "山田 花子", "ヤマダ ハナコ", "大阪支店 営業部", "未登録", "warning", ""),
        (
            "A0001003",
            "ウィリアムズ アレクサンドラ エリザベス",
            "ウィリアムズ アレクサンドラ エリザベス",
            "福岡工場 製造部 第一製造課 組立係",
            "申請中",
            "info",
            "",
        ),
        (
            "A0001004",
            "佐藤 健",
            "サトウ タケシ",
            "札幌営業所",
            "廃棄予定",
            "error",
            "2026年4月30日",
        ),
        ("A0001005", "鈴木 一郎", "スズキ イチロウ", "本社 管理部", "廃棄済", "neutral", ""),
    )
    keys = ("code", "name", "kana", "department", "state", "tone", "due")
    return {
        "crumbs": _crumbs("個人番号（本人）"),
        "saved": (
            (Link("管理部の未登録", "#main", current=True), "#main"),
            (Link("退職した人", "#main"), "#main"),
        ),
        "search": sample_forms.PeopleSearch({"department": "", "state": ""}),
        "applied": (Link("部署：本社 管理部", "#main"), Link("退職者を含む", "#main")),
        "people": [dict(zip(keys, line, strict=True)) for line in names],
    }


def person() -> dict[str, Any]:
    return {"crumbs": _crumbs("個人番号（本人）", "髙橋 𠮷之助"), "moments": _moments()}


def dispose() -> dict[str, Any]:
    return {"crumbs": _crumbs("廃棄", "個人番号の廃棄"), "form": sample_forms.DisposeForm()}


def signin() -> dict[str, Any]:
    return {"form": sample_forms.SignInForm()}


def message() -> dict[str, Any]:
    return {
        "what": "お使いの証明書は、この契約では使えなくなっています（失効済み）。",
        "safe": "登録されている個人番号に影響はありません。",
        "todo": [
            "新しい証明書を受け取っている場合は、取り込んでからもう一度アクセスしてください。",
            "別の証明書を選び直すときは、下のボタンから選び直せます。",
            "分からないときは、会社の管理担当者にお問い合わせください。",
        ],
        "back_url": "/_components?page=signin",
        "back_label": "証明書を選び直す",
        "support_code": "E4-7KQ2-0931",
    }


def certificate() -> dict[str, Any]:
    return {
        "document_code": "D-2026-000123",
        "issued_at": _at(30, 17, 5),
        "issued_by": "責任者 鈴木 一郎",
        "back_url": "/_components?page=top",
        "columns": ["社員番号", "氏名", "廃棄した日時"],
        "cells": [
            ("A0001004", "佐藤 健", "2026年4月30日 17:02"),
            ("A0001177", "田中 実", "2026年4月30日 17:02"),
        ],
    }
