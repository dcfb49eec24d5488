"""With DEBUG only: the demo's database, a secret and a key, kept in an ignored folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_SECRET, _KEY = "secret_key", "jwt_private_key.pem"


def development_database(folder: Path) -> str:
    """The URL of the folder's SQLite file, which is the demo's and nobody else's default."""
    _private(folder)
    return f"sqlite:///{folder / 'demo.sqlite3'}"


def development_secret(folder: Path) -> str:
    """The folder's secret key, made when it is not there."""
    return _kept(folder / _SECRET, lambda: secrets.token_urlsafe(50))


def development_key(folder: Path) -> str:
    """The folder's signing key as PEM, made when it is not there."""
    return _kept(folder / _KEY, _new_key)


def was_made_up(text: str, folder: Path) -> bool:
    """Whether a secret or a key is the folder's. Who may not read the folder has nothing of it."""
    return text.replace("\\n", "\n").strip() in map(_text, (folder / _SECRET, folder / _KEY))


def _private(folder: Path) -> None:
    """See that the folder is there, and its owner's alone: another mode was an older release's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _text(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None


def _new_key() -> str:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The file's text. Of processes that make it at the same time, one wins and all agree."""
    if not path.exists():
        _private(path.parent)
        handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600 from the first moment
        with os.fdopen(handle, "w") as file:
            file.write(make())
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()
    return path.read_text()
