from __future__ import annotations

import pytest

from config.environment import ConfigurationError, read_environment
from tests.api.conftest import company, owner  # noqa: F401 - the same people
from tests.keys import ACTIVE_PEM

GOOD = {
    "DATABASE_URL": "sqlite:////srv/shellui/db.sqlite3",
    "SECRET_KEY": "".join(chr(33 + n) for n in range(60)),
    "ALLOWED_HOSTS": "metrics.example.com",
    "JWT_PRIVATE_KEY": ACTIVE_PEM,
    "JWT_ISSUER": "https://auth.example.com",
    "JWT_AUDIENCE": "shellui",
}


@pytest.fixture
def read(tmp_path):
    """Read a production environment with some variables changed; None removes one."""

    def reader(**changed: str | None):
        environ = {k: v for k, v in {**GOOD, **changed}.items() if v is not None}
        return read_environment(environ, local=tmp_path)

    return reader


@pytest.fixture
def faults(read):
    """The faults of an environment."""

    def found(**changed: str | None) -> list[str]:
        with pytest.raises(ConfigurationError) as raised:
            read(**changed)
        assert all(fault in str(raised.value) for fault in raised.value.faults)
        return raised.value.faults

    return found
