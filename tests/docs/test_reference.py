"""Tables that repeat what the code says are held against the code, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.environment import read_environment
from domain.metrics import catalogue
from domain.metrics.collection import own_families
from domain.metrics.family import Family
from domain.policy.scope import CompanyScope, PlatformScope
from domain.tokens.issuing import Profile, access_payload, pat_payload
from tests.config.conftest import GOOD
from tests.docs.documents import BY_NAME, ROOT
from tests.domain.make import NOW, pat_record, session_record

CONFIGURATION = BY_NAME["docs/configuration.md"].table_under("Configuration")
METRICS = BY_NAME["docs/metrics.md"]
SIGNER = {"iss", "aud"}
"""Claims that the codec adds to every payload."""


def code(cell: str) -> str:
    """What stands in a cell between backticks."""
    return cell.strip("`")


class Asked(dict[str, str]):
    """An environment that remembers which variables it was asked for."""

    names: set[str]

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_every_variable_is_in_the_table_and_no_other(tmp_path: Path):
    asked = Asked(GOOD)
    asked.names = set()
    read_environment(asked, local=tmp_path)
    variables = {name for name in asked.names if not name.endswith("_FILE")}
    assert {code(row[0]) for row in CONFIGURATION} == variables


@pytest.mark.parametrize(
    ("variable", "default"),
    [(code(row[0]), code(row[1])) for row in CONFIGURATION if row[1].startswith("`")],
)
def test_a_default_is_what_the_table_says(tmp_path: Path, variable: str, default: str):
    unsaid = {name: text for name, text in GOOD.items() if name != variable}
    found = [
        replace(read_environment(environ, local=tmp_path), key_ring=None)  # keys equal only selves
        for environ in (unsaid, {**unsaid, variable: default})
    ]
    assert found[0] == found[1]


def rows(families: Iterator[Family] | tuple[Family, ...]) -> list[list[str]]:
    return [
        [f"`{f.name}`", f.kind.value, ", ".join(f"`{n}`" for n in f.labels) or "none", f.help]
        for f in families
    ]


def test_a_company_s_families():
    served = (*catalogue.COMPANY_FAMILIES, *own_families(CompanyScope(1)))
    assert METRICS.table_under("One company") == rows(served)


def test_the_platform_s_families():
    served = (
        *catalogue.PLATFORM_FAMILIES,
        *catalogue.LOAD_FAMILIES,
        *own_families(PlatformScope()),
    )
    assert METRICS.table_under("Every company, and the platform") == rows(served)


def test_the_claims_of_the_tokens_we_issue():
    """Every claim is in the table, under the tokens that carry it, and no other."""
    profile = Profile("a@example.com", "Ann", "Ann Other", is_staff=False, is_company_owner=True)
    session = access_payload(session_record(), profile, jti="j", expires_at=NOW, now=NOW)
    pat = pat_payload(pat_record(), profile, now=NOW)
    said: dict[str, set[str]] = {"session": set(), "PAT": set()}
    for claims, in_session, in_pat, _ in BY_NAME["docs/tokens.md"].table_under("Claims"):
        names = re.findall(r"`(\w+)`", claims)
        said["session"].update(names if in_session == "yes" else ())
        said["PAT"].update(names if in_pat == "yes" else ())
    assert said == {"session": {*session, *SIGNER}, "PAT": {*pat, *SIGNER}}


@pytest.mark.parametrize("group", ["runtime", "dev", "bench"])
def test_every_dependency_says_what_it_is_for(group: str):
    text = BY_NAME["docs/dependencies.md"].source
    asked = (ROOT / f"requirements/{group}.in").read_text()
    wanted = re.findall(r"^([a-z][\w-]*)", asked, re.MULTILINE)
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE))))
    assert set(wanted) - named == set()
