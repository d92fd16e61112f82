"""The files of numbers there can be, what is in each, and which rights get at them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from azukari.law.labelled import Labelled


class HoldingKind(Labelled):
    """種類: which 特定個人情報ファイル."""

    EMPLOYEES = "employees", "従業員特定個人情報ファイル"
    FAMILIES = "families", "扶養親族等特定個人情報ファイル"
    PAYEES = "payees", "支払先特定個人情報ファイル"
    APPLICATIONS = "applications", "申請・本人確認書類ファイル"
    BOOK = "book", "記載省略の帳簿"
    SHEETS = "sheets", "一括登録の受付ファイル"
    FILINGS = "filings", "法定帳票・届出データの控え"
    OUTPUTS = "outputs", "個人番号入りの出力ファイル"


class Way(Labelled):
    """How somebody can get at a number."""

    REVEAL = "reveal", "番号表示"
    COMPARE = "compare", "照合"
    OUTPUT = "output", "番号入りの出力"
    FILING = "filing", "帳票の受け取り"
    PAPERS = "papers", "申請書類の閲覧"


_OF_PEOPLE: Final = ("employee", "family", "payee")
RIGHTS: Final[dict[Way, frozenset[str]]] = {
    Way.REVEAL: frozenset(f"{one}:reveal" for one in _OF_PEOPLE),
    Way.COMPARE: frozenset(f"{one}:compare" for one in _OF_PEOPLE),
    Way.OUTPUT: frozenset({"export:reveal"}),
    Way.FILING: frozenset({"filing:output"}),
    Way.PAPERS: frozenset({"application:approve"}),
}
ANY_RIGHT: Final = frozenset().union(*RIGHTS.values())


@dataclass(frozen=True, slots=True)
class Holding:
    """A line of the register as the system knows it before it looks.

    `items`: what is recorded; `whom`: about whom; `ends`: how it is disposed of; `rights`: any of
    these gets at it.
    """

    kind: HoldingKind
    items: str
    whom: str
    ends: str
    rights: frozenset[str]


def _people(kind: str, *more: str) -> frozenset[str]:
    rights = ("reveal", "compare", "create", "change", "delete")
    return frozenset({*(f"{kind}:{right}" for right in rights), *more})


_BY_CLOCK: Final = "保存期間が終わった日から、鍵を消去して復元できなくする"
HOLDINGS: Final = (
    Holding(
        HoldingKind.EMPLOYEES,
        "個人番号、氏名、生年月日、性別、住所、社員番号、所属、被保険者番号等",
        "役員・従業員（退職者を含む）",
        _BY_CLOCK,
        _people("employee", "export:reveal", "filing:output", "sheet:create"),
    ),
    Holding(
        HoldingKind.FAMILIES,
        "個人番号、氏名、生年月日、性別、続柄、住所、扶養の区分",
        "従業員の扶養親族等",
        _BY_CLOCK,
        _people("family", "export:reveal", "filing:output", "sheet:create"),
    ),
    Holding(
        HoldingKind.PAYEES,
        "個人番号、氏名、住所、支払先の区分、契約の期間",
        "報酬・不動産使用料・配当等の支払先",
        _BY_CLOCK,
        _people("payee", "export:reveal", "filing:output", "sheet:create"),
    ),
    Holding(
        HoldingKind.APPLICATIONS,
        "個人番号、本人確認書類の画像、委任状",
        "申請をした従業員・家族・支払先",
        "登録・却下・取下げの後に、鍵を消去する",
        frozenset({"application:approve", "application:create"}),
    ),
    Holding(
        HoldingKind.BOOK,
        "氏名、住所、個人番号、提出を受けた申告書の名称と年月",
        "申告書への個人番号の記載を省略する従業員",
        "帳簿の保存期間が終わった日から、鍵を消去する",
        frozenset({"number_ledger:output", "number_ledger:create", "number_ledger:change"}),
    ),
    Holding(
        HoldingKind.SHEETS,
        "一括登録・変更のファイルに書かれた項目（個人番号を含む）",
        "ファイルに書かれた従業員・家族・支払先",
        "登録または取りやめの後に、鍵を消去する",
        frozenset({"sheet:create"}),
    ),
    Holding(
        HoldingKind.FILINGS,
        "様式が求める項目（個人番号を含む）",
        "届出・申告の対象者",
        "控えの保存期間が終わると、鍵を消去する",
        frozenset({"filing:output"}),
    ),
    Holding(
        HoldingKind.OUTPUTS,
        "氏名、社員番号等、個人番号（パスワード付きのファイル）",
        "出力のときに選んだ人",
        "受け取りの期限が過ぎると、鍵を消去する",
        frozenset({"export:output"}),
    ),
)


def ways_of(permissions: Collection[str]) -> list[Way]:
    """How somebody with these rights can get at a number."""
    held = frozenset(permissions)
    return [way for way in Way if RIGHTS[way] & held]
