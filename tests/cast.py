"""The cast of the tests: two contracts that must never see each other.

Contract A has company A with a steward, an operator, an officer and an auditor; contract B the
same.  Fixtures are in tests/fixtures.py style functions here, registered by tests/conftest.py.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.test import Client

from azukari.tenancy import certificates, contracts, scope
from azukari.tenancy.access import command_actor, workplaces
from azukari.tenancy.actor import Actor
from azukari.tenancy.models import Company, Contract, Office, User
from azukari.tenancy.rights import ALL_PERMISSIONS, RoleKind

PASSWORD = "a long enough test passphrase"
_numbers = count(1)


@dataclass
class Side:
    """One contract with its company, people at work and certificate."""

    contract: Contract
    company: Company
    office: Office
    users: dict[RoleKind, User]
    certificate: bytes = field(repr=False)
    p12: bytes = field(repr=False)
    p12_password: str = field(repr=False)

    def scope(self) -> Any:
        return scope.enter(scope.Scope(contract_id=self.contract.id, company_id=self.company.id))

    def actor(self, kind: RoleKind) -> Actor:
        """The actor that a user of this kind is in the company."""
        with scope.enter(scope.Scope(contract_id=self.contract.id)):
            user = self.users[kind]
            place = workplaces(user)[0]
        return Actor(
            contract_id=self.contract.id,
            company_id=self.company.id,
            user_id=user.id,
            name=user.name,
            roles=(place.role_name,),
            permissions=place.permissions,
        )

    @property
    def steward(self) -> Actor:
        return self.actor(RoleKind.STEWARD)

    @property
    def operator(self) -> Actor:
        return self.actor(RoleKind.OPERATOR)

    @property
    def officer(self) -> Actor:
        return self.actor(RoleKind.OFFICER)

    @property
    def auditor(self) -> Actor:
        return self.actor(RoleKind.AUDITOR)

    def client(self, kind: RoleKind | None = None) -> Client:
        """A browser with the contract's certificate, signed in when a kind is given."""
        client = Client(
            raise_request_exception=True,
            **{
                "azukari.peer_certificate": self.certificate,
                "azukari.listener": "operator",
                "wsgi.url_scheme": "https",
            },
        )
        if kind is not None:
            answer = client.post(
                "/sign-in",
                {
                    "contract_code": self.contract.code,
                    "user_code": self.users[kind].user_code,
                    "password": PASSWORD,
                },
            )
            assert answer.status_code == 302, answer.content.decode()
        return client


@dataclass
class Cast:
    a: Side
    b: Side


def make_side(label: str, **options: Any) -> Side:
    """A fresh contract; the label stands in every text of it, as a canary."""
    import cryptography.x509 as x509
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    number = next(_numbers)
    opened = contracts.open_contract(
        f"{label}{number:06d}",
        contracts.CompanyFacts(
            code="001",
            name=f"株式会社{label}商事",
            postcode="1008580",
            address="東京都千代田区霞が関１－２－２",
            telephone="03-3456-7890",
            representative="年金　正明",
        ),
        [contracts.FirstUser(f"{kind.value}", f"{label}の{kind.label}", kind) for kind in RoleKind],
        office={
            "code": "001",
            "name": f"株式会社{label}商事",
            "postcode": "1008580",
            "address": "東京都千代田区霞が関１－２－２",
            "owner_name": "年金　正明",
            "telephone": "03-3456-7890",
            "pension_prefecture": "21",
            "pension_district": "01",
            "pension_symbol": "ｹｲﾄ",
            "pension_number": "12345",
        },
        **options,
    )
    hashed = make_password(PASSWORD)
    with scope.enter(scope.Scope(contract_id=opened.contract.id)):
        for user, _kind, _token in opened.users:
            user.password = hashed
            user.save(update_fields=["password"])
        actor = command_actor(opened.contract.id, opened.company.id, ALL_PERMISSIONS)
        issued = certificates.issue(opened.contract, actor=actor)
        with scope.narrow(company_id=opened.company.id):
            office = Office.objects.get()
        # What most tests are not about; those of disposal ask for a second person themselves.
        Company.objects.update(second_person_disposal=False)
    store = pkcs12.load_pkcs12(issued.content, issued.password.encode())
    assert store.cert is not None
    certificate: x509.Certificate = store.cert.certificate
    return Side(
        contract=opened.contract,
        company=opened.company,
        office=office,
        users={kind: user for user, kind, _token in opened.users},
        certificate=certificate.public_bytes(Encoding.DER),
        p12=issued.content,
        p12_password=issued.password,
    )


def realm_of(side: Side) -> UUID:
    return side.company.id
