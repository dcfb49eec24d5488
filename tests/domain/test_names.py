"""Names stay in their line: each is a cell of a list, a terminal's row, a log's line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import check_line, check_name
from domain.tokens.mint import PatRequest

DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def breaks(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in DIRECTION


def is_refused(text: str) -> bool:
    try:
        return check_line(text) != text
    except ValueError as exc:
        return str(exc).startswith("write ")


def test_every_character_there_is():
    """The rule is Unicode's own: whatever it calls a control or a separator is refused."""
    wrong = [n for n in range(0x110000) if is_refused(f"a{chr(n)}b") is not breaks(chr(n))]
    assert wrong == []


@given(st.text(alphabet=st.characters(codec=None), max_size=20))
def test_one_such_character_anywhere_is_enough(text):
    assert is_refused(text) is any(map(breaks, text))


@pytest.mark.parametrize(
    "name", ["", "prometheus", "é" * 200, "\U0001f468\u200d\U0001f4bb", "עברית\u200f!", "a b"]
)
def test_what_languages_and_emoji_need_is_let_through(name):
    assert check_name(name) == name
    assert PatRequest(name=name).name == name


@pytest.mark.parametrize("name", ["a\tb", "a\n", "\x1b[2K", "a\x00b", "a\u2028b", "\u202egpj"])
def test_no_request_has_a_name_that_breaks_its_line(name):
    with pytest.raises(ValueError, match="write one line, without control characters"):
        PatRequest(name=name)


def test_no_request_has_a_name_that_is_too_long():
    with pytest.raises(ValueError, match="write at most 200 characters"):
        PatRequest(name="n" * 201)
