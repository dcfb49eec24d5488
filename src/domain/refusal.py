"""Why a request that carries a good token is still refused: a closed set of reasons."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .policy.standing import Company


class RefusalReason(Enum):
    """A reason and the sentence that tells the caller what to do. The value is the public code."""

    COMPANY_MISSING = (
        "company_missing",
        "This token names no company. Sign in with a company_id to get one that does.",
    )
    COMPANY_REQUIRED = (
        "company_required",
        "You belong to several companies. Name one of the choices as company_id.",
    )
    UNKNOWN_METRIC = (
        "unknown_metric",
        "No such metric here. Use the names of the families that are served here.",
    )
    COMPANY_NOT_FOUND = ("company_not_found", "The company does not exist any more.")
    TOKEN_NOT_FOUND = (
        "personal_access_token_not_found",
        "You have no personal access token with this id in this company.",
    )
    USER_INACTIVE = (
        "user_inactive",
        "This user is deactivated. Ask an administrator to activate it.",
    )
    MEMBERSHIP_DISABLED = (
        "membership_disabled",
        "Your membership of this company is disabled. Ask an owner to enable it.",
    )
    MEMBERSHIP_REQUIRED = (
        "membership_required",
        "You are not a member of this company. Ask an owner to add you.",
    )
    OWNER_REQUIRED = (
        "owner_required",
        "A company's metrics are for its owners and for staff. Ask an owner for access.",
    )
    STAFF_REQUIRED = (
        "staff_required",
        (
            "Metrics of all companies are for staff. Use a staff session, or a personal access "
            "token with the global metrics flag."
        ),
    )
    GLOBAL_FLAG_REQUIRED = (
        "global_flag_required",
        (
            "This personal access token lacks the global metrics flag. Ask staff to set it, then "
            "re-issue the token."
        ),
    )
    GLOBAL_GRANT_LAPSED = (
        "global_grant_lapsed",
        (
            "The staff user who granted this token global metrics is not active staff any more. "
            "Active staff must grant it again, in the admin or by a re-issue that asks for it."
        ),
    )
    GLOBAL_GRANT_NOT_ALLOWED = (
        "global_grant_not_allowed",
        (
            "Only staff may create or re-issue a token with the global metrics flag. "
            "Ask staff to do it."
        ),
    )
    PERMISSION_UNKNOWN = (
        "permission_unknown",
        "The policy knows no such permission, so nobody has it. Ask for one that it names.",
    )
    SUPERUSER_REQUIRED = (
        "superuser_required",
        (
            "Tokens of staff are made and changed by superusers, or by their own users. Ask a "
            "superuser."
        ),
    )
    LAST_SUPERUSER = (
        "last_superuser",
        "Nobody would be left who may do everything. Make another active superuser first.",
    )
    SERVICE_ACCOUNT = (
        "service_account",
        "A service account has no password and no session, and is neither staff nor superuser.",
    )
    READ_ONLY_FOR_OTHERS = (
        "read_only_for_others",
        (
            "A token that may write acts as its user. Make it read-only, use a service account, or "
            "ask the user to make it themselves."
        ),
    )
    PASSWORD_REFUSED = ("password_refused", "This password cannot be used. Choose another one.")
    SESSION_NOT_FOUND = ("session_not_found", "You have no session with this id.")
    TOKEN_TOO_WEAK = (
        "token_too_weak",
        "A personal access token cannot make a token with a right it lacks. Use a session token.",
    )
    READ_ONLY_TOKEN = (
        "read_only_token",
        "This personal access token is read-only. Use one that may write, or a session token.",
    )
    SESSION_REQUIRED = (
        "session_required",
        "A personal access token has no session to end. Revoke the token instead.",
    )
    TOO_MANY_TOKENS = (
        "too_many_tokens",
        (
            "You have as many live personal access tokens as one user may have in a company. "
            "Revoke one first."
        ),
    )
    TOKEN_REVOKED = (
        "token_revoked",
        "A revoked personal access token cannot be re-issued. Create a new one.",
    )
    INVALID_CREDENTIALS = (
        "invalid_credentials",
        "The e-mail address or the password is wrong.",
    )
    NO_COMPANY = (
        "no_company",
        "This user has no enabled membership of any company. Ask an owner to add you.",
    )
    RATE_LIMITED = (
        "rate_limited",
        "Too many attempts. Wait a while, then try again.",
    )

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence


class RefusedError(Exception):
    """A use case said no.

    Attributes:
        reason: the closed reason.
        detail: the sentence for the caller, the reason's own unless a more exact one was given.
        choices: companies to choose from, with ``COMPANY_REQUIRED``.
        retry_after: whole seconds to wait, with ``RATE_LIMITED``.
    """

    def __init__(
        self,
        reason: RefusalReason,
        *,
        detail: str | None = None,
        choices: tuple[Company, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.detail = detail or reason.sentence
        self.choices = choices
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[Any, ...]:
        return (RefusedError, (self.reason,), self.__dict__)
