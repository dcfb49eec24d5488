"""Logging: one line a record on standard error, with the request's id. Never a token."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

from adapters.server.request_id import request_id

TEXT, JSON = "text", "json"
_LINE = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
MOST_A_MINUTE = 100
"""Of lines of one kind that strangers cause, in one process."""
_STRANGERS_EVENTS = {"sign_in_failed", "sign_in_limited"}
_CLIENT_FAULTS = (BadRequest, MultiPartParserError, SuspiciousOperation)


class RequestIdFilter(logging.Filter):
    """Adds the id of the request at hand, or ``-``."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        record.request_id = request_id.get()
        return True


class ClientFaultFilter(logging.Filter):
    """What a client did wrong is one line, and no error of ours.

    Django writes a traceback for each, so that a stranger could fill the disk with them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if record.exc_info and isinstance(record.exc_info[1], _CLIENT_FAULTS):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


class StrangersFilter(logging.Filter):
    """Thins the lines that anybody can cause: so many of a kind each minute, then they are counted.

    The first line of the kind after that minute says how many were left out. What was let in, and
    what failed here, is never thinned.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._minutes: dict[str, int] = {}
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, unless there were enough of its kind this minute."""
        kind = _strangers_kind(record)
        if kind is None:
            return True
        with self._lock:
            left_out = self._turned_minute(kind)
            self._seen[kind] += 1
            kept = self._seen[kind] <= MOST_A_MINUTE
        if kept and left_out:
            record.left_out = left_out
        return kept

    def _turned_minute(self, kind: str) -> int:
        """How many were left out of the kind's last minute, when this record begins another."""
        minute = int(self._clock() // 60)
        if self._minutes.get(kind) == minute:
            return 0
        self._minutes[kind] = minute
        return max(0, self._seen.pop(kind, 0) - MOST_A_MINUTE)


def _strangers_kind(record: logging.LogRecord) -> str | None:
    """The kind of a line that anybody can cause, with no account here; None for every other."""
    if record.name == "security":
        event = getattr(record, "fields", {}).get("event")
        return event if event in _STRANGERS_EVENTS else None
    told_by_django = record.name.startswith(("django.request", "django.security"))
    return record.name if told_by_django and record.levelno <= logging.WARNING else None


class TextFormatter(logging.Formatter):
    """One line a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Write the line, and how many like it were left out before."""
        left_out = getattr(record, "left_out", 0)
        more = f" (and {left_out} more like it in a minute before)" if left_out else ""
        return super().formatMessage(record) + more


class JsonFormatter(logging.Formatter):
    """One JSON object a record; what the security log has as fields is members of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            **getattr(record, "fields", {"message": record.getMessage()}),
        }
        if left_out := getattr(record, "left_out", 0):
            told["left_out"] = left_out
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


def logging_config(level: str, form: str = TEXT) -> dict[str, Any]:
    """Build the dictionary for ``logging.config``: lines of text, or of JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": RequestIdFilter},
            "client_fault": {"()": ClientFaultFilter},
            "strangers": {"()": StrangersFilter},
        },
        "formatters": {
            TEXT: {"()": TextFormatter, "format": _LINE},
            JSON: {"()": JsonFormatter},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id", "client_fault", "strangers"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # SQL carries addresses and hashes: not for a log, whatever its level.
            "django.db.backends": {"level": "INFO"},
            "security": {"level": "INFO"},  # whatever LOG_LEVEL says of the rest
        },
    }
