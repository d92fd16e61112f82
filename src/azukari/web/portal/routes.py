"""The routes of the portal and who may use them: its one table.

`urls.py` builds the URL conf from it and puts the guard in front of every view; the house tests
walk it.  None of these exists behind the operators' door, and none of theirs behind this one.
"""

from azukari.web.routes import ANYONE, BOTH, POST, Route

APPLICANT = "applicant"  # an employee who is signed in, or whoever came by a single-use link
EMPLOYEE = "employee"  # signed in with an account

_ITEM = "applications/<uuid:application_id>/people/<uuid:item_id>"

PORTAL_ROUTES: tuple[Route, ...] = (
    # the way in
    Route("health", "health", "health.health", ANYONE),
    Route("mail-events", "mail-events/<str:provider>", "portal.mail_events.receive", ANYONE, BOTH),
    Route("help", "help", "portal.help.help_page", ANYONE),
    Route("language", "language", "portal.help.choose_language", ANYONE, POST),
    Route("sign-in", "sign-in", "portal.entering.sign_in", ANYONE, BOTH),
    Route("sign-in-code", "sign-in/code", "portal.entering.enter_code", ANYONE, BOTH),
    Route("passkey-begin", "sign-in/passkey/begin", "portal.passkeys.begin_entry", ANYONE, POST),
    Route("passkey-enter", "sign-in/passkey", "portal.passkeys.enter", ANYONE, POST),
    Route("start", "start/<str:token>", "portal.entering.start", ANYONE, BOTH),
    Route("once", "once/<str:token>", "portal.once.once", ANYONE, BOTH),
    Route("sign-out", "sign-out", "portal.entering.sign_out", APPLICANT, BOTH),
    # what is asked of me
    Route("home", "", "portal.home.home", APPLICANT),
    Route("begin", "begin", "portal.home.begin", EMPLOYEE, BOTH),
    Route("request", "requests/<uuid:request_id>", "portal.home.request_page", APPLICANT, BOTH),
    Route(
        "decline",
        "requests/<uuid:request_id>/decline",
        "portal.handing_in.decline",
        APPLICANT,
        BOTH,
    ),
    # one application
    Route(
        "application", "applications/<uuid:application_id>", "portal.application.show", APPLICANT
    ),
    Route(
        "purposes",
        "applications/<uuid:application_id>/purposes",
        "portal.application.purposes",
        APPLICANT,
        BOTH,
    ),
    Route(
        "review",
        "applications/<uuid:application_id>/review",
        "portal.handing_in.review",
        APPLICANT,
        BOTH,
    ),
    Route(
        "withdraw",
        "applications/<uuid:application_id>/withdraw",
        "portal.handing_in.withdraw",
        APPLICANT,
        BOTH,
    ),
    # one person of it
    Route("number", f"{_ITEM}/number", "portal.filling_in.number", APPLICANT, BOTH),
    Route("papers", f"{_ITEM}/papers", "portal.papers.papers", APPLICANT, BOTH),
    Route(
        "paper",
        "applications/<uuid:application_id>/papers/<uuid:document_id>",
        "portal.papers.paper",
        APPLICANT,
    ),
    Route(
        "paper-remove",
        "applications/<uuid:application_id>/papers/<uuid:document_id>/remove",
        "portal.papers.remove",
        APPLICANT,
        BOTH,
    ),
    Route("authority", f"{_ITEM}/authority", "portal.filling_in.authority", APPLICANT, BOTH),
    Route("attest", f"{_ITEM}/attest", "portal.filling_in.attest", APPLICANT, BOTH),
    Route("leave-out", f"{_ITEM}/leave-out", "portal.handing_in.leave_out", APPLICANT, BOTH),
    # what happened with my number
    Route("uses", "uses", "portal.uses.uses", EMPLOYEE),
    # my way in
    Route("account", "account", "portal.account.account", EMPLOYEE),
    Route("password", "account/password", "portal.account.password", EMPLOYEE, BOTH),
    Route("second-factor", "account/code", "portal.account.second_factor", EMPLOYEE, BOTH),
    Route(
        "second-factor-remove", "account/code/remove", "portal.account.remove_code", EMPLOYEE, BOTH
    ),
    Route("passkey-new", "account/passkeys/new", "portal.passkeys.new", EMPLOYEE, BOTH),
    Route("passkey-offer", "account/passkeys/offer", "portal.passkeys.offer", EMPLOYEE, POST),
    Route("passkey-add", "account/passkeys", "portal.passkeys.add", EMPLOYEE, POST),
    Route(
        "passkey-remove",
        "account/passkeys/<uuid:passkey_id>/remove",
        "portal.passkeys.remove",
        EMPLOYEE,
        BOTH,
    ),
)
