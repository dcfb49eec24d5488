"""Peers verify our tokens through the published key set, while the key changes too."""

from __future__ import annotations

from collections.abc import Iterator
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


def restart(host: Service, **changed: str) -> None:
    host.stop()
    host.start(**changed)


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def said(peer: Peer, token: str) -> dict[str, Any]:
    """What a peer that believes a token reads in it."""
    verdict = peer.verify(token)
    assert verdict.error == ""
    assert verdict.payload
    return verdict.payload


def status(host: Service, token: str) -> int:
    return host.call("GET", "/api/v1/metrics", token=token).status


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_follows_a_change_of_keys(host: Service, tmp_path: Path, name: str):
    """As docs/configuration.md tells it: the old key verifies on, then is forgotten."""
    make, url = PEERS[name], f"{host.url}/.well-known/jwks.json"
    with make(url, tmp_path) as peer:
        session, pat = host.sign_in(OWNER)["access_token"], host.company_pat()
        old = pat["access_token"]
        for token in (session, old):
            read = said(peer, token)
            assert read["user_id"] == pat["user_id"]
            assert read["company_id"] == pat["company_id"]
        forged = peer.verify(old[:-8] + "AAAAAAAA")
        assert forged.error == BAD_SIGNATURE[name]

        restart(host, JWT_PRIVATE_KEY=private_pem(NEW), JWT_PREVIOUS_PUBLIC_KEYS=public_pem(OLD))
        new = host.company_pat()["access_token"]
        assert said(peer, new)["pat_id"] != said(peer, old)["pat_id"] == pat["id"]
        assert kid(new) != kid(old)
        assert [status(host, token) for token in (new, old)] == [200, 200]

    restart(host, JWT_PREVIOUS_PUBLIC_KEYS="")
    with make(url, tmp_path / "after") as newcomer:
        assert said(newcomer, new)
        forgotten = newcomer.verify(old)
        assert forgotten.error == UNKNOWN_KEY[name]
        assert [status(host, token) for token in (new, old)] == [200, 401]
