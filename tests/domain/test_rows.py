"""The rows of credentials refuse what contradicts itself, and show no secret."""

from __future__ import annotations

import pytest

from tests.domain.make import pat_record, session_record
from tests.fakes.service import NOW


@pytest.mark.parametrize("make", [pat_record, session_record])
@pytest.mark.parametrize("moment", ["created_at", "expires_at"])
def test_a_moment_without_a_zone_is_a_clear_error(make, moment):
    with pytest.raises(ValueError, match="zone"):
        make(**{moment: NOW.replace(tzinfo=None)})


def test_a_session_does_not_show_its_refresh_tokens():
    assert "family" not in repr(session_record())
