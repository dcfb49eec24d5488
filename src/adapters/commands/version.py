"""The service's version. ``pyproject.toml`` reads it here, and so does whoever tells it."""

__version__ = "0.1.0"
