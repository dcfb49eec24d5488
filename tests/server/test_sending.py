"""Large answers go in pieces, so many bytes at once, and not for ever."""

from __future__ import annotations

import asyncio

import pytest

from adapters.server import sending
from adapters.server.asgi import Front
from adapters.server.sending import MOST_BYTES, PIECE_BYTES, Sending
from tests.helpers.wire import scope_of


class Reader:
    """Takes pieces until it has had enough; then it takes nothing more."""

    def __init__(self, pieces: int = 10**9) -> None:
        self.left = pieces
        self.taken: list[dict] = []
        self.stalled = asyncio.Event()

    async def __call__(self, message) -> None:
        if not self.left:
            self.stalled.set()
            await asyncio.Event().wait()
        self.left -= 1
        self.taken.append(dict(message))

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.taken)


@pytest.mark.parametrize(
    ("size", "pieces"),
    [(0, 1), (PIECE_BYTES, 1), (PIECE_BYTES + 1, 2), (3 * PIECE_BYTES, 3), (10**6, 4)],
)
def test_a_body_arrives_whole_in_so_many_pieces(size, pieces):
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    reader = Reader()
    asyncio.run(Sending().send(body, reader))
    assert reader.body == body
    assert len(reader.taken) == pieces
    assert [bool(message.get("more_body")) for message in reader.taken] == [
        *[True] * (pieces - 1),
        False,
    ]


def test_who_takes_nothing_is_given_up_and_its_room_is_free_again(monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.01)
    made = Sending()
    asyncio.run(made.send(bytes(MOST_BYTES), Reader(pieces=2)))
    assert made.has_room_for(bytes(MOST_BYTES))


def test_a_client_that_goes_away_gives_its_room_back():
    async def go():
        made, reader = Sending(), Reader(pieces=1)
        task = asyncio.ensure_future(made.send(bytes(MOST_BYTES), reader))
        await reader.stalled.wait()
        assert not made.has_room_for(bytes(PIECE_BYTES + 1))
        assert made.has_room_for(bytes(PIECE_BYTES))
        task.cancel()
        await asyncio.wait([task])
        return made

    assert asyncio.run(go()).has_room_for(bytes(PIECE_BYTES + 1))


def test_one_answer_alone_is_sent_however_large_it_is():
    assert Sending().has_room_for(bytes(MOST_BYTES + 1))


def large(_environ, start_response):
    start_response("200 OK", [])

    class Body(list):
        def close(self) -> None:
            """As Django's responses have it."""

    return Body([bytes(MOST_BYTES)])


def test_where_there_is_no_room_the_answer_is_503():
    async def go():
        front, slow, other = Front(large, threads=1), Reader(pieces=2), Reader()
        first = asyncio.ensure_future(front(scope_of("GET", b"/x"), None, slow))
        await slow.stalled.wait()
        await front(scope_of("GET", b"/x"), None, other)
        first.cancel()
        return other

    other = asyncio.run(go())
    assert other.taken[0]["status"] == 503
    assert b"overloaded" in other.body
