"""The best plain SQL we know for every number of the global scrape."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

_MEMBERS = """
    SELECT company_id, COUNT(*), COUNT(*) FILTER (WHERE is_enabled),
        COUNT(*) FILTER (WHERE is_enabled AND role = 'owner'),
        COUNT(*) FILTER (WHERE last_seen_at >= '{day}'),
        COUNT(*) FILTER (WHERE last_seen_at >= '{week}'),
        COUNT(*) FILTER (WHERE last_seen_at >= '{month}')
    FROM shellui_membership GROUP BY company_id
"""
_INACTIVE = """
    SELECT company_id, COUNT(*) FROM shellui_membership JOIN shellui_user u ON u.id = user_id
    WHERE is_enabled AND NOT is_active GROUP BY company_id
"""
_STAFF = """
    SELECT company_id, COUNT(*) FROM shellui_membership JOIN shellui_user u ON u.id = user_id
    WHERE is_staff GROUP BY company_id
"""
_ACCOUNTS = """
    SELECT company_id, COUNT(*) FROM shellui_membership JOIN shellui_socialaccount USING (user_id)
    GROUP BY company_id
"""
_PLATFORM = (
    "SELECT COUNT(*) FROM shellui_user",
    "SELECT COUNT(*) FROM shellui_user WHERE NOT is_active",
    "SELECT COUNT(*) FROM shellui_user WHERE is_staff",
    "SELECT COUNT(*) FROM shellui_socialaccount",
    "SELECT COUNT(*) FROM shellui_useractivity WHERE last_seen_at >= '{day}'",
    "SELECT COUNT(*) FROM shellui_useractivity WHERE last_seen_at >= '{week}'",
    "SELECT COUNT(*) FROM shellui_useractivity WHERE last_seen_at >= '{month}'",
)
_TOKENS = """
    SELECT company_id, read_only,
        SUM(CASE WHEN revoked_at IS NULL AND expires_at > '{now}' THEN 1 ELSE 0 END),
        SUM(CASE WHEN revoked_at IS NULL AND expires_at <= '{now}' THEN 1 ELSE 0 END),
        SUM(CASE WHEN revoked_at IS NOT NULL THEN 1 ELSE 0 END),
        MIN(CASE WHEN revoked_at IS NULL AND expires_at > '{now}' THEN expires_at END)
    FROM shellui_personalaccesstoken GROUP BY company_id, read_only
"""
_LOGINS = "SELECT company_id, provider, successes FROM shellui_logintally"
_ALL = (_MEMBERS, _INACTIVE, _STAFF, _ACCOUNTS, *_PLATFORM, _TOKENS, _LOGINS)


def every_number(now: datetime) -> None:
    """Run it all, and fetch what it finds."""
    from django.db import connection  # noqa: PLC0415 - Django has to be set up first

    from domain.metrics.active_users import windows  # noqa: PLC0415

    moments = {**asdict(windows(now)), "now": now}
    texts = {name: f"{moment:%Y-%m-%d %H:%M:%S}" for name, moment in moments.items()}
    with connection.cursor() as cursor:
        for sql in _ALL:
            cursor.execute(sql.format(**texts))
            cursor.fetchall()
