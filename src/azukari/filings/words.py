"""Japanese for problems, in the manner of the office's checker: 「項番13 個人番号／理由」."""

from typing import Final

from azukari.filings.problems import FilingProblem

# A problem whose detail is a whole sentence already.
WHOLE: Final = "whole"

_REASONS: Final = {
    "sum": "{detail}",
    # one item
    "required": "記入されていません。記入してください",
    "must-be-empty": "使わない項目です。空にしてください",
    "type": "{detail}で記入してください",
    "unusable-character": "届書に使えない文字{detail}があります。使える文字に直してください",
    "too-long": "長すぎます。{detail}にしてください",
    "too-short": "短すぎます。{detail}にしてください",
    "code-not-listed": "決められた値ではありません。{detail}から選んでください",
    "forbidden-value": "この値は使えません。正しい値を確かめてください",
    "name-separator": "姓と名のあいだに空白を一つ入れてください",
    "double-space": "空白が続いています。一つにしてください",
    "not-a-date": "実在しない日付です。元号と年月日を確かめてください",
    "date-pair": "元号と年月日の片方しかありません。両方を記入するか、両方を空にしてください",
    "date-parts": "年月日の一部がありません。すべて記入するか、すべて空にしてください",
    "check-digit": "検査用数字が合いません。番号を確かめてください",
    "other-office": "ファイルの事業所情報と違う事業所です。事業所ごとにファイルを分けてください",
    # one record
    "item-count": "項目の数が違います（{detail}）。カンマの数を確かめてください",
    "trailing-comma": "最後の項目のあとに余分なカンマがあります（{detail}）。取り除いてください",
    "blank-line": "空の行があります。取り除いてください",
    "record-retired": "{detail}は2018年3月より前の様式で、提出できません。"
    "いまの様式で作り直してください",
    "kind-unknown": "知られていない法定資料の種類です。見出しの行があれば取り除いてください",
    "several-kinds": "ほかの種類のレコードが混ざっています。種類ごとにファイルを分けてください",
    "year-not-carried": "{detail}の様式は、このシステムにありません。年分を確かめてください",
    "year-to-come": "年分が先の年です。年分を確かめてください",
    "record-unknown": "知られていない様式コードです。様式コードを確かめてください",
    # the file
    "encoding": "文字コードがシフトJISではありません。シフトJISで保存し直してください",
    "line-ending": "改行がCRLFでない行があります。すべての改行をCRLFにしてください",
    "last-line-end": "最後の行が改行で終わっていません。最後にも改行を入れてください",
    "head-line": "{detail}がありません。ファイルの先頭の行を確かめてください",
    "old-generation": "2018年3月より前の様式のファイルで、提出できません。"
    "いまの様式で作り直してください",
    "office-count": "事業所情報数が、事業所情報の行数（{detail}）と違います。数を合わせてください",
    "several-offices": "{detail}か所の事業所が入っています。電子申請では一つだけにしてください",
    "no-records": "届書が1件もありません。1件以上入れてください",
    "too-large": "{detail}以上のファイルは電子申請できません。人数を分けて作ってください",
    "edition-none": "この日付で使える様式の版がありません。日付を確かめてください",
    "read-back": "書き出した内容を読み直したところ、元と一致しませんでした。"
    "ファイルは作られていません。システムの管理者に知らせてください",
}


def reason(problem: FilingProblem) -> str:
    """What is wrong and what to do. Checks between items bring their own words from the layout."""
    wording = _REASONS.get(problem.code, "{detail}")
    return wording.replace("{detail}", problem.detail)


def sentence(problem: FilingProblem) -> str:
    """「項番13 個人番号／理由」, without 項番 where a whole line or file is meant."""
    if problem.code == WHOLE:
        return problem.detail
    item = "" if problem.item is None else f"項番{problem.item} "
    return f"{item}{problem.item_name}／{reason(problem)}"


def located(problem: FilingProblem) -> str:
    """The sentence with the place of its record: 「3件目 項番13 個人番号／理由」."""
    record = "" if problem.record is None else f"{problem.record}件目 "
    return record + sentence(problem)
