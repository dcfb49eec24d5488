"""ShellUI Admin: it runs inside the shell, with the shell's access token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.shellui.page import Page

PATS = "/api/v1/personal-access-tokens"
PREFIX = "shellui_auth_company"
GAUGES = {
    f"{PREFIX}_{name}"
    for name in (
        "users_total",
        "users_active",
        "users_staff",
        "social_accounts_total",
        "daily_active_users",
        "weekly_active_users",
        "monthly_active_users",
    )
}
_LINE = re.compile(r'(\w+)\{company_id="(\d+)"\} (\S+)')
"""The lines that it reads: one label, no timestamp."""


@dataclass
class Row:
    """Its type of a token. ``user_id`` is a number there."""

    id: str
    user_id: int
    name: str
    read_only: bool
    access_global_metrics: bool
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


class ShownError(Exception):
    """What it shows a person who was refused."""


@dataclass
class Admin:
    """Sends and reads what Admin does."""

    page: Page
    token: str

    def dashboard(self, path: str = "/api/v1/metrics") -> dict[str, dict[int, float]]:
        """The seven gauges, by company."""
        text = self._ask("GET", path, Accept="text/plain").content.decode()
        found: dict[str, dict[int, float]] = {}
        for line in filter(None, map(_LINE.fullmatch, text.splitlines())):
            name, company, value = line.groups()
            if name in GAUGES:
                found.setdefault(name, {})[int(company)] = float(value)
        return found

    def tokens(self) -> list[Row]:
        """The page of access tokens."""
        return [_row(item) for item in self._ask("GET", PATS).json()["results"]]

    def create(self, name: str, *, read_only: bool, everything: bool) -> tuple[Row, str]:
        """A new token, and its string, which is there once."""
        body = {"name": name, "read_only": read_only, "access_global_metrics": everything}
        made = self._ask("POST", PATS, body=body).json()
        return _row(made), made["access_token"]

    def revoke(self, row: Row) -> Row:
        """The row, revoked."""
        return _row(self._ask("POST", f"{PATS}/{row.id}/revoke").json())

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self.page.fetch(method, path, token=self.token, **more)
        if answer.status_code < 400:
            return answer
        if "application/json" not in answer["Content-Type"]:
            raise ShownError("Something went wrong")
        said = answer.json()
        raise ShownError(said.get("detail") or said["error"])


def _row(item: dict[str, Any]) -> Row:
    row = Row(**{name: item[name] for name in Row.__dataclass_fields__})
    assert type(row.id) is str
    assert type(row.user_id) is int
    return row
