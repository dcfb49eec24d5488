"""Two hosts on one PostgreSQL answer as one."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.processes import eventually
from tests.e2e.service import OWNER, Service
from tests.helpers.exposition import series

pytestmark = pytest.mark.e2e

SCRAPES = 10_000
COMPANY, ALL = "/api/v1/metrics", "/api/v1/metrics/all"
VOLATILE = ("shellui_auth_collector_", "shellui_http_", "shellui_auth_rejections")

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Scraper:
    """One connection to one host, kept."""

    def __init__(self, host: Service, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", host.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}

    def scrape(self, path: str) -> Samples:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 200, body
        return series(text_string_to_metric_families(body))

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def scraper():
    """Makes scrapers, and closes their connections."""
    with ExitStack() as stack:
        yield lambda host, token: stack.enter_context(closing(Scraper(host, token)))


@pytest.fixture(scope="module")
def tokens(hosts):
    company, everything = hosts[0].company_pat(), hosts[0].global_pat()
    return company["access_token"], everything["access_token"]


def lasting(samples: Samples) -> Samples:
    return {key: value for key, value in samples.items() if not key[0].startswith(VOLATILE)}


def counters(samples: Samples) -> Samples:
    totals = ("_total", "_bucket", "_count", "_sum")
    gauges = ("users_total", "accounts_total")
    return {
        key: value
        for key, value in samples.items()
        if key[0].endswith(totals) and not key[0].endswith(gauges)
    }


@pytest.mark.parametrize(("path", "which"), [(COMPANY, 0), (ALL, 1)])
def test_both_give_the_same_answer(hosts, tokens, scraper, path, which):
    answers = [lasting(scraper(host, tokens[which]).scrape(path)) for host in hosts]
    assert answers[0] == answers[1]
    assert answers[0]


def forget_sign_ins(hosts) -> None:
    """There are more sign-ins here than an account may have at one network."""
    hosts[0].database.execute("DELETE FROM shellui_signinbucket")


def test_no_counter_goes_back_over_scrapes_that_alternate_during_sign_ins(hosts, tokens, scraper):
    company = [scraper(host, tokens[0]) for host in hosts]
    everything = [scraper(host, tokens[1]) for host in hosts]
    done, signed_in = threading.Event(), []

    def sign_in() -> None:
        while not done.is_set():
            forget_sign_ins(hosts)
            signed_in.append(hosts[len(signed_in) % 2].sign_in(OWNER))

    thread = threading.Thread(target=sign_in)
    thread.start()
    try:
        highest: Samples = {}
        first = counters(company[0].scrape(COMPANY))
        for n in range(SCRAPES):
            scrapers, path = (everything, ALL) if n % 10 == 0 else (company, COMPANY)
            found = counters(scrapers[n // 2 % 2].scrape(path))
            back = {k: (highest[k], v) for k, v in found.items() if v < highest.get(k, 0)}
            assert not back
            highest |= found
    finally:
        done.set()
        thread.join()
    grown = sum(counters(company[1].scrape(COMPANY)).values()) - sum(first.values())
    assert grown == len(signed_in) > 0


def test_the_load_of_both_is_told_by_each_and_outlives_a_kill(hosts, tokens, scraper):
    """A host that is killed and started anew goes on where the numbers were."""
    one, two = hosts

    def asked() -> float:
        key = ("shellui_http_requests_total", "/api/v1/user")
        found = scraper(one, tokens[1]).scrape(ALL)
        return sum(
            v for (name, labels), v in found.items() if (name, dict(labels).get("route")) == key
        )

    before = asked()
    for host in (one, two, two):
        assert host.call("GET", "/api/v1/user", token=tokens[0]).status == 200
        assert host.call("GET", "/api/v1/user", token="nonsense").status == 401
    eventually(lambda: asked() == before + 6, "both hosts wrote what they noted")
    os.killpg(two.process.handle.pid, signal.SIGKILL)
    two.process.handle.wait()
    two.start()
    assert asked() == before + 6
    rejections = {
        dict(labels)["reason"]: value
        for (name, labels), value in scraper(two, tokens[1]).scrape(ALL).items()
        if name == "shellui_auth_rejections_total"
    }
    assert rejections["token_malformed"] >= 3


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_refresh_token_is_answered_again_by_the_other_host(hosts, order):
    """Two tabs, or a lost answer, behind a load balancer; then each goes on with what it got."""
    first, second = (hosts[n] for n in order)

    def refresh(host: Service, token: str) -> dict[str, str]:
        path = "/api/v1/token?grant_type=refresh_token"
        answer = host.call("POST", path, body={"refresh_token": token})
        assert answer.status == 200, answer.text
        return answer.json()

    forget_sign_ins(hosts)
    token = first.sign_in(OWNER)["refresh_token"]
    for _ in range(3):
        one, again = refresh(first, token), refresh(second, token)
        assert one["refresh_token"] == again["refresh_token"]
        assert one["expires_at"] == again["expires_at"]
        for pair, host in ((one, second), (again, first)):
            assert host.call("GET", "/api/v1/user", token=pair["access_token"]).status == 200
        token = again["refresh_token"]
