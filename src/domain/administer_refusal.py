"""The refusals of ``administer_tokens``: the same reasons, said to whom the token is not."""

from __future__ import annotations

from .refusal import RefusalReason, RefusedError

_SENTENCES = {
    RefusalReason.USER_INACTIVE: "The token's user is deactivated. Activate the user first.",
    RefusalReason.MEMBERSHIP_REQUIRED: (
        "The token's user is not a member of the company. Add a membership first."
    ),
    RefusalReason.MEMBERSHIP_DISABLED: (
        "The user's membership of the company is disabled. Enable it first."
    ),
    RefusalReason.TOKEN_NOT_FOUND: "There is no personal access token with this id.",
    RefusalReason.TOKEN_REVOKED: (
        "The personal access token is revoked, for good. Create a new one."
    ),
    RefusalReason.TOO_MANY_TOKENS: (
        "The user has as many live personal access tokens as one may have in a company. "
        "Revoke one first."
    ),
    RefusalReason.RATE_LIMITED: (
        "200 personal access tokens were created for this user within 24 hours. Re-issue one of "
        "them, or create another in the shell: manage.py pat create."
    ),
    RefusalReason.GLOBAL_GRANT_NOT_ALLOWED: (
        "Giving a token global metrics, and letting one that has them write, is a grant: active "
        "staff who may grant global metrics have to answer for it."
    ),
    RefusalReason.GLOBAL_GRANT_LAPSED: (
        "The staff user who granted this token global metrics is not active staff any more. "
        "Name an active staff user who grants it again, or take the flag away."
    ),
}


def refused(reason: RefusalReason) -> RefusedError:
    """The refusal, in words for an administrator."""
    return RefusedError(reason, detail=_SENTENCES.get(reason))
