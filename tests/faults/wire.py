"""HTTP on a socket that is kept open: any bytes may go out, and what comes back is read whole."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

PATIENCE = 60.0


class ClosedError(OSError):
    """The server closed the connection instead of answering."""


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One connection, kept open from request to request; from another address, or over TLS."""

    def __init__(
        self,
        port: int,
        *,
        timeout: float = PATIENCE,
        source: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.port, self._timeout = port, timeout
        self.socket = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket)
        self._file: BinaryIO = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def write(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request as a proxy passes it on; wait for its answer."""
        self.write(request(method, path, headers=headers, body=body))
        return self.answer()

    def answer(self, *, cookies: dict[str, str] | None = None) -> Answer:
        """Read one answer; the cookies it sets go to ``cookies``.

        Raises:
            ClosedError: there is none.
        """
        status = self._file.readline()
        if not status:
            raise ClosedError(f"no answer on port {self.port}")
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
            if cookies is not None and name.lower() == "set-cookie":
                key, _, text = value.strip().partition(";")[0].partition("=")
                cookies[key] = text
        body = self._file.read(int(headers.get("content-length", 0)))
        return Answer(int(status.split()[1]), headers, body)


def request(
    method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """The bytes of a request."""
    sent = {"Host": "localhost", "X-Forwarded-Proto": "https", **(headers or {})}
    if body and "Transfer-Encoding" not in sent:
        sent.setdefault("Content-Length", str(len(body)))
        sent.setdefault("Content-Type", "application/json")
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
