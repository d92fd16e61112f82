"""A family that grows, shrinks and changes, for the tests of 2202700."""

from dataclasses import replace
from datetime import date

from azukari.filings.catalog.social_insurance.shfd0006 import Dependent, FamilyChange, Spouse
from azukari.law.number import parse
from tests.numbers import valid_number

SPOUSE = Spouse(
    name_kana="ケンポ　ハナ",
    name_kanji="健保 花",
    born=date(1988, 2, 29),
    relation="2",
    individual_number=parse(valid_number(11)),
    lives_together="1",
    postcode="100-8580",
    address_kanji="東京都千代田区霞が関1-2-2",
    tel_kind="2",
    tel="03-3456-7890",
    became=date(2026, 9, 1),
    became_reason="2",
    occupation="1",
    income=0,
    certificate_needed=True,
)
CHILD = Dependent(
    name_kana="ケンポ　イチロウ",
    name_kanji="健保　一郎",
    born=date(2020, 5, 5),
    sex="1",
    relation="01",
    individual_number=parse(valid_number(12)),
    lives_together="1",
    postcode="1008580",
    address_kanji="東京都千代田区霞が関１－２－２",
    became=date(2026, 9, 1),
    occupation="4",
    income=0,
)
SECOND = replace(CHILD, name_kana="ｹﾝﾎﾟ ﾌﾀﾊﾞ", name_kanji="健保　双葉", sex="2")
THIRD = replace(SECOND, name_kana="ｹﾝﾎﾟ ﾐﾂﾊ", name_kanji="健保　三葉", individual_number=None)

JOINING = FamilyChange(
    name_kana="ケンポ　ヨシカズ",
    name_kanji="健保　良一",
    born=date(1985, 10, 10),
    sex="1",
    change_kind="1",
    individual_number=parse(valid_number(10)),
    received=date(2026, 9, 3),
    income=5_200_000,
    spouse=SPOUSE,
    others=(CHILD, SECOND, THIRD),
)


def _left(one: Dependent) -> Dependent:
    return replace(
        one,
        lives_together="",
        became=None,
        occupation="",
        income=None,
        address_pref="13",
        ceased=date(2026, 9, 1),
        ceased_reason="2",
    )


LEAVING = replace(
    JOINING,
    change_kind="2",
    insured_no="12",
    income=None,
    individual_number=None,
    pension_no="1234-567890",
    postcode="100-8580",
    address_kanji="東京都千代田区霞が関１－２－２",
    spouse=replace(
        SPOUSE,
        lives_together="",
        became=None,
        became_reason="",
        occupation="",
        income=None,
        ceased=date(2026, 9, 1),
        ceased_reason="1",
        died=date(2026, 8, 31),
        certificate_needed=False,
    ),
    others=(_left(CHILD), _left(SECOND)),
)
CHANGING = replace(
    JOINING,
    change_kind="3",
    insured_no="12",
    income=None,
    spouse=None,
    others=(replace(CHILD, lives_together="", became=None, occupation="", note="氏名　旧：年金"),),
)
