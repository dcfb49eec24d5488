"""Use case: what the service knows about the caller, in the words of their token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .callers.caller import Caller, PatCredential
from .gate import Gate
from .policy.permission import Permission
from .tokens.issuing import PASSWORD_PROVIDER, PAT_PROVIDER, profile_claims
from .tokens.ports import Profiles


@dataclass(frozen=True)
class DescribeCaller:
    """The claims that a token issued now would have about its user."""

    gate: Gate
    profiles: Profiles

    def __call__(self, caller: Caller, *, now: datetime) -> dict[str, Any]:
        """Return ``email``, ``user_metadata`` and ``app_metadata``.

        Raises:
            RefusedError: the caller may do nothing.
        """
        self.gate.admit(caller, Permission.READ_SELF, now=now)
        is_pat = isinstance(caller.credential, PatCredential)
        return profile_claims(
            self.profiles.profile(caller.user.id, caller.company_id),
            provider=PAT_PROVIDER if is_pat else PASSWORD_PROVIDER,
        )
