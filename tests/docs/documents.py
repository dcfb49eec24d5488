"""The repository's documents, read as their readers' programs read them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = {
    *(".git", ".local", "artifacts", "staticfiles", "node_modules", "__pycache__", ".hypothesis"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"),
}

_FENCE = re.compile(r"^( *)(```+|~~~+) *([\w-]*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_SPAN = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: the language it names, and what is in it without the fence's indent."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Document:
    """One page of Markdown."""

    path: Path

    @property
    def name(self) -> str:
        """Its path in the repository."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The page without its fenced blocks and its comments."""
        return _COMMENT.sub("", _FENCE.sub("", self.source))

    @property
    def blocks(self) -> list[Block]:
        return [
            Block(
                language=found[3],
                text=re.sub(rf"^{found[1]}", "", found[4], flags=re.MULTILINE),
                line=self.source.count("\n", 0, found.start()) + 1,
            )
            for found in _FENCE.finditer(self.source)
        ]

    def blocks_of(self, *languages: str) -> list[Block]:
        return [block for block in self.blocks if block.language in languages]

    @property
    def links(self) -> list[str]:
        """Where its links lead, those in code aside."""
        return _LINK.findall(_SPAN.sub("", self.prose))

    @property
    def spans(self) -> list[str]:
        """What stands between backticks."""
        return [found[2] for found in _SPAN.finditer(self.prose)]

    @property
    def anchors(self) -> list[str]:
        """The anchors that a forge gives to its headings, repeated ones as often as they are."""
        return [_anchor(heading) for heading in _HEADING.findall(self.prose)]

    def table_under(self, heading: str) -> list[list[str]]:
        """The rows of the first table under a heading, its head left out, cell by cell."""
        (place,) = [f.end() for f in _HEADING.finditer(self.source) if f[1] == heading]
        rows = re.search(r"(?:^\|.*\n)+", self.source[place:], re.MULTILINE)
        assert rows, f"{self.name} has no table under {heading}"
        return [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in rows[0].splitlines()[2:]
        ]


def _anchor(heading: str) -> str:
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


@cache
def files() -> tuple[str, ...]:
    """Every file of the project by its path in it, without what is made or installed beside."""
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in MADE and not name.startswith(".venv")]
        found += [str((Path(folder) / name).relative_to(ROOT)) for name in names]
    return tuple(sorted(found))


def texts(*folders: str) -> dict[str, str]:
    """The text files of some folders, by name."""
    inside = tuple(f"{folder}/" for folder in folders)
    kinds = (".py", ".yml", ".json", ".html", ".css", ".js", ".mjs", ".toml", ".in")
    names = [n for n in files() if n.startswith(inside) and n.endswith(kinds)]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


DOCUMENTS = [Document(ROOT / name) for name in files() if name.endswith(".md")]
BY_NAME = {document.name: document for document in DOCUMENTS}
