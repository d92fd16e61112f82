"""What people read about disposals: why an act is refused, where a batch is, why a row failed."""

from collections.abc import Mapping

from azukari.dispose.models import BatchState, ItemState
from azukari.dispose.rules import DisposeProblem, ItemProblem, Reason
from azukari.law.retention import RULES
from azukari.web import words
from azukari.web.components.parts import Tone

STEPS = ["起案", "確認", "承認", "実行", "証明書"]
_STEP: Mapping[str, int] = {
    BatchState.PROPOSED: 2,
    BatchState.REVIEWED: 3,
    BatchState.APPROVED: 4,
    BatchState.RUNNING: 4,
    BatchState.EXECUTED: 5,
    BatchState.CERTIFIED: 6,
    BatchState.CANCELLED: 1,
}
BATCH_TONES: Mapping[str, Tone] = {
    BatchState.PROPOSED: "neutral",
    BatchState.REVIEWED: "warning",
    BatchState.APPROVED: "info",
    BatchState.RUNNING: "info",
    BatchState.EXECUTED: "warning",
    BatchState.CERTIFIED: "success",
    BatchState.CANCELLED: "neutral",
}
ITEM_TONES: Mapping[str, Tone] = {
    ItemState.PENDING: "info",
    ItemState.EXCLUDED: "neutral",
    ItemState.DONE: "success",
    ItemState.FAILED: "error",
    ItemState.RELEASED: "neutral",
}
REASONS = {reason.value: reason.label for reason in Reason}

_PROBLEMS: Mapping[DisposeProblem, str] = {
    DisposeProblem.NOTHING_TO_DISPOSE: (
        "廃棄する個人番号がありません。すでに廃棄された可能性があります。"
    ),
    DisposeProblem.NOTE_MISSING: "「その他」を選んだときは、補足に理由を入力してください。",
    DisposeProblem.ON_HOLD: words.DISPOSAL_ON_HOLD,
    DisposeProblem.STILL_NEEDED: (
        "まだ使う目的がある個人番号です。退職日や扶養から外れた日を先に登録するか、"
        "誤って登録したときなどは、その理由を選んでください。"
    ),
    DisposeProblem.STILL_KEPT: (
        "法律で保存する期間が終わっていません。終わるまで待つか、"
        "誤って登録したときなどは、その理由を選んでください。"
    ),
    DisposeProblem.SECOND_PERSON_NEEDED: (
        "まだ承認されていません。この会社では、廃棄にもう1人の承認が要ります。"
    ),
    DisposeProblem.ALREADY_ASKED: "この個人番号は、すでに廃棄案に入っています。",
    DisposeProblem.NOTHING_DUE: (
        "廃棄案に入れられる個人番号がありません。ほかの廃棄案に入っているか、"
        "廃棄が保留されている可能性があります。"
    ),
    DisposeProblem.NOTHING_CHOSEN: "1件も選ばれていません。一覧で選んでください。",
    DisposeProblem.NOT_IN_THIS_STATE: (
        "この廃棄案では、いまその操作はできません。ほかの担当者が先に進めた可能性があります。"
    ),
    DisposeProblem.NOBODY_KNOWN: (
        "起案した人か承認する人が特定できないため、承認できません。"
        "利用者として起案し直してください。"
    ),
    DisposeProblem.SAME_PERSON: (
        "自分が起案した廃棄案は承認できません。ほかの責任者に依頼してください。"
    ),
    DisposeProblem.SAME_MAKER: words.SAME_MAKER,
    DisposeProblem.ALONE_TOO_SOON: words.ALONE_TOO_SOON,
    DisposeProblem.APPROVAL_OVER: (
        "承認から24時間が過ぎたため、実行できません。もう一度承認を受けてください。"
    ),
    DisposeProblem.NOT_YET_DUE: (
        "対象の日がまだ来ていないため、実行できません。その日になってから実行してください。"
    ),
    DisposeProblem.NOT_WHAT_WAS_APPROVED: (
        "承認されたときの一覧と内容が違うため、実行しません。取りやめて、起案し直してください。"
    ),
    DisposeProblem.STILL_RUNNING: "すでに実行しています。終わるまでお待ちください。",
    DisposeProblem.NOTHING_DISPOSED: "廃棄した個人番号がないため、証明書はありません。",
    DisposeProblem.BECAUSE_MISSING: "理由を入力してください。",
}
_ITEM_PROBLEMS: Mapping[ItemProblem, tuple[str, str]] = {
    ItemProblem.ALREADY_GONE: (
        "承認のあと、ほかの操作で廃棄されました。",
        "することはありません。廃棄の記録で確かめられます。",
    ),
    ItemProblem.OTHER_NUMBER: (
        "承認のあと、番号が訂正されました。",
        "訂正後の番号を廃棄するときは、新しい廃棄案に入れてください。",
    ),
    ItemProblem.ON_HOLD: (
        "廃棄が保留されています。",
        "保留が解除されたら、もう一度実行してください。",
    ),
    ItemProblem.NEEDED_AGAIN: (
        "承認のあと、再入社や新しい利用目的などで、廃棄できる日が変わりました。",
        "廃棄せずに保管を続けます。日付が誤りのときは、本人の画面で直してからもう一度実行してください。",
    ),
}


def say(problem: DisposeProblem) -> str:
    return _PROBLEMS[problem]


def say_item(problem: str) -> tuple[str, str]:
    """What happened, and what to do; nothing for a row without a problem."""
    return _ITEM_PROBLEMS[ItemProblem(problem)] if problem else ("", "")


def step(state: str) -> int:
    return _STEP[state]


def paper(code: str) -> str:
    """The papers a rule keeps, without the article."""
    return RULES[code].applies_to if code in RULES else code


def rule(code: str) -> str:
    """「扶養控除等申告書…（所得税法施行規則第76条の3）」."""
    return f"{RULES[code].applies_to}（{RULES[code].article}）" if code in RULES else code
