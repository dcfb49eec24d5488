"""Between Granian and Django: bytes go through as they are, and half a body is none."""

from __future__ import annotations

import asyncio
import json
import threading
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.server import asgi
from adapters.server.asgi import Front, environment_of
from adapters.server.lanes import FullError, Lane
from tests.helpers.wire import HOST, scope_of

ANY_BYTES = st.binary(max_size=40)
TARGET = st.binary(max_size=40).map(lambda raw: b"/" + raw.replace(b"?", b""))


def part(body: bytes, *, more: bool) -> dict:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


class Upload:
    """A stream of messages, as Granian hands them on; when it has no more, it hangs."""

    def __init__(self, *messages: dict) -> None:
        self._messages = iter(messages)

    async def __call__(self) -> dict:
        for message in self._messages:
            return message
        await asyncio.Event().wait()
        raise AssertionError


def echo(environ, start_response):
    """Answers with the body, as an iterable that can be closed."""
    start_response("200 OK", [("X-Seen", environ["CONTENT_LENGTH"])])
    return BytesIO(environ["wsgi.input"].read())


def answer(*messages: dict, scope: dict | None = None, application=echo):
    """The status, the headers and the body of the answer to an upload."""
    sent = []

    async def send(message):
        sent.append(message)

    front = Front(application, threads=1)
    asyncio.run(front(scope or scope_of("POST", b"/x"), Upload(*messages), send))
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


WHOLE = {
    "nothing": [part(b"", more=False)],
    "at once": [part(b"abc", more=False)],
    "in pieces": [part(b"a", more=True), part(b"bc", more=True), part(b"", more=False)],
    "with a trailer section": [
        part(b"abc", more=True),
        part(b"", more=True),
        part(b"", more=False),
    ],
    "empty pieces": [*[part(b"", more=True)] * 5, part(b"abc", more=False)],
}


@pytest.mark.parametrize("messages", WHOLE.values(), ids=list(WHOLE))
def test_a_body_is_whole_when_the_protocol_says_so(messages):
    """Pieces are none of our business: a trailer section comes as an empty one."""
    body = b"".join(message["body"] for message in messages)
    assert answer(*messages) == (200, {b"X-Seen": str(len(body)).encode()}, body)


BROKEN = {
    "before anything": [GONE],
    "after a piece": [part(b"abc", more=True), GONE],
    "after an empty piece": [part(b"", more=True), GONE],
}


@pytest.mark.parametrize("messages", BROKEN.values(), ids=list(BROKEN))
def test_half_a_body_is_told_and_goes_nowhere(messages):
    status, headers, body = answer(*messages, application=None)
    assert (status, json.loads(body)["code"]) == (400, "body_incomplete")
    assert headers[b"Connection"] == b"close"
    assert headers[b"Cache-Control"] == b"no-store"


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(asgi, "BODY_SECONDS", 0.0)
    scope = scope_of("POST", b"/x", [(b"x-request-id", b"mine")])
    status, headers, body = answer(part(b"a", more=True), scope=scope, application=None)
    assert (status, json.loads(body)["code"]) == (408, "body_timeout")
    assert headers[b"X-Request-ID"] == b"mine"


def test_of_a_body_that_is_too_large_only_so_much_is_kept():
    """A byte more than is allowed, so that it shows; the rest is dropped as it comes."""
    pieces = [part(b"x" * 65_536, more=True)] * 100
    status, headers, _ = answer(*pieces)
    assert (status, headers[b"X-Seen"]) == (200, b"65537")


def test_too_many_waiting_are_told_to_come_back(monkeypatch):
    async def full(*_):
        raise FullError

    monkeypatch.setattr(Lane, "run", full)
    status, headers, body = answer(part(b"", more=False))
    assert (status, json.loads(body)["code"]) == (503, "overloaded")
    assert headers[b"Retry-After"] == b"1"


@given(TARGET, ANY_BYTES, st.lists(st.tuples(st.sampled_from([b"a", b"cookie"]), ANY_BYTES)))
def test_every_text_is_bytes_read_as_latin_1(path, query, headers):
    """PEP 3333: what has another character in it raises in Django, long before any route."""
    environ = environment_of(scope_of("GET", path + b"?" + query, headers), b"")
    texts = [value for value in environ.values() if isinstance(value, str)]
    assert all(text.encode("latin-1") is not None for text in texts)
    assert environ["QUERY_STRING"].encode("latin-1") == query
    for name, separator in ((b"a", b","), (b"cookie", b"; ")):
        sent = [value for known, value in headers if known == name]
        assert environ.get(f"HTTP_{name.decode().upper()}", "").encode("latin-1") == separator.join(
            sent
        )


@pytest.mark.parametrize(
    ("path", "read"),
    [
        (b"/a%20b", b"/a b"),
        (b"/%E2%82%AC", b"/\xe2\x82\xac"),
        (b"/\xe2\x82\xac", b"/\xe2\x82\xac"),
        (b"/%ff%", b"/\xff%"),
        (b"*", b"*"),
    ],
)
def test_a_path_is_the_bytes_it_stands_for(path, read):
    environ = environment_of(scope_of("GET", path), b"")
    assert environ["PATH_INFO"].encode("latin-1") == read


def test_a_header_with_an_underscore_is_dropped():
    """In a WSGI environment it would pass for one with a dash."""
    headers = [HOST, (b"x_forwarded_for", b"192.0.2.1"), (b"x-forwarded_proto", b"https")]
    environ = environment_of(scope_of("GET", b"/", headers), b"")
    assert {name for name in environ if name.startswith("HTTP_")} == {"HTTP_HOST"}


def test_the_length_is_what_was_read():
    headers = [(b"content-length", b"70000"), (b"content-type", b"a/b")]
    environ = environment_of(scope_of("POST", b"/", headers), b"abc")
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("3", "a/b")
    assert not {"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & set(environ)


def test_nothing_of_the_process_is_in_it(monkeypatch):
    monkeypatch.setenv("SOME_SECRET", "hidden")
    assert "hidden" not in environment_of(scope_of("GET", b"/"), b"").values()


class TestARequestThatAnnouncesNoBody:
    """It has none (RFC 9112 section 6.3), and nobody waits to hear so."""

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_is_answered_at_once(self, method):
        status, headers, body = answer(scope=scope_of(method, b"/x"))
        assert (status, headers, body) == (200, {b"X-Seen": b"0"}, b"")

    @pytest.mark.parametrize(
        "announced", [(b"content-length", b"3"), (b"transfer-encoding", b"chunked")]
    )
    def test_but_one_that_does_is_read(self, announced):
        scope = scope_of("GET", b"/x", [HOST, announced])
        assert answer(part(b"abc", more=False), scope=scope)[2] == b"abc"


class TestLane:
    """Threads, and a queue in front of them that has an end."""

    def run(self, lane: Lane, calls: list) -> list:
        async def all_of_them():
            waiting = [lane.run(call, {"n": n}) for n, call in enumerate(calls)]
            return await asyncio.gather(*waiting, return_exceptions=True)

        return asyncio.run(all_of_them())

    def test_a_call_s_result_and_its_fault_come_back_to_who_waits(self):
        fault = ValueError("of the call's own")

        def fail(_environ):
            raise fault

        lane = Lane("x", threads=1, most_waiting=9)
        assert self.run(lane, [lambda environ: environ["n"], fail]) == [0, fault]
        assert self.run(lane, [lambda environ: "again"]) == ["again"]

    def test_as_many_at_once_as_there_are_threads_and_no_more(self):
        most = threading.Barrier(3)
        lane = Lane("x", threads=3, most_waiting=99)
        assert self.run(lane, [lambda _: most.wait(60)] * 6)
        names = self.run(lane, [lambda _: threading.current_thread().name] * 9)
        assert set(names) <= {"x-0", "x-1", "x-2"}

    def test_who_finds_no_room_is_told_so(self):
        lane = Lane("x", threads=1, most_waiting=1)
        *others, last = self.run(lane, [lambda _: None] * 3)
        assert others == [None, None]
        assert isinstance(last, FullError)

    def test_who_has_gone_keeps_nobody_else_waiting(self):
        """A client that goes away takes its request's task with it, and not the thread."""
        lane, goes_on = Lane("x", threads=1, most_waiting=9), threading.Event()

        async def go():
            gone = asyncio.ensure_future(lane.run(lambda _: goes_on.wait(60), {}))
            await asyncio.sleep(0)
            gone.cancel()
            goes_on.set()
            return await lane.run(lambda _: "next", {})

        assert asyncio.run(go()) == "next"
