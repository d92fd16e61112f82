"""給与計算サービス連携: pushes in, their states out."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Count
from django.shortcuts import get_object_or_404
from ninja import Header, Path, Query, Router, Status

from azukari.check.link import queries, receiving
from azukari.check.link.events import About, State
from azukari.check.link.models import LinkSetting, Push, PushedRecord
from azukari.check.link.receiving import Received
from azukari.web.api.entrance import ApiRequest, needs
from azukari.web.api.schemas import (
    FiguresIn,
    ItemProblem,
    LinkState,
    PushIn,
    PushOut,
    PushState,
    RecordOut,
    RecordsOut,
    Trouble,
)

router = Router(tags=["payroll"])
_PROBLEMS_TOLD = 1_000
_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: Trouble,
    HTTPStatus.FORBIDDEN: Trouble,
    HTTPStatus.UNPROCESSABLE_ENTITY: Trouble,
    HTTPStatus.SERVICE_UNAVAILABLE: Trouble,
}
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=80,
        pattern=r"^[0-9A-Za-z_.:-]+$",
        description="Your name for this push. The same one again does nothing twice.",
    ),
]


_RECEIVED = {
    HTTPStatus.ACCEPTED: PushOut,
    HTTPStatus.BAD_REQUEST: Trouble,
    HTTPStatus.CONFLICT: Trouble,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Trouble,
    **_REFUSALS,
}


@router.post(
    "/pushes",
    response=_RECEIVED,
    operation_id="push",
    summary="Push people and events",
)
@needs("link:push")
def push(request: ApiRequest, body: PushIn, key: Key) -> Status[PushOut]:
    """Kept whole before anything is done about it; each item has a state of its own."""
    items = [item.model_dump(exclude_unset=True) for item in body.items]
    return _receive(request, items, key, About.PEOPLE)


@router.post(
    "/figures",
    response=_RECEIVED,
    operation_id="pushFigures",
    summary="Push what forms say of an employee's year",
)
@needs("link:figures")
def push_figures(request: ApiRequest, body: FiguresIn, key: Key) -> Status[PushOut]:
    """A push like any other: its state and items are told by the same operations."""
    items = [{**item.model_dump(exclude_unset=True), "year": body.year} for item in body.items]
    return _receive(request, items, key, About.FIGURES)


def _receive(
    request: ApiRequest, items: list[dict[str, Any]], key: str, about: About
) -> Status[PushOut]:
    received = receiving.receive(
        items,
        key,
        about=about,
        token_id=request.auth.token_id,
        token_name=request.auth.name,
        actor=request.auth.actor,
    )
    return Status(HTTPStatus.ACCEPTED, _told(received))


@router.get(
    "/pushes/{push_id}",
    response={HTTPStatus.OK: PushState, HTTPStatus.NOT_FOUND: Trouble, **_REFUSALS},
    operation_id="pushState",
    summary="What became of a push",
)
@needs("link:status")
def push_state(request: ApiRequest, push_id: Annotated[UUID, Path()]) -> PushState:  # noqa: ARG001
    row = get_object_or_404(Push.objects, id=push_id)
    states = PushedRecord.objects.filter(push=row).values("state").annotate(count=Count("id"))
    counted = {one["state"]: one["count"] for one in states}
    return PushState(
        push=row.id,
        received_at=row.received_at,
        items=row.records,
        **{state.value: counted.get(state.value, 0) for state in State},
    )


@router.get(
    "/pushes/{push_id}/records",
    response={HTTPStatus.OK: RecordsOut, HTTPStatus.NOT_FOUND: Trouble, **_REFUSALS},
    operation_id="pushRecords",
    summary="The items of a push, one by one",
)
@needs("link:status")
def push_records(
    request: ApiRequest,  # noqa: ARG001
    push_id: Annotated[UUID, Path()],
    after: Annotated[int, Query(ge=-1, le=1_000_000)] = -1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> RecordsOut:
    row = get_object_or_404(Push.objects, id=push_id)
    found = PushedRecord.objects.filter(push=row, place__gt=after).order_by("place")
    rows = list(found[: limit + 1])
    records = [
        RecordOut(
            place=one.place,
            event=one.event,
            employee_code=one.employee_code,
            family_code=one.family_code,
            state=one.state,
            code=one.problem,
            field=one.detail,
        )
        for one in rows[:limit]
    ]
    return RecordsOut(records=records, next=records[-1].place if len(rows) > limit else None)


@router.get(
    "/state",
    response={HTTPStatus.OK: LinkState, **_REFUSALS},
    operation_id="linkState",
    summary="Whether the link is on, and what waits",
)
@needs("link:status")
def link_state(request: ApiRequest) -> LinkState:  # noqa: ARG001
    setting = LinkSetting.objects.first()
    counted = queries.by_state()
    return LinkState(
        is_on=setting is not None and setting.is_on,
        waiting=counted[State.WAITING],
        held=counted[State.HELD],
        error=counted[State.ERROR],
    )


def _told(received: Received) -> PushOut:
    row = received.push
    problems = receiving.problems_of(row)[:_PROBLEMS_TOLD]
    return PushOut(
        push=row.id,
        received_at=row.received_at,
        items=row.records,
        refused=row.refused,
        is_new=received.is_new,
        problems=[
            ItemProblem(place=one.place, code=one.problem, field=one.detail) for one in problems
        ],
    )
