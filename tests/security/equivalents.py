"""Mutants that no test can kill, for they do what the original does: each with its reason.

A mutant is known by its file, the text of its line, and what it does.
"""

from __future__ import annotations

Key = tuple[str, str, str]

_FALSY = "only asked whether it is true: None says no as False does"
_SAME_RESULT = "chooses between two ways to the same result, one of them faster for many series"

EQUIVALENT: dict[Key, str] = {
    (
        "sessions/own.py",
        "if not isinstance(credential, SessionCredential):",
        "condition → False",
    ): "the policy has refused whoever came without a session before this line is reached",
    (
        "limits.py",
        'of_address = Limit(_client(address), "wrong", _WRONG_FROM_AN_ADDRESS, WINDOW)',
        "'wrong' → other text",
    ): "names what is counted: any name does that no other limit of the subject has",
    ("metrics/collection.py", "return False", "return None"): _FALSY,
    ("metrics/series.py", "_FEW = 8", "8 → 9"): _SAME_RESULT,
    ("metrics/series.py", "if len(samples) > _FEW:", "condition → True"): _SAME_RESULT,
    ("metrics/series.py", "if len(samples) > _FEW:", "condition → False"): _SAME_RESULT,
    ("metrics/series.py", "if len(samples) > _FEW:", "Gt → GtE"): _SAME_RESULT,
    ("metrics/series.py", "return False", "return None"): _FALSY,
    ("metrics/series.py", "labels, values = zip(*samples, strict=True)", "True → False"): (
        "every sample is a pair by then, so none is shorter than another"
    ),
    ("metrics/series.py", "if text.isascii():", "condition → False"): (
        "what is ASCII can be encoded: the answer is the same, found more slowly"
    ),
    ("scrape.py", "_ANY_COMPANY = CompanyScope(0)", "0 → 1"): (
        "any company will do: what may be named is the same for all of them"
    ),
    ("scrape.py", "if not names:", "condition → False"): (
        "without names there is none to refuse; it spares making the list of those served"
    ),
}
