"""What a person reads for the codes of law, register and disposal: what is wrong, what to do."""

import math
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from azukari.law.address import ContactProblem
from azukari.law.era import DateProblem
from azukari.law.name import NameProblem
from azukari.law.number import NumberProblem
from azukari.law.verification import VerificationProblem
from azukari.register.keeping import HoldProblem
from azukari.register.rules import FilingNote, RegisterProblem

SAME_MAKER = (
    "依頼した人とあなたの利用者登録は、どちらも同じ管理担当者が7日以内に行ったものです。"
    "別の人であることを確かめる期間のため、ほかの責任者に頼むか、登録から7日が過ぎてから承認してください。"
)
ALONE_TOO_SOON = (
    "ほかに承認できる利用者がいないため、依頼から24時間が過ぎると自分で承認できます。"
    "契約の管理担当者には、このことを記録で知らせています。"
)

_NUMBER: Mapping[StrEnum, str] = {
    NumberProblem.EMPTY: "個人番号を入力してください。",
    NumberProblem.NOT_DIGITS: (
        "数字以外の文字が入っています。個人番号は12桁の数字だけで入力してください。"
    ),
    NumberProblem.LENGTH: (
        "12桁ではありません。番号確認書類を見て、12桁をもう一度入力してください。"
    ),
    NumberProblem.LEADING_ZERO_LOST: (
        "11桁しかありません。先頭の0が落ちている可能性があります。"
        "番号確認書類を見て、12桁で入力してください。"
    ),
    NumberProblem.CHECK_DIGIT: ("検査用数字が合いません。番号確認書類をもう一度ご確認ください。"),
    NumberProblem.ALL_ZERO: (
        "0だけの番号は個人番号ではありません。番号確認書類の番号を入力してください。"
    ),
    NumberProblem.SPREADSHEET_EXPONENT: (
        "表計算ソフトで桁が丸められた形（1.23E+11など）です。元の桁は戻せないため、"
        "番号確認書類を見て入力し直してください。"
    ),
}
_NAME: Mapping[StrEnum, str] = {
    NameProblem.EMPTY: "入力してください。",
    NameProblem.CONTROL_CHARACTER: "目に見えない制御文字が入っています。入力し直してください。",
    NameProblem.NEWLINE: "改行が入っています。1行で入力してください。",
    NameProblem.FORMULA: "先頭に =、+、-、@ は使えません。先頭の記号を取り除いてください。",
    NameProblem.UNREADABLE: "読み取れない文字が入っています。入力し直してください。",
    NameProblem.PRIVATE_CHARACTER: (
        "外字が入っています。ほかのパソコンでは表示できないため、近い文字で入力してください。"
    ),
    NameProblem.TOO_LONG: "文字数が多すぎます。短くして入力してください。",
}
_DATE: Mapping[StrEnum, str] = {
    DateProblem.EMPTY: "日付を入力してください。",
    DateProblem.NOT_A_DATE: (
        "日付として読み取れません。2026/4/1、令和8年4月1日、R8.4.1 のように入力してください。"
    ),
    DateProblem.IMPOSSIBLE: "存在しない日付です。年月日をもう一度ご確認ください。",
    DateProblem.OUTSIDE_ERA: ("その元号にはない日付です。元号と年をもう一度ご確認ください。"),
    DateProblem.OUT_OF_RANGE: "年が正しくありません。西暦は4桁で入力してください。",
    DateProblem.SPREADSHEET_SERIAL: (
        "表計算ソフトの通し番号のようです。2026/4/1 のように日付で入力してください。"
    ),
}
_CONTACT: Mapping[StrEnum, str] = {
    ContactProblem.EMPTY: "入力してください。",
    ContactProblem.NOT_DIGITS: "数字とハイフンで入力してください。",
    ContactProblem.LENGTH: "桁数が合いません。",
}
_VERIFICATION: Mapping[StrEnum, str] = {
    VerificationProblem.NUMBER_CHECK_MISSING: "番号確認の方法を選んでください。",
    VerificationProblem.PERSON_CHECK_MISSING: "身元確認の方法を選んでください。",
    VerificationProblem.AUTHORITY_CHECK_MISSING: (
        "第3号被保険者の届出では、従業員が代理人になります。代理権確認の方法を選んでください。"
    ),
    VerificationProblem.METHOD_DOES_NOT_SETTLE: (
        "選んだ書類では、この確認をしたことになりません。選び直してください。"
    ),
    VerificationProblem.METHOD_NOT_FOR_PAYEES: (
        "支払先には使えない確認の方法です。選び直してください。"
    ),
    VerificationProblem.PAPER_MISSING: "委任契約書または同意書を受け取ってから登録してください。",
}
_REGISTER: Mapping[StrEnum, str] = {
    RegisterProblem.ALREADY_REGISTERED: (
        "この人の個人番号は登録済みです。ほかの担当者が先に登録した可能性があります。"
    ),
    RegisterProblem.NO_PURPOSE: (
        "利用目的を1つ以上選んでください。使う予定のない個人番号は集められません。"
    ),
    RegisterProblem.PURPOSE_DOES_NOT_FIT: (
        "この人の個人番号には使えない利用目的です。選び直してください。"
    ),
    RegisterProblem.HELD_FOR_SOMEBODY_ELSE: (
        "同じ個人番号が、ほかの人に登録されています。"
        "どちらかが間違っていないか確かめてから、登録を続けてください。"
    ),
    RegisterProblem.NOT_NEEDED: (
        "「個人番号登録不要」の人です。登録するときは、先に基本情報の変更でチェックを外してください。"
    ),
    RegisterProblem.CODE_TAKEN: (
        "この社員番号は、ほかの社員が使っています。社員番号をもう一度ご確認ください。"
    ),
    RegisterProblem.LEFT_BEFORE_HIRED: (
        "退職年月日が入社年月日より前になっています。どちらかを直してください。"
    ),
    RegisterProblem.BORN_IN_FUTURE: "生年月日が今日より後になっています。もう一度ご確認ください。",
    RegisterProblem.BORN_AFTER_HIRED: (
        "生年月日が入社年月日と同じか、それより後になっています。どちらかを直してください。"
    ),
    RegisterProblem.NOTHING_TO_REVEAL: (
        "個人番号が登録されていないため、表示できません。廃棄された可能性があります。"
    ),
    RegisterProblem.CATEGORY3_NOT_SPOUSE: (
        "国民年金第3号被保険者になるのは配偶者だけです。続柄か、第3号被保険者のチェックを直してください。"
    ),
    RegisterProblem.NUMBER_IS_HELD: (
        "個人番号を保管しているあいだは「個人番号登録不要」にできません。先に個人番号を廃棄してください。"
    ),
    RegisterProblem.PURPOSE_SWITCHED_OFF: (
        "会社の設定で使わないことにしている利用目的です。ほかの利用目的を選んでください。"
    ),
    RegisterProblem.SAME_PURPOSES: (
        "いまの利用目的と同じです。加えるものを選ぶか、外すもののチェックを外してください。"
    ),
    RegisterProblem.PURPOSE_NOT_PUBLISHED: (
        "加える利用目的が、公表した利用目的の通知文に含まれていません。"
        "管理担当者が利用目的管理で、新しい通知文を公表してから加えてください。"
    ),
    RegisterProblem.PURPOSE_NOT_TOLD: (
        "加える利用目的を、この人にまだ通知していません。"
        "最新の通知文で知らせ、利用目的管理で通知を記録してから加えてください。"
    ),
    RegisterProblem.PROVISION_DOES_NOT_FIT: (
        "この人や利用目的には使えない提供の方法です。"
        "国民年金第3号被保険者の事務に使うときは、第3号被保険者の届出の方法を選んでください。"
    ),
    RegisterProblem.SAME_AS_BEFORE: (
        "いま登録されている番号と同じです。番号が変わった書類（新しい個人番号カードなど）を確かめてください。"
    ),
    RegisterProblem.NOTHING_TO_CHANGE: (
        "個人番号が登録されていないため、変更できません。新しく登録してください。"
    ),
    RegisterProblem.AWAITS_SECOND_CHECK: (
        "もう一人の担当者による本人確認の再確認が済んでいないため、この番号はまだ使えません。"
    ),
    RegisterProblem.NOT_AWAITING: (
        "ほかの担当者が先に再確認したか、番号が変更・廃棄されています。画面を開き直してください。"
    ),
    RegisterProblem.SAME_PERSON: (
        "自分が行ったことを、自分で承認や再確認することはできません。ほかの担当者に依頼してください。"
    ),
    RegisterProblem.NOBODY_KNOWN: (
        "依頼した人か承認する人が特定できないため、承認できません。利用者として依頼し直してください。"
    ),
    RegisterProblem.SAME_MAKER: SAME_MAKER,
    RegisterProblem.ALONE_TOO_SOON: ALONE_TOO_SOON,
    RegisterProblem.NUMBER_DIFFERS: (
        "入力した番号が、登録されている番号と一致しません。書類をもう一度見て、"
        "登録が誤っているときは差し戻してください。"
    ),
    RegisterProblem.NEEDS_SECOND_PERSON: (
        "この会社では、番号の表示にもう一人の承認が必要です。先に承認を依頼してください。"
    ),
    RegisterProblem.NOT_ALLOWED_TO_VIEW: (
        "この依頼はもう使えません。決定済みか、表示済みか、期限を過ぎています。"
    ),
    RegisterProblem.ALREADY_ASKED: (
        "この人の番号表示は、すでに承認を依頼しています。決まるまでお待ちください。"
    ),
    RegisterProblem.VIEWINGS_OF_USER: (
        "1時間に表示できる件数に達しました。時間をおいてから、もう一度操作してください。"
        "件数は会社の「取扱いのきまり」で決まっています。"
    ),
    RegisterProblem.VIEWINGS_OF_COMPANY: (
        "会社全体で1時間に表示できる件数（200件）に達しました。時間をおいてから操作してください。"
    ),
    RegisterProblem.COMPARISONS_OF_USER: (
        "1分間に照合できる件数（30件）に達しました。1分ほど待ってから、もう一度操作してください。"
    ),
    RegisterProblem.COMPARISONS_OF_COMPANY: (
        "会社全体で1日に照合できる件数（300件）に達しました。明日以降に操作してください。"
    ),
    RegisterProblem.ALREADY_LEFT: (
        "この人については、すでに記録されています。ほかの担当者が先に記録した可能性があります。"
    ),
    RegisterProblem.NOT_LEFT: (
        "取り消す記録がありません。ほかの担当者が先に取り消した可能性があります。"
    ),
    RegisterProblem.RETURNED_BEFORE_LEAVING: (
        "前の終わりの日より後の日を入力してください。"
        "記録が誤りだったときは、「記録が誤りだったので取り消す」を選んでください。"
    ),
    RegisterProblem.DEPENDENT_BEFORE_BORN: (
        "扶養から外れた日が生年月日より前になっています。どちらかを直してください。"
    ),
    RegisterProblem.ENDED_BEFORE_STARTED: (
        "契約終了日が契約開始日より前になっています。どちらかを直してください。"
    ),
    RegisterProblem.APART_AT_SAME_ADDRESS: (
        "別居を選んでいますが、住所が社員と同じです。家族の住所を入力するか、同居を選んでください。"
    ),
    RegisterProblem.SPECIFIC_RELATIVE_IS_SPOUSE: (
        "配偶者は特定親族になりません。続柄か、特定親族のチェックを直してください。"
    ),
}
_FILING_NOTE: Mapping[StrEnum, str] = {
    FilingNote.KANA_IN_ONE_PIECE: (
        "氏名カナの姓と名の間に空白がありません。姓と名があるときは、1文字あけてください。"
    ),
    FilingNote.KANA_TOO_LONG: (
        "氏名カナが、届書に書ける25文字（半角カナ。濁点も1文字）を超えています。"
        "届け出るときに、年金事務所へ書き方をご確認ください。"
    ),
    FilingNote.ADDRESS_KANA_TOO_LONG: (
        "住所カナが、届書に書ける75文字（半角カナ。濁点も1文字）を超えています。短くしてください。"
    ),
    FilingNote.ADDRESS_WITHOUT_KANA: (
        "住所カナがありません。個人番号を使わずに届け出るときに必要です。"
    ),
}
_HOLD: Mapping[StrEnum, str] = {
    HoldProblem.ALREADY_HELD: "この人の個人番号は、すでに廃棄を保留しています。",
    HoldProblem.REASON_MISSING: "理由を入力してください。",
    HoldProblem.REVIEW_NOT_AHEAD: "明日以降の日付を入力してください。",
    HoldProblem.REVIEW_TOO_FAR: (
        "1年より先の日付です。保留は長くても1年ごとに見直すため、1年以内の日付を入力してください。"
    ),
    HoldProblem.RELEASED: "この保留は、ほかの担当者が先に解除しました。",
}
_WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    NumberProblem: _NUMBER,
    NameProblem: _NAME,
    DateProblem: _DATE,
    ContactProblem: _CONTACT,
    VerificationProblem: _VERIFICATION,
    HoldProblem: _HOLD,
    RegisterProblem: _REGISTER,
    FilingNote: _FILING_NOTE,
}

PAYEE_CODE_TAKEN = (
    "この支払先コードは、ほかの支払先が使っています。支払先コードをもう一度ご確認ください。"
)
NOT_KANA = "カタカナで入力してください。ひらがなや半角カナでも入力できます。"
NOT_ADDRESS_KANA = (
    "カタカナ・英数字・ハイフンで入力してください。漢字は使えません。"
    "ひらがなや半角カナでも入力できます。"
)
POSTCODE_UNKNOWN = (
    "この郵便番号の住所が見つかりません。番号を確かめるか、住所を直接入力してください。"
)
POSTCODE_OF_MANY = (
    "この郵便番号には複数の町域があります。"
    "共通するところまでを入力しました。続きを入力してください。"
)
POSTCODE_FILLED = "住所を入力しました。続き（丁目・番地・建物）を入力してください。"
ADDRESS_STANDS = "入力されている住所は、この郵便番号の住所と合っています。"
NUMBER_HIDDEN = "番号はもう隠されています。もう一度見るときは、理由を入力してください。"
NUMBERS_DIFFER = "2回の入力が違います。番号確認書類を見て、2回とも入力し直してください。"
NUMBER_IN_TEXT = (
    "12桁の数字が入っています。個人番号を記録に残さないよう、取り除いてから入力してください。"
)
NUMBER_IN_SEARCH = (
    "個人番号では検索できません。社員番号・氏名・カナで検索してください。"
    "入力された数字は記録していません。"
)
SOMEBODY_WAS_FASTER = (
    "入力している間に、ほかの担当者がこの人の情報を変更しました。"
    "下の表で違いを確かめ、必要なら直してから、もう一度「変更する」を押してください。"
)
SOMEBODY_WAS_FASTER_ON_PAGE = (
    "入力している間に、ほかの担当者がこの人の情報を変更しました。"
    "いまの内容を確かめてから、もう一度操作してください。"
)
SEARCH_WITHOUT_CONDITIONS = "条件がありません。先に検索してから、その条件を保存してください。"
SEARCH_TOO_LONG = "条件が長すぎるため保存できません。条件を減らしてください。"
TOO_MANY_SEARCHES = "保存できる条件は20件までです。使わないものを削除してください。"
NOTE_MISSING = "「その他」を選んだときは、補足に理由を入力してください。"
REASON_TOO_SHORT = "あとで見る人が分かるように、4文字以上で入力してください。"
DISPOSAL_ON_HOLD = (
    "この人の個人番号は、廃棄を保留しています。廃棄するときは、先に保留を解除してください。"
)
LOCKED = (
    "失敗が続いたため、このユーザIDではログインできません。"
    "会社の管理担当者にロックの解除を依頼してください。"
)
CODE_NOT_TYPED = "{label}が違います。廃棄する人の{label}をもう一度ご確認ください。"


def say(problem: StrEnum) -> str:
    """The words for a problem code.  KeyError for a code nobody has worded."""
    return _WORDS[type(problem)][problem]


def wait_for(until: datetime | None) -> str:
    """How long to wait, in words; the same whether such a user exists or not."""
    if until is None:
        return LOCKED
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    left = f"{seconds}秒" if seconds < 60 else f"{math.ceil(seconds / 60)}分"
    return (
        "失敗が続いたため、少しのあいだ受け付けを止めています。"
        f"{left}ほど待ってから、もう一度お試しください。"
    )
