"""The table of attacks over HTTP, on a server whose database fails whoever asks it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle

import pytest

from adapters.jwt.keys import thumbprint
from tests.faults.production import AUDIENCE, ISSUER, NOWHERE, Production, serving
from tests.faults.wire import Connection
from tests.keys import public_pem
from tests.security.claims import forge
from tests.security.jwt_attacks import Attack, attacks

pytestmark = pytest.mark.e2e

PATHS = ("user", "metrics", "metrics/all", "personal-access-tokens")


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    made = Production(tmp_path_factory.mktemp("jwt"), NOWHERE)
    with serving(made, ready="/health/live"):
        yield made


@pytest.fixture(scope="module")
def forger(production):
    now = datetime.now(UTC)
    return forge(key=production.key, issuer=ISSUER, audience=AUDIENCE, now=now)


def outcome(connection: Connection, attack: Attack, path: str) -> tuple[int, str]:
    """The status and code of one attack, on one of the routes."""
    headers = {} if attack.authorization is None else {"Authorization": attack.authorization}
    answer = connection.send("GET", f"/api/v1/{path}?{attack.query}", headers=headers)
    return answer.status, answer.json()["code"]


def test_every_attack_is_refused_and_none_reaches_the_database(production, forger):
    table = [attack for attack in attacks(forger) if attack.wire]
    assert len(table) >= 200
    with Connection(production.port) as connection:
        wrong = {
            attack.name: found
            for attack, path in zip(table, cycle(PATHS))
            if (found := outcome(connection, attack, path)) != (401, attack.code)
        }
    assert wrong == {}


def test_bytes_that_http_forbids_end_at_the_server(production, forger):
    for attack in attacks(forger):
        if not attack.wire:
            with Connection(production.port) as connection:
                answer = connection.send(
                    "GET", "/api/v1/user", headers={"Authorization": attack.authorization or ""}
                )
            assert answer.status in {400, 401}, attack.name


@pytest.mark.parametrize("kind", ["access", "pat"])
def test_only_a_token_that_is_good_asks_the_database(production, forger, kind):
    """So the table above would show any attack that got that far."""
    answer = production.call("GET", "/api/v1/user", token=forger.mine(getattr(forger, kind)))
    assert (answer.status, answer.json()["code"]) == (503, "database_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_key_that_left_the_ring_opens_nothing(tmp_path_factory, production, forger):
    old = forger.stranger
    header = {**forger.header, "kid": thumbprint(old.public_key())}
    token = forger.signed(header, forger.access, key=old)
    ring = Production(tmp_path_factory.mktemp("ring"), NOWHERE, key=production.key)
    with serving(ring, ready="/health/live", JWT_PREVIOUS_PUBLIC_KEYS=public_pem(old)):
        assert ring.call("GET", "/api/v1/user", token=token).status == 503
    answer = production.call("GET", "/api/v1/user", token=token)
    assert (answer.status, answer.json()["code"]) == (401, "token_key_unknown")
