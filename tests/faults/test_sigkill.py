"""Workers killed with SIGKILL under load: nothing is lost, and nothing is half there."""

from __future__ import annotations

import os

import pytest

from tests.faults.kills import before, kill_workers, losses

pytestmark = pytest.mark.e2e

KILLS = int(os.environ.get("FAULTS_KILLS", "3"))


def test_nothing_is_lost_and_nothing_half_there(site):
    start = before(site)
    diaries = kill_workers(site, times=KILLS)
    assert sum(diary.created for diary in diaries) > 0
    assert list(losses(site, diaries, start)) == []
