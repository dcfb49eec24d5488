"""Logging: one line a record on standard error, with the request's id. Never a token."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from api.request_id import request_id

TEXT, JSON = "text", "json"


class RequestIdFilter(logging.Filter):
    """Adds the id of the request at hand, or ``-``."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        record.request_id = request_id.get()
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
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {
            TEXT: {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
            JSON: {"()": JsonFormatter},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request_id"],
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
