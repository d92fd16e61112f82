"""運用確認: the records, months, who handles what, incidents."""

from azukari.web.routes.route import BOTH, POST, Route

ROUTES: tuple[Route, ...] = (
    # 運用確認
    Route("records", "records", "operator.records.records", "record:view"),
    Route("records-verify", "records/verify", "operator.records.verify", "record:view", BOTH),
    Route("records-export", "records/export", "operator.records.export", "record:output", POST),
    # 月次確認
    Route("months", "months", "operator.months.months", "review:view"),
    Route("month", "months/<slug:month>", "operator.month.month", "review:view"),
    Route("month-note", "months/<slug:month>/note", "operator.month.note", "review:change", POST),
    Route("month-sign", "months/<slug:month>/sign", "operator.month.sign", "review:approve", POST),
    # 取扱状況・特定個人情報ファイル管理簿
    Route("access", "access", "operator.access.holders", "holding:view"),
    Route("access-file", "access/list.csv", "operator.access.file", "holding:output", POST),
    Route("access-unused", "access/unused", "operator.access.unused", "holding:view"),
    Route("holdings", "holdings", "operator.holdings.holdings", "holding:view"),
    Route("holdings-print", "holdings/print", "operator.holdings.printed", "holding:output"),
    Route("holdings-file", "holdings/list.csv", "operator.holdings.file", "holding:output", POST),
    Route(
        "holding-change",
        "holdings/<slug:holding>/change",
        "operator.holdings.change",
        "holding:change",
        BOTH,
    ),
    # 漏えい等対応
    Route("incidents", "incidents", "operator.incidents.incidents", "incident:view"),
    Route("incident-new", "incidents/new", "operator.incidents.record", "incident:create", BOTH),
    Route(
        "incident", "incidents/<uuid:incident_id>", "operator.incident.incident", "incident:view"
    ),
    Route(
        "incident-change",
        "incidents/<uuid:incident_id>/change",
        "operator.incidents.change",
        "incident:change",
        BOTH,
    ),
    Route(
        "incident-step",
        "incidents/<uuid:incident_id>/steps/<slug:step>",
        "operator.incident.take_step",
        "incident:change",
        BOTH,
    ),
    Route(
        "incident-report",
        "incidents/<uuid:incident_id>/report",
        "operator.incident.report",
        "incident:output",
        POST,
    ),
    Route(
        "incident-people",
        "incidents/<uuid:incident_id>/people",
        "operator.incident_people.people",
        "incident:view",
    ),
    Route(
        "incident-people-act",
        "incidents/<uuid:incident_id>/people/act",
        "operator.incident_people.act",
        "incident:change",
        POST,
    ),
    Route(
        "incident-find",
        "incidents/<uuid:incident_id>/people/find",
        "operator.incident_people.find",
        "incident:change",
    ),
    Route(
        "incident-add",
        "incidents/<uuid:incident_id>/people/add",
        "operator.incident_people.add",
        "incident:change",
        POST,
    ),
)
