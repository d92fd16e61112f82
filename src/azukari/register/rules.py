"""Decisions about people and their numbers.  Plain values in, a problem or nothing out."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from azukari.law.kana import half_width_bytes
from azukari.law.purpose import PersonKind, Purpose, allows
from azukari.law.relationship import SPOUSES

_SPOUSE_CODES = frozenset(spouse.code for spouse in SPOUSES)


class RegisterProblem(StrEnum):
    ALREADY_REGISTERED = "already_registered"  # the person has a number
    NO_PURPOSE = "no_purpose"
    PURPOSE_DOES_NOT_FIT = "purpose_does_not_fit"
    HELD_FOR_SOMEBODY_ELSE = "held_for_somebody_else"
    NOT_NEEDED = "not_needed"
    CODE_TAKEN = "code_taken"
    LEFT_BEFORE_HIRED = "left_before_hired"
    BORN_IN_FUTURE = "born_in_future"
    BORN_AFTER_HIRED = "born_after_hired"
    NOTHING_TO_REVEAL = "nothing_to_reveal"
    CATEGORY3_NOT_SPOUSE = "category3_not_spouse"
    NUMBER_IS_HELD = "number_is_held"  # so "not needed" would be untrue
    PURPOSE_SWITCHED_OFF = "purpose_switched_off"
    PROVISION_DOES_NOT_FIT = "provision_does_not_fit"
    SAME_AS_BEFORE = "same_as_before"  # 番号変更 to the number that is held
    NOTHING_TO_CHANGE = "nothing_to_change"
    AWAITS_SECOND_CHECK = "awaits_second_check"
    NOT_AWAITING = "not_awaiting"  # somebody else has checked it or sent it back
    SAME_PERSON = "same_person"  # the second person is the first
    NOBODY_KNOWN = "nobody_known"
    SAME_MAKER = "same_maker"
    ALONE_TOO_SOON = "alone_too_soon"
    NUMBER_DIFFERS = "number_differs"  # what the second checker typed
    NEEDS_SECOND_PERSON = "needs_second_person"
    NOT_ALLOWED_TO_VIEW = "not_allowed_to_view"  # not decided, refused, used or too late
    ALREADY_ASKED = "already_asked"
    VIEWINGS_OF_USER = "viewings_of_user"
    VIEWINGS_OF_COMPANY = "viewings_of_company"
    COMPARISONS_OF_USER = "comparisons_of_user"
    COMPARISONS_OF_COMPANY = "comparisons_of_company"
    ALREADY_LEFT = "already_left"  # or no longer a dependant, or the contract has ended
    NOT_LEFT = "not_left"
    RETURNED_BEFORE_LEAVING = "returned_before_leaving"
    DEPENDENT_BEFORE_BORN = "dependent_before_born"  # the day it ended, that is
    ENDED_BEFORE_STARTED = "ended_before_started"  # a payee's contract
    APART_AT_SAME_ADDRESS = "apart_at_same_address"
    SPECIFIC_RELATIVE_IS_SPOUSE = "specific_relative_is_spouse"
    SAME_PURPOSES = "same_purposes"
    PURPOSE_NOT_PUBLISHED = "purpose_not_published"  # no notice names it
    PURPOSE_NOT_TOLD = "purpose_not_told"  # a notice names it, but the person was not told


class Refused(Exception):
    """Carries which problem; a frozen dataclass cannot be raised through a `with` block."""

    def __init__(self, problem: RegisterProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def may_record(
    *,
    has_number: bool,
    needs_number: bool,
    kind: PersonKind,
    purposes: list[Purpose],
    switched_off: Collection[Purpose] = (),
) -> RegisterProblem | None:
    """Whether a number may be recorded (番号法 第14条, 第15条: only for a purpose that fits)."""
    if has_number:
        return RegisterProblem.ALREADY_REGISTERED
    if not needs_number:
        return RegisterProblem.NOT_NEEDED
    return may_serve(kind=kind, purposes=purposes, switched_off=switched_off)


def may_serve(
    *, kind: PersonKind, purposes: list[Purpose], switched_off: Collection[Purpose] = ()
) -> RegisterProblem | None:
    """Whether a number of such a person may be held for all of the purposes."""
    if not purposes:
        return RegisterProblem.NO_PURPOSE
    if not all(allows(purpose, kind) for purpose in purposes):
        return RegisterProblem.PURPOSE_DOES_NOT_FIT
    if any(purpose in switched_off for purpose in purposes):
        return RegisterProblem.PURPOSE_SWITCHED_OFF
    return None


def may_change_purposes(
    *,
    kind: PersonKind,
    held: Collection[Purpose],
    wanted: list[Purpose],
    switched_off: Collection[Purpose],
    published: Collection[Purpose],
    told: Collection[Purpose],
) -> RegisterProblem | None:
    """Whether a number that is held may serve other purposes from now on.

    個人情報保護法 第18条第1項 (as 番号法 reads it, consent widens nothing), 第21条: what is added
    was told or made public first.  What is held stays, also when it was switched off since.
    """
    added = [purpose for purpose in wanted if purpose not in held]
    problem = may_serve(kind=kind, purposes=wanted, switched_off=set(switched_off) & set(added))
    if problem is not None:
        return problem
    if set(wanted) == set(held):
        return RegisterProblem.SAME_PURPOSES
    if not set(added) <= set(published):
        return RegisterProblem.PURPOSE_NOT_PUBLISHED
    return None if set(added) <= set(told) else RegisterProblem.PURPOSE_NOT_TOLD


def dates_fit(
    *, born: date | None, hired: date | None, left: date | None, today: date
) -> RegisterProblem | None:
    if born is not None and born > today:
        return RegisterProblem.BORN_IN_FUTURE
    if born is not None and hired is not None and hired <= born:
        return RegisterProblem.BORN_AFTER_HIRED
    if hired is not None and left is not None and left < hired:
        return RegisterProblem.LEFT_BEFORE_HIRED
    return None


def family_fits(
    *, relationship: str, category3: bool, specific_relative: bool = False
) -> RegisterProblem | None:
    """第3号被保険者 is the spouse of an insured person (国民年金法 第7条第1項第3号); 特定親族 are
    relatives other than the spouse (所得税法 第84条の2).
    """
    if not relationship:
        return None
    is_spouse = relationship in _SPOUSE_CODES
    if category3 and not is_spouse:
        return RegisterProblem.CATEGORY3_NOT_SPOUSE
    if specific_relative and is_spouse:
        return RegisterProblem.SPECIFIC_RELATIVE_IS_SPOUSE
    return None


def home_fits(*, together: bool | None, address: str, of_employee: str) -> RegisterProblem | None:
    """A family member who lives apart (別居) has an address of their own."""
    if together is False and address and address == of_employee:
        return RegisterProblem.APART_AT_SAME_ADDRESS
    return None


def dependence_fits(*, born: date | None, until: date | None) -> RegisterProblem | None:
    if born is not None and until is not None and until < born:
        return RegisterProblem.DEPENDENT_BEFORE_BORN
    return None


def contract_fits(*, start: date | None, end: date | None) -> RegisterProblem | None:
    if start is not None and end is not None and end < start:
        return RegisterProblem.ENDED_BEFORE_STARTED
    return None


def may_leave(*, ended: date | None) -> RegisterProblem | None:
    """退職, 扶養から外れた, 契約終了: recorded once; another day is a change."""
    return None if ended is None else RegisterProblem.ALREADY_LEFT


def may_return(*, ended: date | None, again: date | None) -> RegisterProblem | None:
    """Taken back as a mistake (`again` is None), or back since the day `again`.

    The same contract or another one right after it: the purpose goes on (特定個人情報ガイドライン
    (事業者編) 第4-1-(1)), so the number need not be collected anew.
    """
    if ended is None:
        return RegisterProblem.NOT_LEFT
    if again is not None and again <= ended:
        return RegisterProblem.RETURNED_BEFORE_LEAVING
    return None


class FilingNote(StrEnum):
    """What notices to the pension office will trip over; the register keeps it all the same."""

    KANA_IN_ONE_PIECE = "kana_in_one_piece"
    KANA_TOO_LONG = "kana_too_long"
    ADDRESS_KANA_TOO_LONG = "address_kana_too_long"
    ADDRESS_WITHOUT_KANA = "address_without_kana"


# 日本年金機構 CSV形式届書作成仕様書, 2200700 項番7 and 31: bytes in half width; a blank between
# family and given name.
_KANA_BYTES = 25
_ADDRESS_KANA_BYTES = 75


def filing_notes(*, kana: str, address: str, address_kana: str) -> list[FilingNote]:
    """In the order of the form.  Nothing here forbids keeping the person."""
    checks: Mapping[FilingNote, bool] = {
        FilingNote.KANA_IN_ONE_PIECE: "\u3000" not in kana,
        FilingNote.KANA_TOO_LONG: half_width_bytes(kana) > _KANA_BYTES,
        FilingNote.ADDRESS_KANA_TOO_LONG: half_width_bytes(address_kana) > _ADDRESS_KANA_BYTES,
        FilingNote.ADDRESS_WITHOUT_KANA: bool(address) and not address_kana,
    }
    return [note for note, applies in checks.items() if applies]


def may_be_without(*, has_number: bool) -> RegisterProblem | None:
    """Whether a person may be marked 個人番号登録不要: not while a number is held."""
    return RegisterProblem.NUMBER_IS_HELD if has_number else None


def may_reveal(
    *, has_number: bool, held_for: list[str], wanted: Purpose, awaits_second_check: bool = False
) -> RegisterProblem | None:
    """A number is shown only for a purpose it is held for (番号法 第9条, 第20条), and only after
    both of those who check have looked.
    """
    if not has_number:
        return RegisterProblem.NOTHING_TO_REVEAL
    if wanted.code not in held_for:
        return RegisterProblem.PURPOSE_DOES_NOT_FIT
    if awaits_second_check:
        return RegisterProblem.AWAITS_SECOND_CHECK
    return None
