"""Every route: in the one table, typed, guarded; and the matrix route × role × tenant.

The matrix is made from the table of routes itself, so that nobody can forget a row.  What each
parameter may be is told by `Things`; a route with a parameter nobody knows fails the run.
"""

import inspect
import re
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from azukari.tenancy.rights import PRESETS, RoleKind
from azukari.web.routes import ANYONE, CERTIFICATE, ROUTES, SIGNED_IN
from tests.cast import Side
from tests.numbers import valid_number

ROLES = list(RoleKind)
BY_NAME = {route.name: route for route in ROUTES}


def view_of(route):
    module, _, name = route.view.rpartition(".")
    return getattr(import_module(f"azukari.web.{module}"), name)


# the table -----------------------------------------------------------------------------------


def test_url_conf_is_exactly_the_table():
    pages = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]
    others = [str(one.pattern) for one in get_resolver().url_patterns if one not in pages]
    served = {pattern.name: str(pattern.pattern) for pattern in pages}

    assert served == {route.name: route.path for route in ROUTES}
    # The API stands before a token of its own, see tests/web/api.
    assert others == ["api/v1/"]
    assert len(served) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_route_is_typed_and_well_named(route):
    view = view_of(route)
    signature = inspect.signature(view)
    parameters = set(re.findall(r"<\w+:(\w+)>", route.path))

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", route.name)
    assert re.fullmatch(r"[a-z._/<>:-]*", route.path)
    assert signature.return_annotation is not inspect.Signature.empty
    assert set(list(signature.parameters)[1:]) == parameters
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_route_needs_something_known(route):
    rights = {right for preset in PRESETS.values() for right in preset}

    assert route.need in rights | {ANYONE, CERTIFICATE, SIGNED_IN}


# the matrix ----------------------------------------------------------------------------------


@dataclass
class Things:
    """One of everything in a company, by parameter name."""

    of: dict[str, object]

    def url(self, route):
        def fill(match):
            return str(self.of[match.group(1)])

        return "/" + re.sub(r"<\w+:(\w+)>", fill, route.path)


PLAIN = {
    "rule_id": "R-TAX-06",
    "page": "operator",
    "kind": "employees",
    "key": "smarthr",
    "audience": "employee",
    "act": "unlock",
    "token": "no-such-token",
    "form": "2200700",
    "mail_kind": "request",
    "language": "ja",
    "step": "contain",
    "holding": "employees",
    "month": f"{timezone.localdate():%Y-%m}",
}


def things_of(side: Side) -> Things:
    from azukari.check.difference.models import DifferenceRun
    from azukari.check.link.models import Push, PushedRecord
    from azukari.check.models import Output
    from azukari.dispose import actions as dispose
    from azukari.dispose import batches, certificates
    from azukari.dispose.due import DueFilter
    from azukari.dispose.rules import Reason
    from azukari.law.number import parse
    from azukari.law.purpose import Purpose
    from azukari.progress import actions as progress
    from azukari.register import actions, queries
    from azukari.register.actions import holds
    from azukari.register.models import (
        NumberLedgerEntry,
        NumberRecord,
        PurposeNotice,
        Sheet,
        ViewingRequest,
    )
    from azukari.tenancy.models import ApiToken, ClientCertificate, Role, UserSheet
    from azukari.use.models import Filing, FilingPerson, FilingState
    from tests.oversee.cast import incident_of

    seed = abs(hash(side.contract.code)) % 10**6
    canary = side.company.name
    with side.scope():
        person = actions.register_employee(
            {"employee_code": "M001", "name": f"{canary} 太郎", "kana": "タロウ"},
            actor=side.operator,
        )
        actions.record_number(
            person,
            parse(valid_number(seed)),
            [Purpose.HEALTH_PENSION],
            actions.Verification("CARD", "CARD"),
            actor=side.operator,
        )
        family = actions.register_family_member(
            person,
            {"name": f"{canary} 花子", "kana": "ハナコ", "relationship": "WIFE"},
            actor=side.operator,
        )
        gone = actions.register_employee(
            {"employee_code": "M002", "name": f"{canary} 次郎", "kana": "ジロウ"},
            actor=side.operator,
        )
        actions.record_number(
            gone,
            parse(valid_number(seed + 1)),
            [Purpose.HEALTH_PENSION],
            actions.Verification("CARD", "CARD"),
            actor=side.operator,
        )
        payee = actions.register_payee(
            {"employee_code": "P001", "name": f"{canary} 三郎", "kana": "サブロウ"},
            actor=side.operator,
        )
        user = side.users[RoleKind.OPERATOR].id
        searches = {
            listing: actions.save_search(user, listing, canary, "q=1", actor=side.operator).id
            for listing in ("people", "family", "payees")
        }
    with side.scope():
        due = queries.active_record(person)
        NumberRecord.objects.filter(id=due.id).update(due_on="2024-01-11", kept_by="R-TAX-01")
        batch = batches.propose(DueFilter(until=timezone.localdate()), actor=side.operator)
    with side.scope():
        disposal = dispose.dispose_number(gone, Reason.RECORDED_BY_MISTAKE, "", actor=side.operator)
    with side.scope():
        copy = certificates.issue(disposal, actor=side.operator)
    with side.scope():
        sheet = Sheet.objects.create(
            company_id=side.company.id, kind="employees", file_name=f"{canary}.csv", size=1,
            sent_by_name=canary,
        )  # fmt: skip
        filing = Filing.objects.create(
            company_id=side.company.id, office_id=side.office.id, form="2200700",
            purpose="HEALTH_PENSION", state=FilingState.PREPARING, started_by_name=canary, people=1,
        )  # fmt: skip
        FilingPerson.objects.create(
            company_id=side.company.id, filing=filing, person=person, place=1
        )
        [hold] = holds.place_hold(
            family, "係争中のため", timezone.localdate() + timedelta(days=30), actor=side.officer
        )
        output = Output.objects.create(
            company_id=side.company.id, kind="employees", content="status", format="csv",
            reason=canary, whom=canary, asked_by_name=canary, state="refused",
        )  # fmt: skip
        comparison = DifferenceRun.objects.create(
            company_id=side.company.id, source="file", state="mapping", file_name=f"{canary}.csv",
            asked_by_name=canary,
        )  # fmt: skip
        push = Push.objects.create(
            company_id=side.company.id, key=canary, digest="0" * 64, token_name=canary
        )
        pushed = PushedRecord.objects.create(
            company_id=side.company.id, push=push, place=0, event="hired", employee_code="M009",
            name=canary,
        )  # fmt: skip
        token = ApiToken.objects.create(
            company_id=side.company.id, name=canary, token_hash="0" * 64, hint="0000",
            issued_by_name=canary,
        )  # fmt: skip
        user_sheet = UserSheet.objects.create(
            company_id=side.company.id, file_name=f"{canary}.csv", sent_by_name=canary
        )
        task = progress.plan("sheet", sheet.id)
        role = Role.objects.get(kind="auditor")
        certificate = ClientCertificate.objects.first()
        record = queries.active_record(person)
        record.awaits_second_check = True
        record.save(update_fields=["awaits_second_check"])
        notice = PurposeNotice.objects.create(
            company_id=side.company.id, version=1, kind="employee", text=canary,
            published_by_name=canary,
        )  # fmt: skip
        entry = NumberLedgerEntry.objects.create(
            company_id=side.company.id, person=person, record=record, name=person.name,
            declaration=canary, received_on=timezone.localdate(), entered_by_name=canary,
        )  # fmt: skip
        viewing = ViewingRequest.objects.create(
            company_id=side.company.id, person=person, purpose="HEALTH_PENSION", reason=canary,
            asked_by=side.users[RoleKind.OPERATOR].id, asked_by_name=canary,
            expires_at=timezone.now() + timedelta(hours=24),
        )  # fmt: skip
    return Things(
        PLAIN
        | collected(side, canary)
        | {
            "person_id": person.id,
            "family_id": family.id,
            "record_id": record.id,
            "viewing_id": viewing.id,
            "notice_id": notice.id,
            "entry_id": entry.id,
            "payee_id": payee.id,
            "search_id": searches["people"],
            "family_search_id": searches["family"],
            "payee_search_id": searches["payees"],
            "disposal_id": disposal.id,
            "batch_id": batch.id,
            "copy_id": copy.id,
            "sheet_id": sheet.id,
            "export_id": output.id,
            "run_id": comparison.id,
            "pushed_id": pushed.id,
            "token_id": token.id,
            "filing_id": filing.id,
            "hold_id": hold.id,
            "progress_id": task.id,
            "office_id": side.office.id,
            "user_sheet_id": user_sheet.id,
            "user_id": side.users[RoleKind.AUDITOR].id,
            "role_id": role.id,
            "certificate_id": certificate.id,
            "incident_id": incident_of(side, title=canary).id,
        }
    )


def collected(side: Side, canary: str) -> dict[str, object]:
    """What the option Web収集 adds: a request that was answered, its mail and a setting to come."""
    from azukari.collect import setting
    from azukari.collect.models import Document, Mail
    from azukari.collect.terms import Terms
    from azukari.register import actions
    from tests.collect.cast import handed_in

    with side.scope():
        person = actions.register_employee(
            {"employee_code": "M003", "name": f"{canary} 四郎", "kana": "シロウ"},
            actor=side.operator,
        )
    application = handed_in(side, person)
    with side.scope():
        day = timezone.localdate() + timedelta(days=30)
        mail = Mail.objects.create(
            company_id=side.company.id, event="house", kind="request",
            address="house@example.jp", recipient_name=canary, request=application.request,
        )  # fmt: skip
        return {
            "application_id": application.id,
            "request_id": application.request_id,
            "wave_id": application.request.batch_id,
            "document_id": Document.objects.filter(item__application=application).first().id,
            "mail_id": mail.id,
            "setting_id": setting.save_terms(Terms(), day, actor=side.steward).id,
        }


def for_route(route, things: Things) -> Things:
    """Pages of families and payees take their own kind where others take an employee."""
    for begins, kind in (("family/", "family"), ("payees/", "payee")):
        if route.path.startswith(begins):
            own = {"person_id": f"{kind}_id", "search_id": f"{kind}_search_id"}
            return Things(things.of | {name: things.of[one] for name, one in own.items()})
    return things


@pytest.fixture(scope="module")
def stage(database):
    from azukari.web import freshness
    from tests.cast import make_side

    a, b = (make_side(label, web_collection=True) for label in ("MA", "MB"))
    clients = {kind: a.client(kind) for kind in ROLES}
    with pytest.MonkeyPatch.context() as patched:
        # The matrix takes longer than the five minutes after which a password is asked again.
        patched.setattr(freshness, "LASTS", timedelta(hours=12))
        yield a, b, things_of(a), things_of(b), clients


def answer(client: Client, method: str, url: str):
    return client.get(url) if method == "GET" else client.post(url, {})


def takes_an_id(route):
    return "<uuid:" in route.path


GUARDED = [route for route in ROUTES if route.need != ANYONE]
PAIRS = [(route, method) for route in ROUTES for method in ("GET", "POST")]


def pair_name(pair):
    return f"{pair[1]}-{pair[0].name}"


@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_without_certificate_nothing_is_shown(stage, pair):
    route, method = pair
    _a, _b, things, _, _ = stage

    got = answer(Client(), method, for_route(route, things).url(route))

    if method not in route.methods:
        assert got.status_code == 405
    elif route.need == ANYONE:
        assert got.status_code in {200, 302, 404}
    else:
        assert got.status_code == 403


@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_without_signing_in_one_is_sent_to_sign_in(stage, pair):
    route, method = pair
    a, _b, things, _, _ = stage
    if method not in route.methods or route.need in {ANYONE, CERTIFICATE}:
        return

    got = answer(a.client(), method, for_route(route, things).url(route))

    assert (got.status_code, got.headers["Location"]) == (302, "/sign-in")


@pytest.mark.parametrize("kind", ROLES, ids=lambda kind: kind.value)
@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_a_right_that_is_missing_is_refused(stage, pair, kind):
    route, method = pair
    _a, _b, things, _, clients = stage
    if method not in route.methods or route.need in {ANYONE, CERTIFICATE, SIGNED_IN}:
        return
    if route.need in PRESETS[kind]:
        return

    got = answer(clients[kind], method, for_route(route, things).url(route))

    assert got.status_code == 403


@pytest.mark.parametrize("pair", PAIRS, ids=pair_name)
def test_other_tenants_things_look_like_missing_ones(stage, pair):
    route, method = pair
    _a, b, _things, others, clients = stage
    if method not in route.methods or not takes_an_id(route):
        return
    kind = next(kind for kind in ROLES if route.need in PRESETS[kind] or route.need == SIGNED_IN)
    missing = Things({k: uuid4() if isinstance(v, UUID) else v for k, v in others.of.items()})

    other = answer(clients[kind], method, for_route(route, others).url(route))
    nothing = answer(clients[kind], method, for_route(route, missing).url(route))

    assert (other.status_code, nothing.status_code) == (404, 404)
    assert _plain(other) == _plain(nothing)
    assert b.company.name not in other.content.decode()


def _plain(response):
    """The page without what differs between any two requests."""
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r"[0-9a-f]{16}", "", text)
    return re.sub(r"[0-9a-f-]{36}", "", text)


@pytest.mark.parametrize("kind", ROLES, ids=lambda kind: kind.value)
@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "GET" in route.methods], ids=lambda route: route.name
)
def test_own_pages_open_and_show_nothing_of_others(stage, route, kind):
    a, b, things, _, clients = stage
    if route.need not in PRESETS[kind] and route.need != SIGNED_IN:
        return
    if route.name in {"sign-out", "components"}:
        return  # one ends the session, the other shows invented samples only

    got = clients[kind].get(for_route(route, things).url(route))

    if route.name == "progress" and kind in {RoleKind.STEWARD, RoleKind.AUDITOR}:
        assert got.status_code == 403  # the work is about a sheet, which they may not see
        return
    assert got.status_code in {200, 302}, got.content.decode()[:500]
    body = b"".join(got.streaming_content) if got.streaming else got.content
    assert b.company.name.encode() not in body
    assert (
        a.contract.code.encode() in body
        or got.status_code == 302
        or "html" not in str(got.headers["Content-Type"])
    )


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "POST" in route.methods], ids=lambda route: route.name
)
def test_an_empty_form_breaks_nothing(stage, route):
    _a, _b, things, _, clients = stage
    if route.need in {ANYONE, CERTIFICATE} or route.name == "sign-out":
        return
    kind = next(kind for kind in ROLES if route.need in PRESETS[kind] or route.need == SIGNED_IN)

    got = clients[kind].post(for_route(route, things).url(route), {})

    assert got.status_code in {200, 302, 303, 400, 404, 409, 422}, got.content.decode()[:500]


def test_another_contracts_certificate_ends_the_session(stage):
    a, b, *_ = stage
    client = a.client(RoleKind.OPERATOR)

    got = client.get("/people", **{"azukari.peer_certificate": b.certificate})
    after = client.get("/people")

    assert got.status_code == 403
    assert (after.status_code, after.headers["Location"]) == (302, "/sign-in")
