"""Text from outside: what no place of ours keeps, whatever it is for."""

from __future__ import annotations

import re

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether every database keeps the text: PostgreSQL takes no NUL, UTF-8 no half of a pair."""
    return _UNSTORABLE.search(text) is None
