from tests.api.conftest import company, owner, staff  # noqa: F401 - the same people
