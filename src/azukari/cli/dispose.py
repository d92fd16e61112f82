"""dispose due · propose · approve · run · status · certificate: the acts of the screens."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from azukari.cli.acting import person_at
from azukari.cli.parameters import Day, Words
from azukari.cli.session import (
    FOUND_SOMETHING,
    WRONG_USE,
    answer,
    at_company,
    common,
    company_and_actor,
    contract_of,
    installation,
    stop,
    where,
)

if TYPE_CHECKING:
    from azukari.dispose.models import DisposalBatch

_ROWS_SHOWN = 1_000
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def dispose() -> None:
    """保存期間が終わった個人番号を、二人で確かめて廃棄する。"""


def _by_whom(command: Callable[..., None]) -> Callable[..., None]:
    """Adds `--as` and `--password-file`."""

    @click.option("--as", "user_code", required=True, help="操作する利用者のユーザID")
    @click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="その利用者のパスワードのファイル。省くと画面で尋ねる",
    )
    @wraps(command)
    def with_options(*args: Any, **values: Any) -> None:
        command(*args, **values)

    return with_options


@dispose.command()
@common
@where
@click.option("--until", type=Day(), help="この日までに廃棄できるもの。既定は今日")
@click.option("--held", is_flag=True, help="廃棄が保留されているもの")
def due(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    until: date | None, held: bool,
) -> None:  # fmt: skip
    """廃棄できる個人番号の一覧。番号そのものは出さない。"""
    with installation(data):
        from azukari.dispose.due import DueFilter, find_due  # noqa: PLC0415  needs Django
        from azukari.web.operator import person_words  # noqa: PLC0415

        wanted = DueFilter(until=_or_today(until), held=held)
        with at_company(contract_of(contract_code), company_code):
            found = find_due(wanted)
            count = found.count()
            rows = [
                {
                    "code": person_words.code(one.person),
                    "kind": one.person.kind,
                    "name": one.person.name,
                    "due_on": one.due_on,
                    "rule": one.kept_by,
                }
                for one in found.select_related("person").order_by("due_on", "id")[:_ROWS_SHOWN]
            ]
        lines = [f"{r['code']}\t{r['name']}\t{r['due_on']}\t{r['rule']}" for r in rows]
        more = f"（先頭の{len(rows)}件を表示）" if count > len(rows) else ""
        lines.append(f"{count}件{more}")
        facts = {"until": wanted.until, "held": held, "count": count, "numbers": rows}
        answer(as_json, facts, "\n".join(lines))


@dispose.command()
@common
@where
@_by_whom
@click.option("--until", type=Day(), help="この日までに廃棄できるものすべて。既定は今日")
@click.option("--note", type=Words(200), help="補足")
def propose(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    user_code: str, password_file: Path | None, until: date | None, note: str | None,
) -> None:  # fmt: skip
    """廃棄案を作り、一覧を確定する。承認は別の人が行う。"""
    with installation(data):
        from azukari.dispose import batches  # noqa: PLC0415  needs Django
        from azukari.dispose.due import DueFilter  # noqa: PLC0415
        from azukari.tenancy import scope  # noqa: PLC0415

        wanted = DueFilter(until=_or_today(until))
        contract = contract_of(contract_code)
        company, actor = person_at(contract, company_code, user_code, password_file)
        place = scope.Scope(contract_id=contract.id, company_id=company.id)
        with _refusals(), scope.enter(place):
            batch = batches.propose(wanted, actor=actor, note=note or "")
            batch = batches.review(batch, actor=actor)
        _tell(as_json, batch)


@dispose.command()
@common
@where
@_by_whom
@click.argument("batch_code", metavar="BATCH")
@click.option("--count", type=int, help="承認する件数。指定すると、違うときは承認しない")
def approve(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    user_code: str, password_file: Path | None, batch_code: str, count: int | None,
) -> None:  # fmt: skip
    """廃棄案を承認する。起案した人は承認できない。"""
    with installation(data):
        from azukari.dispose import batches  # noqa: PLC0415  needs Django
        from azukari.tenancy import scope  # noqa: PLC0415

        contract = contract_of(contract_code)
        company, actor = person_at(contract, company_code, user_code, password_file)
        place = scope.Scope(contract_id=contract.id, company_id=company.id)
        with _refusals(), scope.enter(place):
            batch = _find(batch_code)
            _refuse_other_count(batches.pending(batch), count)
            batch = batches.approve(batch, actor=actor)
        _tell(as_json, batch)


@dispose.command()
@common
@where
@click.argument("batch_code", metavar="BATCH")
@click.option("--count", type=int, help="廃棄する件数。指定すると、違うときは何もしない")
def run(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    batch_code: str, count: int | None,
) -> None:  # fmt: skip
    """承認された廃棄案を、いま、ここで実行する。廃棄できないものがあれば終了コード1。"""
    with installation(data):
        from azukari.dispose import batches, running  # noqa: PLC0415  needs Django
        from azukari.tenancy import scope  # noqa: PLC0415

        contract = contract_of(contract_code)
        company, actor = company_and_actor(contract, company_code)
        place = scope.Scope(contract_id=contract.id, company_id=company.id)
        with _refusals(), scope.enter(place):
            batch = _find(batch_code)
            _refuse_other_count(batches.pending(batch), count)
            task, batch = running.begin(batch, actor=actor)
        running.run(actor, task.id, batch.id)
        with scope.enter(place):
            batch = _find(batch_code)
        _tell(as_json, batch)
        if batch.failed:
            sys.exit(FOUND_SOMETHING)


@dispose.command()
@common
@where
@click.argument("batch_code", metavar="[BATCH]", required=False)
def status(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    batch_code: str | None,
) -> None:  # fmt: skip
    """廃棄案の状態。番号を省くと、新しいものから20件。"""
    with installation(data):
        from azukari.dispose.models import DisposalBatch  # noqa: PLC0415  needs Django

        with at_company(contract_of(contract_code), company_code):
            if batch_code is not None:
                found = [_find(batch_code)]
            else:
                found = list(DisposalBatch.objects.order_by("-proposed_at", "-id")[:20])
            facts = [_facts(one) for one in found]
        text = "\n".join(_sentence(one) for one in facts) or "廃棄案はありません。"
        answer(as_json, facts[0] if batch_code is not None else facts, text)


@dispose.command()
@common
@where
@click.argument("batch_code", metavar="BATCH")
@click.option("--out", type=_FOLDER, required=True, help="証明書(JSONとPDF)を書き出すフォルダ")
def certificate(
    *, data: Path, as_json: bool, contract_code: str | None, company_code: str | None,
    batch_code: str, out: Path,
) -> None:  # fmt: skip
    """廃棄証明書の、最も新しい1通を書き出す。まだなければ終了コード1。"""
    with installation(data):
        from azukari.dispose import certificates  # noqa: PLC0415  needs Django
        from azukari.pki.keyfile import write_private  # noqa: PLC0415

        with at_company(contract_of(contract_code), company_code):
            copy = certificates.copies_of(_find(batch_code)).first()
            if copy is None:
                stop(f"廃棄案 {batch_code} の証明書は、まだ発行していません。", FOUND_SOMETHING)
            files = {"json": bytes(copy.document), "pdf": certificates.paper_of(copy)}
        places = {kind: out / f"{copy.code}.{kind}" for kind in files}
        if taken := next((place for place in places.values() if place.exists()), None):
            stop(f"{taken} はすでにあります。上書きはしません。", WRONG_USE)
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind, place in places.items():
            write_private(place, files[kind])
        told = {kind: str(place) for kind, place in places.items()}
        answer(as_json, {"certificate": copy.code, **told}, "\n".join(told.values()))


# both -------------------------------------------------------------------------------------------


def _or_today(day: date | None) -> date:
    from django.utils import timezone  # noqa: PLC0415

    return day or timezone.localdate()


def _find(code: str) -> "DisposalBatch":
    from azukari.dispose.models import DisposalBatch  # noqa: PLC0415

    batch = DisposalBatch.objects.filter(code=code).first()
    if batch is None:
        stop(f"廃棄案 {code} はありません。azukari dispose status で確かめてください。", WRONG_USE)
    return batch


def _refuse_other_count(pending: int, count: int | None) -> None:
    if count is not None and pending != count:
        stop(
            f"対象は{pending}件です。--count の{count}件と違うため、何もしませんでした。", WRONG_USE
        )


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal of the rules, or a right that is missing, in words; exit code 2."""
    from azukari.dispose.rules import DisposeRefused  # noqa: PLC0415
    from azukari.tenancy.actor import NotPermitted  # noqa: PLC0415
    from azukari.web.operator import dispose_words  # noqa: PLC0415

    try:
        yield
    except DisposeRefused as refused:
        stop(dispose_words.say(refused.problem), WRONG_USE)
    except NotPermitted:
        stop("この利用者には、その操作の権限がありません。", WRONG_USE)


def _tell(as_json: bool, batch: "DisposalBatch") -> None:
    facts = _facts(batch)
    answer(as_json, facts, _with_next(facts))


def _facts(batch: "DisposalBatch") -> dict[str, Any]:
    return {
        "batch": batch.code,
        "state": batch.state,
        "state_name": batch.get_state_display(),
        "due_until": batch.due_until,
        "items": batch.items,
        "excluded": batch.excluded,
        "done": batch.done,
        "failed": batch.failed,
        "proposed_by": batch.proposed_by_name,
        "approved_by": batch.approved_by_name,
        "digest": batch.digest,
    }


def _sentence(facts: dict[str, Any]) -> str:
    return (
        f"{facts['batch']}\t{facts['state_name']}\t{facts['due_until']}まで\t{facts['items']}件"
        f"（除外 {facts['excluded']}、廃棄済 {facts['done']}、廃棄できず {facts['failed']}）"
    )


_NEXT = {
    "reviewed": "次に、別の人が azukari dispose approve {batch} --as ID で承認します。",
    "approved": "次に、azukari dispose run {batch} で廃棄します。承認は24時間有効です。",
    "certified": "証明書は azukari dispose certificate {batch} --out フォルダ で書き出せます。",
}


def _with_next(facts: dict[str, Any]) -> str:
    """What stands, and what somebody has to do now."""
    todo = _NEXT.get(facts["state"], "").format(batch=facts["batch"])
    return "\n".join([_sentence(facts), *([todo] if todo else [])])
