"""A browser without a screen: keeps cookies, sends forms with their tokens, follows nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin

from tests.faults.wire import Answer, Connection, request

_INPUT = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')

_LINK = re.compile(r'href="([^"]+)"')


@dataclass
class Visitor:
    """One person at one browser.

    Attributes:
        seen: every answer, for somebody to look through.
    """

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Answer] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def submit(self, path: str, **fields: str) -> Answer:
        """Fetch the page and send its form, with what it hides and what is given."""
        page = self.get(path).body.decode()
        hidden = {name: unescape(value) for name, value in _INPUT.findall(page)}
        return self._send("POST", path, urlencode({**hidden, **fields}).encode())

    def crawl(self, root: str, *, most: int) -> dict[str, int]:
        """Follow the links under a path, each page once; the status of each."""
        todo, visited = [root], {}
        while todo and len(visited) < most:
            path = todo.pop(0)
            page = self.get(path)
            visited[path] = page.status
            links = [unescape(link).partition("#")[0] for link in _LINK.findall(page.body.decode())]
            todo += [
                link
                for link in dict.fromkeys(urljoin(path, link) for link in links)
                if link.startswith(root) and link not in visited and link not in todo
            ]
        return visited

    def _send(self, method: str, path: str, body: bytes = b"") -> Answer:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": "https://localhost/",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept-Encoding": "identity",
        }
        with Connection(self.port) as connection:
            connection.write(request(method, path, headers=headers, body=body))
            answer = connection.answer(cookies=self.cookies)
        self.seen.append(answer)
        return answer
