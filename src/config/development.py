"""With DEBUG only: a secret and a key, made once and kept in an ignored folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def development_secret(folder: Path) -> str:
    """The folder's secret key, made when it is not there."""
    return _kept(folder / "secret_key", lambda: secrets.token_urlsafe(50))


def development_key(folder: Path) -> str:
    """The folder's signing key as PEM, made when it is not there."""
    return _kept(folder / "jwt_private_key.pem", _new_key)


def _new_key() -> str:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The file's text. Of processes that make it at the same time, one wins and all agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
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
