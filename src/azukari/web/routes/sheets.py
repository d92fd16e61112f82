"""一括登録・変更: files of many people."""

from azukari.web.routes.route import BOTH, POST, Route

ROUTES: tuple[Route, ...] = (
    # 一括登録・変更
    Route("sheets", "sheets", "operator.sheets.sheets", "sheet:view"),
    Route("sheet-new", "sheets/new", "operator.sheets.send", "sheet:create", BOTH),
    Route(
        "sheet-template",
        "sheets/template/<slug:kind>",
        "operator.sheet_files.template",
        "sheet:create",
    ),
    Route("sheet-products", "sheets/products", "operator.sheet_products.products", "sheet:create"),
    Route(
        "sheet-product",
        "sheets/products/<slug:key>",
        "operator.sheet_products.product",
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
        "sheet-correct",
        "sheets/<uuid:sheet_id>/correct",
        "operator.sheet_correct.correct",
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
    # Asks who is there as the screens do that change a number: a file may change many.
    Route(
        "sheet-apply",
        "sheets/<uuid:sheet_id>/apply",
        "operator.sheets.apply",
        "sheet:create",
        POST,
        fresh=True,
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
)
