"""Other services that take our tokens: one in Python on PyJWT, one in Node on jose."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import jwt

from tests.e2e.clients import need

ISSUER, AUDIENCE = "https://auth.shellui.localhost", "shellui"
"""What ``make run`` issues tokens as, and for."""
_NODE = Path(__file__).with_name("node")


@dataclass(frozen=True)
class Verdict:
    """What a peer made of a token: what it says, or the peer's complaint."""

    payload: dict[str, Any] | None = None
    error: str = ""


class Peer(Protocol):
    """It fetches our key set once, and again when it meets a key that it does not know."""

    def verify(self, token: str) -> Verdict: ...


@dataclass(frozen=True)
class PyJwt:
    keys: jwt.PyJWKClient

    def verify(self, token: str) -> Verdict:
        try:
            key = self.keys.get_signing_key_from_jwt(token)
            payload = jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, audience=AUDIENCE)
        except jwt.PyJWTError as exc:
            return Verdict(error=type(exc).__name__)
        return Verdict(payload)


@dataclass(frozen=True)
class Jose:
    process: subprocess.Popen[str]

    def verify(self, token: str) -> Verdict:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{token}\n")
        self.process.stdin.flush()
        return Verdict(**json.loads(self.process.stdout.readline()))


@contextmanager
def pyjwt(url: str, _folder: Path) -> Iterator[PyJwt]:
    # An unknown key makes both fetch the set again, but not within a cooldown. None here.
    yield PyJwt(jwt.PyJWKClient(url, cooldown_duration=0))


@contextmanager
def jose(url: str, folder: Path) -> Iterator[Jose]:
    """Install what the lock file says into ``folder``, and run it there."""
    npm, node = need("npm", package="npm"), need("node", package="nodejs")
    here = shutil.copytree(_NODE, folder / "node", ignore=shutil.ignore_patterns("node_modules"))
    install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(install, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"npm ci failed:\n{done.stdout}{done.stderr}"
    command = [node, "verify.mjs", url, ISSUER, AUDIENCE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=here, stdin=pipe, stdout=pipe, text=True) as process:
        yield Jose(process)
        # Leaving closes its input, and with it ends the loop that it runs.


PEERS = {"PyJWKClient": pyjwt, "jose": jose}
"""By name, what makes each."""
UNKNOWN_KEY = {"PyJWKClient": "PyJWKClientError", "jose": "ERR_JWKS_NO_MATCHING_KEY"}
BAD_SIGNATURE = {
    "PyJWKClient": "InvalidSignatureError",
    "jose": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
}
"""Each one's own word for it."""
