import pytest

from azukari.tenancy.models import Company, Office
from azukari.tenancy.rights import RoleKind
from tests.cast import Side, make_side
from tests.web.browser import browser, errors_of, see, text_of
from tests.web.entering import bodies_of

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD


@pytest.fixture
def side(database) -> Side:
    return make_side("CA")


def company_of(side: Side) -> Company:
    with side.scope():
        return Company.objects.get(id=side.company.id)


def office_of(side: Side, code: str = "001") -> Office:
    with side.scope():
        return Office.objects.get(code=code)


COMPANY = {
    "name": "株式会社髙島﨑商店",
    "kana": "かぶしきがいしゃ ﾀｶｼﾏｻﾞｷ",
    "corporate_number": "７０００－０１２０－５０００－２",
    "postcode": "〒100-8580",
    "address": "東京都千代田区霞が関１－２－２",
    "telephone": "０３（３４５６）７８９０",
    "representative": "髙島　﨑子",
    "tax_office": " 麹町税務署 ",
    "tax_reference": "０１２３４５６７８９",
    "version": "1",
}
OFFICE = {
    "code": "002",
    "name": "大阪支店",
    "postcode": "530-0001",
    "address": "大阪府大阪市北区梅田１－１",
    "owner_name": "年金　正明",
    "telephone": "06-1234-5678",
    "pension_prefecture": "４１",
    "pension_district": "01",
    "pension_symbol": "ケイト",
    "pension_number": "00123",
    "employment_insurance_number": "１３０１－１２３４５６－７",
}


def test_company_is_changed_in_the_notation_of_law(side: Side) -> None:
    answer = browser(side, STEWARD).post("/settings/company/change", COMPANY)

    row = company_of(side)
    assert answer.status_code == 302
    assert row.corporate_number == "7000012050002"
    assert (row.postcode, row.telephone) == ("1008580", "03-3456-7890")
    assert row.kana == "カブシキガイシャ　タカシマザキ"
    assert (row.tax_office, row.tax_reference) == ("麹町", "0123456789")
    assert row.version == 2
    details = bodies_of(side)[-1]["details"]
    assert details["changed"] == "会社名、会社名カナ、法人番号、代表者氏名、提出先税務署、整理番号"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": ""}, "会社名を入力してください。"),
        ({"corporate_number": "7000012050003"}, "検査用数字"),
        ({"corporate_number": "700001205000"}, "13桁"),
        ({"postcode": "100"}, "郵便番号"),
        ({"telephone": "1234"}, "電話番号"),
        ({"kana": "KABUSHIKI"}, "カタカナ"),
        ({"tax_reference": "12345678"}, "10桁の数字"),
    ],
)
def test_bad_input_is_said_by_field_and_kept(side: Side, facts: dict[str, str], said: str) -> None:
    answer = browser(side, STEWARD).post("/settings/company/change", {**COMPANY, **facts})

    assert any(said in line for line in errors_of(answer))
    assert see(answer).one("input", name="address").attrs["value"] == COMPANY["address"]
    assert company_of(side).version == 1


def test_second_of_two_changes_is_refused(side: Side) -> None:
    client = browser(side, STEWARD)
    client.post("/settings/company/change", COMPANY)

    answer = client.post("/settings/company/change", {**COMPANY, "name": "あとの会社"})

    assert any("ほかの人が" in line for line in errors_of(answer))
    assert company_of(side).name == COMPANY["name"]


def test_office_is_added_and_changed(side: Side) -> None:
    client = browser(side, STEWARD)
    added = client.post("/settings/office/new", OFFICE)
    row = office_of(side, "002")
    changed = client.post(
        f"/settings/office/{row.id}", {**OFFICE, "version": "1", "name": "関西支店"}
    )

    assert errors_of(added) == errors_of(changed) == []
    assert (added.status_code, changed.status_code) == (302, 302)
    row = office_of(side, "002")
    assert (row.name, row.version) == ("関西支店", 2)
    assert (row.pension_prefecture, row.pension_symbol) == ("41", "ｹｲﾄ")
    assert row.employment_insurance_number == "13011234567"
    shown = text_of(client.get("/settings/company"))
    assert "41 01-ｹｲﾄ" in shown
    assert "1301-123456-7" in shown


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"code": "001"}, "使われています"),
        ({"pension_number": "123"}, "5桁の数字"),
        ({"pension_prefecture": "99"}, "都道府県コード"),
        ({"pension_symbol": ""}, "記入"),
        ({"owner_name": ""}, "事業主"),
        ({"telephone": "0612345678"}, "電話"),
    ],
)
def test_what_the_pension_office_would_refuse_is_refused(
    side: Side, facts: dict[str, str], said: str
) -> None:
    answer = browser(side, STEWARD).post("/settings/office/new", {**OFFICE, **facts})

    assert any(said in line for line in errors_of(answer))
    with side.scope():
        assert Office.objects.count() == 1


def test_number_of_hello_work_has_eleven_digits(side: Side) -> None:
    short = {**OFFICE, "employment_insurance_number": "1301-12345-7"}

    answer = browser(side, STEWARD).post("/settings/office/new", short)

    assert any("11桁の数字" in line for line in errors_of(answer))
    assert see(answer).one("input", name="employment_insurance_number").attrs["value"] == (
        "1301-12345-7"
    )


def test_tax_office_is_shown(side: Side) -> None:
    client = browser(side, STEWARD)
    client.post("/settings/company/change", COMPANY)

    shown = text_of(client.get("/settings/company"))

    assert "麹町税務署" in shown
    assert "0123456789" in shown


def test_office_without_pension_codes_is_fine(side: Side) -> None:
    answer = browser(side, STEWARD).post("/settings/office/new", {"code": "003", "name": "倉庫"})

    assert answer.status_code == 302


def test_office_of_another_company_does_not_exist(side: Side, cast) -> None:
    client = browser(side, STEWARD)
    with cast.b.scope():
        Office.objects.update(employment_insurance_number="13019999999")

    assert client.get(f"/settings/office/{cast.b.office.id}").status_code == 404
    assert client.post(f"/settings/office/{cast.b.office.id}", OFFICE).status_code == 404
    shown = text_of(client.get("/settings/company"))
    assert "株式会社B商事" not in shown
    assert "1301-999999-9" not in shown
    assert office_of(cast.b).name == "株式会社B商事"


def test_operator_sees_and_cannot_change(side: Side) -> None:
    client = browser(side, RoleKind.OPERATOR)

    assert "変更する" not in text_of(client.get("/settings/company"))
    assert client.post("/settings/company/change", COMPANY).status_code == 403
    assert client.post("/settings/office/new", OFFICE).status_code == 403
