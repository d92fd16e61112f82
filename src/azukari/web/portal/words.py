"""What a person of the portal reads for the codes of collection, pictures and waiting."""

import math
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from azukari.collect.rules import CollectProblem
from azukari.law.number import NumberProblem
from azukari.pictures.cleaning import Problem
from azukari.web.words import say

_COLLECT: dict[CollectProblem, str] = {
    CollectProblem.NOT_YOURS: _("この操作は、あなたのアカウントでは行えません。"),
    CollectProblem.NOT_EDITABLE: _(
        "いまは変更できません。提出済みか、担当者が確認しているか、直すところではありません。"
    ),
    CollectProblem.NOT_ACCEPTING: _("いまは受付期間ではありません。会社の担当者にお尋ねください。"),
    CollectProblem.NOBODY_TO_ASK: _("いま提出が必要な人はいません。"),
    CollectProblem.ALREADY_APPLYING: _(
        "この人の申請がすでにあります。「わたしの申請」から続きを行ってください。"
    ),
    CollectProblem.PURPOSES_UNSEEN: _("はじめに、利用目的をご確認ください。"),
    CollectProblem.NUMBER_MISSING: _("個人番号が入力されていません。"),
    CollectProblem.NUMBER_PAPER_MISSING: _("番号を確認する書類が足りません。"),
    CollectProblem.PERSON_PAPER_MISSING: _("本人であることを確認する書類が足りません。"),
    CollectProblem.AUTHORITY_PAPER_MISSING: _("委任状に署名してください。"),
    CollectProblem.NOT_ATTESTED: _("家族の番号を確かめたことに、チェックを入れてください。"),
    CollectProblem.NO_AGENT_NEEDED: _("この人には委任状はいりません。"),
    CollectProblem.PAPER_NOT_ASKED: _("この種類の書類はいりません。"),
    CollectProblem.PAPERS_TOO_MANY: _("書類の枚数が多すぎます。いらないものを取り消してください。"),
    CollectProblem.PAPER_TOO_LARGE: _("ファイルが大きすぎます。小さくして送り直してください。"),
    CollectProblem.PAPER_FORMAT: _("この形式のファイルは、会社の設定で受け付けていません。"),
    CollectProblem.CANNOT_WITHDRAW: _(
        "担当者が確認を始めたため、取り下げられません。担当者にお尋ねください。"
    ),
    CollectProblem.DECLINING_NOT_ALLOWED: _("この画面では辞退できません。担当者にお尋ねください。"),
    CollectProblem.REASON_MISSING: _("「その他」のときは、事情を書いてください。"),
    CollectProblem.NUMBER_IN_TEXT: _(
        "個人番号と思われる12桁の数字が入っています。取り除いてください。"
    ),
    CollectProblem.REQUEST_CLOSED: _("この依頼は、回答済みか、終わっています。"),
    CollectProblem.SOMEBODY_WAS_FASTER: _(
        "ほかの画面か担当者が先に操作しました。いまの状態をご確認ください。"
    ),
    CollectProblem.NOT_WAITING: _("いまは確認待ちではありません。"),
    CollectProblem.DEADLINE_PASSED: _("回答期限を過ぎました。会社の担当者にお尋ねください。"),
}
_PLAINLY = {
    say(NumberProblem.CHECK_DIGIT): _(
        "番号が正しくありません。カードや住民票を見て、もう一度入力してください。"
    ),
    say(NumberProblem.LENGTH): _(
        "12桁ではありません。カードや住民票を見て、もう一度入力してください。"
    ),
    say(NumberProblem.LEADING_ZERO_LOST): _(
        "11桁しかありません。カードや住民票を見て、先頭の0から入力してください。"
    ),
}
_ELSE = _("いまはこの操作を行えません。会社の担当者にお尋ねください。")
_PICTURES: dict[Problem, str] = {
    Problem.EMPTY: _("ファイルの中身が空です。撮り直すか、別のファイルを選んでください。"),
    Problem.TOO_LARGE: _("ファイルが大きすぎます。小さくして送り直してください。"),
    Problem.TOO_MANY_PIXELS: _("画像の縦横が大きすぎます。ふつうの大きさで撮り直してください。"),
    Problem.TOO_SMALL: _("画像が小さすぎて読めません。書類に近づいて撮り直してください。"),
    Problem.UNKNOWN_KIND: _(
        "このファイルは使えません。JPEG・PNG・HEICの写真か、PDFを選んでください。"
    ),
    Problem.BROKEN: _("ファイルが壊れていて開けません。撮り直すか、別のファイルを選んでください。"),
    Problem.LOCKED: _(
        "パスワードの付いたPDFは使えません。パスワードを外すか、写真で送ってください。"
    ),
    Problem.TOO_MANY_PAGES: _("PDFのページが多すぎます。必要なページだけにしてください。"),
    Problem.NO_PAGES: _("PDFにページがありません。別のファイルを選んでください。"),
    Problem.TOO_HEAVY: _("このファイルは処理できません。写真を撮り直して送ってください。"),
    Problem.BUSY: _("いま混み合っています。少し待ってから、もう一度送ってください。"),
}


def of_collect(problem: CollectProblem) -> str:
    return gettext(_COLLECT.get(problem, _ELSE))


def of_number(said: str) -> str:
    """`said` of a number to operators, without the words of their trade."""
    return gettext(_PLAINLY.get(said, said))


def of_picture(problem: Problem) -> str:
    return gettext(_PICTURES[problem])


def wait_for(until: datetime | None) -> str:
    """How long to wait; the same whether such an account exists or not."""
    left = (until - timezone.now()).total_seconds() if until else 900
    seconds = max(1, math.ceil(left))
    if seconds < 60:
        said = gettext("失敗が続きました。{n}秒ほど待ってから、もう一度お試しください。")
        return said.format(n=seconds)
    said = gettext("失敗が続きました。{n}分ほど待ってから、もう一度お試しください。")
    return said.format(n=math.ceil(seconds / 60))
