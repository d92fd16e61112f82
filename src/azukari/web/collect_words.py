"""What a person reads for the codes of the collection: what is wrong, what to do."""

from collections.abc import Mapping
from typing import Final

from azukari.collect.mail_words import WordsProblem
from azukari.collect.models import MailState
from azukari.collect.rules import ApplicationState, CollectProblem, RequestState
from azukari.web.components.parts import Tone

PROBLEMS: Final[Mapping[CollectProblem, str]] = {
    CollectProblem.NOT_YOURS: "この申請は、ほかの人のものです。",
    CollectProblem.NOT_EDITABLE: "この申請は、いまは直せません。画面を開き直してください。",
    CollectProblem.NOT_ACCEPTING: (
        "受付期間ではありません。個人番号申請機能設定を確かめてください。"
    ),
    CollectProblem.NOBODY_TO_ASK: (
        "依頼できる人がいません。番号が登録済み、登録不要、または使う目的がない人です。"
    ),
    CollectProblem.ALREADY_APPLYING: (
        "この人の申請がすでにあります。申請管理一覧で、終わってから始めてください。"
    ),
    CollectProblem.PURPOSES_UNSEEN: "利用目的がまだ示されていません。",
    CollectProblem.NUMBER_MISSING: (
        "個人番号がない人がいます。保管期限が過ぎて破棄されたときは、差し戻してください。"
    ),
    CollectProblem.NUMBER_PAPER_MISSING: "番号を確認する書類がありません。",
    CollectProblem.PERSON_PAPER_MISSING: "身元を確認する書類がありません。",
    CollectProblem.AUTHORITY_PAPER_MISSING: "委任状がありません。",
    CollectProblem.NOT_ATTESTED: "従業員による本人確認がまだです。",
    CollectProblem.NO_AGENT_NEEDED: "この人に委任状は要りません。",
    CollectProblem.PAPER_NOT_ASKED: "この種類の書類は求めていません。",
    CollectProblem.PAPERS_TOO_MANY: "書類が多すぎます。いらないものを取り除いてください。",
    CollectProblem.PAPER_TOO_LARGE: "ファイルが大きすぎます。",
    CollectProblem.PAPER_FORMAT: "受け付けていない形式のファイルです。",
    CollectProblem.CANNOT_WITHDRAW: "確認が始まっているため、取り下げられません。",
    CollectProblem.DECLINING_NOT_ALLOWED: "この会社では、画面から断ることはできません。",
    CollectProblem.REASON_MISSING: "理由を入力してください。",
    CollectProblem.NUMBER_IN_TEXT: (
        "個人番号と思われる12桁の数字があります。個人番号を除いて入力してください。"
    ),
    CollectProblem.REQUEST_CLOSED: "この依頼は終わっています。新しく依頼してください。",
    CollectProblem.REQUEST_MOVED: (
        "この画面からもう依頼したか、画面を開いたあとで依頼の状態が変わったため、"
        "重ねては依頼していません。いまの状態を確かめ、必要なときだけ、もう一度依頼してください。"
    ),
    CollectProblem.LETTER_UNPRINTED: (
        "同じ回答期限の依頼状が、まだ印刷されていません。提出依頼の一覧で依頼状を印刷して渡してください。"
        "期限や方法を変えるときは、変えてから、もう一度依頼してください。"
    ),
    CollectProblem.SOMEBODY_WAS_FASTER: (
        "先に、ほかの担当者が処理したか、申請した人が変更しました。いまの内容を確かめてください。"
    ),
    CollectProblem.NOT_WAITING: "確認を待っている申請ではありません。",
    CollectProblem.OWN_APPLICATION: (
        "自分の申請、または自分が代理入力した申請は承認できません。ほかの担当者に依頼してください。"
    ),
    CollectProblem.PAPER_UNOPENED: (
        "まだ開いていない書類があります。すべての書類を1つずつ開いて確かめてから、承認してください。"
    ),
    CollectProblem.NOT_COMPARED: (
        "番号確認が済んでいない人がいます。書類の番号を入力して、申請の番号と照合してください。"
    ),
    CollectProblem.COMPARED_TOO_OFTEN: (
        "違う番号が続けて入力されたため、この人の照合を止めました。差し戻して、番号を入力し直して"
        "もらってください。"
    ),
    CollectProblem.NEEDS_AN_EYE: "書類の確認が要る申請です。1件ずつ開いて承認してください。",
    CollectProblem.HELD_FOR_SOMEBODY_ELSE: "同じ番号がほかの人に登録されています。",
    CollectProblem.NO_ADDRESS: (
        "メールアドレスが登録されていません。基本情報に登録するか、書面で依頼してください。"
    ),
    CollectProblem.DEADLINE_PASSED: "回答期限が過ぎた日付です。今日以降の日付にしてください。",
    CollectProblem.ALREADY_ASKED: "回答を待っている依頼がすでにあります。",
    CollectProblem.TOO_SOON: "今日はすでに督促しています。",
    CollectProblem.OPTION_OFF: "この契約では、Web収集オプションが有効ではありません。",
}

WORDS_PROBLEMS: Final[Mapping[WordsProblem, str]] = {
    WordsProblem.EMPTY: "入力してください。",
    WordsProblem.UNKNOWN_PLACEHOLDER: (
        "「{piece}」は差し込めません。使える項目の一覧から、半角の波かっこで入力してください。"
    ),
    WordsProblem.LINK_MISSING: (
        "「{リンク}」がありません。手続きの画面を開けるように入れてください。"
    ),
    WordsProblem.NUMBER_IN_TEXT: PROBLEMS[CollectProblem.NUMBER_IN_TEXT],
    WordsProblem.SUBJECT_BROKEN: "件名は1行で入力してください。",
}

APPLICATION_TONES: Final[Mapping[str, Tone]] = {
    ApplicationState.DRAFT: "neutral",
    ApplicationState.SUBMITTED: "info",
    ApplicationState.CHECKING: "info",
    ApplicationState.APPROVED: "success",
    ApplicationState.REGISTERED: "success",
    ApplicationState.RETURNED: "warning",
    ApplicationState.REJECTED: "error",
    ApplicationState.WITHDRAWN: "neutral",
}
REQUEST_TONES: Final[Mapping[str, Tone]] = {
    RequestState.CREATED: "neutral",
    RequestState.SENT: "info",
    RequestState.OPENED: "info",
    RequestState.ANSWERED: "success",
    RequestState.DECLINED: "warning",
    RequestState.EXPIRED: "error",
    RequestState.CANCELLED: "neutral",
}
MAIL_TONES: Final[Mapping[str, Tone]] = {
    MailState.WAITING: "info",
    MailState.SENDING: "info",
    MailState.SENT: "success",
    MailState.FAILED: "error",
    MailState.BOUNCED: "error",
    MailState.UNCLEAR: "warning",
    MailState.CANCELLED: "neutral",
}
BECAUSE: Final[Mapping[str, str]] = {
    "removed": "申請した人が取り除いた",
    "replaced": "作り直した",
    "left_out": "申請から外した",
    "withdrawn": "取り下げた",
    "cancelled": "依頼を取り消した",
    "returned": "差し戻した",
    "rejected": "却下した",
    "approved": "承認した",
    "expired": "保管期限が過ぎた",
}
EVENTS: Final[Mapping[str, str]] = {
    "corrected": "再提出",
}


def say(problem: CollectProblem) -> str:
    return PROBLEMS[problem]
