"""登録状況確認: the link with payroll, differences, who misses a number, files out."""

from azukari.web.routes.route import BOTH, POST, Route

ROUTES: tuple[Route, ...] = (
    # 本人・家族情報連携状況
    Route("pushes", "pushes", "operator.pushes.pushes", "link:view"),
    Route("pushes-deal", "pushes/deal", "operator.pushes.deal", "link:change", POST),
    Route("pushes-bulk", "pushes/bulk", "operator.pushes_bulk.bulk", "link:change", BOTH),
    Route(
        "relationship-words",
        "pushes/relationships",
        "operator.pushes.relationship_words",
        "link:change",
        BOTH,
    ),
    Route("pushed", "pushes/<uuid:pushed_id>", "operator.pushes.pushed", "link:view"),
    # 給与との差分チェック
    Route("differences", "differences", "operator.differences.runs", "difference:view"),
    Route(
        "difference-link",
        "differences/link",
        "operator.differences.compare_link",
        "difference:create",
        POST,
    ),
    Route(
        "difference-new", "differences/new", "operator.differences.send", "difference:create", BOTH
    ),
    Route(
        "difference",
        "differences/<uuid:run_id>",
        "operator.difference.difference",
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
        "operator.difference.deal",
        "difference:change",
        POST,
    ),
    Route(
        "difference-bulk",
        "differences/<uuid:run_id>/bulk",
        "operator.difference_bulk.bulk",
        "difference:change",
        BOTH,
    ),
    Route(
        "difference-file",
        "differences/<uuid:run_id>/differences.csv",
        "operator.difference.file",
        "difference:output",
    ),
    # 登録状況確認・ファイル出力
    Route("status", "status", "operator.status.status", "export:view"),
    Route("status-people", "status/people", "operator.status_people.people", "export:view"),
    Route(
        "status-marked",
        "status/people/<slug:kind>",
        "operator.status_people.marked",
        "sheet:create",
        POST,
    ),
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
)
