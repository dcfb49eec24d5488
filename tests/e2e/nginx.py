"""Debian's nginx, an ordinary process with a configuration and ports of its own."""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.docs.documents import DOCUMENTS
from tests.e2e import processes
from tests.e2e.clients import need
from tests.e2e.processes import Process
from tests.faults.wire import Answer, Connection, request

NAME = "metrics.example.com"
"""The service's, in the documents."""
_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CERTIFICATE = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x")


@dataclass(frozen=True)
class Nginx:
    """One that runs: what it listens on, and the context to speak TLS with it in."""

    port: int
    tls: ssl.SSLContext

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        source: str = "127.0.0.1",
    ) -> Answer:
        """Send a request from an address of this machine; see ``wire.request`` for the bytes."""
        sent = {"Host": NAME, **(headers or {})}
        return self.exchange(request(method, path, headers=sent, body=body), source=source)

    def exchange(self, raw: bytes, *, source: str = "127.0.0.1") -> Answer:
        """Send bytes as they are."""
        with Connection(self.port, source=source, tls=self.tls) as connection:
            connection.write(raw)
            return connection.answer()


def written(folder: Path, *servers: str) -> list[str | Path]:
    """Write a configuration with these servers, and a certificate; the command that reads it."""
    openssl, key, certificate = need("openssl", package="openssl"), folder / "key", folder / "crt"
    made = [openssl, *_CERTIFICATE, "-keyout", key, "-out", certificate]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    folders = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in _FOLDERS)
    text = f"""
        daemon off; error_log stderr; pid {folder}/pid;
        events {{}}
        http {{
            access_log off; {folders}
            ssl_certificate {certificate}; ssl_certificate_key {key};
            {" ".join(servers)}
        }}"""
    (folder / "nginx.conf").write_text(text)
    return [need("nginx", package="nginx"), "-p", folder, "-c", folder / "nginx.conf"]


def documented(listen: int, upstream: int, *, forwarded_for: str | None = None) -> str:
    """The server of the documents, on ports of this run; with another X-Forwarded-For if given."""
    (block,) = [b for page in DOCUMENTS for b in page.blocks_of("nginx") if NAME in b.text]
    text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{listen}", block.text)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    if forwarded_for is not None:
        text = text.replace("$proxy_add_x_forwarded_for", f"'{forwarded_for}'")
    return text


@contextmanager
def running(folder: Path, upstream: int, *forwarded_for: str | None) -> Iterator[list[Nginx]]:
    """Serve the documents' server once for each X-Forwarded-For; None: as it is there."""
    ports = [processes.free_port() for _ in forwarded_for]
    servers = [
        documented(port, upstream, forwarded_for=text)
        for port, text in zip(ports, forwarded_for, strict=True)
    ]
    command = [str(part) for part in written(folder, *servers)]
    process = processes.start("nginx", command, log=folder / "nginx.log")
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE  # the certificate is this run's
    made = [Nginx(port, tls) for port in ports]
    try:
        for one in made:
            process.wait_until(lambda: _answers(one), "it answered")  # noqa: B023 - at once
        yield made
    finally:
        _stop(process)


def _answers(one: Nginx) -> bool:
    try:
        return one.send("GET", "/health/live").status == 200
    except OSError:
        return False


def _stop(process: Process) -> None:
    assert process.stop() == 0
