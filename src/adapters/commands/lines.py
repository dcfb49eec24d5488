"""How commands write: a thing a line, and nothing in it that moves a terminal or forges a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from domain.names import BREAKS

_UNFIT = re.compile(rf"[\\{BREAKS}\ud800-\udfff]")
"""What leaves its line, half a pair, and the backslash that says so of them."""


def shown(text: str) -> str:
    r"""The text with what is unfit for a line written as Python writes it: ``\x1b``, ``\n``."""
    return _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def cells(values: Iterable[Any]) -> str:
    """One line: cells with tabs between them, ``-`` for one that is empty."""
    return "\t".join(shown(str(value or "-")) for value in values)


def json_line(value: Any) -> str:
    """One line of JSON, all of it ASCII (``json`` itself leaves DEL as it is)."""
    return json.dumps(value).replace("\x7f", "\\u007f")
