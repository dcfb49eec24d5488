"""Payloads that are all right but for having no row, for a forge."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.security.forge import Forge


def forge(*, key: RSAPrivateKey, issuer: str, audience: str, now: datetime) -> Forge:
    """A forge whose tokens would be good at ``now``."""
    second = int(now.timestamp())
    common: dict[str, Any] = {
        "iss": issuer,
        "aud": audience,
        "iat": second,
        "exp": second + 3600,
        "sub": "7",
        "user_id": "7",
        "company_id": 1,
        "jti": str(uuid4()),
    }
    session = {"sid": str(uuid4()), "auth_time": second}
    flags = {"pat_id": str(uuid4()), "pat_ro": False, "pat_agm": False}
    return Forge(
        key=key,
        issuer=issuer,
        audience=audience,
        access={**common, **session, "token_type": "access"},
        pat={**common, **flags, "token_type": "access"},
        refresh={**common, **session, "token_type": "refresh"},
    )
