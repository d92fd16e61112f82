"""The routes of the operator site and what each of them needs: the one table.

`urls.py` builds the URL conf from it and puts the guard in front of every view; the house tests
walk it route × role × tenant.  A view that is not here cannot be reached.
"""

from dataclasses import dataclass

ANYONE = "anyone"  # also without a certificate: health, help
CERTIFICATE = "certificate"  # a certificate of a contract, nobody signed in yet
SIGNED_IN = "signed-in"  # any user of the contract

GET = ("GET",)
POST = ("POST",)
BOTH = ("GET", "POST")


@dataclass(frozen=True)
class Route:
    """`view` is `module.function` below `azukari.web`; `need` a permission or one of the words
    above; `passive` routes (polling) do not keep an idle session awake.  Before a `fresh` route
    the password or a one-time code is asked for, unless that was done in the last five minutes
    (`freshness`); for what shows, changes or destroys numbers.
    """

    name: str
    path: str
    view: str
    need: str
    methods: tuple[str, ...] = GET
    passive: bool = False
    fresh: bool = False


ROUTES: tuple[Route, ...] = (
    # the way in
    Route("health", "health", "health.health", ANYONE),
    Route("choose-again", "certificate/choose", "operator.certificate.choose_again", ANYONE),
    Route("manual", "manual/<slug:page>", "manuals.manual", ANYONE),
    Route("sign-in", "sign-in", "operator.sign_in.sign_in", CERTIFICATE, BOTH),
    Route("sign-in-code", "sign-in/code", "operator.sign_in.enter_code", CERTIFICATE, BOTH),
    Route("set-password", "setup/<str:token>", "operator.sign_in.set_password", CERTIFICATE, BOTH),
    Route("sign-out", "sign-out", "operator.sign_in.sign_out", SIGNED_IN, BOTH),
    Route("top", "", "operator.top.top", SIGNED_IN),
    Route("switch-company", "company/switch", "operator.top.switch_company", SIGNED_IN, POST),
    Route("second-factor", "account/code", "operator.sign_in.second_factor", SIGNED_IN, BOTH),
    Route("components", "_components", "components.gallery.gallery", SIGNED_IN),
    Route(
        "progress",
        "progress/<uuid:progress_id>",
        "operator.progress.progress",
        SIGNED_IN,
        passive=True,
    ),
    # 登録・保管
    Route("people", "people", "operator.people_lists.employees", "employee:view"),
    Route("person-new", "people/new", "operator.people.register_employee", "employee:create", BOTH),
    Route("person", "people/<uuid:person_id>", "operator.people.person", "employee:view"),
    Route(
        "person-change",
        "people/<uuid:person_id>/change",
        "operator.people.change_person",
        "employee:change",
        BOTH,
    ),
    Route(
        "family-new",
        "people/<uuid:person_id>/family/new",
        "operator.people.register_family_member",
        "family:create",
        BOTH,
    ),
    Route("family", "family", "operator.people_lists.families", "family:view"),
    Route(
        "family-member", "family/<uuid:person_id>", "operator.people.family_member", "family:view"
    ),
    Route(
        "family-change",
        "family/<uuid:person_id>/change",
        "operator.people.change_family_member",
        "family:change",
        BOTH,
    ),
    Route(
        "number-new",
        "people/<uuid:person_id>/number",
        "operator.number_entry.record",
        "employee:create",
        BOTH,
    ),
    Route(
        "number-show",
        "people/<uuid:person_id>/number/show",
        "operator.number.show",
        "employee:reveal",
        BOTH,
        fresh=True,
    ),
    Route(
        "number-compare",
        "people/<uuid:person_id>/number/compare",
        "operator.number.compare",
        "employee:compare",
        BOTH,
        fresh=True,
    ),
    Route(
        "number-change",
        "people/<uuid:person_id>/number/change",
        "operator.number_entry.change",
        "employee:change",
        BOTH,
        fresh=True,
    ),
    Route(
        "number-dispose",
        "people/<uuid:person_id>/number/dispose",
        "operator.dispose.dispose",
        "employee:delete",
        BOTH,
        fresh=True,
    ),
    Route(
        "family-number-new",
        "family/<uuid:person_id>/number",
        "operator.number_entry.record_family",
        "family:create",
        BOTH,
    ),
    Route(
        "family-number-show",
        "family/<uuid:person_id>/number/show",
        "operator.number.show_family",
        "family:reveal",
        BOTH,
        fresh=True,
    ),
    Route(
        "family-number-compare",
        "family/<uuid:person_id>/number/compare",
        "operator.number.compare_family",
        "family:compare",
        BOTH,
        fresh=True,
    ),
    Route(
        "family-number-change",
        "family/<uuid:person_id>/number/change",
        "operator.number_entry.change_family",
        "family:change",
        BOTH,
        fresh=True,
    ),
    Route(
        "family-number-dispose",
        "family/<uuid:person_id>/number/dispose",
        "operator.dispose.dispose_family",
        "family:delete",
        BOTH,
        fresh=True,
    ),
    # 承認・再確認: whoever may approve for a kind of person sees what waits there
    Route("approvals", "approvals", "operator.approvals.approvals_page", SIGNED_IN, BOTH),
    Route(
        "viewing-decide",
        "approvals/viewings/<uuid:viewing_id>",
        "operator.approvals.decide",
        SIGNED_IN,
        POST,
    ),
    Route(
        "second-check",
        "approvals/checks/<uuid:record_id>",
        "operator.approvals.check",
        SIGNED_IN,
        BOTH,
    ),
    # lists, acts with a day, history
    Route(
        "people-file",
        "people/list.csv",
        "operator.people_lists.employee_file",
        "employee:view",
        POST,
    ),
    Route(
        "people-searches",
        "people/searches",
        "operator.people_lists.save_employee_search",
        "employee:view",
        POST,
    ),
    Route(
        "people-search-forget",
        "people/searches/<uuid:search_id>/forget",
        "operator.people_lists.forget_employee_search",
        "employee:view",
        POST,
    ),
    Route(
        "person-history",
        "people/<uuid:person_id>/history",
        "operator.person_history.employee_history",
        "employee:view",
    ),
    Route(
        "person-leave",
        "people/<uuid:person_id>/leave",
        "operator.leaving.leave_employee",
        "employee:change",
        BOTH,
    ),
    Route(
        "person-return",
        "people/<uuid:person_id>/return",
        "operator.leaving.return_employee",
        "employee:change",
        BOTH,
    ),
    Route(
        "family-file", "family/list.csv", "operator.people_lists.family_file", "family:view", POST
    ),
    Route(
        "family-searches",
        "family/searches",
        "operator.people_lists.save_family_search",
        "family:view",
        POST,
    ),
    Route(
        "family-search-forget",
        "family/searches/<uuid:search_id>/forget",
        "operator.people_lists.forget_family_search",
        "family:view",
        POST,
    ),
    Route(
        "family-history",
        "family/<uuid:person_id>/history",
        "operator.person_history.family_history",
        "family:view",
    ),
    Route(
        "family-leave",
        "family/<uuid:person_id>/leave",
        "operator.leaving.leave_family",
        "family:change",
        BOTH,
    ),
    Route(
        "family-return",
        "family/<uuid:person_id>/return",
        "operator.leaving.return_family",
        "family:change",
        BOTH,
    ),
    # 支払先
    Route("payees", "payees", "operator.people_lists.payees", "payee:view"),
    Route("payee-new", "payees/new", "operator.people.register_payee", "payee:create", BOTH),
    Route("payee", "payees/<uuid:person_id>", "operator.people.payee", "payee:view"),
    Route(
        "payee-change",
        "payees/<uuid:person_id>/change",
        "operator.people.change_payee",
        "payee:change",
        BOTH,
    ),
    Route("payees-file", "payees/list.csv", "operator.people_lists.payee_file", "payee:view", POST),
    Route(
        "payees-searches",
        "payees/searches",
        "operator.people_lists.save_payee_search",
        "payee:view",
        POST,
    ),
    Route(
        "payees-search-forget",
        "payees/searches/<uuid:search_id>/forget",
        "operator.people_lists.forget_payee_search",
        "payee:view",
        POST,
    ),
    Route(
        "payee-history",
        "payees/<uuid:person_id>/history",
        "operator.person_history.payee_history",
        "payee:view",
    ),
    Route(
        "payee-leave",
        "payees/<uuid:person_id>/leave",
        "operator.leaving.leave_payee",
        "payee:change",
        BOTH,
    ),
    Route(
        "payee-return",
        "payees/<uuid:person_id>/return",
        "operator.leaving.return_payee",
        "payee:change",
        BOTH,
    ),
    Route(
        "payee-number-new",
        "payees/<uuid:person_id>/number",
        "operator.number_entry.record_payee",
        "payee:create",
        BOTH,
    ),
    Route(
        "payee-number-show",
        "payees/<uuid:person_id>/number/show",
        "operator.number.show_payee",
        "payee:reveal",
        BOTH,
        fresh=True,
    ),
    Route(
        "payee-number-compare",
        "payees/<uuid:person_id>/number/compare",
        "operator.number.compare_payee",
        "payee:compare",
        BOTH,
        fresh=True,
    ),
    Route(
        "payee-number-change",
        "payees/<uuid:person_id>/number/change",
        "operator.number_entry.change_payee",
        "payee:change",
        BOTH,
        fresh=True,
    ),
    Route(
        "payee-number-dispose",
        "payees/<uuid:person_id>/number/dispose",
        "operator.dispose.dispose_payee",
        "payee:delete",
        BOTH,
        fresh=True,
    ),
    # 一括登録・変更
    Route("sheets", "sheets", "operator.sheets.sheets", "sheet:view"),
    Route("sheet-new", "sheets/new", "operator.sheets.send", "sheet:create", BOTH),
    Route(
        "sheet-template",
        "sheets/template/<slug:kind>",
        "operator.sheet_files.template",
        "sheet:create",
    ),
    Route("sheet", "sheets/<uuid:sheet_id>", "operator.sheets.sheet", "sheet:view"),
    Route(
        "sheet-columns",
        "sheets/<uuid:sheet_id>/columns",
        "operator.sheet_columns.columns",
        "sheet:create",
        BOTH,
    ),
    Route(
        "sheet-problems",
        "sheets/<uuid:sheet_id>/problems.csv",
        "operator.sheet_files.problems_file",
        "sheet:view",
    ),
    Route(
        "sheet-result-book",
        "sheets/<uuid:sheet_id>/result.xlsx",
        "operator.sheet_files.result_book",
        "sheet:view",
    ),
    Route(
        "sheet-result-text",
        "sheets/<uuid:sheet_id>/result.csv",
        "operator.sheet_files.result_text",
        "sheet:view",
    ),
    Route(
        "sheet-refused",
        "sheets/<uuid:sheet_id>/refused.csv",
        "operator.sheet_files.refused",
        "sheet:view",
    ),
    Route(
        "sheet-apply", "sheets/<uuid:sheet_id>/apply", "operator.sheets.apply", "sheet:create", POST
    ),
    Route(
        "sheet-stop", "sheets/<uuid:sheet_id>/stop", "operator.sheets.stop", "sheet:create", POST
    ),
    Route(
        "sheet-discard",
        "sheets/<uuid:sheet_id>/discard",
        "operator.sheets.discard",
        "sheet:create",
        POST,
    ),
    Route(
        "sheet-undo",
        "sheets/<uuid:sheet_id>/undo",
        "operator.sheet_undo.undo",
        "sheet:create",
        BOTH,
        fresh=True,
    ),
    Route(
        "sheet-close",
        "sheets/<uuid:sheet_id>/close",
        "operator.sheet_undo.close",
        "sheet:create",
        POST,
    ),
    # 給与との差分チェック
    Route("differences", "differences", "operator.differences.runs", "difference:view"),
    Route(
        "difference-new", "differences/new", "operator.differences.send", "difference:create", BOTH
    ),
    Route(
        "difference",
        "differences/<uuid:run_id>",
        "operator.differences.difference",
        "difference:view",
    ),
    Route(
        "difference-columns",
        "differences/<uuid:run_id>/columns",
        "operator.differences.columns",
        "difference:create",
        BOTH,
    ),
    Route(
        "difference-discard",
        "differences/<uuid:run_id>/discard",
        "operator.differences.discard",
        "difference:create",
        POST,
    ),
    Route(
        "difference-deal",
        "differences/<uuid:run_id>/deal",
        "operator.differences.deal",
        "difference:change",
        POST,
    ),
    Route(
        "difference-file",
        "differences/<uuid:run_id>/differences.csv",
        "operator.differences.file",
        "difference:output",
    ),
    # 登録状況確認・ファイル出力
    Route("status", "status", "operator.status.status", "export:view"),
    Route("exports", "exports", "operator.exports.exports", "export:view"),
    Route("export-new", "exports/new", "operator.exports.ask", "export:create", BOTH),
    Route("export", "exports/<uuid:export_id>", "operator.exports.export", "export:view"),
    Route(
        "export-decide",
        "exports/<uuid:export_id>/decide",
        "operator.exports.decide",
        "export:approve",
        POST,
        fresh=True,
    ),
    Route(
        "export-passphrase",
        "exports/<uuid:export_id>/passphrase",
        "operator.exports.passphrase",
        "export:output",
        POST,
        fresh=True,
    ),
    Route(
        "export-file",
        "exports/<uuid:export_id>/file",
        "operator.exports.download",
        "export:output",
        POST,
        fresh=True,
    ),
    Route(
        "export-destroy",
        "exports/<uuid:export_id>/destroy",
        "operator.exports.destroy",
        "export:output",
        POST,
    ),
    # 記載省略の帳簿
    Route("number-ledger", "number-ledger", "operator.number_ledger.entries", "number_ledger:view"),
    Route(
        "number-ledger-print",
        "number-ledger/print",
        "operator.number_ledger.printed",
        "number_ledger:output",
    ),
    Route(
        "number-ledger-file",
        "number-ledger/file",
        "operator.number_ledger.file",
        "number_ledger:output",
        POST,
    ),
    Route(
        "number-ledger-entry",
        "number-ledger/<uuid:entry_id>",
        "operator.number_ledger.change",
        "number_ledger:change",
        BOTH,
    ),
    Route(
        "number-ledger-new",
        "people/<uuid:person_id>/ledger",
        "operator.number_ledger.enter",
        "number_ledger:create",
        BOTH,
    ),
    # 法定帳票作成
    Route("filings", "filings", "operator.filings.filings", "filing:view"),
    Route("filing-new", "filings/new", "operator.filing_choice.catalogue", "filing:create"),
    Route(
        "filing-people",
        "filings/new/<slug:form>",
        "operator.filing_choice.people",
        "filing:create",
        BOTH,
    ),
    Route("filing", "filings/<uuid:filing_id>", "operator.filings.filing", "filing:view"),
    Route(
        "filing-facts",
        "filings/<uuid:filing_id>/facts",
        "operator.filing_facts.facts",
        "filing:create",
        BOTH,
    ),
    Route(
        "filing-person",
        "filings/<uuid:filing_id>/facts/<uuid:person_id>",
        "operator.filing_facts.person",
        "filing:create",
        BOTH,
    ),
    Route(
        "filing-figures",
        "filings/<uuid:filing_id>/figures",
        "operator.filing_figures.take",
        "filing:create",
        BOTH,
    ),
    Route(
        "filing-template",
        "filings/<uuid:filing_id>/figures.csv",
        "operator.filing_figures.template",
        "filing:create",
    ),
    Route(
        "filing-preview",
        "filings/<uuid:filing_id>/preview",
        "operator.filings.preview",
        "filing:create",
    ),
    Route(
        "filing-make",
        "filings/<uuid:filing_id>/make",
        "operator.filings.make",
        "filing:create",
        POST,
    ),
    Route(
        "filing-download",
        "filings/<uuid:filing_id>/file",
        "operator.filings.download",
        "filing:output",
        POST,
    ),
    Route(
        "filing-again",
        "filings/<uuid:filing_id>/again",
        "operator.filings.again",
        "filing:output",
        POST,
        fresh=True,
    ),
    Route(
        "filing-follow",
        "filings/<uuid:filing_id>/follow",
        "operator.filings.follow",
        "filing:create",
        POST,
    ),
    Route(
        "filing-destroy",
        "filings/<uuid:filing_id>/destroy",
        "operator.filings.destroy",
        "filing:output",
        POST,
        fresh=True,
    ),
    # 廃棄
    Route("due", "disposals/due", "operator.due.due", "disposal:view"),
    Route("due-waves", "disposals/due/waves.csv", "operator.due.waves_file", "disposal:view"),
    Route(
        "batch-propose", "disposals/due/propose", "operator.due.propose", "disposal:create", POST
    ),
    Route("batches", "disposals/batches", "operator.batches.batches", "disposal:view"),
    Route("batch", "disposals/batches/<uuid:batch_id>", "operator.batches.batch", "disposal:view"),
    # Whose turn it is depends on the batch, so the act itself asks for the right.
    Route(
        "batch-exclude",
        "disposals/batches/<uuid:batch_id>/exclude",
        "operator.batches.exclude",
        "disposal:view",
        POST,
    ),
    Route(
        "batch-review",
        "disposals/batches/<uuid:batch_id>/review",
        "operator.batches.review",
        "disposal:create",
        POST,
    ),
    Route(
        "batch-approve",
        "disposals/batches/<uuid:batch_id>/approve",
        "operator.batches.approve",
        "disposal:approve",
        BOTH,
        fresh=True,
    ),
    Route(
        "batch-run",
        "disposals/batches/<uuid:batch_id>/run",
        "operator.batches.run",
        "disposal:delete",
        BOTH,
        fresh=True,
    ),
    Route(
        "batch-stop",
        "disposals/batches/<uuid:batch_id>/stop",
        "operator.batches.stop",
        "disposal:delete",
        POST,
    ),
    Route(
        "batch-retry",
        "disposals/batches/<uuid:batch_id>/retry",
        "operator.batches.retry",
        "disposal:delete",
        POST,
    ),
    Route(
        "batch-certify",
        "disposals/batches/<uuid:batch_id>/certificates",
        "operator.batches.certify",
        "disposal:delete",
        POST,
    ),
    Route(
        "batch-cancel",
        "disposals/batches/<uuid:batch_id>/cancel",
        "operator.batches.cancel",
        "disposal:view",
        BOTH,
    ),
    Route("disposals", "disposals", "operator.dispose.disposals", "disposal:view"),
    Route(
        "disposal",
        "disposals/<uuid:disposal_id>",
        "operator.certificates.disposal",
        "disposal:view",
    ),
    Route(
        "disposal-issue",
        "disposals/<uuid:disposal_id>/certificates",
        "operator.certificates.issue",
        "disposal:view",
        POST,
    ),
    Route(
        "disposal-receipt",
        "disposals/<uuid:disposal_id>/receipt",
        "operator.certificates.receipt",
        "disposal:view",
        BOTH,
    ),
    Route(
        "disposal-paper",
        "disposals/certificates/<uuid:copy_id>.pdf",
        "operator.certificates.paper",
        "disposal:view",
    ),
    Route(
        "disposal-document",
        "disposals/certificates/<uuid:copy_id>.json",
        "operator.certificates.document",
        "disposal:view",
    ),
    Route(
        "disposal-verify",
        "disposals/verify",
        "operator.certificates.verify",
        "disposal:view",
        BOTH,
    ),
    Route(
        "disposal-verifier",
        "disposals/verifier",
        "operator.certificates.verifier",
        "disposal:view",
    ),
    Route("holds", "disposals/holds", "operator.keeping.list_holds", "disposal:view"),
    Route(
        "hold", "disposals/holds/<uuid:hold_id>", "operator.keeping.hold", "disposal:change", BOTH
    ),
    Route(
        "hold-new",
        "people/<uuid:person_id>/hold",
        "operator.keeping.place",
        "disposal:change",
        BOTH,
    ),
    # 環境設定
    Route("company", "settings/company", "steward.company.company", "company:view"),
    Route(
        "company-change",
        "settings/company/change",
        "steward.company.change",
        "company:change",
        BOTH,
    ),
    Route("handling", "settings/handling", "steward.company.handling", "company:view", BOTH),
    Route(
        "office-change",
        "settings/office/<uuid:office_id>",
        "steward.company.change_office",
        "company:change",
        BOTH,
    ),
    Route(
        "office-new", "settings/office/new", "steward.company.add_office", "company:change", BOTH
    ),
    Route("periods", "settings/periods", "steward.periods.periods", "disposal:view"),
    Route(
        "period-change",
        "settings/periods/<slug:rule_id>",
        "steward.periods.change_period",
        "disposal:change",
        BOTH,
    ),
    Route("purposes", "settings/purposes", "steward.purposes.purposes", "purpose:view"),
    Route(
        "purposes-change",
        "settings/purposes/change",
        "steward.purposes.change",
        "purpose:change",
        BOTH,
    ),
    Route(
        "notice-new",
        "settings/purposes/publish/<slug:audience>",
        "steward.purposes.publish",
        "purpose:change",
        BOTH,
    ),
    Route("notice", "settings/notices/<uuid:notice_id>", "steward.purposes.notice", "purpose:view"),
    Route(
        "notice-missing",
        "settings/notices/<uuid:notice_id>/missing",
        "steward.purposes.not_told",
        "purpose:view",
    ),
    Route(
        "notice-told",
        "settings/notices/<uuid:notice_id>/told",
        "steward.purposes.told",
        "purpose:create",
        POST,
    ),
    Route("users", "settings/users", "steward.users.users", "user:view"),
    Route("user-new", "settings/users/new", "steward.users.register", "user:create", BOTH),
    Route("user", "settings/users/<uuid:user_id>", "steward.users.user", "user:view"),
    Route(
        "user-change",
        "settings/users/<uuid:user_id>/change",
        "steward.users.change",
        "user:change",
        BOTH,
    ),
    Route(
        "user-act",
        "settings/users/<uuid:user_id>/<slug:act>",
        "steward.users.act",
        "user:change",
        POST,
    ),
    Route("roles", "settings/roles", "steward.roles.roles", "role:view"),
    Route("role-new", "settings/roles/new", "steward.roles.register", "role:create", BOTH),
    Route("role", "settings/roles/<uuid:role_id>", "steward.roles.role", "role:view", BOTH),
    Route(
        "certificates",
        "settings/certificates",
        "steward.certificates.certificates",
        "certificate:view",
    ),
    Route(
        "certificate-new",
        "settings/certificates/new",
        "steward.certificates.issue",
        "certificate:create",
        BOTH,
    ),
    Route(
        "certificate-file",
        "settings/certificates/<uuid:certificate_id>/file",
        "steward.certificates.download",
        "certificate:create",
        POST,
    ),
    Route(
        "certificate-revoke",
        "settings/certificates/<uuid:certificate_id>/revoke",
        "steward.certificates.revoke",
        "certificate:delete",
        BOTH,
    ),
    # 運用確認
    Route("records", "records", "operator.records.records", "record:view"),
    Route("records-verify", "records/verify", "operator.records.verify", "record:view", BOTH),
    Route("records-export", "records/export", "operator.records.export", "record:output", POST),
)
