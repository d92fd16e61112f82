import pytest

from azukari.law.verification import (
    Check,
    Method,
    Provision,
    VerificationProblem,
    Verifier,
    methods_for,
    problems,
    who_verifies,
)


@pytest.mark.parametrize(
    ("provision", "verifier"),
    [
        (Provision.EMPLOYEE_SELF, Verifier.COMPANY),
        (Provision.TAX_DEPENDENT, Verifier.EMPLOYEE),
        (Provision.HEALTH_DEPENDENT, Verifier.EMPLOYEE),
        (Provision.CATEGORY3_AGENT, Verifier.COMPANY),
        (Provision.CATEGORY3_ENTRUSTED, Verifier.EMPLOYEE),
        (Provision.PAYEE_SELF, Verifier.COMPANY),
        (Provision.FORMER_EMPLOYER, Verifier.NOBODY),
    ],
)
def test_who_verifies(provision: Provision, verifier: Verifier) -> None:
    assert who_verifies(provision) is verifier


def test_card_settles_both_checks_of_an_employee() -> None:
    assert problems(Provision.EMPLOYEE_SELF, number=Method.CARD, person=Method.CARD) == set()


def test_employee_with_number_document_only() -> None:
    found = problems(Provision.EMPLOYEE_SELF, number=Method.NUM_RESIDENT)

    assert found == {VerificationProblem.PERSON_CHECK_MISSING}


def test_licence_is_no_number_document() -> None:
    found = problems(Provision.EMPLOYEE_SELF, number=Method.ID_PHOTO1, person=Method.ID_PHOTO1)

    assert found == {VerificationProblem.METHOD_DOES_NOT_SETTLE}


def test_category3_spouse_needs_power_of_attorney() -> None:
    found = problems(Provision.CATEGORY3_AGENT, number=Method.CARD, person=Method.ID_EMPLOYER_LOGIN)

    assert found == {VerificationProblem.AUTHORITY_CHECK_MISSING}


@pytest.mark.parametrize("provision", [Provision.CATEGORY3_ENTRUSTED, Provision.FORMER_EMPLOYER])
def test_paper_takes_the_place_of_checks(provision: Provision) -> None:
    assert problems(provision) == {VerificationProblem.PAPER_MISSING}
    assert problems(provision, paper_held=True) == set()


@pytest.mark.parametrize("provision", [Provision.TAX_DEPENDENT, Provision.HEALTH_DEPENDENT])
def test_company_need_not_check_dependants(provision: Provision) -> None:
    assert problems(provision) == set()


def test_acquaintance_does_not_hold_for_payees() -> None:
    found = problems(Provision.PAYEE_SELF, number=Method.CARD, person=Method.ID_ACQUAINTED)

    assert found == {VerificationProblem.METHOD_NOT_FOR_PAYEES}
    assert Method.ID_ACQUAINTED not in methods_for(Check.PERSON, Provision.PAYEE_SELF)
    assert Method.ID_ACQUAINTED in methods_for(Check.PERSON, Provision.EMPLOYEE_SELF)
