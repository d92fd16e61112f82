"""What every page is surrounded by: the menu by the life of a number, and who is at work."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from azukari.tenancy.actor import Actor
from azukari.web import manuals
from azukari.web.components.parts import Link, LinkGroup
from azukari.web.doors import is_portal
from azukari.web.lists import remembered
from azukari.web.portal import context as portal


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in the menu: its permission, and the routes during which it is the current one."""

    label: str
    route: str
    icon: str
    need: str
    note: str
    below: tuple[str, ...] = ()


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "収集",
        (
            Entry(
                "提出依頼", "requests", "mail", "application:view",
                "個人番号の提出を依頼し、回答の状況を確かめます",
                ("request", "request-new", "request-wave", "proxy-entry"),
            ),
            Entry(
                "申請管理一覧", "applications", "inbox", "application:view",
                "届いた申請の書類を確かめ、承認・差戻しをします",
                ("application", "application-return", "application-reject", "application-paper"),
            ),
            Entry(
                "送信メール", "mails", "external", "application:view",
                "送ったメールと、送れなかったメールを確かめます", ("demo-outbox",),
            ),
        ),
    ),
    (
        "登録・保管",
        (
            Entry(
                "個人番号（本人）", "people", "user", "employee:view",
                "社員と個人番号を登録・参照・変更・廃棄します",
                ("person", "person-new", "person-change", "person-leave", "person-return",
                 "person-history", "family-new", "number-new", "number-show",
                 "number-compare", "number-change", "number-dispose"),
            ),
            Entry(
                "個人番号（家族）", "family", "family", "family:view",
                "扶養家族の個人番号を管理します",
                ("family-member", "family-change", "family-leave", "family-return",
                 "family-history", "family-number-new", "family-number-show",
                 "family-number-compare", "family-number-change", "family-number-dispose"),
            ),
            Entry(
                "個人番号（支払先）", "payees", "building", "payee:view",
                "講師・弁護士・貸主・株主などの個人番号を管理します",
                ("payee", "payee-new", "payee-change", "payee-leave", "payee-return",
                 "payee-history", "payee-number-new", "payee-number-show",
                 "payee-number-compare", "payee-number-change", "payee-number-dispose"),
            ),
            Entry(
                "一括登録・変更", "sheets", "upload", "sheet:view",
                "CSVやExcelのファイルでまとめて登録します",
                ("sheet", "sheet-new", "sheet-columns", "sheet-problems", "sheet-apply",
                 "sheet-discard", "sheet-undo", "sheet-close"),
            ),
        ),
    ),
    (
        "承認",
        (
            Entry(
                "承認・再確認", "approvals", "success", "employee:approve",
                "番号表示の承認と、本人確認の再確認をします", ("second-check",),
            ),
        ),
    ),
    (
        "登録状況確認",
        (
            Entry(
                "登録状況", "status", "check", "export:view",
                "個人番号が未登録の人を部署ごとに確かめます",
            ),
            Entry(
                "本人・家族情報連携状況", "pushes", "link", "link:view",
                "給与計算サービスから届いた連携の状態を確かめます",
                ("pushed", "pushes-bulk", "relationship-words"),
            ),
            Entry(
                "給与との差分チェック", "differences", "compare", "difference:view",
                "給与の社員・家族と登録の違いを確かめます",
                ("difference", "difference-new", "difference-columns", "difference-bulk"),
            ),
            Entry(
                "ファイル出力", "exports", "download", "export:view",
                "登録状況・基本情報・個人番号をファイルに出力します", ("export", "export-new"),
            ),
        ),
    ),
    (
        "利用",
        (
            Entry(
                "法定帳票作成", "filings", "document", "filing:view",
                "届出や申告の帳票とデータを作成します",
                (
                    "filing", "filing-new", "filing-people", "filing-facts", "filing-person",
                    "filing-figures", "filing-preview", "filing-make",
                ),
            ),
            Entry(
                "記載省略の帳簿", "number-ledger", "book", "number_ledger:view",
                "申告書に個人番号を書かなくてよい人の帳簿です",
                ("number-ledger-new", "number-ledger-entry"),
            ),
        ),
    ),
    (
        "廃棄",
        (
            Entry(
                "廃棄対象", "due", "calendar", "disposal:view",
                "廃棄できる個人番号を確かめ、まとめて廃棄を起案します",
            ),
            Entry(
                "廃棄案", "batches", "check", "disposal:view",
                "廃棄の確認・承認・実行をします",
                ("batch", "batch-approve", "batch-run", "batch-cancel"),
            ),
            Entry(
                "廃棄の記録", "disposals", "trash", "disposal:view",
                "廃棄した個人番号と廃棄証明書を確かめます", ("disposal", "disposal-receipt"),
            ),
            Entry(
                "証明書の検証", "disposal-verify", "shield", "disposal:view",
                "廃棄証明書が本物かを確かめます",
            ),
            Entry(
                "廃棄の保留", "holds", "clock", "disposal:view",
                "訴訟や調査のために止めている廃棄を見直します", ("hold", "hold-new"),
            ),
        ),
    ),
    (
        "運用確認",
        (
            Entry(
                "利用履歴照会", "records", "history", "record:view",
                "いつ、誰が、何のために使ったかを見ます",
            ),
            Entry(
                "記録の検証", "records-verify", "shield", "record:view",
                "記録が書き換えられていないことを確かめます",
            ),
            Entry(
                "月次確認", "months", "calendar", "review:view",
                "月ごとに注意すべき操作を確かめ、責任者が確認済にします", ("month",),
            ),
            Entry(
                "取扱状況", "access", "people", "holding:view",
                "番号を扱える人と、使われていないアカウントを確かめます", ("access-unused",),
            ),
            Entry(
                "管理簿", "holdings", "book", "holding:view",
                "特定個人情報ファイルごとの責任者・利用目的・廃棄の状況です", ("holding-change",),
            ),
            Entry(
                "漏えい等対応", "incidents", "warning", "incident:view",
                "漏えい・滅失・毀損の事案を記録し、報告の期限を管理します",
                ("incident", "incident-new", "incident-change", "incident-step",
                 "incident-people", "incident-find"),
            ),
        ),
    ),
    (
        "環境設定",
        (
            Entry(
                "会社情報管理", "company", "building", "company:view",
                "会社と事業所の情報を管理します",
                ("company-change", "company-history", "designated-numbers",
                 "designated-numbers-change", "handling", "office-change", "office-new"),
            ),
            Entry(
                "利用目的管理", "purposes", "flag", "purpose:view",
                "利用目的と、本人への通知を管理します",
                ("purposes-change", "notice-new", "notice", "notice-missing", "notice-told"),
            ),
            Entry(
                "個人番号申請機能設定", "collection-settings", "settings", "collection:view",
                "従業員が申請するときの決まりを設定します", ("collection-terms",),
            ),
            Entry(
                "メール通知テンプレート管理", "mail-templates", "mail", "collection:view",
                "従業員や担当者に送るメールの文面を管理します", ("mail-template",),
            ),
            Entry(
                "保存期間", "periods", "history", "disposal:view",
                "個人番号をいつまで保管するかの決まりです", ("period-change",),
            ),
            Entry(
                "給与計算サービス連携設定", "link", "settings", "link_setting:view",
                "連携のしかたとトークンを管理します", ("link-change", "token-new"),
            ),
            Entry(
                "ユーザ登録", "users", "people", "user:view",
                "利用者の登録・停止・ロック解除をします",
                ("user", "user-new", "user-change", "user-sheets", "user-sheet"),
            ),
            Entry(
                "従業員アカウント", "accounts", "user", "account:view",
                "従業員ポータルのアカウントを発行・停止します", ("employee-account",),
            ),
            Entry(
                "権限設定", "roles", "key", "role:view",
                "利用者ができることを決めます", ("role", "role-new"),
            ),
            Entry(
                "クライアント証明書管理", "certificates", "lock", "certificate:view",
                "証明書の発行・失効をします", ("certificate-new", "certificate-revoke"),
            ),
        ),
    ),
)  # fmt: skip


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor.  Pages before signing in have no actor and get no menu."""
    if is_portal(request):
        return portal.page(request)
    facts: dict[str, Any] = {"manual_links": manuals.links()}
    admission = getattr(request, "admission", None)
    if admission is not None:
        facts["contract_code"] = admission.contract_code
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return facts
    workplace = getattr(request, "workplace", None)
    return {
        **facts,
        "menu": menu(actor, _route_of(request)),
        "company_name": workplace.company_name if workplace else "",
        "user_name": actor.name,
        "role_name": "・".join(actor.roles),
        "other_workplaces": [one for one in getattr(request, "workplaces", ()) if one != workplace],
        "top_url": reverse("top"),
        "sign_out_url": reverse("sign-out"),
        "list_conditions": remembered(request),
        "account_url": reverse("account"),
    }


def _route_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return (match.url_name or "") if match else ""


def menu(actor: Actor, route: str) -> list[LinkGroup]:
    """Groups with something in them that this actor may use, after the top screen."""
    top = LinkGroup("", (Link("トップ", reverse("top"), "home", current=route == "top"),))
    groups = [LinkGroup(label, links(actor, entries, route)) for label, entries in MENU]
    return [top, *(group for group in groups if group.items)]


def links(actor: Actor, entries: tuple[Entry, ...], route: str = "") -> tuple[Link, ...]:
    return tuple(
        Link(
            entry.label,
            reverse(entry.route),
            entry.icon,
            entry.note,
            current=route in {entry.route, *entry.below},
        )
        for entry in entries
        if actor.may(entry.need)
    )
