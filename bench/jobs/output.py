"""ファイル出力: everybody of a kind with numbers, sealed in a ZIP; books of invented rows."""

import csv
import io
from pathlib import Path
from uuid import UUID

import pyzipper
from python_calamine import CalamineWorkbook

from azukari.check import rules
from azukari.check.actions import Asked
from azukari.check.command import export_now
from azukari.check.queries import Wanted
from azukari.check.rules import Content, Format
from azukari.law.purpose import Purpose
from azukari.ledger import sequencer
from azukari.ledger.actions import Action
from azukari.ledger.models import Leaf
from azukari.ledger.realm_scope import in_realm
from azukari.register.sheets.headings import SheetKind
from azukari.register.spreadsheet import as_plain_book
from bench.book_rows import HEAD, check_book, rows_of
from bench.jobs.house import actor_of
from bench.measure import Measured, expect, measuring
from bench.samples import sample_numbers
from bench.settling import settle

_KINDS = ((SheetKind.EMPLOYEES, "社員番号"), (SheetKind.FAMILIES, "家族連番"))


def give_out(place: dict[str, str], folder: str, persons: int, how: str) -> dict[str, Measured]:
    """Both files, as the command gives them out."""
    # The second person is somebody else's time.
    rules.SECOND_PERSON_FROM = rules.MOST_PEOPLE + 1
    actor, realm = actor_of(place), UUID(place["company"])
    before = _leaves_of_readings(realm)
    sealed = []
    settle()
    with measuring() as cost:
        for kind, _ in _KINDS:
            wanted = Wanted(kind)
            asked = Asked(
                wanted, Content.NUMBERS, Format(how), "計測", "全員", Purpose.HEALTH_PENSION
            )
            sealed.append(export_now(asked, actor=actor))
    expect("people", sum(facts["people"] for facts, _ in sealed), persons)
    expect("people without a number", sum(facts["without_number"] for facts, _ in sealed), 0)
    expect("leaves of readings", _leaves_of_readings(realm) - before, persons)
    _check_files(sealed, Path(folder), how)
    return {"output": Measured(persons, cost)}


def _leaves_of_readings(realm: UUID) -> int:
    sequencer.sequence(realm)
    with in_realm(realm):
        return Leaf.objects.filter(realm=realm, action=Action.NUMBER_OPENED).count()


def _check_files(sealed: list[tuple[dict[str, str], bytes | None]], folder: Path, how: str) -> None:
    wanted, found = sample_numbers(folder), {}
    for facts, content in sealed:
        with pyzipper.AESZipFile(io.BytesIO(content or b"")) as archive:
            [name] = archive.namelist()
            text = archive.read(name, pwd=facts["passphrase"].encode())
        for row in _rows(text, how):
            found[row["社員番号"], int(row.get("家族連番") or 0)] = row["個人番号"]
    same = all(found.get(key) == number for key, number in wanted.items())
    expect("sampled numbers are those of the files", same, True)


def _rows(content: bytes, how: str) -> list[dict[str, str]]:
    if how == Format.CSV:
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    head, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    return [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]


def book(rows: int) -> dict[str, Measured]:
    with measuring() as cost:
        content = as_plain_book(HEAD, rows_of(rows))
    check_book(content, rows)
    return {"book": Measured(rows, cost)}
