import pytest

from azukari.law.purpose import (
    FORM_PURPOSE,
    PersonKind,
    Purpose,
    allows,
    employee_purposes,
    family_purposes,
    purpose_of_form,
    purposes_for,
)


def test_purposes_for_each_kind() -> None:
    assert purposes_for(PersonKind.PAYEE) == (Purpose.PAYMENT_REPORT,)
    assert purposes_for(PersonKind.FAMILY) == (
        Purpose.TAX_WITHHOLDING,
        Purpose.TAX_DEDUCTION_FORMS,
        Purpose.HEALTH_PENSION,
        Purpose.CATEGORY3,
        Purpose.WORKERS_COMP,
    )
    assert set(purposes_for(PersonKind.EMPLOYEE)) == set(Purpose) - {
        Purpose.CATEGORY3,
        Purpose.PAYMENT_REPORT,
    }


@pytest.mark.parametrize("purpose", Purpose)
def test_purpose_tells_itself(purpose: Purpose) -> None:
    assert Purpose[purpose.code] is purpose
    assert purpose.label
    assert purpose.basis
    assert purpose.kinds


def test_defaults_are_allowed() -> None:
    family = family_purposes(tax_dependent=True, health_dependent=True, category3=True)

    assert all(allows(p, PersonKind.EMPLOYEE) for p in employee_purposes())
    assert all(allows(p, PersonKind.FAMILY) for p in family)


def test_family_purposes_follow_the_flags() -> None:
    assert family_purposes(tax_dependent=False, health_dependent=False, category3=False) == set()
    assert family_purposes(tax_dependent=False, health_dependent=True, category3=True) == {
        Purpose.HEALTH_PENSION,
        Purpose.CATEGORY3,
    }


def test_employee_purposes_without_insurance() -> None:
    found = employee_purposes(health_insured=False, employment_insured=False)

    assert found == {Purpose.TAX_WITHHOLDING, Purpose.TAX_DEDUCTION_FORMS, Purpose.RESIDENT_TAX}


def test_purpose_of_form() -> None:
    assert FORM_PURPOSE["2200700"] is Purpose.HEALTH_PENSION
    assert purpose_of_form("2202700") is Purpose.HEALTH_PENSION
    assert purpose_of_form("2202700", category3_spouse=True) is Purpose.CATEGORY3
    with pytest.raises(KeyError):
        purpose_of_form("9999999")
