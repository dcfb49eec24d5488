"""Why a bearer token is no good: a closed set of reasons."""

from __future__ import annotations

from enum import Enum


class Rejection(Enum):
    """A reason and its sentence. The first part of the value is the public code."""

    MISSING = ("token_missing", "No token was sent. Send one that was issued here.")
    MALFORMED = (
        "token_malformed",
        "This is not a signed JWT of at most 8 KiB. Send one token, exactly as it was issued.",
    )
    HEADER_INVALID = (
        "token_header_invalid",
        (
            "The token's header is not one this service writes (alg, typ JWT and kid, no more). "
            "Send a token that was issued here."
        ),
    )
    ALGORITHM_NOT_ALLOWED = (
        "token_algorithm_not_allowed",
        "Tokens are signed with RS256 and nothing else. Send a token that was issued here.",
    )
    KEY_UNKNOWN = (
        "token_key_unknown",
        "The token's kid is no key of this service. Get a new token.",
    )
    SIGNATURE_INVALID = (
        "token_signature_invalid",
        "The token's signature does not verify. Send the token exactly as it was issued.",
    )
    CLAIMS_INVALID = (
        "token_claims_invalid",
        "A claim of the token is missing or of the wrong type. Get a new token.",
    )
    ISSUER_MISMATCH = (
        "token_issuer_mismatch",
        "The token was issued by somebody else. Send a token that was issued here.",
    )
    AUDIENCE_MISMATCH = (
        "token_audience_mismatch",
        "The token is meant for another service. Send a token that was issued for this one.",
    )
    TYPE_MISMATCH = (
        "token_type_mismatch",
        "This is no access token. Send an access token or a personal access token.",
    )
    EXPIRED = ("token_expired", "The token has expired. Get a new one.")
    NOT_YET_VALID = (
        "token_not_yet_valid",
        "The token is not valid yet. Check the clock of the machine that issued it.",
    )
    UNKNOWN = ("token_unknown", "The token is not known here any more. Get a new one.")
    REVOKED = ("token_revoked", "The token has been revoked. Create a new one.")
    SUPERSEDED = (
        "token_superseded",
        "The token has been re-issued and this string replaced. Use the new string.",
    )
    FLAGS_CHANGED = (
        "token_flags_changed",
        "The token's flags were changed after this string was issued. Re-issue the token.",
    )
    MISMATCH = (
        "token_mismatch",
        "The token does not match its record (user or company). Get a new one.",
    )
    USER_INACTIVE = (
        "user_inactive",
        "The token's user is deactivated. Ask an administrator to activate it.",
    )
    CREDENTIALS_ENDED = (
        "credentials_ended",
        (
            "All tokens and sessions of this user were ended after this one was made. Sign in "
            "again, or re-issue the token."
        ),
    )
    SESSION_UNKNOWN = ("session_unknown", "The session does not exist any more. Sign in again.")
    SESSION_REVOKED = ("session_revoked", "The session was ended. Sign in again.")
    SESSION_EXPIRED = ("session_expired", "The session has expired. Sign in again.")
    REFRESH_MALFORMED = (
        "refresh_token_malformed",
        "This is no refresh token of this service. Send it exactly as it was given, or sign in.",
    )
    REFRESH_REUSED = (
        "refresh_token_reused",
        "This refresh token was used before, so the session was ended. Sign in again.",
    )

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence


class TokenRejectedError(Exception):
    """The credential is missing or no good.

    Attributes:
        rejection: the closed reason.
    """

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.code)
        self.rejection = rejection

    def __reduce__(self) -> tuple[type[TokenRejectedError], tuple[Rejection]]:
        return (TokenRejectedError, (self.rejection,))
