"""Each mutant that is explained is one that there is."""

from __future__ import annotations

import pytest

from tests.security.equivalents import EQUIVALENT
from tests.security.mutate import SOURCE, mutants

FILES = sorted({path for path, _line, _what in EQUIVALENT})


@pytest.mark.parametrize("path", FILES)
def test_what_is_explained_is_there(path):
    there = {mutant.key for mutant in mutants(SOURCE / "domain" / path)}
    assert {key for key in EQUIVALENT if key[0] == path} <= there
