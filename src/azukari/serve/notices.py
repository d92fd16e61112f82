"""The few pages the server answers by itself, when the application cannot or must not be asked."""

from dataclasses import dataclass

_PAGE = """<!DOCTYPE html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{what}</p>
<p>{remedy}</p>
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """An answer of the server itself, after which the connection is closed."""

    status: int
    page: bytes
    retry_after: int | None = None

    def headers(self) -> list[tuple[bytes, bytes]]:
        always = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(self.page)).encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        if self.retry_after is None:
            return always
        return [*always, (b"retry-after", str(self.retry_after).encode())]


def _page(title: str, what: str, remedy: str) -> bytes:
    return _PAGE.format(title=title, what=what, remedy=remedy).encode()


def too_large(limit: int) -> Notice:
    """413. `limit` in bytes."""
    return Notice(
        413,
        _page(
            "送られたデータが大きすぎます",
            f"一度に送れる大きさは、ファイルと入力内容を合わせて{limit / 1048576:.3g} MBまでです。"
            "送られたデータは保存されていません。",
            "前の画面に戻り、ファイルを分けるか小さくしてから、もう一度送ってください。",
        ),
    )


BUSY = Notice(
    503,
    _page(
        "ただいま混み合っています",
        "多くの操作が重なっているため、この操作は受け付けられませんでした。"
        "送られたデータは保存されていません。",
        "少し待ってから、もう一度操作してください。",
    ),
    retry_after=5,
)

TOO_SLOW = Notice(
    408,
    _page(
        "データの受信が途中で止まりました",
        "一定の時間、続きのデータが届かなかったため、受信を打ち切りました。"
        "送られたデータは保存されていません。",
        "通信の状態を確かめてから、もう一度送ってください。",
    ),
)

BROKEN = Notice(
    500,
    _page(
        "処理を完了できませんでした",
        "サーバーの内部で問題が起きました。入力した内容は保存されていない可能性があります。",
        "画面を開き直して結果を確かめてください。繰り返し起きるときは、管理者に連絡してください。",
    ),
)
