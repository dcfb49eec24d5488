"""The plain aggregates that the scrape of tokens and sign-ins stands for."""

from __future__ import annotations

from datetime import datetime

_TOKENS = """
    SELECT company_id, read_only,
        SUM(CASE WHEN revoked_at IS NULL AND expires_at > '{now}' THEN 1 ELSE 0 END),
        SUM(CASE WHEN revoked_at IS NULL AND expires_at <= '{now}' THEN 1 ELSE 0 END),
        SUM(CASE WHEN revoked_at IS NOT NULL THEN 1 ELSE 0 END),
        MIN(CASE WHEN revoked_at IS NULL AND expires_at > '{now}' THEN expires_at END)
    FROM shellui_personalaccesstoken GROUP BY company_id, read_only
"""
_LOGINS = "SELECT company_id, provider, successes FROM shellui_logintally"


def tokens_and_logins(now: datetime) -> None:
    """Run them, and fetch what they find."""
    from django.db import connection  # noqa: PLC0415 - Django has to be set up first

    with connection.cursor() as cursor:
        for sql in (_TOKENS.format(now=f"{now:%Y-%m-%d %H:%M:%S}"), _LOGINS):
            cursor.execute(sql)
            cursor.fetchall()
