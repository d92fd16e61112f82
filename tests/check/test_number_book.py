"""記載省略の帳簿 with numbers: asked for, frozen, sealed; and what stays out of it."""

from datetime import date
from itertools import count

import pytest

from azukari.check import actions, number_book, rules
from azukari.check.making import make_output
from azukari.check.models import Output, OutputState
from azukari.check.rules import Format, OutputProblem, OutputRefused
from azukari.law.number import parse
from azukari.law.purpose import Purpose
from azukari.ledger import queries as ledger
from azukari.ledger.actions import Action
from azukari.progress import actions as progress
from azukari.register import actions as register
from azukari.register.actions import Verification
from azukari.register.actions.number_book import BookFacts, enter_in_book
from azukari.register.book import BookFilter
from azukari.register.models import NumberRecord, Person
from azukari.register.number_rules import ChangeReason
from azukari.tenancy.actor import NotPermitted
from tests.cast import Cast, Side
from tests.check.test_outputs import opened, rows_of
from tests.web.browser import browser, employee, new_number, text_of

CARD = Verification("CARD", "CARD")
DECLARED = BookFacts("扶養控除等（異動）申告書", date(2025, 11, 1), 2026)
_names = (f"帳簿{n:04d}　一郎" for n in count(1))


def in_book(side: Side, digits: str, purpose: Purpose = number_book.PURPOSE) -> Person:
    person = employee(side, name=next(_names))
    with side.scope():
        register.record_number(person, parse(digits), [purpose], CARD, actor=side.operator)
        enter_in_book(person, DECLARED, actor=side.operator)
    return person


def asked(side: Side, person: Person, how: Format = Format.CSV) -> Output:
    with side.scope():
        wanted = BookFilter(words=person.name.split("　")[0])
        return number_book.ask_book(wanted, how, "提示のため", "その人", actor=side.operator)


def lines(side: Side, output: Output) -> list[dict[str, str]]:
    with side.scope():
        task = progress.of_subject(output.id)
    assert task is not None
    make_output(side.operator, task.id, output.id)
    with side.scope():
        made = Output.objects.get(id=output.id)
        passphrase = actions.show_passphrase(made, actor=side.operator)
        _, sealed = actions.download(made, actor=side.operator)
    return rows_of(opened(sealed, passphrase))


def test_line_has_everything_the_law_names(cast: Cast) -> None:
    digits = new_number()
    person = in_book(cast.a, digits)

    [line] = lines(cast.a, asked(cast.a, person))

    assert (line["社員番号"], line["氏名"], line["個人番号"]) == (
        person.employee_code, person.name, digits,
    )  # fmt: skip
    assert (line["提出申告書名"], line["提出を受けた年月"], line["記載を省略した最後の年分"]) == (
        DECLARED.declaration, "2025年11月", "2026",
    )  # fmt: skip
    with cast.a.scope():
        seen = ledger.Filter(subject=person.id, actions=(Action.NUMBER_OPENED,))
        [entry] = ledger.records(cast.a.company.id, seen).entries
    assert (entry.record.purpose, entry.record.reason) == ("TAX_DEDUCTION_FORMS", "提示のため")


def test_after_a_change_the_number_that_is_held_stands_there(cast: Cast) -> None:
    new = new_number()
    person = in_book(cast.a, new_number())
    with cast.a.scope():
        register.change_number(
            person, parse(new), ChangeReason.ON_REQUEST, CARD, actor=cast.a.operator
        )

    [line] = lines(cast.a, asked(cast.a, person))

    assert line["個人番号"] == new
    assert "個人番号の変更" in line["変更の届出"]


def test_number_held_for_something_else_or_not_yet_checked_stays(cast: Cast) -> None:
    other = in_book(cast.a, new_number(), Purpose.HEALTH_PENSION)
    unchecked = in_book(cast.a, new_number())
    with cast.a.scope():
        NumberRecord.objects.filter(person=unchecked).update(awaits_second_check=True)

    found = [lines(cast.a, asked(cast.a, one))[0]["個人番号"] for one in (other, unchecked)]

    assert found == ["", ""]


def test_many_numbers_wait_for_a_second_person(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SECOND_PERSON_FROM", 1)
    output = asked(cast.a, in_book(cast.a, new_number()))

    with cast.a.scope():
        assert Output.objects.get(id=output.id).state == OutputState.ASKED
        actions.decide_output(output, approve=True, actor=cast.a.officer)
    assert len(lines(cast.a, output)) == 1


def test_what_is_wrong_is_refused(cast: Cast) -> None:
    person = in_book(cast.a, new_number())
    wanted = BookFilter(words=person.name)
    nobody = BookFilter(words="だれも　いない")

    found = []
    with cast.a.scope():
        for one, reason in ((nobody, "提示"), (wanted, " "), (wanted, new_number())):
            with pytest.raises(OutputRefused) as refused:
                number_book.ask_book(one, Format.CSV, reason, "人", actor=cast.a.operator)
            found.append(refused.value.problem)
        with pytest.raises(NotPermitted):
            number_book.ask_book(wanted, Format.CSV, "提示", "人", actor=cast.a.officer)

    assert found == [
        OutputProblem.NOBODY, OutputProblem.REASON_MISSING, OutputProblem.NUMBER_IN_REASON,
    ]  # fmt: skip


def test_by_screen(cast: Cast) -> None:
    person = in_book(cast.a, new_number())
    url = f"/number-ledger/numbers?q={person.employee_code}"
    client = browser(cast.a)

    page = text_of(client.get(url))
    answer = client.post(url, {"format": "xlsx", "reason": "税務調査のため"})

    assert "1件" in page
    assert answer.headers["Location"].startswith("/exports/")
    assert "記載省略の帳簿" in text_of(client.get(answer.headers["Location"]))
    assert browser(cast.b).get(answer.headers["Location"]).status_code == 404
