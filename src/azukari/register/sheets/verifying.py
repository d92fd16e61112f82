"""For what and by which check the numbers of a file are held: once for the file, or row by row.

The rules are those of a single registration (番号法 第9条, 第16条; `law.verification`).  A column
of the file wins over what was said of the whole file, cell by cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from azukari.law.purpose import PURPOSES, PersonKind, Purpose, allows
from azukari.law.verification import (
    DUTIES,
    METHODS,
    Provision,
    VerificationProblem,
    Verifier,
    is_for_category3,
    problems,
    provision_fits,
    usual_provision,
    who_verifies,
)
from azukari.register import notices
from azukari.register.actions import Verification
from azukari.register.models import Sheet
from azukari.register.sheets.choices import CHECKS
from azukari.register.sheets.chunk import Chunk
from azukari.register.sheets.codes import Code
from azukari.register.sheets.headings import headings

COLUMNS: Final = ("provision", *CHECKS, "paper_held", "verified_on", "verified_by")
"""Fields of a row that say how its number was verified."""

_PLACES: Final = {
    VerificationProblem.NUMBER_CHECK_MISSING: ("number_check", Code.NUMBER_CHECK_MISSING),
    VerificationProblem.PERSON_CHECK_MISSING: ("person_check", Code.PERSON_CHECK_MISSING),
    VerificationProblem.AUTHORITY_CHECK_MISSING: ("authority_check", Code.AUTHORITY_CHECK_MISSING),
    VerificationProblem.METHOD_DOES_NOT_SETTLE: ("number_check", Code.METHOD_DOES_NOT_SETTLE),
    VerificationProblem.METHOD_NOT_FOR_PAYEES: ("person_check", Code.METHOD_NOT_FOR_PAYEES),
    VerificationProblem.PAPER_MISSING: ("paper_held", Code.PAPER_MISSING),
}


@dataclass(frozen=True)
class Terms:
    """What is said of all numbers of a file; `by` is who sends it, and so who has verified."""

    purposes: tuple[str, ...]
    verification: Verification
    by: str = ""
    switched_off: frozenset[str] = frozenset()


def terms_of(sheet: Sheet) -> Terms:
    return Terms(
        tuple(sheet.purposes), verification_of(sheet), by=sheet.sent_by_name,
        switched_off=switched_off(),
    )  # fmt: skip


def verification_of(sheet: Sheet) -> Verification:
    return Verification(
        number_check=sheet.number_check,
        person_check=sheet.person_check,
        authority_check=sheet.authority_check,
        verified_on=sheet.verified_on,
        provision=sheet.provision,
        paper_held=sheet.paper_held,
    )


def switched_off() -> frozenset[str]:
    return frozenset(purpose.code for purpose in notices.switched_off())


class Verified(NamedTuple):
    """本人確認 of one number, as the record keeps it."""

    provision: str = ""
    number_check: str = ""
    person_check: str = ""
    authority_check: str = ""
    paper_held: bool = False
    verified_on: date | None = None
    verified_by: str = ""


class Verifying:
    """The rows of a chunk; rows that say the same share one answer."""

    def __init__(self, chunk: Chunk, kind: PersonKind, terms: Terms) -> None:
        self._chunk = chunk
        self._kind = kind
        self._terms = terms
        nothing: Sequence[Any] = [None] * len(chunk.rows)
        self._said = list(zip(*(chunk.facts.get(one, nothing) for one in COLUMNS), strict=True))
        self._answers: dict[Any, tuple[Verified, list[tuple[str, Code]]]] = {}
        self._purposes_said = chunk.facts.get("purposes", nothing)
        self._for_all = tuple(
            code for code in terms.purposes if allows(PURPOSES[code], kind)
        )  # fmt: skip
        self._not_category3 = tuple(
            code for code in self._for_all if code != Purpose.CATEGORY3.code
        )
        self._category3 = chunk.facts.get("category3", nothing)

    def purposes(self, place: int) -> tuple[str, ...]:
        """Of the row; 第3号被保険者 of the whole file only where the row says so."""
        said: tuple[str, ...] = self._purposes_said[place] or ()
        if said:
            return said
        if self._kind is PersonKind.FAMILY and not self._category3[place]:
            return self._not_category3
        return self._for_all

    def settle(self, place: int, purposes: tuple[str, ...], host: str = "") -> Verified | None:
        """How the number of the row was verified; None when the row is refused for it."""
        key = self._said[place], purposes
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._settled(*key)
        verified, found = answer
        for name, code in found:
            # Files of payees, say, have no column for the way a number was provided.
            is_column = name in headings(self._chunk.kind)
            self._chunk.note(place, name if is_column else "number", code)
        if found:
            return None
        if verified.verified_by is Verifier.EMPLOYEE:
            return Verified(*verified[:-1], host[:60])
        return verified

    def _wrong_purpose(self, purposes: tuple[str, ...]) -> Code | None:
        if not purposes and not self._terms.purposes:
            return Code.PURPOSE_MISSING
        fits = purposes and all(
            code not in self._terms.switched_off and allows(PURPOSES[code], self._kind)
            for code in purposes
        )
        return None if fits else Code.PURPOSE_DOES_NOT_FIT

    def _settled(
        self, said: tuple[Any, ...], purposes: tuple[str, ...]
    ) -> tuple[Verified, list[tuple[str, Code]]]:
        wrong = self._wrong_purpose(purposes)
        if wrong is not None:
            name = "purposes" if "purposes" in self._chunk.facts else "number"
            return Verified(), [(name, wrong)]
        row = dict(zip(COLUMNS, said, strict=True))
        serving = [PURPOSES[code] for code in purposes]
        provision = self._provision(row["provision"], serving)
        if not provision_fits(provision, self._kind, serving):
            return Verified(), [("provision", Code.PROVISION_DOES_NOT_FIT)]
        checks = {name: row[name] or self._check_of_all(name, provision) for name in CHECKS}
        paper_held = self._terms.verification.paper_held
        if row["paper_held"] is not None:
            paper_held = row["paper_held"]
        found = problems(
            provision,
            number=METHODS.get(checks["number_check"]),
            person=METHODS.get(checks["person_check"]),
            authority=METHODS.get(checks["authority_check"]),
            paper_held=paper_held,
        )
        on = row["verified_on"] or self._terms.verification.verified_on
        verified = Verified(
            provision.value,
            **checks,
            paper_held=paper_held if DUTIES[provision].paper else False,
            verified_on=on if any(checks.values()) else None,
            verified_by=row["verified_by"] or self._verifier(provision),
        )
        return verified, [_PLACES[one] for one in sorted(found)]

    def _provision(self, said: str | None, purposes: list[Purpose]) -> Provision:
        """A way said of the whole file is that of the people it can be the way of."""
        usual = usual_provision(self._kind, purposes)
        if said:
            return Provision(said)
        if not self._terms.verification.provision:
            return usual
        of_all = Provision(self._terms.verification.provision)
        fits = provision_fits(of_all, self._kind, purposes) and (
            Purpose.CATEGORY3 in purposes or not is_for_category3(of_all)
        )
        return of_all if fits else usual

    def _check_of_all(self, name: str, provision: Provision) -> str:
        """The company's own check counts only where the law leaves it to the company."""
        if CHECKS[name] not in DUTIES[provision].company_checks:
            return ""
        said: str = getattr(self._terms.verification, name)
        return said

    def _verifier(self, provision: Provision) -> str:
        """The employee is another one in every row, and put in there."""
        verifier = who_verifies(provision)
        if verifier is Verifier.EMPLOYEE:
            return verifier
        return self._terms.by if verifier is Verifier.COMPANY else ""
