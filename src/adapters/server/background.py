"""What each process does behind the requests' backs."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.orm.background import Background
from adapters.orm.load import TalliedRequestLog
from adapters.orm.tallies.merge import merge


def _start() -> None:
    _writing.start()
    _merging.start()


request_log = TalliedRequestLog(on_note=_start)
"""Where ``adapters.server.load.LoadMiddleware`` notes answers."""
_writing = Background("writing the request log", request_log.flush, seconds=2)
_merging = Background("merging tallies", lambda: merge(now=datetime.now(UTC)), seconds=30)
