"""A stored code with the word people read for it."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """Members are written `NAME = "code", "word"`; the value is the code alone."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        one = str.__new__(cls, value)
        one._value_ = value
        one.label = label
        return one
