"""What a caller can ask for."""

from __future__ import annotations

from enum import Enum


class Permission(Enum):
    """One thing to be allowed or not. The value is for logs."""

    SCRAPE_COMPANY = "scrape_company"
    SCRAPE_PLATFORM = "scrape_platform"
    READ_SELF = "read_self"
    READ_TOKENS = "read_tokens"
    WRITE_TOKENS = "write_tokens"
    GRANT_GLOBAL_METRICS = "grant_global_metrics"
    SIGN_OUT = "sign_out"
    MANAGE_ACCOUNT = "manage_account"
    ADMINISTER = "administer"

    @property
    def is_unsafe(self) -> bool:
        """Whether something is changed by what is allowed: no read-only token may."""
        return self in _UNSAFE


_UNSAFE = {
    Permission.WRITE_TOKENS,
    Permission.GRANT_GLOBAL_METRICS,
    Permission.SIGN_OUT,
    Permission.MANAGE_ACCOUNT,
    Permission.ADMINISTER,
}
