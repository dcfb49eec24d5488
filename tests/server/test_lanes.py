"""Which request waits where: passwords wait for passwords, and nothing else does."""

from __future__ import annotations

import asyncio
import threading

import pytest

from adapters.server.asgi import environment_of
from adapters.server.lanes import FullError, Lane, Lanes
from tests.helpers.wire import scope_of

FORM = "application/x-www-form-urlencoded"
LANES = Lanes(threads=1, network_of=lambda environ: environ["REMOTE_ADDR"])


def waits_with_passwords(method: str, target: str, body: str) -> bool:
    environ = environment_of(scope_of(method, target.encode()), body.encode())
    return LANES.of(environ) is LANES._password


REFRESHES = [
    ("?grant_type=refresh_token", '{"refresh_token": "abc-_"}'),
    ("", '{"grant_type": "refresh_token", "refresh_token": "abc-_"}'),
    ("", "grant_type=refresh_token&refresh_token=abc-_"),
    ("?company=1&grant_type=refresh_token", '{"refresh_token": "abc-_"}'),
    ("?grant_type=refresh_token", "refresh_token=abc&client_timezone=Europe%2FBerlin"),
]


@pytest.mark.parametrize(("query", "body"), REFRESHES)
def test_a_refresh_does_not_wait_behind_passwords_however_it_names_its_grant(query, body):
    assert not waits_with_passwords("POST", f"/api/v1/token{query}", body)


PASSWORDS = [
    ("?grant_type=password", '{"email": "a@b.test", "password": "x"}'),
    ("", '{"grant_type": "password", "email": "a@b.test", "password": "x"}'),
    ("", '{"grant_type": "pass\\u0077ord", "email": "a@b.test", "pass\\u0077ord": "x"}'),
    ("", "grant_type=pass%77ord&email=a&pass%77ord=x"),
]


@pytest.mark.parametrize(("query", "body"), PASSWORDS)
def test_a_password_waits_however_it_is_spelled(query, body):
    assert waits_with_passwords("POST", f"/api/v1/token{query}", body)


@pytest.mark.parametrize(
    "path", ["/tokens/sign-in/", "/tokens/confirm/", "/tokens/account/password/"]
)
def test_a_page_with_a_password_waits_whatever_its_query_says(path):
    body = "username=a&password=x"
    assert waits_with_passwords("POST", f"{path}?grant_type=refresh_token", body)
    assert not waits_with_passwords("GET", path, "")


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it is threads that make it true
            await asyncio.sleep(0.001)


def refused(tasks) -> list[asyncio.Task]:
    """Those for which there was no room."""
    ended = [task for task in tasks if task.done() and not task.cancelled()]
    return [task for task in ended if isinstance(task.exception(), FullError)]


class Crowd:
    """Calls that each wait until they are let go, in one lane on an event loop of their own."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.begun: list[str] = []
        self._go_on = {}
        self._asked = {}

    async def ask(self, caller: str, count: int = 1) -> list[asyncio.Task]:
        made = []
        for _ in range(count):
            name = f"{caller}{len(self._go_on)}"
            self._go_on[name] = threading.Event()
            self._asked[name] = asyncio.ensure_future(
                self.lane.run(self._call, {"n": name}, caller)
            )
            made.append(self._asked[name])
        await self.settle()
        return made

    def _call(self, environ) -> str:
        self.begun.append(environ["n"])
        assert self._go_on[environ["n"]].wait(60)
        return environ["n"]

    async def let_go(self, name: str) -> None:
        self._go_on[name].set()
        await self._asked[name]
        await self.settle()

    async def settle(self) -> None:
        """Until every thread that may begin has begun."""
        for _ in range(20):
            await asyncio.sleep(0)
        await until(lambda: len(self.begun) >= self._started())

    def _started(self) -> int:
        waiting = sum(len(jobs) for jobs in self.lane._waiting.values())
        return len(self._asked) - waiting - len(refused(self._asked.values()))

    async def end(self) -> None:
        for event in self._go_on.values():
            event.set()
        await until(lambda: not self.lane._running and not self.lane._waiting)


def in_a_crowd(lane: Lane, story) -> None:
    async def tell():
        crowd = Crowd(lane)
        try:
            await story(crowd)
        finally:
            await crowd.end()

    asyncio.run(tell())


def lane_of(threads: int, *, most_of_one: int | None = None, waiting: int = 99) -> Lane:
    return Lane("x", threads=threads, most_waiting=waiting, most_of_one=most_of_one)


def test_one_caller_has_half_of_the_threads_and_another_waits_for_none():
    async def story(crowd):
        await crowd.ask("a", 10)
        assert len(crowd.begun) == 2
        await crowd.ask("b")
        assert crowd.begun[2:] == ["b10"]

    in_a_crowd(lane_of(4, most_of_one=2), story)


def test_callers_take_turns_however_much_each_asks_for():
    async def story(crowd):
        await crowd.ask("a", 4)
        await crowd.ask("b", 1)
        await crowd.ask("c", 2)
        for name in ("a0", "a1", "b4", "c5", "a2", "c6"):
            assert crowd.begun[-1] == name
            await crowd.let_go(name)
        assert crowd.begun[-1] == "a3"

    in_a_crowd(lane_of(1), story)


def test_who_waits_alone_waits_for_its_own_alone():
    """A thread that is free is not kept for nobody but where the caller has as many as one may."""

    async def story(crowd):
        await crowd.ask("a", 3)
        assert crowd.begun == ["a0", "a1"]
        await crowd.let_go("a0")
        assert crowd.begun == ["a0", "a1", "a2"]

    in_a_crowd(lane_of(3, most_of_one=2), story)


def test_one_caller_fills_half_of_the_queue_at_most():
    async def story(crowd):
        assert len(refused(await crowd.ask("a", 7))) == 2
        assert len(refused(await crowd.ask("b", 5))) == 1
        assert len(refused(await crowd.ask("c"))) == 1

    in_a_crowd(lane_of(1, waiting=8), story)


def test_whoever_went_away_while_waiting_is_not_called_for():
    async def story(crowd):
        await crowd.ask("a")
        [gone] = await crowd.ask("b")
        gone.cancel()
        await crowd.ask("c")
        crowd._go_on["a0"].set()
        await until(lambda: "c2" in crowd.begun)
        assert crowd.begun == ["a0", "c2"]

    in_a_crowd(lane_of(1), story)


@pytest.mark.parametrize(("threads", "of_one"), [(1, 2), (2, 2), (4, 2), (8, 4)])
def test_one_caller_has_half_of_a_worker_s_threads_never_below_two(threads, of_one):
    lanes = Lanes(threads=threads, network_of=lambda _: "n")
    assert lanes._general._most_of_one == of_one


def test_a_caller_is_its_credential_or_without_one_its_network():
    def caller(lanes, *headers) -> str:
        environ = environment_of(scope_of("GET", b"/api/v1/metrics", headers), b"")
        return lanes._caller(lanes.of(environ), environ)

    lanes = Lanes(threads=4, network_of=lambda _: "192.0.2.0/24")
    one = caller(lanes, (b"authorization", b"Bearer a"))
    other = caller(lanes, (b"authorization", b"Bearer b"))
    assert one != other
    assert "Bearer" not in one
    assert caller(lanes) == "192.0.2.0/24"
