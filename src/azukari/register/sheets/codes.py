"""Everything that can be found about a file or a row, as a closed and stable list.

The values are public: they stand in the tables, in the downloaded list of problems and in the
answer of `azukari sheet apply --json`.  Codes are added, never renamed.  What a person reads for
each of them is in `azukari.web.sheet_words`.
"""

from enum import StrEnum
from typing import NamedTuple


class Weight(StrEnum):
    REJECT = "reject"  # the row (or the file) is refused
    FIX = "fix"  # read after a repair that the sender is shown
    WARN = "warn"  # taken as it is; somebody should look


class FileCode(StrEnum):
    """Why a file as a whole cannot be read."""

    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    EXCEL_BOOK = "excel_book"
    BOOK_TOO_LARGE = "book_too_large"
    BOOK_LOCKED = "book_locked"
    NO_SUCH_SHEET = "no_such_sheet"
    OTHER_CONTENT = "other_content"
    PDF_FILE = "pdf_file"
    NOT_TEXT = "not_text"
    UNKNOWN_ENCODING = "unknown_encoding"
    NO_ROWS = "no_rows"
    UNKNOWN_HEADINGS = "unknown_headings"
    HEADING_MISSING = "heading_missing"
    HEADING_TWICE = "heading_twice"
    BROKEN_QUOTING = "broken_quoting"
    OTHER_KIND = "other_kind"
    NO_PURPOSE = "no_purpose"
    NO_VERIFICATION = "no_verification"


class Code(StrEnum):
    """What is wrong with, or was done to, one cell of a row."""

    # the row
    COLUMNS_DO_NOT_FIT = "columns_do_not_fit"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    UNREADABLE_CHARACTER = "unreadable_character"
    FORMULA = "formula"
    NEWLINE = "newline"
    OTHER_COMPANY = "other_company"
    NUMBER_IN_TEXT = "number_in_text"
    # 個人番号
    NUMBER_MISSING = "number_missing"
    NUMBER_NOT_DIGITS = "number_not_digits"
    NUMBER_LENGTH = "number_length"
    NUMBER_LEADING_ZERO_LOST = "number_leading_zero_lost"
    NUMBER_CHECK_DIGIT = "number_check_digit"
    NUMBER_ALL_ZERO = "number_all_zero"
    NUMBER_SPREADSHEET_EXPONENT = "number_spreadsheet_exponent"
    NUMBER_TWICE = "number_twice"
    NUMBER_NOT_CONFIRMED = "number_not_confirmed"
    NUMBER_DIFFERS = "number_differs"
    NUMBER_OF_SOMEBODY_ELSE = "number_of_somebody_else"
    NUMBER_NOT_NEEDED = "number_not_needed"
    PURPOSE_DOES_NOT_FIT = "purpose_does_not_fit"
    NUMBER_ALSO_HELD = "number_also_held"
    NUMBER_FULL_WIDTH = "number_full_width"
    NUMBER_SPACES = "number_spaces"
    NUMBER_HYPHENS = "number_hyphens"
    NUMBER_APOSTROPHE = "number_apostrophe"
    NUMBER_TEXT_FORMULA = "number_text_formula"
    # 利用目的, 本人確認, 番号変更
    PURPOSE_UNKNOWN = "purpose_unknown"
    PURPOSE_MISSING = "purpose_missing"
    PROVISION_UNKNOWN = "provision_unknown"
    PROVISION_DOES_NOT_FIT = "provision_does_not_fit"
    METHOD_UNKNOWN = "method_unknown"
    METHOD_DOES_NOT_SETTLE = "method_does_not_settle"
    METHOD_NOT_FOR_PAYEES = "method_not_for_payees"
    NUMBER_CHECK_MISSING = "number_check_missing"
    PERSON_CHECK_MISSING = "person_check_missing"
    AUTHORITY_CHECK_MISSING = "authority_check_missing"
    PAPER_MISSING = "paper_missing"
    VERIFIED_IN_FUTURE = "verified_in_future"
    CHANGE_REASON_UNKNOWN = "change_reason_unknown"
    # 社員番号, 家族連番
    EMPLOYEE_CODE_MISSING = "employee_code_missing"
    EMPLOYEE_CODE_WRONG = "employee_code_wrong"
    EMPLOYEE_TWICE = "employee_twice"
    EMPLOYEE_UNKNOWN = "employee_unknown"
    NAME_AMBIGUOUS = "name_ambiguous"
    FAMILY_CODE_MISSING = "family_code_missing"
    FAMILY_CODE_WRONG = "family_code_wrong"
    FAMILY_TWICE = "family_twice"
    SPACES_TRIMMED = "spaces_trimmed"
    WIDTH_CHANGED = "width_changed"
    # 氏名, 氏名カナ
    NAME_MISSING = "name_missing"
    NAME_SPACES = "name_spaces"
    NAME_OUTSIDE_CP932 = "name_outside_cp932"
    KANA_MISSING = "kana_missing"
    KANA_WRONG = "kana_wrong"
    KANA_REWRITTEN = "kana_rewritten"
    # dates
    DATE_WRONG = "date_wrong"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_OUTSIDE_ERA = "date_outside_era"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    DATE_FROM_SERIAL = "date_from_serial"
    BIRTH_IN_FUTURE = "birth_in_future"
    BORN_AFTER_HIRED = "born_after_hired"
    LEFT_BEFORE_HIRED = "left_before_hired"
    DEPENDENT_BEFORE_BORN = "dependent_before_born"
    ENDED_BEFORE_STARTED = "ended_before_started"
    # other columns
    SEX_UNKNOWN = "sex_unknown"
    RELATIONSHIP_MISSING = "relationship_missing"
    RELATIONSHIP_UNKNOWN = "relationship_unknown"
    RELATIONSHIP_NEEDS_SEX = "relationship_needs_sex"
    CATEGORY3_NOT_SPOUSE = "category3_not_spouse"
    SPECIFIC_RELATIVE_IS_SPOUSE = "specific_relative_is_spouse"
    EMPLOYMENT_CLASS_UNKNOWN = "employment_class_unknown"
    PAYEE_KIND_UNKNOWN = "payee_kind_unknown"
    POSTCODE_WRONG = "postcode_wrong"
    TELEPHONE_WRONG = "telephone_wrong"
    MAIL_WRONG = "mail_wrong"
    ADDRESS_NEWLINE = "address_newline"
    FLAG_WRONG = "flag_wrong"
    DIGITS_WRONG = "digits_wrong"
    # columns and sheets as a whole (row 0)
    COLUMN_NOT_TAKEN = "column_not_taken"
    SHEET_NOT_READ = "sheet_not_read"


_FIXES = frozenset(
    {
        Code.NUMBER_FULL_WIDTH, Code.NUMBER_SPACES, Code.NUMBER_HYPHENS, Code.NUMBER_APOSTROPHE,
        Code.NUMBER_TEXT_FORMULA, Code.SPACES_TRIMMED, Code.WIDTH_CHANGED, Code.NAME_SPACES,
        Code.KANA_REWRITTEN, Code.DATE_FROM_SERIAL, Code.ADDRESS_NEWLINE,
    }
)  # fmt: skip
_WARNINGS = frozenset(
    {
        Code.NUMBER_ALSO_HELD, Code.NAME_OUTSIDE_CP932, Code.COLUMN_NOT_TAKEN,
        Code.EMPLOYMENT_CLASS_UNKNOWN, Code.SHEET_NOT_READ,
    }
)  # fmt: skip


def weight_of(code: Code | FileCode) -> Weight:
    if code in _FIXES:
        return Weight.FIX
    return Weight.WARN if code in _WARNINGS else Weight.REJECT


class Problem(NamedTuple):
    """`row` counts data rows from 1 (0: the headings); `shown` is the cell unless it could be,
    or hold, an individual number.
    """

    row: int
    column: str
    code: Code
    shown: str = ""
    became: str = ""  # of a repair: what was read instead

    @property
    def weight(self) -> Weight:
        return weight_of(self.code)


class FileRefused(Exception):
    """The file as a whole cannot be taken; `column` names a heading where one is to blame."""

    def __init__(self, code: FileCode, column: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.column = column
