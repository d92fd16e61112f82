"""What people read about incidents: why an act is refused, states, what each step is about."""

from collections.abc import Mapping
from datetime import date

from azukari.oversee.incidents.rules import IncidentProblem, IncidentState, Step
from azukari.web.components.parts import Tone

TONES: Mapping[str, Tone] = {
    IncidentState.INVESTIGATING: "error",
    IncidentState.QUICK_REPORTED: "warning",
    IncidentState.FULL_REPORTED: "info",
    IncidentState.CLOSED: "success",
    IncidentState.WITHDRAWN: "neutral",
}
_PROBLEMS: Mapping[IncidentProblem, str] = {
    IncidentProblem.NOTICED_AHEAD: "知った日が今日より後になっています。日付を直してください。",
    IncidentProblem.NOTICED_BEFORE_LAW: (
        "報告の義務は令和4年4月1日からです。それより前に知った事案は、この画面では扱えません。"
    ),
    IncidentProblem.HAPPENED_LATER: (
        "発生日が知った日より後になっています。どちらかを直してください。"
    ),
    IncidentProblem.MANY_BEFORE_NOTICED: (
        "知った日より前の日付です。知った日に分かっていたときは、空けておいてください。"
    ),
    IncidentProblem.NOT_IN_THIS_STATE: (
        "いまの状態では、その操作はできません。ほかの担当者が先に進めた可能性があります。"
    ),
    IncidentProblem.STEP_AHEAD: "今日より後の日付です。行った日を入力してください。",
    IncidentProblem.STEP_BEFORE_NOTICED: (
        "事案を知った日より前の日付です。行った日を入力してください。"
    ),
    IncidentProblem.NOTE_MISSING: "内容を入力してください。",
    IncidentProblem.REPORT_MISSING: (
        "報告の対象となる事態です。委員会への確報を記録してから、対応を完了してください。"
    ),
    IncidentProblem.NOTIFICATION_MISSING: (
        "本人への通知がまだ記録されていません。通知が困難なときは、代わりの措置を「本人への通知」に"
        "記録してから、対応を完了してください。"
    ),
    IncidentProblem.PREVENTION_MISSING: (
        "再発防止策がまだ記録されていません。記録してから、対応を完了してください。"
    ),
    IncidentProblem.NOBODY_CHOSEN: "1人も選ばれていません。一覧で選んでください。",
    IncidentProblem.SOMEBODY_WAS_FASTER: (
        "入力している間に、ほかの人がこの事案を変更しました。入力した内容はまだ保存されていません。"
        "画面を開き直して、いまの内容を確かめてから変更してください。"
    ),
}
HINTS: Mapping[Step, str] = {
    Step.CONTAIN: "責任者への報告、回収、停止、パスワードの変更など。",
    Step.QUICK_REPORT: "報告の方法と受付番号。分かっている事項だけで報告できます。",
    Step.NOTIFY: "通知した人と方法。通知が困難なときは、代わりの措置とその理由。",
    Step.ANNOUNCE: "公表した場所と内容。公表しないときは、その理由。",
    Step.PREVENT: "実施した措置と、これから実施する措置。",
    Step.FULL_REPORT: "報告の方法と受付番号。後から分かった事項の追加の報告も、ここに記録します。",
    Step.CLOSE: "対応の結果。",
    Step.WITHDRAW: "事案ではなかったと判断した理由。",
    Step.REOPEN: "対応を再開する理由。",
}
BUTTONS: Mapping[Step, str] = {
    Step.CLOSE: "対応を完了する",
    Step.WITHDRAW: "事案を取り下げる",
    Step.REOPEN: "対応を再開する",
}


def say(problem: IncidentProblem) -> str:
    return _PROBLEMS[problem]


def days_left(day: date, today: date) -> tuple[str, Tone]:
    """How far away a deadline is, and how that looks."""
    left = (day - today).days
    if left < 0:
        return f"{-left}日過ぎています", "error"
    if left == 0:
        return "今日まで", "error"
    return f"あと{left}日", "warning" if left <= 5 else "info"
