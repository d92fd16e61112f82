"""Long CSV files: sent while they are read, so that neither memory nor the wait grows with them."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from azukari.register.spreadsheet import MARK, lines
from azukari.tenancy import scope
from azukari.tenancy.actor import Actor

Rows = Iterable[Sequence[str]]


def csv_in_parts(
    name: str, head: Sequence[str], parts: Iterator[Rows], *, actor: Actor
) -> StreamingHttpResponse:
    """`parts`: some rows at a time, each part read when it is asked for, in the actor's company."""
    response = StreamingHttpResponse(
        _text(head, parts, actor), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _text(head: Sequence[str], parts: Iterator[Rows], actor: Actor) -> Iterator[str]:
    # Streamed after the request's own transaction, so each part enters the scope by itself.
    place = scope.of(actor)
    yield MARK + lines([head])
    while True:
        with scope.enter(place):
            rows = next(parts, None)
            text = None if rows is None else lines(rows)
        if text is None:
            return
        yield text
