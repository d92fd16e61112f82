"""What a person reads about a pushed record: why it is not reflected, and what to do."""

from azukari.check.link.events import Problem
from azukari.check.link.models import PushedRecord
from azukari.filings.recipes import yearly
from azukari.register.rules import RegisterProblem
from azukari.web import words

PROBLEMS = {
    Problem.EVENT_UNKNOWN: "知らない種類の連携です。給与計算サービスの設定を確かめてください。",
    Problem.CODE_MISSING: "社員番号がありません。給与計算サービスで入力し、送り直してください。",
    Problem.CODE_MALFORMED: "社員番号に使えない文字があります。英数字で送り直してください。",
    Problem.FAMILY_CODE_MISSING: "家族連番がありません。1からの番号を付けて送り直してください。",
    Problem.FAMILY_CODE_UNEXPECTED: "入社・退職に家族連番があります。外して送り直してください。",
    Problem.DAY_MISSING: "退職・扶養終了の日がありません。日付を付けて送り直してください。",
    Problem.VALUE_MALFORMED: "値の形が違います。給与計算サービスで直し、送り直してください。",
    Problem.NUMBER_IN_TEXT: "個人番号以外の欄に個人番号と思われる数字があるため、"
    "受け取っていません。除いて送り直してください。",
    Problem.NUMBER_MALFORMED: "個人番号が正しくないため、受け取っていません。"
    "ご本人の書類と照らし合わせ、送り直してください。",
    Problem.PURPOSE_UNKNOWN: "利用目的のコードが違います。送り直してください。",
    Problem.NAME_MISSING: "登録のない人に氏名がありません。氏名を付けて送り直してください。",
    Problem.RELATIONSHIP_MISSING: "家族の続柄がありません。続柄を付けて送り直してください。",
    Problem.RELATIONSHIP_UNKNOWN: "知らない続柄です。「続柄の対応」で意味を選ぶと、"
    "同じ続柄の連携がまとめて直ります。",
    Problem.PERSON_UNKNOWN: "この番号の人は登録にありません。入社・家族追加を先に反映するか、"
    "取りやめてください。",
    Problem.EMPLOYEE_UNKNOWN: "家族の社員が登録にありません。社員の入社を先に反映してください。",
    Problem.NUMBER_ALREADY_HELD: "登録済みの個人番号と違います。番号変更の理由を確かめ、"
    "本人の画面で番号を変更してから、取りやめてください。",
    Problem.NUMBER_REFUSED: "個人番号を登録できません。",
    Problem.REGISTER_REFUSED: "登録の内容と合いません。",
    Problem.YEAR_UNFIT: "年分が正しくありません。2020年分からの西暦で送り直してください。",
    Problem.FIGURES_MISSING: "金額が1つもありません。送り直してください。",
    Problem.FIGURE_UNKNOWN: "帳票にない項目です。項目の名前を確かめ、送り直してください。",
    Problem.FIGURE_MALFORMED: "値の形か桁数が違います。金額は円単位の数字で送り直してください。",
    Problem.FIGURES_DISAGREE: "内訳が全体より大きくなっています。"
    "給与計算サービスで確かめ、送り直してください。",
    Problem.EARLIER_OPEN: "同じ人の前の連携がまだ済んでいません。前のものから反映してください。",
}
_FIELDS = {
    "event": "種類", "employee_code": "社員番号", "family_code": "家族連番", "on": "日付",
    "name": "氏名", "kana": "氏名カナ", "birth_date": "生年月日", "sex": "性別",
    "postcode": "郵便番号", "address": "住所", "address_kana": "住所カナ", "telephone": "電話番号",
    "mail": "メールアドレス", "hired_on": "入社年月日", "employment_class": "雇用区分",
    "department_code": "部署コード", "department": "部署名", "pension_number": "基礎年金番号",
    "insured_number": "被保険者整理番号", "employment_insurance_number": "雇用保険被保険者番号",
    "relationship": "続柄", "lives_together": "同居", "tax_dependent": "税扶養",
    "health_dependent": "健保扶養", "category3": "第3号被保険者", "specific_relative": "特定親族",
    "disabled": "障害者", "nonresident": "非居住者", "individual_number": "個人番号",
    "purposes": "利用目的", "verified_on": "確認日", "year": "年分", "figures": "金額",
}  # fmt: skip
_DETAILS = {
    "somebody_was_faster": "ほかの人が先に変更しました。もう一度反映してください。",
    "not_verified": "本人確認の方法が足りません。連携の設定か、本人の画面で確かめてください。",
    "not_deposited": "預かっている期限が過ぎました。給与計算サービスから送り直してください。",
    "waited_too_long": "預かっている期限が過ぎました。給与計算サービスから送り直してください。",
}


def field(name: str) -> str:
    """What a field or figure of an item is called on screen."""
    asked = yearly.figures().get(name)
    return asked.label if asked else _FIELDS.get(name, name)


def why(record: PushedRecord) -> str:
    """Why it is not reflected; empty when nothing is wrong."""
    if not record.problem:
        return ""
    problem = Problem(record.problem)
    said = PROBLEMS[problem]
    if problem is Problem.RELATIONSHIP_UNKNOWN and record.relationship:
        return f"「{record.relationship}」: {said}"
    if record.detail in _DETAILS:
        return said + _DETAILS[record.detail]
    if record.detail in set(RegisterProblem):
        return said + words.say(RegisterProblem(record.detail))
    label = field(record.detail)
    return f"{label}: {said}" if label else said
