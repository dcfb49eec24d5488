"""The whole flow with known secrets, and a search for them wherever they have no business."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.load import PATS
from tests.faults.seed import ADMIN, OWNERS, PASSWORD, STAFF
from tests.faults.site import Site
from tests.faults.wire import Answer, Connection
from tests.security.visitor import Visitor

TOKEN = "/api/v1/token?grant_type="
WRONG_PASSWORD = "canary-wrong-password-77aa"
GUESSED_TOKEN = "canary-guessed-token-77aa"
PAGES = 60
"""How many pages of the admin are looked at: more than it has, but for one page a row."""


@dataclass
class Flow:
    """Everything anybody does, remembering each secret and each answer.

    Attributes:
        secrets: by what they are.
        answers: that must hold no secret: all but the one-time ones.
    """

    site: Site
    secrets: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    def run(self) -> None:
        self.secrets |= {
            "password": PASSWORD,
            "wrong password": WRONG_PASSWORD,
            "guessed token": GUESSED_TOKEN,
            "SECRET_KEY": self.site.service.env["SECRET_KEY"],
            "private key": self.site.service.env["JWT_PRIVATE_KEY"].splitlines()[3],
        }
        self._sessions()
        self._tokens()
        self._mistakes()
        self._admin()
        self._pages()

    def _sessions(self) -> None:
        for email in (OWNERS[0], STAFF):
            self._pair(email, "password", {"email": email, "password": PASSWORD})
        old = self.secrets[f"{OWNERS[0]} refresh_token"]
        for _ in range(2):  # a parent is answered again; a grandparent ends the session
            live = self.secrets[f"{OWNERS[0]} refresh_token"]
            self._pair(OWNERS[0], "refresh_token", {"refresh_token": live})
        self._keep("POST", f"{TOKEN}refresh_token", {"refresh_token": old})
        self._pair(OWNERS[0], "password", {"email": OWNERS[0], "password": PASSWORD})

    def _pair(self, email: str, grant: str, body: dict[str, str]) -> None:
        answer = self.send("POST", f"{TOKEN}{grant}", body)
        assert answer.status == 200, answer.body
        for name in ("access_token", "refresh_token"):
            key = f"{email} {name}"
            if key in self.secrets:
                self.secrets[f"{key} before {len(self.secrets)}"] = self.secrets[key]
            self.secrets[key] = answer.json()[name]

    def _tokens(self) -> None:
        session = self.secrets[f"{OWNERS[0]} access_token"]
        made = self.send("POST", PATS, {"name": "canary"}, token=session).json()
        self.secrets["PAT"] = made["access_token"]
        path = f"{PATS}/{made['id']}"
        again = self.send("POST", f"{path}/reissue", {"overlap_seconds": 60}, token=session).json()
        self.secrets["PAT, re-issued"] = again["access_token"]
        for token in (self.secrets["PAT"], again["access_token"]):
            for route in ("metrics", "metrics/all", "user", "personal-access-tokens"):
                self._keep("GET", f"/api/v1/{route}", token=token)
        self._keep("GET", path, token=session)
        self._keep("POST", f"{path}/revoke", token=session)
        self._keep("GET", "/api/v1/user", token=again["access_token"])

    def _mistakes(self) -> None:
        """What people send by mistake, at the places where it might be repeated."""
        session = self.secrets[f"{OWNERS[0]} access_token"]
        wrong = {"email": OWNERS[0], "password": WRONG_PASSWORD}
        self._keep("POST", f"{TOKEN}password", wrong)
        for field_name in ("email", "password", "company_id"):
            body = {"email": "a@b.test", "password": WRONG_PASSWORD, field_name: [WRONG_PASSWORD]}
            self._keep("POST", f"{TOKEN}password", body)
        self._keep("POST", f"{TOKEN}refresh_token", {"refresh_token": GUESSED_TOKEN})
        self._keep("POST", f"{TOKEN}refresh_token", {"refresh_token": session})
        self._keep("GET", f"/api/v1/user?access_token={session}&password={PASSWORD}")
        self._keep("GET", f"/nothing/here?token={session}")
        self._keep("GET", f"/api/v1/metrics?name[]=no_such_name&token={session}")
        for token in (GUESSED_TOKEN, f"{session}x", f"{session} {session}", session[:-9]):
            self._keep("GET", "/api/v1/metrics", token=token)
        self._keep("POST", PATS, {"name": "x", session: session}, token=session)
        self._keep("POST", PATS, {"name": [session]}, token=session)
        self.answers.append(self._raw("POST", f"{TOKEN}password", PASSWORD.encode()))
        self._keep("POST", "/api/v1/logout", token=session)
        self._keep("GET", "/api/v1/user", token=session)

    def _admin(self) -> None:
        visitor = Visitor(self.site.service.port)
        sign_in = "/tokens/sign-in/?next=/admin/"
        visitor.submit(sign_in, email=ADMIN, password=WRONG_PASSWORD)
        entered = visitor.submit(sign_in, email=ADMIN, password=PASSWORD)
        assert entered.status == 302, entered.body
        visited = visitor.crawl("/admin/", most=PAGES)
        assert len(visited) >= 10
        assert not [path for path, status in visited.items() if status >= 500]
        self.answers += visitor.seen

    def _pages(self) -> None:
        visitor = Visitor(self.site.service.port)
        visitor.submit("/tokens/sign-in/", email=OWNERS[1], password=WRONG_PASSWORD)
        visitor.submit("/tokens/sign-in/", email=OWNERS[1], password=PASSWORD)
        lifetime = str(90 * 24 * 3600)
        shown = visitor.submit("/tokens/new/", name="from the page", expires_in=lifetime)
        text = shown.body.decode()
        start = text.index("eyJ")
        self.secrets["PAT of the page"] = text[start:].split("<")[0].split('"')[0].strip()
        visitor.seen.remove(shown)
        visitor.get("/tokens/")
        self.answers += visitor.seen

    def _keep(self, method: str, path: str, body: object = None, *, token: str = "") -> None:
        self.answers.append(self.send(method, path, body, token=token))

    def send(self, method: str, path: str, body: object = None, *, token: str = "") -> Answer:
        raw = b"" if body is None else json.dumps(body).encode()
        return self._raw(method, path, raw, token=token)

    def _raw(self, method: str, path: str, body: bytes, *, token: str = "") -> Answer:
        headers = {"X-Forwarded-For": "192.0.2.44"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        with Connection(self.site.service.port) as connection:
            return connection.send(method, path, headers=headers, body=body)

    def needles(self) -> Iterator[tuple[str, str]]:
        """What to search for: of a token its signature, which is what cannot be guessed of it."""
        for name, secret in self.secrets.items():
            yield name, secret.rpartition(".")[2] if secret.count(".") == 2 else secret
            yield f"{name} in base64", base64.b64encode(secret.encode()).decode()


def leaks(flow: Flow) -> list[str]:
    """Where a secret was found; nothing, if all is well."""
    headers = [str(answer.headers) for answer in flow.answers]
    places = {
        "the log": flow.site.service.log.read_text(errors="replace"),
        "an answer": "\n".join(a.body.decode(errors="replace") for a in flow.answers),
        "a header": "\n".join(headers),
        "the database": dump(flow.site),
    }
    return [
        f"{name} in {place}"
        for place, text in places.items()
        for name, needle in flow.needles()
        if needle in text
    ]


def dump(site: Site) -> str:
    """Every value of every table, the account of events and the browser sessions among them."""
    database = site.service.database
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if database.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    rows = [database.execute(f'SELECT * FROM "{name}"') for (name,) in database.execute(tables)]
    return repr(rows)
