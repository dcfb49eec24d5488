"""A forward proxy that asks for the text format, whatever its client prefers.

Before 2.49, and Debian's is 2.42, Prometheus cannot be told which format to ask for: it always
prefers OpenMetrics. It can be told to scrape through a proxy, and that proxy may say
``Accept: text/plain``. The service answers an ordinary request, and Prometheus reads the answer
with its own parser of the text format.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.e2e.web import call

_TEXT = "text/plain; version=0.0.4"
_FORWARDED = ("Authorization", "X-Prometheus-Scrape-Timeout-Seconds")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        headers = {name: self.headers[name] for name in _FORWARDED if name in self.headers}
        answer = call("GET", self.path, headers={**headers, "Accept": _TEXT})
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet: Prometheus and the service keep logs."""


class TextProxy:
    """Listens on a port of its own, in threads of this process."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
