"""The rule of ``domain.names`` as Django's forms and managers ask for it."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from domain.names import check_line


def one_line(text: str) -> None:
    """Let through what stays in its line.

    Raises:
        ValidationError: it does not; the message says what to write.
    """
    try:
        check_line(text)
    except ValueError as exc:
        raise ValidationError(f"Please {exc}.") from None
