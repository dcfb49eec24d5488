"""The service as its server calls it: Django's test client makes its own, more polite, requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

from config.application import wsgi as application


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    def __getitem__(self, name: str) -> str:
        return self.headers[name]

    def json(self) -> Any:
        return json.loads(self.content)


def call(path: str, *, query: str = "", body: bytes = b"", **environ: str) -> Answer:
    """Send a GET, unless ``REQUEST_METHOD`` says otherwise."""
    sent: dict[str, Any] = {
        "HTTP_HOST": "testserver",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **environ,
    }
    setup_testing_defaults(sent)
    return answer_of(sent)


def answer_of(sent: dict[str, Any]) -> Answer:
    """Call the service with an environment."""
    begun: list[Any] = []
    response = application(sent, lambda status, headers: begun.extend((status, dict(headers))))
    content = b"".join(response)
    response.close()
    return Answer(int(begun[0].split()[0]), begun[1], content)
