"""Logging: one line a record on standard error, with the request's id. Never a token."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError

from adapters.server.request_id import request_id

TEXT, JSON = "text", "json"
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
        },
        "formatters": {
            TEXT: {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
            JSON: {"()": JsonFormatter},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id", "client_fault"],
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
