"""Logging: one line a record on standard error, with the request's id. Never a token."""

from __future__ import annotations

import logging
from typing import Any

from api.request_id import request_id


class RequestIdFilter(logging.Filter):
    """Adds the id of the request at hand, or ``-``."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        record.request_id = request_id.get()
        return True


def logging_config(level: str) -> dict[str, Any]:
    """Build the dictionary for ``logging.config``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # SQL carries addresses and hashes: not for a log, whatever its level.
            "django.db.backends": {"level": "INFO"},
        },
    }
