"""No token and no password in any log line, answer, page or row, at the most talkative level."""

from __future__ import annotations

import pytest

from tests.security.canary import Flow, leaks

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def flow(site):
    made = Flow(site)
    made.run()
    return made


def test_nothing_leaks(flow):
    assert len(flow.secrets) >= 15
    assert len(flow.answers) >= 40
    assert leaks(flow) == []


def test_the_search_would_find_it(flow):
    """A secret put where it must not be is found there."""
    log = flow.site.service.log
    before = log.read_text()
    try:
        log.write_text(before + flow.secrets["PAT"])
        assert leaks(flow) == ["PAT in the log"]
    finally:
        log.write_text(before)


def test_the_log_was_talkative(flow):
    text = flow.site.service.log.read_text()
    assert "DEBUG" in text
    assert "/api/v1/token" in text


def test_no_answer_was_a_500_or_told_of_our_code(flow):
    assert max(answer.status for answer in flow.answers) < 500
    for answer in flow.answers:
        assert b"Traceback" not in answer.body
        assert b"site-packages" not in answer.body
