"""依頼状: a page for each request, with a QR code that opens it once."""

import io
from collections.abc import Sequence

import segno
from django.conf import settings
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, KeepTogether, PageBreak, Spacer

from azukari.collect import links, requesting
from azukari.collect.models import Request
from azukari.collect.rules import Channel
from azukari.collect.writing import write
from azukari.ledger.actions import Action
from azukari.tenancy.actor import Actor
from azukari.tenancy.companies import company_at_work
from azukari.tenancy.paper import build, day, facts, heading, style, text

_SIDE = 42 * mm


def letters(requests: Sequence[Request], *, actor: Actor) -> bytes:
    """The PDF; each printing ends earlier links of the request, so only the newest letter opens."""
    actor.require("application:create")
    company = company_at_work(actor.company)
    story: list[Flowable] = []
    for request in requests:
        story += _page(request, printed_link(request, actor=actor), company.name)
    return build("個人番号の提出のお願い", company.name, story[:-1])


def printed_link(request: Request, *, actor: Actor) -> str:
    """The address that opens the request once, for paper; earlier links of it end."""
    links.call_back(request)
    token = links.issue(request, Channel.LETTER)
    requesting.mark_sent(request)
    write(Action.INVITATION_SENT, request, actor, channel=Channel.LETTER.value, kind="printed")
    return f"{settings.PORTAL_URL}once/{token}"


def _page(request: Request, url: str, company: str) -> list[Flowable]:
    person = request.person
    about = [
        ("回答期限", text(day(request.deadline))),
        ("提出する申告書", text(request.declaration_name or "―")),
        ("社員番号・コード", text(person.employee_code)),
    ]
    plain = style(11)
    return [
        heading("個人番号の提出のお願い", [day(request.created_at), company]),
        Spacer(0, 8 * mm),
        text(f"{person.name} 様", style(15)),
        Spacer(0, 5 * mm),
        text(
            "個人番号（マイナンバー）の提出をお願いします。スマートフォンのカメラで下のQRコードを"
            "読み取ると、手続きの画面が開きます。利用目的は、手続きの最初に示します。",
            plain,
        ),
        Spacer(0, 6 * mm),
        facts(about),
        Spacer(0, 8 * mm),
        KeepTogether([_code(url), Spacer(0, 2 * mm), text(url, style(8.5, alignment=1))]),
        Spacer(0, 8 * mm),
        text(
            "このQRコードは、ご本人だけが1回使えます。ほかの人に見せないでください。"
            "個人番号をこの紙に書いて返送しないでください。",
            plain,
        ),
        PageBreak(),
    ]


def _code(url: str) -> Image:
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="png", scale=8, border=4)
    picture.seek(0)
    image = Image(picture, width=_SIDE, height=_SIDE)
    image.hAlign = "CENTER"
    return image
