from tests.life.conftest import (  # noqa: F401 - the same people
    administer,
    as_owner,
    as_staff,
    company,
    owner,
    staff,
)
