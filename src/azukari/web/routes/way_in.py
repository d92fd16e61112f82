"""The way in, and what every user of a contract has."""

from azukari.web.routes.route import ANYONE, BOTH, CERTIFICATE, POST, SIGNED_IN, Route

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
    Route("account", "account", "operator.account.account", SIGNED_IN),
    Route("own-password", "account/password", "operator.account.password", SIGNED_IN, BOTH),
    Route("second-factor", "account/code", "operator.sign_in.second_factor", SIGNED_IN, BOTH),
    Route("components", "_components", "components.gallery.gallery", SIGNED_IN),
    Route(
        "progress",
        "progress/<uuid:progress_id>",
        "operator.progress.progress",
        SIGNED_IN,
        passive=True,
    ),
    Route("stopped", "progress/stopped", "operator.stopped.stopped", SIGNED_IN),
    Route(
        "progress-again",
        "progress/<uuid:progress_id>/again",
        "operator.progress.start_again",
        SIGNED_IN,
        POST,
    ),
)
