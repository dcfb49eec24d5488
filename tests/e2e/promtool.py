"""promtool, Prometheus's own judge of rules and configuration, and a reader of what queries name.

promtool says whether a query parses. It cannot say whether anybody serves what the query asks for:
``names`` finds the metrics and labels a query mentions, so that a test can.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.clients import need

DEPLOY = Path(__file__).parents[2] / "deploy"
PROMETHEUS = DEPLOY / "prometheus"
GRAFANA = DEPLOY / "grafana"

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_COMMENT = re.compile(r"#[^\n]*")
_RANGE = re.compile(r"\[[^\]]*\]")
_SELECTOR = re.compile(r"\{([^}]*)\}")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_IDENTIFIER = re.compile(r"(?<![\w:.])([a-zA-Z_:][\w:]*)(?!\s*\()(?![\w:])")
_MATCHED_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_KEYWORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan", "by", "without"}


@dataclass(frozen=True)
class Names:
    """What a query mentions."""

    metrics: frozenset[str]
    labels: frozenset[str]


def names(query: str) -> Names:
    """Find the metric and label names in a query that parses."""
    text = _COMMENT.sub("", _STRING.sub('""', query))
    labels: set[str] = set()
    for matchers in _SELECTOR.findall(text):
        labels.update(_MATCHED_LABEL.findall(matchers))
    text = _RANGE.sub("", _SELECTOR.sub("", text))
    for grouping in _GROUPING.findall(text):
        labels.update(name.strip() for name in grouping.split(",") if name.strip())
    found = set(_IDENTIFIER.findall(_GROUPING.sub("", text)))
    metrics = {name for name in found if name.lower() not in _KEYWORDS}
    return Names(frozenset(metrics), frozenset(labels))


def run(*arguments: object) -> None:
    """Run promtool and fail with its own words when it is not content."""
    command = [need("promtool", package="prometheus"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.fail(f"promtool {' '.join(command[1:])}\n{done.stdout}{done.stderr}", pytrace=False)


def load(path: Path) -> Any:
    """Read a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(file: str) -> list[dict[str, Any]]:
    """Every rule of a rule file in deploy/prometheus."""
    return [rule for group in load(PROMETHEUS / file)["groups"] for rule in group["rules"]]
