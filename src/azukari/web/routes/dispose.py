"""廃棄: what is due, batches, certificates, holds."""

from azukari.web.routes.route import BOTH, POST, Route

ROUTES: tuple[Route, ...] = (
    # 廃棄
    Route("due", "disposals/due", "operator.due.due", "disposal:view"),
    Route("due-waves", "disposals/due/waves.csv", "operator.due.waves_file", "disposal:view"),
    Route(
        "batch-propose", "disposals/due/propose", "operator.due.propose", "disposal:create", POST
    ),
    Route("batches", "disposals/batches", "operator.batches.batches", "disposal:view"),
    Route("batch", "disposals/batches/<uuid:batch_id>", "operator.batch.batch", "disposal:view"),
    # Whose turn it is depends on the batch, so the act itself asks for the right.
    Route(
        "batch-exclude",
        "disposals/batches/<uuid:batch_id>/exclude",
        "operator.batch_review.exclude",
        "disposal:view",
        POST,
    ),
    Route(
        "batch-review",
        "disposals/batches/<uuid:batch_id>/review",
        "operator.batch_review.review",
        "disposal:create",
        POST,
    ),
    Route(
        "batch-approve",
        "disposals/batches/<uuid:batch_id>/approve",
        "operator.batch_review.approve",
        "disposal:approve",
        BOTH,
        fresh=True,
    ),
    Route(
        "batch-run",
        "disposals/batches/<uuid:batch_id>/run",
        "operator.batch_running.run",
        "disposal:delete",
        BOTH,
        fresh=True,
    ),
    Route(
        "batch-stop",
        "disposals/batches/<uuid:batch_id>/stop",
        "operator.batch_running.stop",
        "disposal:delete",
        POST,
    ),
    Route(
        "batch-retry",
        "disposals/batches/<uuid:batch_id>/retry",
        "operator.batch_running.retry",
        "disposal:delete",
        POST,
    ),
    Route(
        "batch-certify",
        "disposals/batches/<uuid:batch_id>/certificates",
        "operator.batch_running.certify",
        "disposal:delete",
        POST,
    ),
    Route(
        "batch-cancel",
        "disposals/batches/<uuid:batch_id>/cancel",
        "operator.batch_review.cancel",
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
)
