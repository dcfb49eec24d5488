"""Peers verify our tokens through the published key set, while the key changes too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.e2e.databases import Database
from tests.e2e.peers import BAD_SIGNATURE, PEERS, UNKNOWN_KEY, Peer
from tests.e2e.service import OWNER, Service
from tests.keys import new_key, private_pem, public_pem

pytestmark = pytest.mark.e2e

OLD, NEW = new_key(), new_key()


@pytest.fixture
def host(service: Service, database: Database, tmp_path: Path) -> Iterator[Service]:
    """A host of its own beside the shared one, on the same database: its keys are changed."""
    made = Service(tmp_path, database, env={"JWT_PRIVATE_KEY": private_pem(OLD)})
    try:
        made.start()
        yield made
    finally:
        made.stop()


@contextmanager
def started(host: Service, folder: Path) -> Iterator[dict[str, Peer]]:
    """Both peers, knowing no key yet."""
    url = f"{host.url}/.well-known/jwks.json"
    with ExitStack() as stack:
        yield {n: stack.enter_context(make(url, folder)) for n, make in PEERS.items()}


def read_by_both(peers: dict[str, Peer], token: str) -> Any:
    """What both read in a token that both believe."""
    verdicts = {name: peer.verify(token) for name, peer in peers.items()}
    assert {name: verdict.error for name, verdict in verdicts.items()} == dict.fromkeys(PEERS, "")
    first, second = (verdict.payload for verdict in verdicts.values())
    assert first == second
    return first


def errors(peers: dict[str, Peer], token: str) -> dict[str, str]:
    return {name: peer.verify(token).error for name, peer in peers.items()}


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def restart(host: Service, **changed: str) -> None:
    host.stop()
    host.start(**changed)


def status(host: Service, token: str) -> int:
    return host.call("GET", "/api/v1/metrics", token=token).status


def test_peers_follow_a_change_of_keys(host: Service, tmp_path: Path):
    """As docs/configuration.md tells it: the old key verifies on, then is forgotten."""
    with started(host, tmp_path) as peers:
        session, pat = host.sign_in(OWNER)["access_token"], host.company_pat()
        old = pat["access_token"]
        for token in (session, old):
            read = read_by_both(peers, token)
            assert read["user_id"] == str(pat["user_id"])  # a claim is text, a row's id a number
            assert read["company_id"] == pat["company_id"]
        assert errors(peers, old[:-8] + "AAAAAAAA") == BAD_SIGNATURE

        restart(host, JWT_PRIVATE_KEY=private_pem(NEW), JWT_PREVIOUS_PUBLIC_KEYS=public_pem(OLD))
        new = host.company_pat()["access_token"]
        assert read_by_both(peers, new)["pat_id"] != pat["id"]
        assert read_by_both(peers, old)["pat_id"] == pat["id"]
        assert kid(new) != kid(old)
        assert [status(host, token) for token in (new, old)] == [200, 200]

    restart(host, JWT_PREVIOUS_PUBLIC_KEYS="")
    with started(host, tmp_path / "after") as newcomers:
        assert read_by_both(newcomers, new)
        assert errors(newcomers, old) == UNKNOWN_KEY
        assert [status(host, token) for token in (new, old)] == [200, 401]
