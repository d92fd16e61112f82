"""person show · find: the basic information that lists and pages show; numbers stay hidden."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from azukari.cli.session import (
    FOUND_SOMETHING,
    NUMBER_AMONG_ARGUMENTS,
    WRONG_USE,
    answer,
    at_company,
    common,
    contract_of,
    installation,
    stop,
    where,
)
from azukari.ledger.number_in_text import mentions_number

if TYPE_CHECKING:
    from azukari.register.models import NumberRecord, Person, PersonKind
    from azukari.tenancy.actor import Actor

_HIDDEN = "•••• •••• ••••"


@click.group()
def person() -> None:
    """登録されている人の基本情報を見る。個人番号は表示しない。"""


@person.command()
@common
@where
@click.argument("words", nargs=-1)
@click.option(
    "--kind", "kind_code", help="人の種類(employee 本人、family 家族、payee 支払先)。省くとすべて"
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="表示する人数"
)
def find(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    words: tuple[str, ...], kind_code: str | None, limit: int,
) -> None:  # fmt: skip
    """社員番号・氏名・カナの一部で人を探す。WORDSを省くと先頭から。だれもいなければ終了コード1。"""
    typed = " ".join(words)
    if mentions_number(typed):
        stop(NUMBER_AMONG_ARGUMENTS, WRONG_USE)
    with installation(data):
        kinds = _kinds(kind_code)
        with at_company(contract_of(contract_code), company_code) as (_company, actor):
            rows, more = _found(typed, kinds, limit, actor)
        text = "\n".join(_line(row) for row in rows) or "あてはまる人はいません。"
        if more:
            text += f"\nほかにもいます。語を足して絞るか、--limit を{limit}より大きくしてください。"
        answer(as_json, {"people": rows, "more": more}, text)
        if not rows:
            sys.exit(FOUND_SOMETHING)


@person.command()
@common
@where
@click.argument("whom", metavar="CODE|ID")
@click.option("--kind", "kind_code", help="同じ番号の人が複数いるときの、人の種類")
def show(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None, whom: str,
    kind_code: str | None,
) -> None:  # fmt: skip
    """1人の基本情報・個人番号の状態・家族・履歴。家族は「社員番号-家族連番」で指定する。"""
    if mentions_number(whom):
        stop(NUMBER_AMONG_ARGUMENTS, WRONG_USE)
    with installation(data):
        kinds = _kinds(kind_code)
        with at_company(contract_of(contract_code), company_code) as (_company, actor):
            chosen = _the_one(_candidates(whom, kinds))
            _require_view(chosen.kind, actor)
            facts, text = _as_dict(chosen, actor), _page(chosen, actor)
        answer(as_json, facts, text)


def _kinds(code: str | None) -> "list[PersonKind]":
    from azukari.register.models import PersonKind  # noqa: PLC0415  needs Django

    if code is None:
        return list(PersonKind)
    if code not in PersonKind.values:
        stop(f"--kind には {' / '.join(PersonKind.values)} を指定してください。", WRONG_USE)
    return [PersonKind(code)]


def _require_view(kind: str, actor: "Actor") -> None:
    actor.require(f"{kind}:view")


# find ---------------------------------------------------------------------------------------


def _found(
    typed: str, kinds: "Iterable[PersonKind]", limit: int, actor: "Actor"
) -> tuple[list[dict[str, Any]], bool]:
    """At most `limit` rows kind by kind in the order of the lists, and whether there are more."""
    from azukari.register.queries import PeopleFilter, page_of_people  # noqa: PLC0415

    people: list[Person] = []
    for kind in kinds:
        _require_view(kind, actor)
        if len(people) <= limit:
            size = limit + 1 - len(people)
            people += page_of_people(PeopleFilter(kind, words=typed), size=size).people
    return [_row(one) for one in people[:limit]], len(people) > limit


def _row(one: "Person") -> dict[str, Any]:
    from azukari.web.operator import person_words  # noqa: PLC0415

    return {
        "id": str(one.id),
        "kind": one.kind,
        "code": person_words.code(one),
        "name": one.name,
        "kana": one.kana,
        "department": one.department,
        "left_on": one.left_on,
        "number": one.number_state,
        "number_label": person_words.state(one).label,
    }


def _line(row: dict[str, Any]) -> str:
    return "\t".join(str(row[name]) for name in ("code", "name", "kana", "number_label"))


# show ---------------------------------------------------------------------------------------


def _candidates(whom: str, kinds: "list[PersonKind]") -> "list[Person]":
    """By id, or by the code that pages show: family has its 家族連番 behind."""
    from django.db.models import Q  # noqa: PLC0415

    from azukari.register.models import Person  # noqa: PLC0415

    found = Person.objects.select_related("host").filter(kind__in=kinds)
    try:
        return list(found.filter(id=UUID(whom)))
    except ValueError:
        wanted = Q(employee_code=whom, family_code=0)
    host, _, number = whom.rpartition("-")
    if number.isascii() and number.isdecimal() and len(number) < 5:
        wanted |= Q(employee_code=host, family_code=int(number), family_code__gt=0)
    return list(found.filter(wanted).order_by("kind"))


def _the_one(candidates: "list[Person]") -> "Person":
    if not candidates:
        stop("その人はこの会社に登録されていません。", FOUND_SOMETHING)
    if len(candidates) > 1:
        kinds = " / ".join(one.kind for one in candidates)
        stop(f"同じ番号の人が複数います。--kind で {kinds} を指定してください。", WRONG_USE)
    return candidates[0]


def _as_dict(one: "Person", actor: "Actor") -> dict[str, Any]:
    from azukari.register import queries  # noqa: PLC0415
    from azukari.register.actions import FIELDS, plain  # noqa: PLC0415
    from azukari.web.operator import history  # noqa: PLC0415

    record = queries.active_record(one)
    return {
        **_row(one),
        "host": str(one.host_id) if one.host_id else None,
        "version": one.version,
        "facts": {name: plain(getattr(one, name)) for name in FIELDS},
        "record": _record(record) if record else None,
        "family": [_row(member) for member in _family(one, actor)],
        "history": [
            {"at": moment.when.isoformat(), "what": moment.what, "who": moment.who,
             "why": moment.why}
            for moment in history.of_person(one)
        ],
    }  # fmt: skip


def _family(one: "Person", actor: "Actor") -> "Iterable[Person]":
    from azukari.register import queries  # noqa: PLC0415

    return queries.family_of(one) if one.is_employee and actor.may("family:view") else []


def _record(record: "NumberRecord") -> dict[str, Any]:
    return {
        "masked": _HIDDEN,
        "purposes": record.purposes,
        "number_check": record.number_check,
        "person_check": record.person_check,
        "verified_on": record.verified_on,
        "recorded_at": record.recorded_at.isoformat(),
        "recorded_by": record.recorded_by_name,
    }


def _page(one: "Person", actor: "Actor") -> str:
    from django.utils.timezone import localtime  # noqa: PLC0415

    from azukari.register import queries  # noqa: PLC0415
    from azukari.web.operator import history, person_words  # noqa: PLC0415

    record = queries.active_record(one)
    lines = [f"{one.name}（{one.kana}）", *(f"{a}: {b}" for a, b in person_words.facts(one))]
    lines.append(f"個人番号: {_HIDDEN if record else person_words.state(one).label}")
    if record:
        lines.append(f"利用目的: {'、'.join(person_words.number(record).purposes)}")
    lines += [f"家族: {_line(_row(member))}" for member in _family(one, actor)]
    lines += [
        f"{localtime(moment.when):%Y-%m-%d %H:%M} {moment.what} {moment.who} {moment.why}".rstrip()
        for moment in history.of_person(one)
    ]
    return "\n".join(lines)
