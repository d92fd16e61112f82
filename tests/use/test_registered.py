"""What the company keeps once stands in the heads of its forms, in those of no other company."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from azukari.tenancy.designated_numbers import (
    Designated,
    NotConfirmed,
    replace_designated_numbers,
)
from azukari.tenancy.models import Company, Office
from azukari.use import actions, preparing, queries
from azukari.use.models import Filing
from azukari.use.preparing import Wanted
from tests.cast import Side, make_side
from tests.numbers import look_alike
from tests.use.cast import joined, made, taken
from tests.use.forms import EVERY, YEARS, filed, text_of, told_company

KOYO = ("10101", "10191", "koyo_shutoku_todoke", "koyo_soshitsu_todoke", "koyo_kojin_bango_todoke")


@pytest.fixture
def side(database: object) -> Side:
    side = told_company("RG")
    keep(side)
    return side


def keep(
    side: Side,
    koyo: str = "13011234567",
    tax_office: str = "麹町",
    tax_reference: str = "0123456789",
) -> None:
    with side.scope():
        Office.objects.update(employment_insurance_number=koyo)
        Company.objects.update(tax_office=tax_office, tax_reference=tax_reference)


def head_of(side: Side, form: str) -> Mapping[str, Any]:
    return started(side, form).head


def started(side: Side, form: str) -> Filing:
    person = joined(side, purposes=EVERY)
    with side.scope():
        wanted = Wanted(form, Office.objects.get(), YEARS.get(form, 2026))
        people = [] if form in {"hotei_chosho_goukeihyo", "kyuyo_soukatsuhyo"} else [person]
        return preparing.prepare_filing(wanted, people, actor=side.operator)


@pytest.mark.parametrize("form", KOYO)
def test_every_form_of_hello_work_begins_with_the_number_of_the_office(
    side: Side, form: str
) -> None:
    assert head_of(side, form)["office.koyo_number"] == "13011234567"


@pytest.mark.parametrize("form", ["315", "316", "375"])
def test_files_of_tax_begin_with_the_reference_of_the_company(side: Side, form: str) -> None:
    assert head_of(side, form)["doc.seiri_no1"] == "0123456789"


@pytest.mark.parametrize("form", ["hotei_chosho_goukeihyo", "kyuyo_soukatsuhyo"])
def test_cover_sheets_begin_with_the_tax_office(side: Side, form: str) -> None:
    assert head_of(side, form)["co.tax_office"] == "麹町"


@pytest.mark.parametrize("form", ["fuyo_kojo", "kiso_haigusha_kojo", "taishoku_shinkoku"])
def test_declarations_begin_with_the_tax_office(side: Side, form: str) -> None:
    assert head_of(side, form)["doc.tax_office"] == "麹町"


def test_number_reaches_the_file(side: Side) -> None:
    filing = started(side, "10101")

    done = made(side, filing)

    assert b"1301,123456,7" in taken(side, done)


def test_what_is_changed_in_the_company_comes_before_what_was_typed_the_last_time(
    side: Side,
) -> None:
    first = started(side, "315")
    with side.scope():
        actions.set_facts(
            first, {}, actor=side.operator, head={"doc.seiri_no1": "9", "doc.branch_no": "7"}
        )
    keep(side, tax_reference="1111111111")

    second = head_of(side, "315")

    assert (second["doc.seiri_no1"], second["doc.branch_no"]) == ("1111111111", "7")


def test_answer_that_differs_stays_on_its_filing(side: Side) -> None:
    filing = started(side, "10101")
    with side.scope():
        actions.set_facts(
            filing,
            {},
            actor=side.operator,
            head={**filing.head, "office.koyo_number": "27015555551"},
        )

    assert b"2701,555555,1" in taken(side, made(side, filing))


def test_what_was_typed_the_last_time_stays_where_the_company_keeps_nothing(side: Side) -> None:
    keep(side, koyo="", tax_reference="")
    filing = started(side, "10101")
    with side.scope():
        head = {"office.koyo_number": "27015555551"}
        actions.set_facts(filing, {}, actor=side.operator, head=head)

    assert head_of(side, "10101")["office.koyo_number"] == "27015555551"
    assert "doc.seiri_no1" not in head_of(side, "315")


def test_other_company_has_its_own(side: Side) -> None:
    other = make_side("RO")
    keep(other, "27015555551", "大阪", "2222222222")

    assert head_of(other, "10101")["office.koyo_number"] == "27015555551"
    assert head_of(side, "10101")["office.koyo_number"] == "13011234567"
    assert head_of(other, "315")["doc.seiri_no1"] == "2222222222"
    assert head_of(side, "315")["doc.seiri_no1"] == "0123456789"


# 指定番号 ---------------------------------------------------------------------------------------


def designated(side: Side, *lines: tuple[str, str, str]) -> None:
    numbers = [Designated(*one) for one in lines]
    with side.scope():
        company = Company.objects.get(id=side.company.id)
        replace_designated_numbers(
            company,
            numbers,
            confirmed=numbers,
            version=company.version,
            actor=side.steward,
        )


def cells(side: Side, **told: Any) -> list[str]:
    """The last line of a 給与支払報告書 of one person, cell by cell."""
    person = joined(side, purposes=EVERY, postcode="1000013", address="東京都千代田区霞が関２－２")
    content = taken(side, filed(side, "315", [person], **told)).decode("cp932")
    return content.splitlines()[-1].split(",")


def test_report_takes_the_number_of_the_municipality_it_goes_to(side: Side) -> None:
    designated(side, ("13101", "千代田区", "0012345"), ("14100", "横浜市", "A-77"))

    assert cells(side)[138:140] == ["13101", "0012345"]
    assert cells(side, **{"city.code": "141003"})[138:140] == ["141003", "A-77"]
    assert cells(side, **{"city.code": "14103"})[138:140] == ["14103", "A-77"]
    assert cells(side, **{"city.code": "13104"})[138:140] == ["13104", ""]


def test_number_typed_for_one_person_comes_first(side: Side) -> None:
    designated(side, ("13101", "千代田区", "0012345"))

    assert cells(side, **{"city.designated": "777"})[138:140] == ["13101", "777"]


def test_number_of_another_company_is_not_taken(side: Side) -> None:
    designated(make_side("RP"), ("13101", "千代田区", "0055555"))

    assert cells(side)[138:140] == ["13101", ""]


@pytest.mark.parametrize("form", ["kyuyo_soukatsuhyo", "ido_todokede"])
def test_paper_takes_the_number_of_the_municipality_it_names(side: Side, form: str) -> None:
    designated(side, ("13101", "千代田区", "0012345"), ("13104", "新宿区", "88"))
    filing = started(side, form)

    assert common(side, filing, {"city.name": "千代田区"})["city.designated"] == "0012345"
    assert common(side, filing, {"city.name": "新宿区"})["city.designated"] == "88"
    assert "city.designated" not in common(side, filing, {"city.name": "港区"})
    typed = {"city.name": "新宿区", "city.designated": "7"}
    assert common(side, filing, typed)["city.designated"] == "7"


def test_number_reaches_the_paper(side: Side) -> None:
    designated(side, ("13101", "千代田区", "0012345"))

    filing = filed(side, "kyuyo_soukatsuhyo", [])

    assert "0012345" in text_of(taken(side, filing))


def test_number_that_could_be_individual_reaches_report_and_paper(side: Side) -> None:
    likely = look_alike(1)
    designated(side, ("13101", "千代田区", likely))

    assert cells(side)[138:140] == ["13101", likely]
    assert likely in text_of(taken(side, filed(side, "kyuyo_soukatsuhyo", [])))


def test_number_nobody_confirmed_is_not_kept(side: Side) -> None:
    one = Designated("13101", "千代田区", look_alike(2))
    with side.scope(), pytest.raises(NotConfirmed) as refused:
        company = Company.objects.get(id=side.company.id)
        replace_designated_numbers(
            company, [one], confirmed=[], version=company.version, actor=side.steward
        )

    assert refused.value.municipalities == {"13101"}
    assert one.number not in f"{refused.value!r} {one!r}"


def test_municipalities_of_one_name_are_not_guessed(side: Side) -> None:
    designated(side, ("13206", "府中市", "1"), ("34208", "府中市", "2"))

    told = common(side, started(side, "kyuyo_soukatsuhyo"), {"city.name": "府中市"})

    assert "city.designated" not in told


def test_number_typed_the_last_time_gives_way_to_the_one_that_is_kept(side: Side) -> None:
    first = started(side, "kyuyo_soukatsuhyo")
    common(side, first, {"city.name": "千代田区", "city.designated": "7"})
    assert head_of(side, "kyuyo_soukatsuhyo")["city.designated"] == "7"

    designated(side, ("13101", "千代田区", "0012345"))

    assert "city.designated" not in head_of(side, "kyuyo_soukatsuhyo")


def common(side: Side, filing: Filing, head: Mapping[str, Any]) -> Mapping[str, Any]:
    with side.scope():
        actions.set_facts(filing, {}, actor=side.operator, head=head)
        filing.refresh_from_db()
        return queries.frame_of(filing, today=date(2026, 12, 1)).common
