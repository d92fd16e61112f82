"""The closed list of what can be written down, with the words a person reads for it.

The value of an action is part of the signed record: values are added, never renamed.
"""

from enum import StrEnum
from typing import Self


class Action(StrEnum):
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        action = str.__new__(cls, value)
        action._value_ = value
        action.label = label
        return action

    # Signing in
    SIGNED_IN = "SIGNED_IN", "ログイン"
    SIGN_IN_FAILED = "SIGN_IN_FAILED", "ログイン失敗"
    SECOND_FACTOR_READ = "SECOND_FACTOR_READ", "ワンタイムコードの照合"
    SIGNED_OUT = "SIGNED_OUT", "ログアウト"
    ACCESS_REFUSED = "ACCESS_REFUSED", "権限がない操作の拒否"
    PASSWORD_CHANGED = "PASSWORD_CHANGED", "パスワードの変更"
    SECOND_FACTOR_CHANGED = "SECOND_FACTOR_CHANGED", "ワンタイムコード設定の変更"
    CERTIFICATE_ISSUED = "CERTIFICATE_ISSUED", "クライアント証明書の発行"
    CERTIFICATE_REVOKED = "CERTIFICATE_REVOKED", "クライアント証明書の失効"
    CERTIFICATE_REFUSED = "CERTIFICATE_REFUSED", "クライアント証明書の拒否"
    # Whose it is
    CONTRACT_CREATED = "CONTRACT_CREATED", "契約の登録"
    CONTRACT_CHANGED = "CONTRACT_CHANGED", "契約の変更"
    COMPANY_CREATED = "COMPANY_CREATED", "会社の登録"
    COMPANY_CHANGED = "COMPANY_CHANGED", "会社の変更"
    OFFICE_CREATED = "OFFICE_CREATED", "事業所の登録"
    OFFICE_CHANGED = "OFFICE_CHANGED", "事業所の変更"
    USER_CREATED = "USER_CREATED", "利用者の登録"
    USER_CHANGED = "USER_CHANGED", "利用者の変更"
    USER_SUSPENDED = "USER_SUSPENDED", "利用者の停止"
    USER_UNLOCKED = "USER_UNLOCKED", "利用者のロック解除"
    USER_LINK_ISSUED = "USER_LINK_ISSUED", "利用者の設定リンクの発行"
    USERS_SHEET_APPLIED = "USERS_SHEET_APPLIED", "利用者の一括登録・変更"
    USERS_EXPORTED = "USERS_EXPORTED", "利用者の一覧の出力"
    ROLE_CHANGED = "ROLE_CHANGED", "権限の変更"
    ACCOUNT_OPENED = "ACCOUNT_OPENED", "従業員アカウントの登録"
    ACCOUNT_LINK_ISSUED = "ACCOUNT_LINK_ISSUED", "従業員アカウントの設定リンクの発行"
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED", "従業員アカウントの変更"
    PASSKEY_CHANGED = "PASSKEY_CHANGED", "パスキーの登録・削除"
    SETTINGS_CHANGED = "SETTINGS_CHANGED", "設定の変更"
    API_TOKEN_ISSUED = "API_TOKEN_ISSUED", "連携用トークンの発行"
    API_TOKEN_REVOKED = "API_TOKEN_REVOKED", "連携用トークンの失効"
    # 収集
    INVITATION_SENT = "INVITATION_SENT", "収集の依頼"
    INVITATION_CANCELLED = "INVITATION_CANCELLED", "収集の依頼の取消"
    INVITATION_REMINDED = "INVITATION_REMINDED", "収集の依頼の督促"
    INVITATION_EXPIRED = "INVITATION_EXPIRED", "収集の依頼の期限切れ"
    LINK_USED = "LINK_USED", "申請用リンクの使用"
    PURPOSE_NOTIFIED = "PURPOSE_NOTIFIED", "利用目的の通知"
    APPLICATION_SUBMITTED = "APPLICATION_SUBMITTED", "本人からの申請"
    APPLICATION_WITHDRAWN = "APPLICATION_WITHDRAWN", "申請の取下げ"
    APPLICATION_RETURNED = "APPLICATION_RETURNED", "申請の差戻し"
    APPLICATION_APPROVED = "APPLICATION_APPROVED", "申請の承認"
    APPLICATION_REJECTED = "APPLICATION_REJECTED", "申請の却下"
    NUMBER_HANDED_IN = "NUMBER_HANDED_IN", "申請による個人番号の受領"
    NUMBER_HANDED_BACK = "NUMBER_HANDED_BACK", "登録前の個人番号の破棄"
    AUTHORITY_SIGNED = "AUTHORITY_SIGNED", "委任状の作成"
    EVIDENCE_RECEIVED = "EVIDENCE_RECEIVED", "本人確認書類の受領"
    EVIDENCE_VIEWED = "EVIDENCE_VIEWED", "本人確認書類の閲覧"
    EVIDENCE_DISPOSED = "EVIDENCE_DISPOSED", "本人確認書類の廃棄"
    IDENTITY_VERIFIED = "IDENTITY_VERIFIED", "本人確認"
    NUMBER_DECLINED = "NUMBER_DECLINED", "提供を受けられない経緯の記録"
    # 登録・保管
    PERSON_REGISTERED = "PERSON_REGISTERED", "個人情報の登録"
    PERSON_CHANGED = "PERSON_CHANGED", "個人情報の変更"
    PERSON_LEFT = "PERSON_LEFT", "退職等の記録"
    PAYEE_ENDED = "PAYEE_ENDED", "支払先との契約終了の記録"
    DEPENDENT_REMOVED = "DEPENDENT_REMOVED", "扶養から外れたことの記録"
    PERSON_RETURNED = "PERSON_RETURNED", "再入社等の記録"
    NUMBER_RECORDED = "NUMBER_RECORDED", "個人番号の登録"
    NUMBER_CORRECTED = "NUMBER_CORRECTED", "個人番号の訂正"
    NUMBER_SUPERSEDED = "NUMBER_SUPERSEDED", "個人番号の変更（番号変更）"
    PURPOSES_CHANGED = "PURPOSES_CHANGED", "個人番号の利用目的の変更"
    NUMBER_REVEALED = "NUMBER_REVEALED", "個人番号の表示"
    NUMBER_COMPARED = "NUMBER_COMPARED", "個人番号の照合"
    VIEWING_ASKED = "VIEWING_ASKED", "番号表示の承認依頼"
    VIEWING_APPROVED = "VIEWING_APPROVED", "番号表示の承認"
    VIEWING_REFUSED = "VIEWING_REFUSED", "番号表示の不承認"
    NUMBER_OPENED = "NUMBER_OPENED", "帳票・ファイルへの個人番号の出力"
    NUMBER_TRANSFERRED = "NUMBER_TRANSFERRED", "個人番号の提供"
    SHEET_RECEIVED = "SHEET_RECEIVED", "一括登録ファイルの受付"
    SHEET_APPLIED = "SHEET_APPLIED", "一括登録の反映"
    SHEET_DISCARDED = "SHEET_DISCARDED", "一括登録ファイルの破棄"
    SHEET_UNDONE = "SHEET_UNDONE", "一括登録の取消"
    SHEET_CLOSED = "SHEET_CLOSED", "一括登録の締め"
    NUMBER_LEDGER_CHANGED = "NUMBER_LEDGER_CHANGED", "記載省略の帳簿の記入"
    NUMBER_LEDGER_EXPORTED = "NUMBER_LEDGER_EXPORTED", "記載省略の帳簿の出力"
    PURPOSE_SETTINGS_CHANGED = "PURPOSE_SETTINGS_CHANGED", "利用目的の設定の変更"
    NOTICE_PUBLISHED = "NOTICE_PUBLISHED", "利用目的の通知文の公表"
    # 登録状況確認・利用
    STATUS_EXPORTED = "STATUS_EXPORTED", "登録状況の出力"
    PUSH_RECEIVED = "PUSH_RECEIVED", "給与からの連携の受信"
    PUSHED_REFLECTED = "PUSHED_REFLECTED", "連携の反映"
    PUSHED_HANDLED = "PUSHED_HANDLED", "連携への対応"
    DIFFERENCE_COMPARED = "DIFFERENCE_COMPARED", "給与との差分チェック"
    DIFFERENCE_HANDLED = "DIFFERENCE_HANDLED", "差分への対応"
    EXPORT_ASKED = "EXPORT_ASKED", "ファイル出力の依頼"
    EXPORT_APPROVED = "EXPORT_APPROVED", "ファイル出力の承認"
    EXPORT_REFUSED = "EXPORT_REFUSED", "ファイル出力の不承認"
    EXPORT_PASSPHRASE_SHOWN = "EXPORT_PASSPHRASE_SHOWN", "出力ファイルのパスワードの表示"
    FILING_STARTED = "FILING_STARTED", "帳票作成の開始"
    FILING_MADE = "FILING_MADE", "帳票の作成"
    FILING_REFUSED = "FILING_REFUSED", "帳票作成の拒否"
    FILING_PIECE_READ = "FILING_PIECE_READ", "作成中の帳票の読み出し"
    FILING_PASSPHRASE_SHOWN = "FILING_PASSPHRASE_SHOWN", "帳票のパスワードの表示"
    FILE_MADE = "FILE_MADE", "ファイルの作成"
    FILE_DOWNLOADED = "FILE_DOWNLOADED", "ファイルのダウンロード"
    FILE_EXPIRED = "FILE_EXPIRED", "ファイルの期限切れ廃棄"
    # 廃棄
    DISPOSAL_ORDERED = "DISPOSAL_ORDERED", "廃棄の指示"
    DISPOSAL_PROPOSED = "DISPOSAL_PROPOSED", "廃棄の起案"
    DISPOSAL_REVIEWED = "DISPOSAL_REVIEWED", "廃棄案の確認"
    DISPOSAL_EXCLUDED = "DISPOSAL_EXCLUDED", "廃棄案からの除外"
    HOLD_PLACED = "HOLD_PLACED", "廃棄の保留"
    HOLD_RELEASED = "HOLD_RELEASED", "廃棄の保留の解除"
    RETENTION_CHANGED = "RETENTION_CHANGED", "保存期間の設定の変更"
    DISPOSAL_APPROVED = "DISPOSAL_APPROVED", "廃棄の承認"
    DISPOSAL_CANCELLED = "DISPOSAL_CANCELLED", "廃棄の取消"
    NUMBER_DISPOSED = "NUMBER_DISPOSED", "個人番号の廃棄"
    DISPOSAL_FINISHED = "DISPOSAL_FINISHED", "廃棄の完了"
    DISPOSAL_CERTIFIED = "DISPOSAL_CERTIFIED", "廃棄証明書の発行"
    RECEIPT_ISSUED = "RECEIPT_ISSUED", "廃棄のお知らせの発行"
    # 運用確認・設備
    KEYS_TICKED = "KEYS_TICKED", "保管鍵の更新"
    VAULT_OPENED = "VAULT_OPENED", "保管庫の開錠"
    VAULT_SEALED = "VAULT_SEALED", "保管庫の施錠"
    BACKUP_MADE = "BACKUP_MADE", "バックアップの取得"
    BACKUP_RESTORED = "BACKUP_RESTORED", "バックアップからの復元"
    BACKUP_DESTROYED = "BACKUP_DESTROYED", "バックアップの廃棄"
    LEDGER_VIEWED = "LEDGER_VIEWED", "操作記録の閲覧"
    LEDGER_EXPORTED = "LEDGER_EXPORTED", "操作記録の出力"
    LEDGER_VERIFIED = "LEDGER_VERIFIED", "操作記録の検証"
    REVIEW_RECORDED = "REVIEW_RECORDED", "運用の点検"
    ANOMALY_NOTED = "ANOMALY_NOTED", "月次確認の内容の記録"
    INCIDENT_RECORDED = "INCIDENT_RECORDED", "漏えい等の事案の記録"
    INCIDENT_CHANGED = "INCIDENT_CHANGED", "漏えい等の事案の変更"
    INCIDENT_PERSON_ADDED = "INCIDENT_PERSON_ADDED", "漏えい等の対象者の記録"
    INCIDENT_PERSON_EXCLUDED = "INCIDENT_PERSON_EXCLUDED", "漏えい等の対象者からの除外"
    INCIDENT_PERSON_NOTIFIED = "INCIDENT_PERSON_NOTIFIED", "漏えい等の本人への通知"
    INCIDENT_STEP_TAKEN = "INCIDENT_STEP_TAKEN", "漏えい等への対応"
    INCIDENT_DRAFTED = "INCIDENT_DRAFTED", "漏えい等の報告書案の作成"
    HOLDING_CHANGED = "HOLDING_CHANGED", "特定個人情報ファイル管理簿の変更"
    HOLDING_EXPORTED = "HOLDING_EXPORTED", "特定個人情報ファイル管理簿の出力"
    ALERT_RAISED = "ALERT_RAISED", "注意すべき操作の検知"
    TRAINING_RECORDED = "TRAINING_RECORDED", "教育・研修の記録"


class Result(StrEnum):
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        result = str.__new__(cls, value)
        result._value_ = value
        result.label = label
        return result

    DONE = "DONE", "完了"
    REFUSED = "REFUSED", "拒否"
    FAILED = "FAILED", "失敗"
