"""Details of ledger records and findings of a verification, in words."""

from azukari.law.verification import METHODS, Provision
from azukari.ledger.actions import Action
from azukari.ledger.record import Record
from azukari.ledger.verify import Fault, Finding
from azukari.register.models import Person
from azukari.tenancy.rights import Function, Right
from azukari.web.operator import person_words

_FAULTS = {
    Fault.LEAF_CHANGED: "{}番の記録の内容が、書かれたときと違います。",
    Fault.LEAF_MISSING: "{}番の記録がありません。",
    Fault.LEAF_ADDED: "{}番の記録は、正しい手順を経ずに末尾へ加えられています。",
    Fault.COLUMNS_CHANGED: "{}番の記録の見出し（日時・操作・操作した人）が、内容と違います。",
    Fault.MENTIONS_CHANGED: "{}番の記録の対象者の索引が、内容と違います。",
    Fault.SUBTREE_CHANGED: "{}番から始まる記録の、途中の照合値が違います。",
    Fault.ROOT_CHANGED: "{}件目までの記録から計算した照合値が、保管している値と違います。",
    Fault.CHECKPOINT_REFUSED: "{}件の時点の署名が、この設備の鍵のものではありません。",
    Fault.CHECKPOINT_CONTRADICTED: "{}件の時点で署名した内容と、いまの記録が違います。",
}
_COMPARED = {"same": "一致した", "different": "一致しなかった"}
_CHECKS = (
    ("number_check", "番号確認"),
    ("identity_check", "身元確認"),
    ("authority_check", "代理権確認"),
)
_FIELDS = {field.name for field in Person._meta.get_fields()}  # noqa: SLF001


def finding(found: Finding) -> str:
    return _FAULTS[found.fault].format(found.number)


def details(record: Record) -> str:
    """What a person needs of the details; technical ones stay in the export."""
    told = record.details
    parts = []
    if "changed" in told:
        labels = [_label(name) for name in str(told["changed"]).split()]
        parts.append(f"変更した項目：{'、'.join(labels)}")
    if "permission" in told:
        parts.append(f"必要な権限：{_permission(str(told['permission']))}")
    if record.action is Action.NUMBER_COMPARED:
        parts.append(_COMPARED.get(str(told.get("kind")), ""))
    if told.get("relation") in set(Provision):
        parts.append(Provision(str(told["relation"])).label)
    if "approved_by" in told:
        parts.append(f"承認した人：{told['approved_by']}")
    if record.action is Action.REVIEW_RECORDED and "file_hash" in told:
        parts.append(f"対象の月：{told.get('period', '')}　照合値：{told['file_hash']}")
    if "after" in told:
        parts.append(str(told["after"]))
    for key, title in _CHECKS:
        method = METHODS.get(str(told.get(key, "")))
        if method:
            parts.append(f"{title}：{method.label}")
    return "　".join(parts)


def _label(name: str) -> str:
    return person_words.label(name) if name.removesuffix("_id") in _FIELDS else name


def _permission(word: str) -> str:
    function, _, right = word.partition(":")
    try:
        return f"{Function(function).label}の{Right(right).label}"
    except ValueError:
        return word
