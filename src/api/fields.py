"""Kinds of fields, each with its bounds. Whatever is wrong with a value, the answer says them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from annotated_types import Ge, GroupedMetadata, Le, MaxLen, MinLen
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError


def storable(text: str) -> str:
    """Return the text, which every database keeps.

    Raises:
        ValueError: it does not; the message says what to write.
    """
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("write text without NUL characters and lone surrogates")
    return text


@dataclass(frozen=True)
class TextOf(GroupedMetadata):
    """Makes a ``str`` one of so many characters, which ``check`` takes."""

    shortest: int
    longest: int
    check: Callable[[str], str] = storable

    def __iter__(self) -> Iterator[object]:
        """The limits, for the document, and the words, for whom they stop."""
        bounds = f"from {self.shortest} to" if self.shortest else "at most"
        yield MinLen(self.shortest)
        yield MaxLen(self.longest)
        yield AfterValidator(self.check)
        yield saying(f"write {bounds} {self.longest} characters")


@dataclass(frozen=True)
class WholeFrom(GroupedMetadata):
    """Makes an ``int`` one within bounds."""

    least: int
    most: int

    @property
    def words(self) -> str:
        """What to write."""
        return f"write a whole number from {self.least} to {self.most}"

    def __contains__(self, number: int) -> bool:
        """Whether the number is within the bounds."""
        return self.least <= number <= self.most

    def __iter__(self) -> Iterator[object]:
        """The limits, for the document, and the words, for whom they stop."""
        yield Ge(self.least)
        yield Le(self.most)
        yield Whole
        yield saying(self.words)


def _whole(number: object) -> object:
    """60.0 is the integer 60: so says JSON Schema, and JSON knows one kind of number."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Whole = BeforeValidator(_whole)


def saying(words: str) -> WrapValidator:
    """Each fault keeps its type and gets these words, but for a check's, which has its own."""

    def validate(value: object, rest: ValidatorFunctionWrapHandler) -> object:
        try:
            return rest(value)
        except ValidationError as exc:
            fault = exc.errors(include_input=False, include_url=False)[0]
            own = fault.get("ctx", {}).get("error")
            raise PydanticCustomError(fault["type"], f"{own or words}") from None

    return WrapValidator(validate)
