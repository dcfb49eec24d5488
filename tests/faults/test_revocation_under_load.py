"""A revoke that was answered is in force: for every worker of every host, from then on."""

from __future__ import annotations

import os

import pytest

from tests.faults.production import serving
from tests.faults.revocations import play

pytestmark = pytest.mark.e2e

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "5"))


def test_nobody_gets_in_after_the_revoke_was_answered(site):
    with serving(site.another_host()) as elsewhere:
        rounds = [play(site, elsewhere, number=number) for number in range(ROUNDS)]
    assert all(each.before > 0 and each.after > 0 for each in rounds)
    assert sum(each.successes_after for each in rounds) == 0
