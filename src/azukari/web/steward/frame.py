"""What the pages of 環境設定 have in common."""

from typing import Any

from azukari.web.components.parts import Link

SOMEBODY_WAS_FASTER = (
    "入力している間に、ほかの人がこの内容を変更しました。"
    "入力した内容はまだ保存されていません。画面を開き直して、いまの内容を確かめてから変更してください。"
)


def page(title: str, *way: Link, **facts: Any) -> dict[str, Any]:
    """Title and breadcrumbs; `way` are the pages between the top screen and this one."""
    return {"page_title": title, "crumbs": [Link("トップ", "/"), *way, Link(title)], **facts}
