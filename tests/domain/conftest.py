"""The suite's own autouse fixtures need Django; nothing here does, and nothing here is shared."""

from __future__ import annotations

import pytest

from tests.domain.make import Cast, cast


@pytest.fixture(scope="session", autouse=True)
def _flush_empties_the_account_of_events():
    """Overridden: there is no database."""


@pytest.fixture(autouse=True)
def _as_it_was():
    """Overridden: each test makes its own service."""


@pytest.fixture
def people() -> Cast:
    return cast()
