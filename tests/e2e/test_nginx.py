"""Production behind nginx, as the documents set it up: bytes, addresses, probes and bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.e2e import nginx
from tests.e2e.databases import MAKERS, Database
from tests.e2e.nginx import NAME, Nginx
from tests.faults.seed import OWNERS
from tests.faults.site import Site, running_site
from tests.faults.wire import Answer, Connection

pytestmark = pytest.mark.e2e

METRICS, TOKEN = "/api/v1/metrics", "/api/v1/token?grant_type=password"
PATS = "/api/v1/personal-access-tokens"
OPEN = ("/health/live", "/health/ready", "/.well-known/jwks.json")
FORMS = {
    None: "127.0.0.9",
    "$proxy_add_x_forwarded_for:$remote_port": "127.0.0.9",
    '"$remote_addr:$remote_port"': "127.0.0.9",
    "[2001:db8::1]:$remote_port": "2001:db8::1",
    '"[2001:db8::1]:$remote_port"': "2001:db8::1",
    "unknown, $remote_addr": "127.0.0.9",
    "$remote_addr, 127.0.0.1": "127.0.0.9",
}
"""What a proxy may write, and whom it means when the client is 127.0.0.9."""
UNREADABLE = ("unknown", "$remote_addr, unknown", "$remote_addr:", "[$remote_addr")
CLIENT = "127.0.0.9"
"""Not the address that is trusted, as nginx's is."""
EURO, MARK = "€".encode(), b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service in production, on a database of its own of each kind: its name is no address."""
    folder = tmp_path_factory.mktemp("behind-nginx")
    production = {"ALLOWED_HOSTS": NAME, "TRUSTED_PROXY_IPS": "127.0.0.1"}
    with (
        MAKERS[database.name](folder) as own,
        running_site(folder, own, **production) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def proxies(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Nginx]]:
    """One for each X-Forwarded-For, the documents' first."""
    folder = tmp_path_factory.mktemp("nginx")
    with nginx.running(folder, site.service.port, *FORMS, *UNREADABLE) as made:
        yield made


@pytest.fixture
def proxy(proxies: list[Nginx]) -> Nginx:
    """As in the documents."""
    return proxies[0]


@pytest.fixture
def credential(site: Site) -> dict[str, str]:
    return {"Authorization": f"Bearer {site.world.token(OWNERS[0])}"}


def raw(method: str, target: bytes, *lines: bytes, body: bytes = b"") -> bytes:
    """A request that a client of HTTP would not let out."""
    head = [method.encode() + b" " + target + b" HTTP/1.1", b"Host: " + NAME.encode(), *lines]
    return b"\r\n".join([*head, b"Content-Length: %d" % len(body), b"", body])


def logged(site: Site) -> str:
    return site.service.log.read_text(errors="replace")


def last_address(site: Site) -> str:
    """Where the last event came from: what the service takes for the client's address."""
    return str(
        site.service.database.one("SELECT address FROM shellui_tokenevent ORDER BY id DESC LIMIT 1")
    )


def create(proxy: Nginx, credential: dict[str, str], **headers: str) -> Answer:
    """A token, whose making is an event."""
    sent = {**credential, **headers}
    return proxy.send("POST", PATS, headers=sent, body=b"{}", source=CLIENT)


@pytest.mark.parametrize("path", OPEN)
def test_a_probe_is_answered_whatever_host_it_sends(site: Site, proxy: Nginx, path: str):
    """Straight, as an orchestrator asks, over plain HTTP; and through the proxy."""
    before = logged(site)
    for host in ("10.1.2.3:8000", "attacker.example", "", "a b"):
        head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        with Connection(site.service.port) as connection:
            connection.write(head)
            answer = connection.answer()
        assert answer.status == 200
    with Connection(site.service.port) as connection:
        connection.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert connection.answer().status == 200
    assert proxy.send("GET", path, headers={"Host": "10.1.2.3:8000"}).status == 200
    assert logged(site) == before


def test_a_stranger_s_host_writes_no_traceback(site: Site, proxy: Nginx):
    before = logged(site)
    for path in (METRICS, "/api/docs/", "/admin/", "/tokens/", "/nothing"):
        assert proxy.send("GET", path, headers={"Host": "attacker.example"}).status == 400
    assert "Traceback" not in logged(site)[len(before) :]


@pytest.mark.parametrize("junk", [EURO, b"\xe9".decode("latin-1").encode(), b"%ff"])
def test_raw_text_in_a_request_line(proxy: Nginx, credential: dict[str, str], junk: bytes):
    header = f"Authorization: {credential['Authorization']}".encode()
    expected = {
        raw("POST", b"/api/v1/token?grant_type=" + junk, body=b"{}"): {400},
        raw("GET", b"/api/v1/metrics?x=" + junk, header): {200},
        raw("GET", b"/api/v1/metrics?name[]=" + junk, header): {400},
        raw("GET", b"/api/v1/" + junk, header): {404},
        raw("GET", PATS.encode() + b"/" + junk, header): {404},
        raw("GET", b"/admin/login/?next=" + junk): {200, 302},
        raw("GET", b"/tokens/sign-in/?next=" + junk): {200},
        raw("GET", b"/static/" + junk): {404},
    }
    for sent, statuses in expected.items():
        assert proxy.exchange(sent).status in statuses, sent


@pytest.mark.parametrize("junk", [MARK, EURO, b"\xff", "“".encode()])
def test_a_credential_that_cannot_be_read_is_a_bad_one(
    proxy: Nginx, credential: dict[str, str], junk: bytes
):
    token = credential["Authorization"].removeprefix("Bearer ").encode()
    for value in (b"Bearer " + junk + token, junk + b"Bearer " + token, b"Bearer " + token + junk):
        answer = proxy.exchange(raw("GET", METRICS.encode(), b"Authorization: " + value))
        assert (answer.status, answer.json()["code"]) == (401, "token_malformed")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_of_two_credentials_none_is_taken(site: Site, credential: dict[str, str]):
    """Straight to the service: nginx itself refuses, or takes one."""
    good = f"Authorization: {credential['Authorization']}".encode()
    for lines in ((good, b"Authorization: \xff"), (b"Authorization: \xff", good), (good, good)):
        with Connection(site.service.port) as connection:
            connection.write(raw("GET", METRICS.encode(), b"X-Forwarded-Proto: https", *lines))
            answer = connection.answer()
        assert (answer.status, answer.json()["code"]) == (401, "token_malformed")


@pytest.mark.parametrize(
    "line",
    [
        b"Content-Type: application/json\xff",
        b"Content-Type: application/json" + EURO,
        b"Cookie: __Host-shellui-session=\xff",
        b"Cookie: a=b; __Host-shellui-session=" + EURO,
    ],
)
@pytest.mark.parametrize("path", [METRICS, "/tokens/", "/admin/"])
def test_a_header_that_decides_and_cannot_be_read_is_refused(
    proxy: Nginx, credential: dict[str, str], path: str, line: bytes
):
    header = f"Authorization: {credential['Authorization']}".encode()
    answer = proxy.exchange(raw("GET", path.encode(), header, line))
    assert (answer.status, answer.json()["code"]) == (400, "header_unreadable")


def test_any_other_header_may_hold_anything(proxy: Nginx, credential: dict[str, str]):
    header = f"Authorization: {credential['Authorization']}".encode()
    for name in (b"Accept", b"User-Agent", b"X-Request-ID", b"Referer", b"X-Any"):
        answer = proxy.exchange(raw("GET", METRICS.encode(), header, name + b": \xff" + EURO))
        assert answer.status == 200
    answer = proxy.exchange(raw("GET", METRICS.encode(), header, b"Cookie: theme=" + EURO))
    assert answer.status == 200


@pytest.mark.parametrize("number", range(len(FORMS)), ids=map(str, FORMS))
def test_the_client_s_address_in_every_form(
    site: Site, proxies: list[Nginx], credential: dict[str, str], number: int
):
    assert create(proxies[number], credential).status == 201
    assert last_address(site) == list(FORMS.values())[number]


@pytest.mark.parametrize(
    "junk", [b"unknown", b"\xff\xfe", EURO, b"127.0.0.1", b"203.0.113.1", b"x" * 4000, b'"']
)
def test_what_a_client_sends_itself_does_not_matter(
    site: Site, proxy: Nginx, credential: dict[str, str], junk: bytes
):
    """It stands in the same line as the true address, further left."""
    lines = (
        f"Authorization: {credential['Authorization']}".encode(),
        b"Content-Type: application/json",
        b"X-Forwarded-For: " + junk,
        b"X-Forwarded-Proto: \xff",  # which nginx writes anew
    )
    answer = proxy.exchange(raw("POST", PATS.encode(), *lines, body=b"{}"), source=CLIENT)
    assert answer.status == 201
    assert last_address(site) == CLIENT


@pytest.mark.parametrize("number", range(len(UNREADABLE)), ids=UNREADABLE)
def test_what_the_proxy_wrote_and_nobody_can_read_is_refused(
    proxies: list[Nginx], credential: dict[str, str], number: int
):
    """It is not counted as the proxy's own: that would be one bucket of sign-ins for everybody."""
    answer = create(proxies[len(FORMS) + number], credential)
    assert (answer.status, answer.json()["code"]) == (400, "header_unreadable")
    assert proxies[len(FORMS) + number].send("GET", "/health/live").status == 200


def test_clients_of_one_proxy_have_buckets_of_their_own(site: Site, proxy: Nginx):
    buckets = "SELECT count(*) FROM shellui_signinbucket"
    body = json.dumps({"email": "nobody@nginx.test", "password": "x"}).encode()
    before = site.service.database.one(buckets)
    for source in ("127.0.0.21", "127.0.0.22", "127.0.0.23"):
        assert proxy.send("POST", TOKEN, body=body, source=source).status == 401
    assert site.service.database.one(buckets) >= before + 3


@pytest.mark.parametrize("through", ["nginx", "nothing"])
def test_a_trailer_section_ends_a_body(
    site: Site, proxy: Nginx, credential: dict[str, str], through: str
):
    """RFC 9112 section 7.1.2; as nginx hands it on, and as it comes."""
    headers = {
        **credential,
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
        "Host": NAME,
    }
    body = b'e\r\n{"name": "in"}\r\n0\r\nX-Checksum: 1\r\nX-Other: 2\r\n\r\n'
    if through == "nginx":
        answer = proxy.send("POST", PATS, headers=headers, body=body)
    else:
        with Connection(site.service.port) as connection:
            answer = connection.send("POST", PATS, headers=headers, body=body)
    assert (answer.status, answer.json()["name"]) == (201, "in")


def test_head_and_options(proxy: Nginx, site: Site, credential: dict[str, str]):
    """The server leaves the body out, and tells a length all the same."""
    answer = site.service.call("HEAD", "/api/v1/user", headers={**credential, "Host": NAME})
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0
    options = proxy.send("OPTIONS", "/api/v1/user")
    assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "content-length" not in options.headers
    assert proxy.send("OPTIONS", METRICS).status == 405
