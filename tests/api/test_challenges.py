"""``WWW-Authenticate`` of a refusal (RFC 6750 section 3): what is wrong with the token, if any."""

from __future__ import annotations

import json

import pytest

from api.errors import STATUS, refused
from domain.refusal import RefusalReason, RefusedError
from tests.helpers.answers import INVALID, SCOPE, assert_error

WHY = RefusalReason
CHALLENGES = {
    WHY.USER_INACTIVE: INVALID,
    WHY.INVALID_CREDENTIALS: "",
    WHY.GLOBAL_FLAG_REQUIRED: SCOPE,
    WHY.GLOBAL_GRANT_LAPSED: SCOPE,
    WHY.TOKEN_TOO_WEAK: SCOPE,
    WHY.READ_ONLY_TOKEN: SCOPE,
    WHY.SESSION_REQUIRED: SCOPE,
}


@pytest.mark.parametrize(
    "reason", [why for why in WHY if why is not WHY.COMPANY_REQUIRED], ids=lambda why: why.code
)
def test_a_refusal_challenges_when_another_token_would_help(reason):
    response = refused(RefusedError(reason))
    response.json = lambda: json.loads(response.content)
    assert_error(response, STATUS[reason], reason.code, challenge=CHALLENGES.get(reason))
