"""運用確認: the records."""

from azukari.web.routes.route import BOTH, POST, Route

ROUTES: tuple[Route, ...] = (
    # 運用確認
    Route("records", "records", "operator.records.records", "record:view"),
    Route("records-verify", "records/verify", "operator.records.verify", "record:view", BOTH),
    Route("records-export", "records/export", "operator.records.export", "record:output", POST),
)
