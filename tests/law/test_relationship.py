import pytest

from azukari.law.relationship import (
    Relationship,
    RelationshipProblem,
    RelationshipRefused,
    parse_relationship,
)
from azukari.law.sex import Sex, SexUnknown, parse_sex


@pytest.mark.parametrize("relationship", Relationship)
def test_label_and_code_are_read_back(relationship: Relationship) -> None:
    assert parse_relationship(relationship.label) is relationship
    assert parse_relationship(relationship.code) is relationship


@pytest.mark.parametrize(
    ("text", "relationship"),
    [
        ("長男", Relationship.CHILD),
        (" 二女　", Relationship.CHILD),
        ("妻（未届）", Relationship.UNREG_WIFE),
        ("配偶者の連れ子", Relationship.STEPCHILD),
        ("妻の母", Relationship.MOTHER_IN_LAW),
        ("曽祖母", Relationship.GREAT_GRANDPARENT),
        ("義兄", Relationship.OTHER),
    ],
)
def test_parse_relationship_spellings(text: str, relationship: Relationship) -> None:
    assert parse_relationship(text) is relationship


def test_parse_relationship_uses_the_sex_where_the_word_is_open() -> None:
    assert parse_relationship("配偶者", sex=Sex.FEMALE) is Relationship.WIFE
    assert parse_relationship("父母", sex=Sex.MALE) is Relationship.FATHER


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", RelationshipProblem.EMPTY),
        ("友人", RelationshipProblem.UNKNOWN),
        ("01", RelationshipProblem.UNKNOWN),
        ("配偶者", RelationshipProblem.NEEDS_SEX),
    ],
)
def test_parse_relationship_refusals(text: str, problem: RelationshipProblem) -> None:
    with pytest.raises(RelationshipRefused) as refusal:
        parse_relationship(text)

    assert refusal.value.problem is problem


def test_filing_code_of_siblings_needs_the_elder() -> None:
    assert Relationship.BROTHER.filing_code() is None
    assert Relationship.BROTHER.filing_code(older_than_insured=True) == "06"
    assert Relationship.SISTER.filing_code(older_than_insured=False) == "05"
    assert Relationship.FATHER.filing_code() == "03"
    assert Relationship.WIFE.is_spouse


@pytest.mark.parametrize("text", ["男", "男性", "M", "male", "1", "１", "1:男", "0（男）"])
def test_parse_sex(text: str) -> None:
    assert parse_sex(text) is Sex.MALE


@pytest.mark.parametrize("text", ["", "9", "0", "その他"])
def test_parse_sex_refuses(text: str) -> None:
    with pytest.raises(SexUnknown):
        parse_sex(text)
