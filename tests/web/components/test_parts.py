from datetime import datetime
from types import SimpleNamespace

import pytest
from django.forms import Form
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from azukari.web.components import plots
from azukari.web.components.parts import Link, Share, ShownTask, Wave
from tests.web.components.page import draw


def test_sort_header_turns_round_and_forgets_the_cursor() -> None:
    request = RequestFactory().get("/people", {"sort": "code", "q": "山", "after": "x"})

    page = draw('{% sort_header "社員番号" "code" %}', request=request, order="code")

    assert page.one("th").attrs["aria-sort"] == "ascending"
    assert page.one("a").attrs["href"] == "?sort=-code&q=%E5%B1%B1"


def test_sort_header_of_another_column_is_not_sorted() -> None:
    request = RequestFactory().get("/people", {"sort": "-code"})

    page = draw('{% sort_header "氏名" "kana" %}', request=request, order="code")

    assert "aria-sort" not in page.one("th").attrs
    assert page.one("a").attrs["href"] == "?sort=kana"


@pytest.mark.parametrize(("asked", "kept"), [({"sort": "-code"}, ["-code"]), ({}, [])])
def test_filter_row_keeps_the_order_and_forgets_the_place(
    asked: dict[str, str], kept: list[str]
) -> None:
    request = RequestFactory().get("/people", {**asked, "after": "x"})

    page = draw('{% filter_row form "?" %}', request=request, form=Form())

    assert page.one("form").attrs["method"] == "get"
    assert [field.attrs["value"] for field in page.all("input", name_="sort")] == kept
    assert not page.all("input", name_="after")


def test_columns_of_one_day_are_told_apart_by_their_hours() -> None:
    moments = [
        datetime.fromisoformat(one)
        for one in ("2026-11-29T23:59", "2026-11-30T00:05", "2026-11-30T09:00", "2026-11-30T22:57")
    ]

    assert plots.days_and_hours(moments) == ["11/29", "11/30", "9:00", "22:57"]
    assert plots.days_and_hours([]) == []


@pytest.mark.parametrize(
    ("state", "polls"), [("waiting", True), ("running", True), ("done", False)]
)
def test_progress_polls_only_while_it_runs(state: str, *, polls: bool) -> None:
    task = SimpleNamespace(id=1, state=state, done=3, total=10, seconds_left=90, note="")

    page = draw('{% progress task "作成" poll_url="/p" cancel_url="/c" %}', task=task)

    assert ("hx-get" in page.elements[0].attrs) is polls
    assert [form.attrs["method"] for form in page.all("form")] == ["post"] * polls
    assert ("およそ2分" in page.source) is polls


def test_progress_that_failed_is_announced() -> None:
    task = ShownTask(1, "failed", 3, 10, note="記録を書き込めないため止めました。")

    page = draw('{% progress task "作成" result_url="/r" %}', task=task)

    assert page.one("p", role="alert").text == "記録を書き込めないため止めました。"
    assert page.one("a").attrs["href"] == "/r"


def test_masked_number_offers_only_what_is_given() -> None:
    page = draw('{% masked_number match_url="/m" whose="山田 花子" %}')

    assert [(e.attrs["href"], e.text) for e in page.all("a")] == [("/m", "照合：山田 花子")]


def test_shown_number_is_one_group_of_four_after_another() -> None:
    page = draw('{% shown_number digits 30 "/back" %}', digits="0" * 12)

    assert [e.text for e in page.elements if "data-secret" in e.attrs] == ["0000 0000 0000"]
    assert [e.attrs["data-seconds"] for e in page.elements if "data-seconds" in e.attrs] == ["30"]


def test_messages_become_announced_banners() -> None:
    class Said(SimpleNamespace):
        def __str__(self) -> str:
            return str(self.text)

    said = [Said(text="登録しました。", level_tag="success"), Said(text="<b>", level_tag="error")]

    page = draw("{% message_banners said %}", said=said)

    banners = page.all("div", role="alert")
    assert [b.attrs["class"] for b in banners] == ["banner success", "banner error"]
    assert "&lt;b&gt;" in page.source


def test_post_form_is_sent_once_and_carries_its_token() -> None:
    page = draw(
        "{% post_form action='/x' %}{% button '登録する' 'solid' %}{% endpost_form %}",
        csrf_token="t",
    )

    assert page.one("form").attrs["data-once"] == "yes"
    assert page.one("input", name="csrfmiddlewaretoken").attrs["value"] == "t"
    assert page.one("button").attrs["type"] == "submit"


def test_breadcrumb_marks_the_last_as_here() -> None:
    page = draw("{% breadcrumb crumbs %}", crumbs=[Link("トップ", "/"), Link("山田 花子", "/p")])

    assert [e.text for e in page.all("a")] == ["トップ"]
    assert page.one("span", aria_current="page").text == "山田 花子"


def test_steps_tell_where_we_are_in_words() -> None:
    page = draw("{% steps names 2 %}", names=["選ぶ", "確かめる", "登録する"])

    assert [e.attrs["class"] for e in page.all("li")] == ["done", "now", "later"]
    assert page.one("li", aria_current="step").text == "2確かめる（いまここ）"


def test_table_of_values_names_its_columns_for_phones() -> None:
    page = draw(
        "{% rows '問題' columns cells %}", columns=["行", "内容"], cells=[(1, "足りません")]
    )

    assert page.one("th", role="rowheader").attrs["data-label"] == "行"
    assert page.one("td").attrs["data-label"] == "内容"


_LIST = """{% table "社員" cards=True %}
<thead><tr><td class="tick">{% tick_all %}</td>{% sort_header "氏名" "name" %}<th scope="col">備考</th></tr></thead>
<tbody>{% for one in names %}<tr class="row"><td class="tick">{% tick one one %}</td><th scope="row"><a href="/x">{{ one }}</a></th><td></td></tr>{% endfor %}</tbody>
{% endtable %}"""


def test_list_names_its_columns_for_phones_and_keeps_what_is_typed_harmless() -> None:
    typed = '<script>alert("x")</script>　太郎'
    request = RequestFactory().get("/people")

    page = draw(_LIST, request=request, order="name", names=[typed, "花子"])

    rows = page.all("th", role="rowheader")
    assert [one.attrs["data-label"] for one in rows] == ["氏名", "氏名"]
    assert [one.text for one in rows] == [typed, "花子"]
    assert [one.attrs["data-label"] for one in page.all("td", role="cell")] == ["", "備考"] * 2
    assert len(page.all("tr", role="row")) == 3
    assert [one.attrs.get("class") for one in page.all("td", role="cell")] == ["tick", None] * 2
    assert len(page.all("th", role="columnheader")) == 2
    assert page.one("table").attrs["role"] == "table"
    assert not page.all("script")


def test_table_that_is_no_list_stays_as_it_is() -> None:
    page = draw('{% table "表" %}<thead><tr><th>列</th></tr></thead>{% endtable %}')

    assert "role" not in page.one("table").attrs
    assert "role" not in page.one("th").attrs


def test_plots_of_nothing_draw() -> None:
    page = draw("{% stacked_bars 'a' none 'x' %}{% wave_columns 'b' none 'y' %}", none=[])

    assert [e.text for e in page.all("figcaption")] == ["a", "b"]


_counts = st.integers(0, 10**7)


@given(st.lists(st.tuples(_counts, _counts), max_size=20))
def test_bars_stay_inside_the_plot(counts: list[tuple[int, int]]) -> None:
    bars = plots.stack([Share("部署", registered, missing) for registered, missing in counts])

    assert all(0 <= bar.first + bar.second <= 100.02 for bar in bars)
    assert not any(counts_ != (0, 0) for counts_ in counts) or any(
        bar.first + bar.second >= 99.98 for bar in bars
    )


@given(st.lists(st.tuples(_counts, _counts), max_size=40))
def test_bars_are_few_and_count_everybody(counts: list[tuple[int, int]]) -> None:
    shares = [Share(f"部署{at}", *some) for at, some in enumerate(counts)]

    shown = plots.worst_first(shares)

    assert len(shown) <= plots.BARS
    assert sum(one.registered for one in shown) == sum(one.registered for one in shares)
    assert sum(one.missing for one in shown) == sum(one.missing for one in shares)
    named = [one.missing for one in shown if one in shares]
    assert named == sorted((one.missing for one in shares), reverse=True)[: len(named)]


def test_table_beneath_bars_names_every_department() -> None:
    shares = [Share(f"部署{at}", 3, 1) for at in range(14)]

    page = draw("{% stacked_bars 'a' shares 'x' %}", shares=shares)

    assert [e.text for e in page.all("text") if "ほかの" in e.text] == ["ほかの3部署"]
    assert len(page.all("th", role="rowheader")) == 14
    assert "登録済 42人" in page.one("ul").text


def test_table_beneath_bars_repeats_no_list_of_the_page() -> None:
    shares = [Share(f"部署{at}", 3, at) for at in range(14)]

    page = draw("{% stacked_bars 'a' shares 'x' listed=True %}", shares=shares)

    heads = [e.text for e in page.all("th", role="rowheader")]
    assert heads == [*(f"部署{at}" for at in range(13, 2, -1)), "ほかの3部署"]


@given(st.lists(_counts, max_size=24))
def test_columns_stand_on_the_floor(counts: list[int]) -> None:
    pillars = plots.raise_columns([Wave("月", count) for count in counts])

    floor = plots.COLUMN_TOP + plots.COLUMN_HEIGHT
    assert all(pillar.y + pillar.height == floor for pillar in pillars)
    assert all((pillar.height > 0) is (pillar.wave.count > 0) for pillar in pillars)
    assert all(pillar.x + pillar.width <= 100 for pillar in pillars)
