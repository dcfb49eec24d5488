"""Commands that the documents name can be given: program, options and files are there.

Blocks of ``bash`` are run by ``tests/e2e``; what would take too long is held against the code here.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator

import pytest
from django.core.management import get_commands, load_command_class

from tests.docs.documents import DOCUMENTS, ROOT, Document, texts

RUN_AS_PRINTED = {
    "README.md",
    "docs/api.md",
    "docs/configuration.md",
    "docs/monitoring.md",
    "docs/tokens.md",
}
_SET = r"(?:[A-Z_]+=\S+ )*"
_NOT_FOUND = re.compile(rf"{_SET}(?:python|pytest|pip|granian) ")
_PYTEST = re.compile(rf"({_SET})\.venv/bin/pytest ([^`\n]+)")
_MANAGE = re.compile(r"manage\.py ([a-z_]+)((?:(?!manage\.py).)*)", re.DOTALL)
_OPTION = re.compile(r"--(\[no-\])?([a-z][a-z-]+)")
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)


def given(document: Document) -> list[str]:
    """What the document gives to type: its spans of code, and its blocks of commands."""
    blocks = document.blocks_of("bash", "sh", "crontab", "")
    return [*document.spans, *(block.text for block in blocks)]


@EACH
def test_what_is_marked_to_be_run_is_run(document: Document):
    if document.blocks_of("bash", "crontab"):
        assert document.name in RUN_AS_PRINTED


@EACH
def test_a_command_names_a_program_that_is_found(document: Document):
    """There is no ``python`` with Django in a terminal: the one that has it is in ``.venv/bin``."""
    blocks = document.blocks_of("bash", "sh", "crontab")
    lines = [line for block in blocks for line in block.text.splitlines()]
    assert [text for text in (*document.spans, *lines) if _NOT_FOUND.match(text)] == []
    assert [line for line in lines if line.startswith("manage.py")] == []


@EACH
def test_tests_that_are_named_are_there_and_read_what_is_set_for_them(document: Document):
    sources = "".join(texts("tests").values())
    for text in given(document):
        for variables, arguments in _PYTEST.findall(text):
            paths = [word for word in arguments.split() if word.startswith("tests/")]
            assert [path for path in paths if not (ROOT / path).exists()] == []
            names = re.findall(r"([A-Z_]+)=", variables)
            assert [name for name in names if f'"{name}"' not in sources] == []


@EACH
def test_options_that_are_named_are_the_command_s(document: Document):
    commands = get_commands()
    for text in given(document):
        for name, rest in _MANAGE.findall(text):
            if name in commands:
                unknown = set(_options_in(rest)) - set(_options_of(name))
                assert unknown == set(), f"manage.py {name}"


def _options_in(text: str) -> Iterator[str]:
    for negated, name in _OPTION.findall(text):
        yield f"--{name}"
        if negated:
            yield f"--no-{name}"


def _options_of(name: str) -> Iterator[str]:
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    yield from _options(command.create_parser("manage.py", name))


def _options(parser: ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, _SubParsersAction):
            for inner in action.choices.values():
                yield from _options(inner)
