"""The company of the demo: made at the first start, continued at every later one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azukari.cli.opening import Papers, open_with_papers, papers_again
from azukari.pki.keyfile import write_private
from azukari.tenancy import contracts, scope, setup_links
from azukari.tenancy.contracts import CompanyFacts
from azukari.tenancy.models import Contract, User

CONTRACT = "10000001"
COMPANY = CompanyFacts(
    code="001",
    name="株式会社あずかり商店",
    kana="カブシキガイシャアズカリショウテン",
    corporate_number="7000012050002",
    postcode="1008580",
    address="東京都千代田区霞が関１－２－２",
    telephone="03-3456-7890",
    representative="預　花子",
    tax_office="麹町",
    tax_reference="0123456789",
)
OFFICE = {
    "code": "001",
    "name": "株式会社あずかり商店",
    "postcode": "1008580",
    "address": "東京都千代田区霞が関１－２－２",
    "telephone": "03-3456-7890",
    "owner_name": "預　花子",
    "pension_prefecture": "21",
    "pension_district": "01",
    "pension_symbol": "ｱｽﾞｶ",
    "pension_number": "12345",
    "employment_insurance_number": "13010123456",
}


class DemoCompany:
    def __init__(self, data_folder: Path, url: str) -> None:
        self._folder = data_folder / "demo"
        self._kept = self._folder / "demo.json"
        self._data_folder = data_folder
        self._url = url
        self.facts: dict[str, Any] = {}

    def prepare(self, employees: int) -> None:
        """Makes what is missing.

        Import password and file names are kept for later starts; passwords of users are nobody's
        but theirs, so links are made anew while unused.
        """
        contract, links = self._contract_and_links()
        self.facts = {
            **self._read(),
            "setup_links": links,
            "server_authority": str(self._data_folder / "keys" / "server" / "authority" / "ca.pem"),
        }
        from azukari.cli.demo_payroll import link_payroll  # noqa: PLC0415  heavy, and only once
        from azukari.cli.demo_people import fill  # noqa: PLC0415
        from azukari.cli.demo_portal import prepare  # noqa: PLC0415

        fill(contract, employees)
        link_payroll(contract, employees, self._folder)
        self.facts["portal_links"] = prepare(contract)

    def _contract_and_links(self) -> tuple[Contract, Mapping[str, str | None]]:
        contract = contracts.find_contract(CONTRACT)
        if contract is not None and self._kept.exists():
            return contract, self._fresh_links(contract.id)
        if contract is None:
            papers = open_with_papers(
                CONTRACT,
                COMPANY,
                url=self._url,
                out=self._folder,
                office=OFFICE,
                web_collection=True,
            )
        else:  # a first start was killed between the contract and its papers
            papers = papers_again(contract, url=self._url, out=self._folder)
        self._keep(papers)
        return papers.opened.contract, papers.links

    def _keep(self, papers: Papers) -> None:
        kept = {key: value for key, value in papers.as_dict().items() if key != "setup_links"}
        write_private(self._kept, json.dumps(kept, ensure_ascii=False).encode())

    def _read(self) -> dict[str, Any]:
        """The kept facts; the files are where the data folder is now."""
        kept: dict[str, Any] = json.loads(self._kept.read_text(encoding="utf-8"))
        for name in ("certificate", "access_sheet"):
            kept[name] = str(self._folder / Path(kept[name]).name)
        return kept

    def _fresh_links(self, contract_id: Any) -> dict[str, str | None]:
        with scope.enter(scope.Scope(contract_id=contract_id)):
            users = User.objects.filter(
                user_code__in=["steward", "operator", "officer", "auditor"]
            ).order_by("created_at")
            return {
                user.user_code: None
                if user.has_usable_password()
                else f"{self._url}setup/{setup_links.issue(user)}"
                for user in users
            }
