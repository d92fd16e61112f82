"""request send · remind · status, behind the option of the contract."""

from pathlib import Path
from typing import Any

from azukari.cli.session import at_company
from azukari.register import actions
from azukari.tenancy import contracts
from tests.cli.conftest import CONTRACT, Here

WHERE = ("--contract", CONTRACT)


def test_requests_from_the_shell(here: Here, papers: dict[str, Any], tmp_path: Path) -> None:
    del papers
    shut = here("request", "status", *WHERE)
    assert shut.code == 3
    assert f"azukari contract option {CONTRACT} --web-collection" in shut.stderr

    switched = here.good("contract", "option", CONTRACT, "--web-collection")
    again = here.good("contract", "option", CONTRACT, "--web-collection")
    assert (switched["changed"], again["changed"]) == (True, False)
    contract = contracts.find_contract(CONTRACT)
    assert contract is not None
    with at_company(contract, None) as (_, actor):
        actions.register_employee(
            {"employee_code": "R001", "name": "依頼　太郎", "kana": "イライ　タロウ"}, actor=actor
        )
    codes = tmp_path / "codes.csv"
    codes.write_text("社員番号,氏名\nR001,依頼　太郎\n", "utf-8")

    counted = here.good("request", "send", *WHERE, "--codes", codes, "--count")
    sent = here.good("request", "send", *WHERE, "--codes", codes, "--channel", "screen")
    status = here.good("request", "status", *WHERE)
    reminded = here.good("request", "remind", *WHERE)

    assert counted == {"people": 1}
    assert (sent["people"], sent["asked"]) == (1, 1)
    assert sum(one["asked"] for one in status["departments"]) == 1
    assert reminded == {"waiting": 1, "reminded": 0}
    codes.write_text("R001\nX999\n", "utf-8")
    wrong = here("request", "send", *WHERE, "--codes", codes)
    assert (wrong.code, "X999" in wrong.stderr) == (2, True)
    here.good("contract", "option", CONTRACT, "--no-web-collection")
