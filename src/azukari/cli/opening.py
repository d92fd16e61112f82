"""A new contract with everything a customer receives on paper and on a medium."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from azukari.ledger.checkpoint import fingerprint
from azukari.pki.keyfile import write_private
from azukari.tenancy import access_sheet, certificates, contracts, scope, setup_links
from azukari.tenancy.access import command_actor
from azukari.tenancy.certificates import IssuedFile
from azukari.tenancy.contracts import CompanyFacts, FirstUser, Opened
from azukari.tenancy.models import Company, Contract, User
from azukari.tenancy.rights import ALL_PERMISSIONS, RoleKind
from azukari.tenancy.signing import ledger_signer

FIRST_USERS = [
    FirstUser("steward", "管理 花子", RoleKind.STEWARD),
    FirstUser("operator", "運用 太郎", RoleKind.OPERATOR),
    FirstUser("officer", "責任 一郎", RoleKind.OFFICER),
    FirstUser("auditor", "監査 恵子", RoleKind.AUDITOR),
]


@dataclass(frozen=True)
class Papers:
    """`links` by role: each sets one user's first password, once, within 72 hours."""

    opened: Opened = field(repr=False)
    certificate_file: Path
    access_sheet_file: Path
    import_password: str = field(repr=False)
    links: dict[str, str] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        return {
            "contract": self.opened.contract.code,
            "company": self.opened.company.code,
            "company_name": self.opened.company.name,
            "certificate": str(self.certificate_file),
            "import_password": self.import_password,
            "access_sheet": str(self.access_sheet_file),
            "setup_links": self.links,
        }

    def as_text(self) -> str:
        links = "\n".join(f"  {role}: {link}" for role, link in self.links.items())
        return (
            f"契約番号: {self.opened.contract.code}\n"
            f"クライアント証明書: {self.certificate_file}\n"
            f"インポートパスワード: {self.import_password}\n"
            f"アクセス情報シート: {self.access_sheet_file}\n"
            f"パスワード設定リンク(72時間、1回限り):\n{links}"
        )


class OutUnusable(Exception):
    """The folder for the papers cannot be written, or holds papers of this contract already."""


def open_with_papers(
    code: str,
    company: CompanyFacts,
    *,
    url: str,
    out: Path,
    totp_required: bool = False,
    web_collection: bool = False,
    legacy_p12: bool = False,
    office: dict[str, str] | None = None,
) -> Papers:
    """Opens the contract and writes the certificate and the access sheet into `out` (0600).

    Raises `ContractTaken`, and `OutUnusable` before anything is made.
    """
    _refuse_unusable(out, code)
    opened = contracts.open_contract(
        code,
        company,
        FIRST_USERS,
        office=office,
        web_collection=web_collection,
        totp_required=totp_required,
    )
    return _write_papers(opened, url, out, legacy=legacy_p12)


def papers_again(contract: Contract, *, url: str, out: Path) -> Papers:
    """New papers for a contract of `FIRST_USERS` whose first ones were never finished."""
    with scope.enter(scope.Scope(contract_id=contract.id)):
        company = Company.objects.order_by("code")[0]
        users = [
            (user, first.kind, setup_links.issue(user))
            for first in FIRST_USERS
            for user in User.objects.filter(user_code=first.user_code)
        ]
    return _write_papers(Opened(contract, company, users), url, out, legacy=False)


def _refuse_unusable(out: Path, code: str) -> None:
    trial = out / f".{code}"
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(trial, b"")
        trial.unlink()
    except OSError:
        raise OutUnusable(
            f"フォルダ {out} に書き込めません。別のフォルダを指定してください。"
        ) from None
    taken = out / f"{certificates.common_name(code)}cert.p12"
    if taken.exists():
        raise OutUnusable(f"{taken} がすでにあります。別のフォルダを指定してください。")


def _write_papers(opened: Opened, url: str, out: Path, *, legacy: bool) -> Papers:
    contract = opened.contract
    with scope.enter(scope.Scope(contract_id=contract.id)):
        actor = command_actor(contract.id, opened.company.id, ALL_PERMISSIONS)
        issued = certificates.issue(contract, actor=actor, legacy=legacy)
    links = {kind.value: f"{url}setup/{token}" for _user, kind, token in opened.users}
    certificate_file = out / issued.file_name
    write_private(certificate_file, issued.content)
    sheet_file = out / f"アクセス情報シート_{contract.code}.pdf"
    write_private(sheet_file, _sheet(opened, issued, url, links))
    return Papers(opened, certificate_file, sheet_file, issued.password, links)


def _portal_url(opened: Opened) -> str | None:
    """With the company named in it, so that employees need not type codes."""
    if not opened.contract.web_collection:
        return None
    return f"{settings.PORTAL_URL}sign-in?at={opened.contract.code}.{opened.company.code}"


def _sheet(opened: Opened, issued: IssuedFile, url: str, links: dict[str, str]) -> bytes:
    expires = timezone.localtime(timezone.now() + setup_links.VALID_FOR)
    users = tuple(
        access_sheet.InitialUser(
            user_id=user.user_code,
            name=user.name,
            role=kind.label,
            setup_link=links[kind.value],
            expires=expires,
        )
        for user, kind, _token in opened.users
    )
    return access_sheet.render(
        access_sheet.AccessSheet(
            contract_number=opened.contract.code,
            company_name=opened.company.name,
            operator_url=url,
            portal_url=_portal_url(opened),
            certificate_valid_to=timezone.localtime(issued.certificate.not_after),
            import_password=issued.password,
            users=users,
            key_fingerprint=fingerprint(ledger_signer().public_key),
            issued_on=timezone.localdate(),
        )
    )
