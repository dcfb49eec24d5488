"""The commands of a Markdown page, and what the page says of their answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.shell import bash

_BLOCK = re.compile(r"^```bash\n(.*?)^```\n((?:→ [^\n]*\n)*)", re.MULTILINE | re.DOTALL)
_JWT = re.compile(r"eyJ[\w.-]+")
_KEEP_ANSWER = 'curl() { command curl -D "$KEPT/$BLOCK.headers" "$@" | tee "$KEPT/$BLOCK.body"; }\n'


@dataclass(frozen=True)
class Block:
    """One fenced block of commands and the expectations that follow it."""

    commands: str
    expectations: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What one block's only request was answered with."""

    status: int
    headers: dict[str, str]
    body: str

    def fault(self, expectation: str) -> str:
        """What is wrong with it; empty when it is as expected."""
        kind, _, rest = expectation.partition(" ")
        if kind.isdigit():
            return self._status_fault(int(kind), rest)
        if kind == "header":
            name, _, start = rest.partition(": ")
            sent = self.headers.get(name.lower(), "")
            return "" if sent.startswith(start) and sent else f"the header is {sent!r}"
        wanted = {"body": True, "no": False}[kind]
        text = rest if wanted else rest.removeprefix("body ")
        return "" if (text in self.body) is wanted else f"the body is {self._shown()}"

    def _status_fault(self, status: int, code: str) -> str:
        if self.status != status:
            return f"the status is {self.status}, the body {self._shown()}"
        sent = json.loads(self.body)["code"] if code else ""
        return "" if sent == code else f"the code is {sent!r}"

    def _shown(self) -> str:
        """The body's beginning, without tokens."""
        return repr(_JWT.sub("<a token>", self.body)[:500])


def blocks(page: Path) -> list[Block]:
    """Every block of commands, from the top to the bottom."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        Block(commands, tuple(re.findall(r"^→ (.*)$", expectations, re.MULTILINE)))
        for commands, expectations in found
    ]


def faults(page: list[Block], *, folder: Path, env: dict[str, str]) -> list[str]:
    """Run a page in one shell; each expectation that was not met, with what came instead."""
    script = _KEEP_ANSWER + "".join(
        f"BLOCK={number}\n{block.commands}" for number, block in enumerate(page)
    )
    bash(script, folder=folder, env={**env, "KEPT": str(folder)})
    return [
        f"{block.commands}→ {expectation}\n  but {fault}\n"
        for number, block in enumerate(page)
        for expectation in block.expectations
        if (fault := _answer(folder, number).fault(expectation))
    ]


def _answer(folder: Path, number: int) -> Answer:
    head, *lines = (folder / f"{number}.headers").read_text().splitlines()
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Answer(
        status=int(head.split()[1]),
        headers={name.lower(): value for name, value in headers.items()},
        body=(folder / f"{number}.body").read_text(),
    )
