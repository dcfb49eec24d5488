"""What each process does behind the requests' backs."""

from __future__ import annotations

from adapters.orm.background import Background
from adapters.orm.load import TalliedRequestLog


def _start() -> None:
    _writing.tell()


request_log = TalliedRequestLog(on_note=_start)
"""Where ``adapters.server.load.LoadMiddleware`` notes answers."""
_writing = Background(
    "writing the request log", request_log.flush, seconds=2, on_fork=request_log.forget
)
