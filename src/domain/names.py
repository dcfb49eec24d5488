"""Names that people give: each is later one cell of a line, in a list, a terminal or a log."""

from __future__ import annotations

import re

LARGEST_ID = 2**63 - 1
"""The largest id of a user or a company: what a database's ``bigint`` holds."""
LONGEST_NAME = 200
"""The most characters of a token's name."""
BREAKS = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
"""What leaves its line, and never grows (Unicode's stability policy).

Control characters (Cc), line and paragraph separators (Zl, Zp), and what turns the direction of all
that follows (embeddings, overrides and isolates: UAX #9, section 2). Marks of direction and
joiners, which languages and emoji need, stay.
"""
ONE_LINE = rf"^[^{BREAKS}]*$"
"""The rule as a pattern, for JSON Schema."""
_ONE_LINE = re.compile(rf"[^{BREAKS}]*")
_HALF_OF_A_PAIR = re.compile(r"[\ud800-\udfff]")


def check_line(text: str) -> str:
    """Return the text, which stays in its line.

    Raises:
        ValueError: it does not; the message says what to write.
    """
    if _HALF_OF_A_PAIR.search(text):
        raise ValueError("write text that is UTF-8, without lone surrogates")
    if _ONE_LINE.fullmatch(text) is None:
        raise ValueError(
            "write one line, without control characters: no tab, no line break, nothing that turns "
            "the direction of the text"
        )
    return text


def check_name(text: str) -> str:
    """Return the text, which may be a token's name.

    Raises:
        ValueError: it is too long, or no line; the message says what to write.
    """
    if len(text) > LONGEST_NAME:
        raise ValueError(f"write at most {LONGEST_NAME} characters")
    return check_line(text)
