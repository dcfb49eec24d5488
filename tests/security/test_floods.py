"""Floods: slow, huge, deep, many. Memory stays bounded, and everybody else is served."""

from __future__ import annotations

import json
import resource
import select
import socket
from collections import Counter
from contextlib import ExitStack, suppress

import pytest

from tests.faults.load import PATS
from tests.faults.seed import OWNERS
from tests.faults.soak import Watch
from tests.faults.wire import ClosedError, Connection, request

pytestmark = pytest.mark.e2e

TOKEN = "/api/v1/token?grant_type=password"
MEGABYTE = 1024 * 1024
MOST_MEMORY = 400 * MEGABYTE
"""Of both workers together; at rest they have about 150."""


@pytest.fixture(autouse=True)
def _bounded(site):
    """Whatever was done: the same workers go on, within their memory, and serve."""
    workers = site.service.worker_ids()
    yield
    assert served(site)
    assert site.service.worker_ids() == workers
    watch = Watch(site)
    watch.look()
    assert watch.samples[0].memory < MOST_MEMORY


def served(site, path: str = "/api/v1/metrics") -> bool:
    """Whether somebody else is served."""
    headers = {"Authorization": f"Bearer {site.world.token(OWNERS[0])}"}
    with Connection(site.service.port) as connection:
        return connection.send("GET", path, headers=headers).status == 200


def crowd(site, stack: ExitStack, count: int, raw: bytes) -> list[Connection]:
    """Connections that each have sent so much, and wait."""
    made = [stack.enter_context(Connection(site.service.port)) for _ in range(count)]
    for connection in made:
        connection.write(raw)
    return made


def outcome(connection: Connection) -> int | str:
    """The status of what comes, or that nothing does."""
    try:
        return connection.answer().status
    except (ClosedError, ConnectionError):
        return "closed"


SLOW = {
    "nothing": b"",
    "half a header": b"GET /api/v1/user HTTP/1.1\r\nHost: loc",
    "half a body": request("POST", TOKEN, headers={"Content-Length": "500"}, body=b"{"),
    "half a chunk": request(
        "POST", TOKEN, headers={"Transfer-Encoding": "chunked"}, body=b"1f4\r\n{"
    ),
    "half a form": request(
        "POST",
        "/tokens/sign-in/",
        headers={
            "Content-Length": "500",
            "Content-Type": "multipart/form-data; boundary=x",
        },
        body=b"--x\r\n",
    ),
}


def test_clients_that_stop_half_way(site):
    """Many times as many as there are threads: none of them holds one."""
    with ExitStack() as stack:
        slow = [connection for raw in SLOW.values() for connection in crowd(site, stack, 20, raw)]
        headers = {"Content-Length": "9", "X-Request-ID": "mine"}
        (told,) = crowd(site, stack, 1, request("POST", TOKEN, headers=headers, body=b"{"))
        assert served(site)
        assert {outcome(connection) for connection in slow} <= {408, "closed"}
        answer = told.answer()
    assert (answer.status, answer.json()["code"]) == (408, "body_timeout")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == "mine"


def test_idle_connections_keep_nobody_out(site):
    """Nobody has to wait until they are let go."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(1500, most - 200)
    with ExitStack() as stack:
        idle = crowd(site, stack, count, b"")
        assert served(site)
        poll = select.poll()
        for connection in idle:
            poll.register(connection.socket, select.POLLIN)
        assert len(poll.poll(0)) < count / 2


def test_many_requests_at_once_are_answered_or_told_to_come_back(site):
    with ExitStack() as stack:
        many = crowd(site, stack, 800, request("GET", "/health/live"))
        assert {outcome(connection) for connection in many} <= {200, 503}


HUGE = {
    "declared": {"Content-Length": str(64 * MEGABYTE)},
    "in chunks": {"Transfer-Encoding": "chunked"},
    "as a file": {
        "Content-Length": str(64 * MEGABYTE),
        "Content-Type": "multipart/form-data; boundary=x",
    },
}
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'


@pytest.mark.parametrize("how", HUGE)
@pytest.mark.parametrize("path", [TOKEN, "/tokens/sign-in/", "/nothing"])
def test_huge_bodies(site, how, path):
    """Read no further than shows that they are too large."""
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n" if how == "in chunks" else b"x" * 0x10000
    start = FILE if how == "as a file" else b""
    with Connection(site.service.port) as connection:
        connection.write(request("POST", path, headers=HUGE[how], body=start + piece))
        with suppress(OSError):
            for _ in range(64 * 16):
                connection.write(piece)
        assert outcome(connection) in {400, 403, 404, 413, "closed"}


def test_half_a_body_is_none(site):
    """Whoever breaks off in the middle has asked for nothing."""
    whole = b'{"name": "half", "expires_in": 600}'
    headers = {
        "Authorization": f"Bearer {site.world.token(OWNERS[6])}",
        "Content-Type": "application/json",
    }
    made = "SELECT count(*) FROM shellui_personalaccesstoken WHERE name = 'half'"
    for framing, body in (
        ({"Content-Length": str(len(whole) + 1)}, whole),
        ({"Transfer-Encoding": "chunked"}, b"%x\r\n%s\r\n" % (len(whole), whole)),
    ):
        with Connection(site.service.port) as connection:
            connection.write(request("POST", PATS, headers={**headers, **framing}, body=body))
            connection.socket.shutdown(socket.SHUT_WR)
            assert outcome(connection) in {400, "closed"}
    assert site.service.database.one(made) == 0


def test_a_body_in_chunks_is_a_body(site):
    """Without Content-Length Django would see none: and neither would the check for company_id."""
    headers = {
        "Transfer-Encoding": "chunked",
        "Content-Type": "application/json",
        "Authorization": f"Bearer {site.world.token(OWNERS[0])}",
    }
    body = b'10\r\n{"company_id": 2\r\n1\r\n}\r\n0\r\n\r\n'
    with Connection(site.service.port) as connection:
        answer = connection.send("GET", "/api/v1/metrics", headers=headers, body=body)
    assert (answer.status, answer.json()["code"]) == (400, "company_id_not_allowed")


def test_a_trailer_section_ends_a_body(site):
    """RFC 9112 section 7.1.2: fields after the last chunk, which nobody has to read."""
    body = b'{"name": "trailed"}'
    headers = {
        "Authorization": f"Bearer {site.world.token(OWNERS[6])}",
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
    }
    chunks = b"%x\r\n%s\r\n0\r\nX-Checksum: 1\r\n\r\n" % (len(body), body)
    with Connection(site.service.port) as connection:
        assert connection.send("POST", PATS, headers=headers, body=chunks).status == 201
        assert connection.send("GET", "/health/live").status == 200


@pytest.mark.parametrize("size", [10_000, 60_000, 1_000_000])
def test_huge_headers(site, size):
    for name in ("Authorization", "Cookie", "Accept", "X-Forwarded-For", "X-Request-ID", "X-Any"):
        with Connection(site.service.port) as connection:
            with suppress(OSError):
                connection.write(request("GET", "/api/v1/user", headers={name: "x" * size}))
            assert outcome(connection) in {400, 401, 431, "closed"}


def test_many_headers_and_a_long_address(site):
    many = {f"X-Header-{number}": "x" for number in range(2000)}
    for path, headers in (("/health/live", many), (f"/health/live?{'x' * 60_000}", {})):
        with Connection(site.service.port) as connection:
            with suppress(OSError):
                connection.write(request("GET", path, headers=headers))
            assert outcome(connection) in {200, 400, 414, 431, "closed"}


@pytest.mark.parametrize("deep", ["[" * 60_000, '{"a":' * 12_000, "[" * 30_000 + "]" * 30_000])
def test_deep_json(site, deep):
    headers = {"Authorization": f"Bearer {site.world.token(OWNERS[0])}"}
    for path in (TOKEN, "/api/v1/token?grant_type=refresh_token", PATS):
        with Connection(site.service.port) as connection:
            answer = connection.send("POST", path, headers=headers, body=deep.encode())
        assert answer.status in {400, 422}


def test_a_flood_of_sign_ins_leaves_the_others_their_threads(site):
    """Scrapes that come behind twenty guesses do not wait for them."""
    guesses = [
        request(
            "POST",
            TOKEN,
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
            body=json.dumps({"email": f"nobody{number}@faults.test", "password": "x"}).encode(),
        )
        for number in range(20)
    ]
    with ExitStack() as stack:
        guessers = [crowd(site, stack, 1, raw)[0] for raw in guesses]
        assert all(served(site) for _ in range(6))
        answered, _, _ = select.select([guesser.socket for guesser in guessers], [], [], 0)
        assert len(answered) < len(guesses) / 2
        assert {outcome(guesser) for guesser in guessers} == {401}


def test_limits_hold_across_workers(site):
    """Ten guesses at an account, a hundred and twenty tokens a minute: whoever answers them."""
    guesses = Counter(
        site.service.call(
            "POST",
            TOKEN,
            body={"email": "victim@faults.test", "password": "x"},
            address=f"198.51.100.{number}",
        ).status
        for number in range(14)
    )
    assert guesses == {401: 10, 429: 4}
    person, made = site.person(OWNERS[5]), Counter()
    for _ in range(130):
        answer = person.send("POST", f"{PATS}/00000000-0000-4000-8000-000000000000/reissue", {})
        made[answer.status] += 1
    person.hang_up()
    assert made[404] <= 240  # the minute may turn once
    assert answer.status in {404, 429}
    if made[404] == 120:
        assert answer.status == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60


def test_an_address_is_believed_from_the_proxy_only(site):
    """Straight from a stranger, the header is dropped; in any spelling."""
    with ExitStack() as stack:
        direct = site.another_host(TRUSTED_PROXY_IPS="192.0.2.1")
        direct.serve()
        stack.callback(direct.stop)
        plain = socket.create_connection(("127.0.0.1", direct.port))
        stack.enter_context(plain)
        answers = []
        for number in range(3):
            for name in ("X-Forwarded-For", "X_Forwarded_For", "X-Forwarded_For"):
                headers = {name: f"203.0.113.{number}"}
                with Connection(direct.port) as connection:
                    answers.append(connection.send("GET", "/api/v1/user", headers=headers).status)
        assert set(answers) == {403}  # nor is its word for TLS


def test_a_header_with_an_underscore_is_none(site):
    """In a WSGI environment it would look like the proxy's own."""
    addresses = "SELECT count(*) FROM shellui_signinbucket"
    before = site.service.database.one(addresses)
    for number in range(5):
        headers = {"X-Forwarded-For": "192.0.2.77", "X_Forwarded_For": f"203.0.113.{100 + number}"}
        body = json.dumps({"email": "underscore@faults.test", "password": "x"}).encode()
        with Connection(site.service.port) as connection:
            assert connection.send("POST", TOKEN, headers=headers, body=body).status == 401
    assert site.service.database.one(addresses) == before + 4  # of one account at one network
