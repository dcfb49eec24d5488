"""Whatever a document points to is there: pages, headings, files, modules, commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.docs.documents import BY_NAME, DOCUMENTS, ROOT, Document, files, texts

EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
OURS = ("src", "tests", "bench", "deploy", "requirements", ".ci")
_FILE = re.compile(r"[\w.-][\w./-]*\.(?:py|md|yml|json|toml|mjs|html|in)")
_PLACE = re.compile(r"(?:src|tests|bench|deploy|docs|domain|adapters|api|config)/[\w./-]*")
_NAME = re.compile(r"(?:domain|adapters|api|config|tests)(?:\.\w+)+")
_PAGE = re.compile(r"docs/[\w-]+\.md(?:#[\w-]+)?")
NOT_OURS = {"artifacts/bench.json", "package.json"}
"""Made when a command runs, or somebody else's."""


@EACH
def test_a_link_leads_somewhere(document: Document):
    """To a file or a folder, and to a heading where it names one. Other sites are not asked."""
    inside = [link for link in document.links if "://" not in link]
    assert [link for link in inside if not _is_there(document.path, link)] == []


def _is_there(page: Path, link: str) -> bool:
    target, _, anchor = link.partition("#")
    path = (page.parent / target).resolve() if target else page
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or anchor in BY_NAME[str(path.relative_to(ROOT))].anchors


@EACH
def test_no_two_headings_share_an_anchor(document: Document):
    found = document.anchors
    assert [anchor for anchor in found if found.count(anchor) > 1] == []


@EACH
def test_a_file_that_is_named_is_there(document: Document):
    """A path may begin at the root, in ``src`` or beside the page; a bare name may be anywhere."""
    named = [s for s in document.spans if _FILE.fullmatch(s) or _PLACE.fullmatch(s)]
    assert [name for name in named if not _is_file(document, name)] == []


def _is_file(document: Document, name: str) -> bool:
    places = (ROOT, ROOT / "src", document.path.parent)
    if name in NOT_OURS or any((place / name).exists() for place in places):
        return True
    return any(path.endswith(f"/{name}") for path in files())


@EACH
def test_a_module_or_a_name_of_ours_is_there(document: Document):
    """``api.errors.STATUS`` can be imported as it is written."""
    named = [span for span in document.spans if _NAME.fullmatch(span)]
    assert [name for name in named if not _resolves(name)] == []


def test_docstrings_name_modules_that_are_there():
    quoted = re.compile(rf"``({_NAME.pattern})``")
    named = {(file, name) for file, text in texts(*OURS).items() for name in quoted.findall(text)}
    assert [place for place in sorted(named) if not _resolves(place[1])] == []


def _resolves(name: str) -> bool:
    """Whether it is a module, or something in one."""
    module, _, rest = name.rpartition(".")
    try:
        import_module(name)
    except ModuleNotFoundError:
        return bool(module) and hasattr(_module_or_class(module), rest)
    return True


def _module_or_class(name: str) -> object:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        module, _, rest = name.rpartition(".")
        return getattr(import_module(module), rest, None)


def test_pages_that_code_points_to_are_there():
    """Comments, docstrings, alerts and their tests send people to a page, and often to a place."""
    sources = {**texts(*OURS), **_scripts()}
    sent = {(file, link) for file, text in sources.items() for link in _PAGE.findall(text)}
    assert len(sent) > 10
    assert [place for place in sorted(sent) if not _is_there(ROOT / "x", place[1])] == []


def _scripts() -> dict[str, str]:
    return {name: (ROOT / name).read_text() for name in ("Makefile", ".ci/run")}


def _mentioned(pattern: str, document: Document) -> set[str]:
    return set(re.findall(pattern, document.source))


MAKEFILE = re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
COMMANDS: dict[str, Callable[[str], bool]] = {
    r"manage\.py ([a-z_]+)": get_commands().__contains__,
    r"`make ([a-z][a-z-]*)": MAKEFILE.__contains__,
    r"python -m ((?:bench|tests)\.[\w.]+)": _resolves,
}


@EACH
@pytest.mark.parametrize("pattern", COMMANDS)
def test_a_command_that_is_named_is_there(document: Document, pattern: str):
    unknown = {n for n in _mentioned(pattern, document) if not COMMANDS[pattern](n)}
    assert unknown == set()


def test_nobody_points_to_a_page_that_is_not_in_the_repository():
    """Promises are kept in docs/; a "contract" that only its authors can read helps nobody."""
    word = re.compile(r"\bcontract\b", re.IGNORECASE)
    here = Path(__file__).relative_to(ROOT)
    sources = texts("src", "tests", "bench", "deploy") | {d.name: d.source for d in DOCUMENTS}
    found = [name for name, text in sources.items() if word.search(text)]
    assert [name for name in found if name != str(here)] == []


def test_readme_leads_to_every_document():
    unlinked = {name for name in BY_NAME if name != "README.md"} - set(BY_NAME["README.md"].links)
    assert unlinked == set()
