"""What decides how a file is read: the company's mapping, then a product, then general words."""

from azukari.products.headings import plain
from azukari.products.recognition import recognise
from azukari.products.rows import read_rows

HEADINGS = ["社員番号", "姓", "名", "部署1 部署", "入社年月日", "メモ"]


def test_heading_is_compared_without_decoration():
    assert plain(" ＊生年月日【yyyy-mm-dd】（必須） ") == plain("生年月日")
    assert plain("姓（ﾖﾐｶﾞﾅ）") == plain("姓(ヨミガナ)")


def test_mapping_of_the_company_wins_over_the_product():
    mapping = {"部署1 部署": "ignore", "メモ": "employee.department"}

    known = recognise([HEADINGS, ["1", "架空", "太郎", "総務部", "2015/4/1", "本社"]], mapping)
    [row] = read_rows([HEADINGS, ["1", "架空", "太郎", "総務部", "2015/4/1", "本社"]], known)

    assert known.preset.id == "smarthr_employee"
    assert row.employee["department"] == "本社"


def test_headings_are_found_below_a_title():
    rows = [
        ["従業員一覧", ""],
        ["2026年11月23日", ""],
        [],
        ["社員番号", "氏名", "マイナンバー"],
        ["1", "架空 太郎", ""],
    ]

    known = recognise(rows)
    [row] = read_rows(rows, known)

    assert known.heading_row == 3
    assert (row.number_of_row, row.employee["name"]) == (1, "架空 太郎")


def test_given_name_is_told_from_full_name_by_its_neighbour():
    alone = recognise([["社員番号", "名前"], ["1", "架空 太郎"]])
    beside = recognise([["社員番号", "苗字", "名前"], ["1", "架空", "太郎"]])

    assert [place.field for place in alone.places] == ["employee.employee_code", "employee.name"]
    assert [place.field for place in beside.places][1:] == [
        "employee.family_name",
        "employee.given_name",
    ]


def test_product_with_many_columns_of_the_company_is_only_a_suggestion():
    known = recognise([[*HEADINGS, *(f"独自{n}" for n in range(10))]])

    assert known.is_sure is False


def test_bare_digit_of_sex_is_never_converted_without_a_product():
    rows = [["社員番号", "氏名", "性別"], ["1", "架空 太郎", "1"]]

    [row] = read_rows(rows, recognise(rows))

    assert row.employee["sex"] == "1"


def test_columns_nobody_may_keep_are_dropped():
    rows = [["社員番号", "氏名", "口座番号", "パスワード"], ["1", "架空 太郎", "1234567", "secret"]]

    known = recognise(rows)
    [row] = read_rows(rows, known)

    assert known.dropped == ("口座番号", "パスワード")
    assert "secret" not in str(row)


def test_text_that_is_no_table_is_not_recognised():
    assert recognise([["拝啓", "時下ますますご清栄のこと"]]) is None
    assert recognise([]) is None


def test_number_of_a_row_never_shows_in_its_repr():
    rows = [
        ["社員番号", "氏名", "個人番号", "個人番号確認"],
        ["1", "架空 太郎", "NUMBER", "NUMBER"],
    ]

    [row] = read_rows(rows, recognise(rows))

    assert (row.number, row.number_again) == ("NUMBER", "NUMBER")
    assert "NUMBER" not in repr(row)
