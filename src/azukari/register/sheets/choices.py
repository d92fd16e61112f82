"""Columns that choose one of a few words: 雇用区分, 支払先区分, and how a number came."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from azukari.law.purpose import PersonKind, Purpose
from azukari.law.verification import Check, Method, Provision, provisions_for
from azukari.register.number_rules import ChangeReason
from azukari.register.sheets.codes import Code
from azukari.register.sheets.findings import Findings


def _words(**written: str) -> Mapping[str, str]:
    """Word as companies write it → our code."""
    return {word: code for code, words in written.items() for word in [code, *words.split()]}


# What companies call their staff varies without end: an unknown word is passed over, not refused.
_EMPLOYMENT_CLASSES = _words(
    regular="正社員 社員 一般社員 正規 正規社員 正職員",
    contract="契約社員 契約 嘱託 嘱託社員 有期契約",
    part_time="パート アルバイト パートタイマー パート・アルバイト パート/アルバイト"
    " パートアルバイト パートタイム",
    director="役員 取締役 代表取締役 監査役 執行役",
    seconded="出向 出向者 出向社員",
    other="その他 派遣 派遣社員 業務委託",
)
_PAYEE_KINDS = _words(
    lecturer="講師・執筆者等 講師 執筆者 原稿料 講演料",
    professional="弁護士・税理士等 弁護士 税理士 司法書士 社会保険労務士 公認会計士 行政書士"
    " 弁理士 士業",
    landlord="不動産の貸主 貸主 地主 家主 大家 不動産",
    shareholder="株主 配当",
    other="その他の支払先 その他",
)


def employment_classes(cells: Sequence[str], column: str, found: Findings) -> list[str]:
    return _chosen(cells, column, found, _EMPLOYMENT_CLASSES, Code.EMPLOYMENT_CLASS_UNKNOWN)


def payee_kinds(cells: Sequence[str], column: str, found: Findings) -> list[str]:
    return _chosen(cells, column, found, _PAYEE_KINDS, Code.PAYEE_KIND_UNKNOWN)


def _chosen(
    cells: Sequence[str], column: str, found: Findings, words: Mapping[str, str], unknown: Code
) -> list[str]:
    values = []
    for place, cell in enumerate(cells):
        value = words.get(cell) or words.get(_plain(cell))
        if value is None and cell.strip():
            found.add(place, column, unknown, cell)
        values.append(value or "")
    return values


@lru_cache(maxsize=4096)
def _plain(cell: str) -> str:
    return "".join(unicodedata.normalize("NFKC", cell).casefold().split())


# how a number came ----------------------------------------------------------------------------

_PURPOSES: Mapping[str, tuple[str, ...]] = {
    **{one.code: (one.code,) for one in Purpose},
    **{one.label: (one.code,) for one in Purpose},
    **dict.fromkeys(
        ["税", "税務", "所得税"],
        (Purpose.TAX_WITHHOLDING.code, Purpose.TAX_DEDUCTION_FORMS.code),
    ),
    **dict.fromkeys(["源泉徴収", "源泉徴収票", "給与支払報告書"], (Purpose.TAX_WITHHOLDING.code,)),
    **dict.fromkeys(["扶養控除", "扶養控除等申告書"], (Purpose.TAX_DEDUCTION_FORMS.code,)),
    **dict.fromkeys(["住民税", "特別徴収"], (Purpose.RESIDENT_TAX.code,)),
    **dict.fromkeys(
        ["社会保険", "健康保険", "健保", "厚生年金", "厚生年金保険", "健康保険・厚生年金保険"],
        (Purpose.HEALTH_PENSION.code,),
    ),
    **dict.fromkeys(["第3号", "第3号被保険者", "国民年金第3号"], (Purpose.CATEGORY3.code,)),
    **dict.fromkeys(["雇用保険"], (Purpose.EMPLOYMENT_INS.code,)),
    **dict.fromkeys(["労災", "労災保険", "労働者災害補償保険"], (Purpose.WORKERS_COMP.code,)),
    **dict.fromkeys(["支払調書"], (Purpose.PAYMENT_REPORT.code,)),
    **dict.fromkeys(["財形", "財形貯蓄", "財産形成貯蓄"], (Purpose.ASSET_SAVINGS.code,)),
    **dict.fromkeys(["持株会", "ストックオプション"], (Purpose.SHAREHOLDING.code,)),
}
_BETWEEN_PURPOSES = re.compile(r"[、,，;；|\n]+")
_PURPOSE_BY_WORD = {_plain(word): codes for word, codes in _PURPOSES.items()}

_PROVISION_WORDS = {
    Provision.EMPLOYEE_SELF: "本人 本人から",
    Provision.PAYEE_SELF: "本人 本人から",
    Provision.FORMER_EMPLOYER: "前の勤務先 前職 前の勤務先から 転籍 出向元",
    Provision.TAX_DEPENDENT: "扶養控除等申告書 従業員 従業員から 税扶養",
    Provision.HEALTH_DEPENDENT: "被扶養者届 被扶養者異動届 健保扶養",
    Provision.CATEGORY3_AGENT: "代理人 従業員が代理人 委任状",
    Provision.CATEGORY3_ENTRUSTED: "委託 従業員に委託",
}
_METHOD_WORDS = {
    Method.CARD: "マイナンバーカード カード",
    Method.CARD_DIGITAL: "スマートフォン スマホ",
    Method.CARD_IC: "ICチップ",
    Method.NUM_RESIDENT: "住民票 住民票の写し 住民票記載事項証明書",
    Method.NUM_NOTICE_CARD: "通知カード",
    Method.NUM_OWN_FILE: "特定個人情報ファイル 過去のファイル",
    Method.ID_PHOTO1: "運転免許証 免許証 旅券 パスポート 在留カード 写真付き身分証明書",
    Method.ID_2DOCS: "書類2点 資格確認書と年金手帳",
    Method.ID_EMPLOYER_LOGIN: "社内ログイン IDとパスワード",
    Method.ID_ACQUAINTED: "対面 面識 雇用関係",
    Method.AUTH_LEGAL: "戸籍謄本",
    Method.AUTH_POA: "委任状",
}
_REASON_WORDS = {
    ChangeReason.ON_REQUEST: "請求 本人の請求",
    ChangeReason.EX_OFFICIO: "職権 市区町村の職権",
    ChangeReason.CORRECTION: "訂正 誤り 入力誤り",
}


def _by_word(
    named: Iterable[tuple[str, str]], words: Iterable[tuple[str, str]]
) -> Mapping[str, str]:
    """Word, made plain → code; `named`: code and label, `words`: code and other spellings."""
    found = {_plain(spelling): code for code, said in words for spelling in said.split()}
    for code, label in named:
        found[_plain(code)] = found[_plain(label)] = code
    return found


_PROVISIONS = {
    kind: _by_word(
        [(way.value, way.label) for way in provisions_for(kind)],
        [(way.value, _PROVISION_WORDS[way]) for way in provisions_for(kind)],
    )
    for kind in PersonKind
}
_METHODS = _by_word(
    [(one.code, one.label) for one in Method],
    [(one.code, said) for one, said in _METHOD_WORDS.items()],
)
_SETTLES = {one.code: one.settles for one in Method}
_REASONS = _by_word(
    [(one.value, one.label) for one in ChangeReason],
    [(one.value, said) for one, said in _REASON_WORDS.items()],
)


def purposes(cells: Sequence[str], column: str, found: Findings) -> list[tuple[str, ...]]:
    """Codes of `law.purpose`, empty where nothing is said; several in a cell with 、 between."""
    values = []
    for place, cell in enumerate(cells):
        codes = _purposes(cell)
        if codes is None:
            found.add(place, column, Code.PURPOSE_UNKNOWN, cell)
        values.append(codes or ())
    return values


@lru_cache(maxsize=4096)
def _purposes(cell: str) -> tuple[str, ...] | None:
    codes: set[str] = set()
    for part in filter(None, map(_plain, _BETWEEN_PURPOSES.split(cell))):
        # ・ stands between words as well as inside them.
        words = [part] if part in _PURPOSE_BY_WORD else re.split("[・/]", part)
        for word in words:
            if word not in _PURPOSE_BY_WORD:
                return None
            codes |= set(_PURPOSE_BY_WORD[word])
    return tuple(one.code for one in Purpose if one.code in codes)


def provisions(cells: Sequence[str], column: str, found: Findings, kind: PersonKind) -> list[str]:
    return _chosen(cells, column, found, _PROVISIONS[kind], Code.PROVISION_UNKNOWN)


CHECKS: Final = {
    "number_check": Check.NUMBER,
    "person_check": Check.PERSON,
    "authority_check": Check.AUTHORITY,
}
"""Columns that name the document a check was made by."""


def methods(cells: Sequence[str], column: str, found: Findings, check: Check) -> list[str]:
    """Codes of `law.verification.Method`; one that does not settle the check is refused."""
    values = _chosen(cells, column, found, _METHODS, Code.METHOD_UNKNOWN)
    for place, code in enumerate(values):
        if code and check not in _SETTLES[code]:
            # 委任状 proves the authority of the agent and nothing else, and so on.
            found.add(place, column, Code.METHOD_DOES_NOT_SETTLE, cells[place])
            values[place] = ""
    return values


def change_reasons(cells: Sequence[str], column: str, found: Findings) -> list[str]:
    return _chosen(cells, column, found, _REASONS, Code.CHANGE_REASON_UNKNOWN)
