"""What a token can do for the person who looks at it, in words: the policy's answers, no others."""

from __future__ import annotations

from domain.policy import Allowed, Decision, Reach, Refused
from domain.tokens.record import PatRecord

_CHANGES = "Create, re-issue and revoke your tokens in this company."
_EVERY_COMPANY = (
    "Read the metrics of every company, for as long as the staff user who granted that is active "
    "staff."
)


def abilities(reach: Reach, record: PatRecord, *, company: str) -> list[str]:
    """One sentence for each thing it can do, or cannot though one may expect it."""
    told = [_metrics(reach.company, f"Read the metrics of {company}.", company)]
    if record.access_global_metrics:
        told.append(_metrics(reach.platform, _EVERY_COMPANY, "every company"))
    return [*told, _CHANGES if isinstance(reach.changes, Allowed) else "Change nothing."]


def why_not(decision: Decision) -> str:
    """The reason of a refusal; empty when it is none."""
    return decision.reason.sentence if isinstance(decision, Refused) else ""


def _metrics(decision: Decision, allowed: str, whose: str) -> str:
    reason = why_not(decision)
    return f"No metrics of {whose}. {reason}" if reason else allowed
