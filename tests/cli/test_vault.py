from django.utils import timezone

from tests.cli.conftest import Here


def test_status_shows_figures_and_no_key(here: Here) -> None:
    state = here.good("vault", "status")

    assert set(state) == {
        "generation", "generations", "live_limit", "ticked_on", "destroyed",
        "erasure_class", "backup_days", "snapshot_days", "archived_on",
    }  # fmt: skip
    assert 1 <= state["generations"] <= state["live_limit"] == 8


def test_status_as_text(here: Here) -> None:
    done = here("vault", "status", json=False)

    assert done.code == 0
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "今の世代",
        "鍵束にある世代の数",
        "鍵束にある世代の数の上限",
        "最後に更新した日",
        "これまでに廃棄した数",
        "消去の方式",
        "バックアップの保存日数",
        "スナップショットの保存日数",
        "鍵束を入れた最後のバックアップの日",
    ]


def test_second_tick_of_a_day_changes_nothing_unless_asked_for(here: Here) -> None:
    here.good("vault", "tick")
    before = here.good("vault", "status")

    second = here("vault", "tick")
    text = here("vault", "tick", json=False)
    after = here.good("vault", "status")
    again = here("vault", "tick", "--again")

    generation = before["generation"]
    assert before["ticked_on"] == timezone.localdate().isoformat()
    assert (second.code, second.answer) == (0, {"generation": generation, "ticked": False})
    assert text.stdout == f"今日はもう更新しています。世代は {generation} のままです。\n"
    assert after == before
    assert (again.code, again.answer) == (0, {"generation": generation + 1, "ticked": True})


def test_tick_stands_in_the_ledger_of_every_company(here: Here, papers: dict[str, str]) -> None:
    where = ("--contract", papers["contract"], "--company", "001")
    before = here.good("ledger", "verify", *where)["realms"][1]["size"]

    here.good("vault", "tick", "--again")

    assert here.good("ledger", "verify", *where)["realms"][1]["size"] == before + 1
