"""Personal access tokens, for cron and configuration management."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from adapters.commands import pat_shell
from adapters.commands.apps import services
from adapters.commands.lines import cells, json_line, shown
from adapters.commands.pat_shell import Delivered
from adapters.commands.shell import duration, exit_codes, line, name, overlap

_COLUMNS = ("id", "user", "company", "name", "expires_at", "revoked_at")


class Command(BaseCommand):
    """A token goes to its file or to standard output, and nowhere else."""

    help = (
        "Issue, re-issue, revoke and list personal access tokens. Exit codes: 0 done, 1 refused, "
        "2 wrong command line, 3 the database or a file failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One sub-command for each action."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        _add_issue(actions.add_parser("issue", help="create a token"))
        _add_reissue(actions.add_parser("reissue", help="give a token a new string"))
        _add_revoke(actions.add_parser("revoke", help="stop tokens, at once and for good"))
        _add_list(actions.add_parser("list", help="show tokens, never their strings"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it, and say so."""
        with exit_codes():
            match options["action"]:
                case "issue":
                    self._delivered(pat_shell.issue(services(), options), options)
                case "reissue":
                    self._delivered(pat_shell.reissue(services(), options), options)
                case "revoke":
                    for row in pat_shell.revoke(services(), options):
                        self._row(row, options)
                case _:
                    for row in pat_shell.listed(options):
                        self._row(row, options)

    def _delivered(self, delivered: Delivered, options: dict[str, Any]) -> None:
        row = delivered.row
        if "warning" in row:
            self.stderr.write(f"Warning: {row['warning']}.")
        if options["json"]:
            secret = {} if delivered.token is None else {"access_token": delivered.token}
            self.stdout.write(json_line({**row, **secret}))
        elif delivered.token is not None:
            self.stdout.write(delivered.token)
            self.stderr.write(_sentence(row))
        else:
            self.stdout.write(_sentence(row))

    def _row(self, row: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json_line(row))
        elif "revoked" in row:
            self.stdout.write(f"{row['revoked']} revoked")
        else:
            self.stdout.write(cells(row[name] for name in _COLUMNS))


def _sentence(row: dict[str, Any]) -> str:
    where = f" in {row['token_file']}" if "token_file" in row else ""
    return shown(f"Token {row['id']}{where} expires at {row['expires_at']}.")


def _add_issue(parser: CommandParser) -> None:
    parser.add_argument("--user", type=line, metavar="EMAIL", required=True, help="whose it is")
    parser.add_argument(
        "--company", type=line, metavar="SLUG", required=True, help="the one it is for"
    )
    parser.add_argument("--name", type=name, default="", help="what it is for")
    parser.add_argument("--read-only", action="store_true", help="GET, HEAD and OPTIONS only")
    parser.add_argument(
        "--global", action="store_true", help="every company's metrics; needs --granted-by"
    )
    _add_making(parser)


def _add_reissue(parser: CommandParser) -> None:
    _add_choice(parser)
    parser.add_argument(
        "--overlap",
        type=overlap,
        help="the old string lives on until the new one is first used, at most so long (1h)",
    )
    parser.add_argument("--read-only", action=BooleanOptionalAction, help="change this flag")
    parser.add_argument("--global", action=BooleanOptionalAction, help="change this flag")
    _add_making(parser)


def _add_revoke(parser: CommandParser) -> None:
    _add_choice(parser)
    parser.add_argument(
        "--all", action="store_true", help="all tokens of the user, of the company, or of both"
    )
    _add_json(parser)


def _add_list(parser: CommandParser) -> None:
    parser.add_argument("--user", type=line, metavar="EMAIL")
    parser.add_argument("--company", type=line, metavar="SLUG")
    _add_json(parser)


def _add_choice(parser: CommandParser) -> None:
    parser.add_argument("id", nargs="?", type=UUID, help="the token's id")
    parser.add_argument("--user", type=line, metavar="EMAIL", help="instead of the id")
    parser.add_argument("--company", type=line, metavar="SLUG", help="instead of the id")
    parser.add_argument("--name", type=line, help="instead of the id")


def _add_making(parser: CommandParser) -> None:
    parser.add_argument(
        "--granted-by",
        type=line,
        metavar="EMAIL",
        help="the active staff user who answers for --global",
    )
    parser.add_argument("--expires-in", type=duration, help="30d; the longest allowed by default")
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="PATH",
        help="replaced in one step; a new one has mode 0600",
    )
    _add_json(parser)


def _add_json(parser: CommandParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
