"""SIGTERM under load: what was begun is answered, and the process ends within its grace."""

from __future__ import annotations

import hashlib
import threading

import pytest

from tests.e2e.processes import eventually
from tests.faults.errands import maker, reader
from tests.faults.load import PATS, Person, at_once, on_the_line, total
from tests.faults.production import Production, serving
from tests.faults.seed import OWNERS, PASSWORD

pytestmark = pytest.mark.e2e

GRACE_SECONDS = 30
PATS_MADE = "SELECT count(*) FROM shellui_personalaccesstoken"
TALLY = "SELECT coalesce(sum(successes), 0) FROM shellui_logintally"


@pytest.fixture
def host(site):
    """A host of this test's own, for it is ended."""
    with serving(site.another_host()) as service:
        yield service


BUCKETS = "SELECT key FROM shellui_signinbucket"
"""A key begins with a digest of the account."""


def attempts(service: Production, *emails: str) -> int:
    """Of how many accounts a sign-in was attempted."""
    counted = {row[0][:24] for row in service.database.execute(BUCKETS)}
    digests = (hashlib.sha256(email.encode()).hexdigest() for email in emails)
    return sum(digest[:24] in counted for digest in digests)


def test_what_was_begun_is_answered(site, host):
    service, world = host, site.world
    counts = [service.database.one(sql) for sql in (PATS_MADE, TALLY)]
    makers = [Person(service.port, world.token(name)) for name in OWNERS[:6]]
    readers = [Person(service.port, world.token(name)) for name in OWNERS[6:9]]
    guests_names = OWNERS[9:12]
    guests = [Person(service.port, "") for _ in guests_names]
    begun = threading.Barrier(len(guests) + 1)

    def sign_in(guest: Person, email: str) -> None:
        begun.wait()
        body = {"email": email, "password": PASSWORD}
        guest.send("POST", "/api/v1/token?grant_type=password", body)

    threads = [
        threading.Thread(target=sign_in, args=(guest, email))
        for guest, email in zip(guests, guests_names, strict=True)
    ]
    for thread in threads:
        thread.start()

    everybody = (*makers, *readers, *guests)
    with on_the_line(*everybody), at_once([*map(maker, makers), *map(reader, readers)]):
        eventually(lambda: sum(total(makers).values()) > 20, "the load is under way")
        begun.wait()
        eventually(lambda: attempts(service, *guests_names) == len(guests), "they were read")
        service.running.handle.terminate()
        code = service.running.handle.wait(GRACE_SECONDS)
    for thread in threads:
        thread.join()
    service.process = None
    assert code == 0
    found = total(everybody)
    done = [found["POST", PATS, 201], found["POST", "/api/v1/token", 200]]
    now = [service.database.one(sql) for sql in (PATS_MADE, TALLY)]
    assert [new - old for new, old in zip(now, counts, strict=True)] == done
    assert done[1] == len(guests)
    assert {status for _, _, status in found} <= {200, 201, 429, "lost"}
