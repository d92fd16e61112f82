"""続柄: how a family member is related to the employee.

Codes of the insured-dependant filing (被扶養者（異動）届, 様式コード 2202700) are from
日本年金機構「電子媒体届書作成仕様書」: spouse 1–4, other dependants 01–10.
"""

import unicodedata
from enum import Enum, StrEnum

from azukari.law.sex import Sex


class Relationship(Enum):
    """Label, and the code of the insured-dependant filing where one word decides it."""

    SELF = ("SELF", "本人", None)
    HUSBAND = ("HUSBAND", "夫", "1")
    WIFE = ("WIFE", "妻", "2")
    UNREG_HUSBAND = ("UNREG_HUSBAND", "夫（未届）", "3")
    UNREG_WIFE = ("UNREG_WIFE", "妻（未届）", "4")
    CHILD = ("CHILD", "子", "01")
    FATHER = ("FATHER", "父", "03")
    MOTHER = ("MOTHER", "母", "03")
    FATHER_IN_LAW = ("FATHER_IN_LAW", "義父", "04")
    MOTHER_IN_LAW = ("MOTHER_IN_LAW", "義母", "04")
    GRANDFATHER = ("GRANDFATHER", "祖父", "07")
    GRANDMOTHER = ("GRANDMOTHER", "祖母", "07")
    GREAT_GRANDPARENT = ("GREAT_GRANDPARENT", "曾祖父母", "08")
    GRANDCHILD = ("GRANDCHILD", "孫", "09")
    BROTHER = ("BROTHER", "兄弟", None)
    SISTER = ("SISTER", "姉妹", None)
    UNCLE_AUNT = ("UNCLE_AUNT", "おじおば", "10")
    NEPHEW_NIECE = ("NEPHEW_NIECE", "甥姪", "10")
    STEPCHILD = ("STEPCHILD", "継子", "02")
    FOSTER = ("FOSTER", "里子", "10")
    OTHER = ("OTHER", "その他", "10")

    def __init__(self, code: str, label: str, filing_code: str | None) -> None:
        self.code = code
        self.label = label
        self._filing_code = filing_code

    @property
    def is_spouse(self) -> bool:
        return self in SPOUSES

    def filing_code(self, *, older_than_insured: bool | None = None) -> str | None:
        """The code in 2202700; brothers and sisters need to know who is the elder.

        None for 本人, and for a brother or sister when that is not known.
        """
        if self in {Relationship.BROTHER, Relationship.SISTER} and older_than_insured is not None:
            return "06" if older_than_insured else "05"
        return self._filing_code


SPOUSES = frozenset(
    {
        Relationship.HUSBAND,
        Relationship.WIFE,
        Relationship.UNREG_HUSBAND,
        Relationship.UNREG_WIFE,
    }
)


class RelationshipProblem(StrEnum):
    EMPTY = "empty"
    UNKNOWN = "unknown"
    NEEDS_SEX = "needs_sex"


class RelationshipRefused(ValueError):
    def __init__(self, problem: RelationshipProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


_SPELLINGS: dict[Relationship, str] = {
    Relationship.SELF: "本人 従業員本人 世帯主本人 本人(従業員) ほんにん",
    Relationship.HUSBAND: "夫 おっと 旦那 主人",
    Relationship.WIFE: "妻 つま",
    Relationship.UNREG_HUSBAND: "夫(未届) 夫(未届出) 未届の夫 内縁の夫 内縁夫 夫未届",
    Relationship.UNREG_WIFE: "妻(未届) 妻(未届出) 未届の妻 内縁の妻 内縁妻 妻未届",
    Relationship.CHILD: (
        "子 子供 子ども こども 実子 養子 養女 実子・養子 息子 娘 長男 次男 二男 三男 四男 五男 "
        "六男 長女 次女 二女 三女 四女 五女 六女 長子 末子"
    ),
    Relationship.FATHER: "父 実父 養父 父親 ちち",
    Relationship.MOTHER: "母 実母 養母 母親 はは",
    Relationship.FATHER_IN_LAW: (
        "義父 岳父 舅 配偶者の父 夫の父 妻の父 夫の実父 妻の実父 配偶者の養父"
    ),
    Relationship.MOTHER_IN_LAW: (
        "義母 岳母 姑 配偶者の母 夫の母 妻の母 夫の実母 妻の実母 配偶者の養母"
    ),
    Relationship.GRANDFATHER: "祖父 そふ",
    Relationship.GRANDMOTHER: "祖母 そぼ",
    Relationship.GREAT_GRANDPARENT: "曾祖父母 曾祖父 曾祖母 曽祖父母 曽祖父 曽祖母",
    Relationship.GRANDCHILD: "孫 孫息子 孫娘 まご",
    Relationship.BROTHER: "兄弟 兄 弟 実兄 実弟 長兄 次兄",
    Relationship.SISTER: "姉妹 姉 妹 実姉 実妹 長姉 次姉",
    Relationship.UNCLE_AUNT: "おじおば おじ おば 伯父 叔父 伯母 叔母 伯父母 叔父母 伯叔父母",
    Relationship.NEPHEW_NIECE: "甥姪 甥 姪 おい めい",
    Relationship.STEPCHILD: "継子 連れ子 配偶者の連れ子 配偶者の子 妻の子 夫の子",
    Relationship.FOSTER: "里子 里親委託児童",
    Relationship.OTHER: (
        "その他 その他親族 義兄 義弟 義姉 義妹 義兄弟 義姉妹 義祖父 義祖母 曾孫 曽孫 ひ孫 "
        "子の配偶者 兄弟姉妹の配偶者 従兄弟 従姉妹 いとこ"
    ),
}
_BY_SPELLING = {
    spelling: relationship
    for relationship, spellings in _SPELLINGS.items()
    for spelling in spellings.split()
}
_BY_CODE = {relationship.code: relationship for relationship in Relationship}
_SPOUSE_WORDS = frozenset({"配偶者", "配偶", "控除対象配偶者", "同一生計配偶者"})
_PARENT_WORDS = {
    "父母": (Relationship.FATHER, Relationship.MOTHER),
    "養父母": (Relationship.FATHER, Relationship.MOTHER),
    "父母・養父母": (Relationship.FATHER, Relationship.MOTHER),
    "親": (Relationship.FATHER, Relationship.MOTHER),
    "義父母": (Relationship.FATHER_IN_LAW, Relationship.MOTHER_IN_LAW),
    "祖父母": (Relationship.GRANDFATHER, Relationship.GRANDMOTHER),
    "兄姉": (Relationship.BROTHER, Relationship.SISTER),
    "弟妹": (Relationship.BROTHER, Relationship.SISTER),
    "兄弟姉妹": (Relationship.BROTHER, Relationship.SISTER),
}


def parse_relationship(text: str, *, sex: Sex | None = None) -> Relationship:
    """The relationship a word or code names; `sex` is the family member's own.

    配偶者, 父母 and the like need the sex. Bare digits are refused: products number relationships
    differently. Raises RelationshipRefused.
    """
    known = _BY_SPELLING.get(text) or _BY_CODE.get(text)
    if known:
        return known
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        raise RelationshipRefused(RelationshipProblem.EMPTY)
    known = _BY_SPELLING.get(plain) or _BY_CODE.get(plain.upper())
    if known:
        return known
    pair = _PARENT_WORDS.get(plain)
    if plain in _SPOUSE_WORDS:
        pair = (Relationship.HUSBAND, Relationship.WIFE)
    if pair is None:
        raise RelationshipRefused(RelationshipProblem.UNKNOWN)
    if sex is None:
        raise RelationshipRefused(RelationshipProblem.NEEDS_SEX)
    return pair[0] if sex is Sex.MALE else pair[1]
