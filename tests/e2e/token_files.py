"""Token files as Prometheus reads them: replaced whole, never half-written."""

from __future__ import annotations

from pathlib import Path


def replace(path: Path, token: str) -> None:
    """Put a new token in the place of the old one, in one step."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(token)
    new.replace(path)
