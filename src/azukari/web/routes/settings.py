"""環境設定: what stewards set up."""

from azukari.web.routes.route import BOTH, POST, Route

ROUTES: tuple[Route, ...] = (
    # 従業員アカウント: ways into the portal
    Route("accounts", "accounts", "operator.accounts.accounts", "account:view"),
    Route(
        "accounts-open", "accounts/open", "operator.accounts.open_accounts", "account:create", POST
    ),
    Route(
        "employee-account",
        "accounts/<uuid:person_id>",
        "operator.accounts.account",
        "account:view",
    ),
    Route(
        "account-act",
        "accounts/<uuid:person_id>/<slug:act>",
        "operator.accounts.act",
        "account:change",
        POST,
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
    Route("link", "link", "steward.link.link", "link_setting:view"),
    Route("link-change", "link/change", "steward.link.change", "link_setting:change", BOTH),
    Route(
        "token-new",
        "link/tokens/new",
        "steward.link.issue",
        "link_setting:change",
        BOTH,
        fresh=True,
    ),
    Route(
        "token-replace",
        "link/tokens/<uuid:token_id>/replace",
        "steward.link.replace",
        "link_setting:change",
        POST,
        fresh=True,
    ),
    Route(
        "token-revoke",
        "link/tokens/<uuid:token_id>/revoke",
        "steward.link.revoke",
        "link_setting:change",
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
)
