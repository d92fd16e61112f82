"""指定番号 of each municipality: pasted at once, seen, changed, in the history."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from azukari.filings.recipes.recipe import recipes
from azukari.tenancy.designated_numbers import DesignatedNumber, designated_numbers
from azukari.tenancy.models import Company, CompanyChange
from azukari.tenancy.rights import RoleKind
from azukari.use import preparing, queries
from azukari.web.forms.filing import FactsForm
from tests.cast import Side, make_side
from tests.numbers import look_alike, valid_number
from tests.web.browser import browser, errors_of, see, text_of
from tests.web.entering import bodies_of
from tests.web.test_company_history import HISTORY, cells, heads

pytestmark = pytest.mark.usefixtures("existing_routes")
STEWARD = RoleKind.STEWARD
LIST = "/settings/company/designated-numbers"
CHANGE = f"{LIST}/change"
PASTED = "団体コード\t市区町村名\t指定番号\n131016\t千代田区\t0012345\r\n\n14100,横浜市,A-77\n"


@pytest.fixture
def a(database) -> Side:
    return make_side("DA")


@pytest.fixture
def b(database) -> Side:
    return make_side("DB")


def paste(side: Side, lines: str, version: int = 1, *, confirmed: Sequence[str] = ()) -> Any:
    said = {"lines": lines, "version": str(version), "confirmed": confirmed}
    return browser(side, STEWARD).post(CHANGE, said)


def boxes(answer: Any) -> list[Any]:
    return see(answer).all("input", type="checkbox")


def ticks(answer: Any) -> list[str]:
    return [box.attrs["value"] for box in boxes(answer)]


def kept(side: Side) -> dict[str, str]:
    with side.scope():
        return {one.municipality: f"{one.name} {one.number}" for one in designated_numbers()}


def test_cells_of_a_spreadsheet_are_pasted(a: Side) -> None:
    answer = paste(a, PASTED)

    assert answer.status_code == 302
    assert kept(a) == {"13101": "千代田区 0012345", "14100": "横浜市 A-77"}
    shown = text_of(browser(a, STEWARD).get(LIST))
    assert "131016" in shown
    assert "0012345" in shown
    assert "2市区町村" in text_of(browser(a, STEWARD).get("/settings/company"))


def test_what_is_registered_stands_in_the_form(a: Side) -> None:
    paste(a, PASTED)

    form = see(browser(a, STEWARD).get(CHANGE)).one("textarea", name="lines")

    assert form.text.split() == ["131016", "千代田区", "0012345", "141003", "横浜市", "A-77"]


def test_list_is_replaced_and_the_history_tells_each_municipality(a: Side) -> None:
    paste(a, PASTED)
    answer = paste(a, "131016 千代田区 0099999\n131041 新宿区 5\n", version=2)

    assert answer.status_code == 302
    assert kept(a) == {"13101": "千代田区 0099999", "13104": "新宿区 5"}
    history = browser(a, STEWARD).get(f"{HISTORY}?about=levy")
    assert heads(history)[:2] == ["指定番号の変更"] * 2
    assert cells(history)[:3] == [
        ("131016", "千代田区　0012345", "千代田区　0099999"),
        ("131041", "（なし）", "新宿区　5"),
        ("141003", "横浜市　A-77", "（なし）"),
    ]
    assert bodies_of(a)[-1]["details"]["changed"] == "指定番号"
    with a.scope():
        assert Company.objects.get(id=a.company.id).version == 3


def test_same_list_again_changes_nothing(a: Side) -> None:
    paste(a, PASTED)
    answer = paste(a, PASTED, version=2)

    assert answer.status_code == 302
    with a.scope():
        assert CompanyChange.objects.count() == 1
        assert Company.objects.get(id=a.company.id).version == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("131017 千代田区 1", "検査数字"),
        ("1100 札幌市 1", "先頭の0"),
        ("11002 札幌市 1", "先頭の0"),
        ("14103 横浜市西区 1", "市のコード"),
        ("131016 千代田区", "3つを、この順に"),
        ("131016 千代田区 1234567890123", "12文字まで"),
        ("131016 千代田区 番号", "英数字"),
        ("141003 横浜市 2", "前の行にも"),
    ],
)
def test_bad_line_is_told_with_its_place_and_nothing_is_lost(a: Side, line: str, said: str) -> None:
    given = f"141003 横浜市 1\n{line}"

    answer = paste(a, given)

    assert any("2行目：" in told and said in told for told in errors_of(answer))
    assert see(answer).one("textarea", name="lines").text.strip() == given
    assert kept(a) == {}


def test_individual_number_is_asked_about_and_not_kept(a: Side) -> None:
    answer = paste(a, f"131016 千代田区 {valid_number(8_100_001)}\n141003 横浜市 1")

    assert any("個人番号" in told for told in errors_of(answer))
    assert [box.attrs["name"] for box in boxes(answer)] == ["confirmed"]
    assert "千代田区（131016）" in text_of(answer)
    assert "横浜市（141003）" not in text_of(answer)
    assert kept(a) == {}


def test_individual_number_in_a_name_is_refused(a: Side) -> None:
    answer = paste(a, f"131016 {valid_number(8_100_002)} 1")

    assert any("取り除いて" in told for told in errors_of(answer))
    assert boxes(answer) == []


def test_designated_number_that_could_be_individual_is_kept_once_confirmed(a: Side) -> None:
    likely, line = look_alike(1), f"131016 千代田区 {look_alike(1)}\n141003 横浜市 1"
    asked = paste(a, line)

    answer = paste(a, line, confirmed=ticks(asked))

    assert answer.status_code == 302
    assert kept(a)["13101"] == f"千代田区 {likely}"
    assert "通知書で確認済" in text_of(browser(a, STEWARD).get(LIST))
    assert cells(browser(a, STEWARD).get(f"{HISTORY}?about=levy"))[0] == (
        "131016", "（なし）", f"千代田区　{likely}（通知書で確認）",
    )  # fmt: skip
    leaf = bodies_of(a)[-1]
    assert leaf["details"]["after"] == "通知書の指定番号と確かめた12桁：131016"
    assert likely not in str(leaf)


def test_what_is_confirmed_is_not_asked_again(a: Side) -> None:
    line = f"131016 千代田区 {look_alike(1)}"
    paste(a, line, confirmed=ticks(paste(a, line)))

    assert paste(a, f"{line}\n141003 横浜市 1", version=2).status_code == 302
    assert "after" not in bodies_of(a)[-1]["details"]
    assert boxes(paste(a, f"131016 千代田区 {look_alike(2)}", version=3))


def test_confirmation_is_of_the_number_that_was_shown(a: Side) -> None:
    asked = paste(a, f"131016 千代田区 {look_alike(1)}")

    answer = paste(a, f"131016 千代田区 {valid_number(8_100_003)}", confirmed=ticks(asked))

    assert boxes(answer)
    assert kept(a) == {}


def test_each_of_several_is_confirmed(a: Side) -> None:
    lines = f"131016 千代田区 {look_alike(1)}\n131041 新宿区 {look_alike(2)}"
    both = ticks(paste(a, lines))

    answer = paste(a, lines, confirmed=both[:1])

    assert ticks(answer) == both
    assert [box.attrs["value"] for box in boxes(answer) if "checked" in box.attrs] == both[:1]
    assert paste(a, lines, confirmed=both).status_code == 302


def test_confirmation_of_one_company_is_asked_of_another(a: Side, b: Side) -> None:
    line = f"131016 千代田区 {look_alike(1)}"
    paste(a, line, confirmed=ticks(paste(a, line)))

    answer = paste(b, line)

    assert boxes(answer)
    assert kept(b) == {}


def test_many_bad_lines_are_counted(a: Side) -> None:
    answer = paste(a, "x 1\n" * 30)

    assert any("ほかに20行" in told for told in errors_of(answer))


def test_second_of_two_changes_is_refused(a: Side) -> None:
    paste(a, PASTED)

    answer = paste(a, "131016 千代田区 9")

    assert any("ほかの人が" in told for told in errors_of(answer))
    assert kept(a)["13101"] == "千代田区 0012345"


def test_total_sheet_leaves_the_number_to_the_municipality_it_names(a: Side) -> None:
    paste(a, PASTED)
    with a.scope():
        wanted = preparing.Wanted("kyuyo_soukatsuhyo", a.office, 2026)
        filing = preparing.prepare_filing(wanted, [], actor=a.operator)
    client, address = browser(a), f"/filings/{filing.id}/facts"

    def named(city: str) -> Any:
        client.post(address, {"act": "save", "head-city__name": city})
        page = see(client.get(address))
        assert page.one("input", name="head-city__name").attrs["value"] == city
        assert not page.one("input", name="head-city__designated").attrs.get("value")
        with a.scope():
            filing.refresh_from_db()
            frame = queries.frame_of(filing, today=timezone.localdate())
        return frame.common.get("city.designated")

    assert [named(one) for one in ("千代田区", "横浜市", "港区")] == ["0012345", "A-77", None]


def test_twelve_digits_typed_into_a_form_are_told_apart(a: Side) -> None:
    with a.scope():
        wanted = preparing.Wanted("kyuyo_soukatsuhyo", a.office, 2026)
        filing = preparing.prepare_filing(wanted, [], actor=a.operator)
    client, address = browser(a), f"/filings/{filing.id}/facts"
    field, likely = "head-city__designated", look_alike(3)
    other = likely[:-1] + str((int(likely[-1]) + 1) % 10)

    def typed(number: str) -> list[str]:
        return errors_of(client.post(address, {"act": "save", field: number}))

    assert any("会社情報管理に登録して" in one for one in typed(likely))
    assert typed(other) == []
    assert see(client.get(address)).one("input", name=field).attrs["value"] == other


def test_new_employers_number_that_could_be_individual_is_written_by_hand() -> None:
    asks = tuple(one for one in recipes()["ido_todokede"].asks if one.name == "newco.designated")

    form = FactsForm(asks, {"newco__designated": look_alike(4)})

    assert "印刷した用紙に書いて" in str(form.errors["newco__designated"])


# the list -----------------------------------------------------------------------------------


def listed(side: Side, query: str = "") -> list[str]:
    """The municipalities in the rows, as they come."""
    page = see(browser(side, STEWARD).get(f"{LIST}?{query}"))
    return [head.text for head in page.all("th", scope="row")]


def test_list_is_sorted_and_searched(a: Side, b: Side) -> None:
    paste(a, "011002 札幌市 33\n131016 千代田区 111\n131041 新宿区 22")
    paste(b, "131016 千代田区 999\n131032 港区 22")

    assert listed(a) == ["札幌市", "千代田区", "新宿区"]
    assert listed(a, "sort=-code") == ["新宿区", "千代田区", "札幌市"]
    assert listed(a, "sort=number") == ["千代田区", "新宿区", "札幌市"]
    assert set(listed(a, "sort=name")) == {"札幌市", "千代田区", "新宿区"}
    assert listed(a, "sort=-name") == listed(a, "sort=name")[::-1]
    assert listed(a, "q=区&sort=-number") == ["新宿区", "千代田区"]
    assert listed(a, "q=22") == ["新宿区"]
    assert listed(a, "q=１３１０１６") == listed(a, "q=13101") == ["千代田区"]
    assert listed(a, "q=131017") == []
    assert listed(a, "q=港区") == listed(a, "q=999") == []
    assert "条件に合う指定番号はありません" in text_of(browser(a, STEWARD).get(f"{LIST}?q=999"))


def test_list_is_paged(a: Side) -> None:
    paste(a, "\n".join(f"{20_201 + n} 村{n} {n}" for n in range(60)))
    client = browser(a, STEWARD)

    first = see(client.get(LIST))
    [following] = [one for one in first.all("a") if "after=" in one.attrs["href"]]
    second = see(client.get(f"{LIST}{following.attrs['href']}"))

    assert "60" in text_of(client.get(LIST))
    assert [len(page.all("th", scope="row")) for page in (first, second)] == [50, 10]


@pytest.mark.parametrize(
    "query", ["after=nonsense", "before=%00", "sort=company", "q=" + "x" * 200]
)
def test_list_takes_any_query(a: Side, query: str) -> None:
    assert browser(a, STEWARD).get(f"{LIST}?{query}").status_code == 200


def test_number_is_not_searched_for(a: Side) -> None:
    answer = browser(a, STEWARD).get(f"{LIST}?q={look_alike(1)}", follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "個人番号" in text_of(answer)


# two tenants, rights ------------------------------------------------------------------------


def test_numbers_of_another_company_are_neither_seen_nor_replaced(a: Side, b: Side) -> None:
    paste(b, "131016 千代田区 0055555")
    paste(a, PASTED)
    paste(a, "", version=2)

    for address in (LIST, CHANGE, "/settings/company", HISTORY):
        assert "0055555" not in text_of(browser(a, STEWARD).get(address))
    assert kept(a) == {}
    assert kept(b) == {"13101": "千代田区 0055555"}


def test_row_of_another_company_is_refused_by_the_database(a: Side, b: Side) -> None:
    with a.scope(), pytest.raises(DatabaseError):
        DesignatedNumber.objects.create(
            company_id=b.company.id, municipality="13101", name="千代田区", number="1"
        )
    paste(b, PASTED)
    with a.scope(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_designated_number")
        assert cursor.fetchone() == (0,)


def test_operator_sees_and_cannot_change(a: Side) -> None:
    paste(a, PASTED)
    client = browser(a, RoleKind.OPERATOR)

    assert "0012345" in text_of(client.get(LIST))
    assert CHANGE not in text_of(client.get(LIST))
    assert client.get(CHANGE).status_code == 403
    assert client.post(CHANGE, {"lines": "", "version": "2"}).status_code == 403
