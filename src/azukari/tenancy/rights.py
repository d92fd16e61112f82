"""What a user may do: function × right (権限設定), and the four roles a contract starts with.

Pure.  A permission is written `function:right`, for instance `employee:reveal`; the menu, the
routes and the actions all ask with the same word.
"""

from enum import StrEnum


class Function(StrEnum):
    COMPANY = "company"
    USER = "user"
    ROLE = "role"
    CERTIFICATE = "certificate"
    EMPLOYEE = "employee"
    FAMILY = "family"
    PAYEE = "payee"
    APPLICATION = "application"
    COLLECTION = "collection"
    ACCOUNT = "account"
    SHEET = "sheet"
    EXPORT = "export"
    LINK = "link"
    LINK_SETTING = "link_setting"
    DIFFERENCE = "difference"
    FILING = "filing"
    NUMBER_LEDGER = "number_ledger"
    DISPOSAL = "disposal"
    PURPOSE = "purpose"
    RECORD = "record"
    REVIEW = "review"
    HOLDING = "holding"
    INCIDENT = "incident"

    @property
    def label(self) -> str:
        return _FUNCTION_LABELS[self]


class Right(StrEnum):
    VIEW = "view"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    OUTPUT = "output"
    REVEAL = "reveal"
    COMPARE = "compare"
    APPROVE = "approve"

    @property
    def label(self) -> str:
        return _RIGHT_LABELS[self]


_FUNCTION_LABELS = {
    Function.COMPANY: "会社情報管理",
    Function.USER: "ユーザ登録",
    Function.ROLE: "権限設定",
    Function.CERTIFICATE: "クライアント証明書管理",
    Function.EMPLOYEE: "個人番号（本人）",
    Function.FAMILY: "個人番号（家族）",
    Function.PAYEE: "個人番号（支払先）",
    Function.APPLICATION: "申請管理一覧（Web収集）",
    Function.COLLECTION: "申請機能・メールの設定（Web収集）",
    Function.ACCOUNT: "従業員アカウント",
    Function.SHEET: "一括登録・変更",
    Function.EXPORT: "登録状況確認・ファイル出力",
    Function.LINK: "本人・家族情報連携状況",
    Function.LINK_SETTING: "給与計算サービス連携設定",
    Function.DIFFERENCE: "給与との差分チェック",
    Function.FILING: "法定帳票作成",
    Function.NUMBER_LEDGER: "記載省略の帳簿",
    Function.DISPOSAL: "廃棄",
    Function.PURPOSE: "利用目的管理",
    Function.RECORD: "利用履歴照会・記録の検証",
    Function.REVIEW: "月次確認",
    Function.HOLDING: "取扱状況・特定個人情報ファイル管理簿",
    Function.INCIDENT: "漏えい等対応",
}
_RIGHT_LABELS = {
    Right.VIEW: "参照",
    Right.CREATE: "登録",
    Right.CHANGE: "変更",
    Right.DELETE: "削除",
    Right.OUTPUT: "出力",
    Right.REVEAL: "番号表示",
    Right.COMPARE: "照合",
    Right.APPROVE: "承認",
}

_OF_PEOPLE = (
    Right.VIEW, Right.CREATE, Right.CHANGE, Right.DELETE, Right.REVEAL, Right.COMPARE,
    Right.APPROVE,
)  # fmt: skip

# Which combinations mean something; the matrix on screen offers just these.
MATRIX: dict[Function, tuple[Right, ...]] = {
    Function.COMPANY: (Right.VIEW, Right.CHANGE),
    Function.USER: (Right.VIEW, Right.CREATE, Right.CHANGE),
    Function.ROLE: (Right.VIEW, Right.CREATE, Right.CHANGE),
    Function.CERTIFICATE: (Right.VIEW, Right.CREATE, Right.DELETE),
    Function.EMPLOYEE: _OF_PEOPLE,
    Function.FAMILY: _OF_PEOPLE,
    Function.PAYEE: _OF_PEOPLE,
    # 登録: to ask for numbers and to type for somebody; 変更: to return; 出力: lists and letters.
    Function.APPLICATION: (
        Right.VIEW,
        Right.CREATE,
        Right.CHANGE,
        Right.OUTPUT,
        Right.APPROVE,
    ),
    Function.COLLECTION: (Right.VIEW, Right.CHANGE),
    # 登録: to hand out the way in; 変更: to stop, reset and unlock it.
    Function.ACCOUNT: (Right.VIEW, Right.CREATE, Right.CHANGE),
    Function.SHEET: (Right.VIEW, Right.CREATE),
    # 登録: to ask for a file; 出力: to fetch it; 番号表示: with numbers in it.
    Function.EXPORT: (Right.VIEW, Right.CREATE, Right.OUTPUT, Right.REVEAL, Right.APPROVE),
    # 変更: to reflect, hold, discard what payroll has pushed.
    Function.LINK: (Right.VIEW, Right.CHANGE),
    Function.LINK_SETTING: (Right.VIEW, Right.CHANGE),
    # 登録: to compare; 変更: to deal with what differs; 出力: as a file.
    Function.DIFFERENCE: (Right.VIEW, Right.CREATE, Right.CHANGE, Right.OUTPUT),
    Function.FILING: (Right.VIEW, Right.CREATE, Right.OUTPUT),
    Function.NUMBER_LEDGER: (Right.VIEW, Right.CREATE, Right.CHANGE, Right.OUTPUT),
    # 登録: to propose; 変更: to hold back and to set periods; 削除: to run what was approved.
    Function.DISPOSAL: (Right.VIEW, Right.CREATE, Right.CHANGE, Right.DELETE, Right.APPROVE),
    # 登録: that people were told; 変更: which purposes there are, and the words.
    Function.PURPOSE: (Right.VIEW, Right.CREATE, Right.CHANGE),
    Function.RECORD: (Right.VIEW, Right.OUTPUT),
    # 変更: what was found out about an anomaly; 承認: the sign-off.
    Function.REVIEW: (Right.VIEW, Right.CHANGE, Right.APPROVE),
    # 変更: officer, department and place of each file.
    Function.HOLDING: (Right.VIEW, Right.CHANGE, Right.OUTPUT),
    # 変更: facts, whom it is about, what was done; 出力: the draft of a report.
    Function.INCIDENT: (Right.VIEW, Right.CREATE, Right.CHANGE, Right.OUTPUT),
}


def permission(function: Function, right: Right) -> str:
    return f"{function.value}:{right.value}"


ALL_PERMISSIONS = frozenset(
    permission(function, right) for function, rights in MATRIX.items() for right in rights
)


def with_viewing(permissions: frozenset[str]) -> frozenset[str]:
    """The known ones of the permissions; whoever may do something with a function may view it."""
    known = permissions & ALL_PERMISSIONS
    return known | {f"{one.partition(':')[0]}:{Right.VIEW.value}" for one in known}


class RoleKind(StrEnum):
    STEWARD = "steward"
    OPERATOR = "operator"
    OFFICER = "officer"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    RoleKind.STEWARD: "管理担当者",
    RoleKind.OPERATOR: "運用担当者",
    RoleKind.OFFICER: "責任者",
    RoleKind.AUDITOR: "監査",
}


def _grant(*rows: tuple[Function, str]) -> frozenset[str]:
    return frozenset(
        f"{function.value}:{right}" for function, rights in rows for right in rights.split()
    )


# 特定個人情報ガイドライン(事業者編) 別添1 2E: access is limited to those who need it.  The
# steward sets up and oversees but sees no number; the auditor reads records only.
PRESETS: dict[RoleKind, frozenset[str]] = {
    RoleKind.STEWARD: _grant(
        (Function.COMPANY, "view change"),
        (Function.USER, "view create change"),
        (Function.ROLE, "view create change"),
        (Function.CERTIFICATE, "view create delete"),
        (Function.ACCOUNT, "view create change"),
        (Function.LINK_SETTING, "view change"),
        (Function.DISPOSAL, "view change"),
        (Function.PURPOSE, "view create change"),
        (Function.COLLECTION, "view change"),
        (Function.RECORD, "view output"),
        (Function.REVIEW, "view change"),
        (Function.HOLDING, "view change output"),
        (Function.INCIDENT, "view create change output"),
    ),
    RoleKind.OPERATOR: _grant(
        (Function.COMPANY, "view"),
        (Function.EMPLOYEE, "view create change delete reveal compare"),
        (Function.FAMILY, "view create change delete reveal compare"),
        (Function.PAYEE, "view create change delete reveal compare"),
        (Function.APPLICATION, "view create change output approve"),
        (Function.COLLECTION, "view"),
        (Function.ACCOUNT, "view create change"),
        (Function.SHEET, "view create"),
        (Function.EXPORT, "view create output reveal"),
        (Function.LINK, "view change"),
        (Function.DIFFERENCE, "view create change output"),
        (Function.FILING, "view create output"),
        (Function.NUMBER_LEDGER, "view create change output"),
        (Function.DISPOSAL, "view create delete"),
        (Function.PURPOSE, "view create"),
    ),
    RoleKind.OFFICER: _grant(
        (Function.COMPANY, "view"),
        (Function.USER, "view"),
        (Function.EMPLOYEE, "view approve"),
        (Function.FAMILY, "view approve"),
        (Function.PAYEE, "view approve"),
        (Function.APPLICATION, "view"),
        (Function.COLLECTION, "view"),
        (Function.ACCOUNT, "view"),
        (Function.SHEET, "view"),
        (Function.EXPORT, "view approve"),
        (Function.LINK, "view"),
        (Function.DIFFERENCE, "view output"),
        (Function.FILING, "view"),
        (Function.NUMBER_LEDGER, "view output"),
        (Function.DISPOSAL, "view change delete approve"),
        (Function.PURPOSE, "view"),
        (Function.RECORD, "view output"),
        (Function.REVIEW, "view change approve"),
        (Function.HOLDING, "view output"),
        (Function.INCIDENT, "view create change output"),
    ),
    RoleKind.AUDITOR: _grant(
        (Function.COMPANY, "view"),
        (Function.USER, "view"),
        (Function.ROLE, "view"),
        (Function.CERTIFICATE, "view"),
        (Function.ACCOUNT, "view"),
        (Function.NUMBER_LEDGER, "view output"),
        (Function.DISPOSAL, "view"),
        (Function.PURPOSE, "view"),
        (Function.RECORD, "view output"),
        (Function.REVIEW, "view"),
        (Function.HOLDING, "view output"),
        (Function.INCIDENT, "view output"),
    ),
}
