"""Which token the string in a file names, and what is wrong with a file that names none."""

from __future__ import annotations

import codecs
from uuid import UUID

from django.core.management.base import CommandError

from adapters.commands.shell import refuse, usage
from adapters.commands.token_file import TokenFile
from domain.services import Services
from domain.tokens.claims import PatClaims, SessionClaims
from domain.tokens.rejection import TokenRejectedError

_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def claims_in(services: Services, file: TokenFile) -> PatClaims:
    """What the file's token says of its row.

    Raises:
        CommandError: there is no token in the file, or its row does not answer to it any more: an
            old string may come from anywhere, and says nothing about who has the present one.
    """
    try:
        claims = services.old_strings.read(_text(file))
    except TokenRejectedError as exc:
        raise _unfit(file, f"holds no token of this service. {exc.rejection.sentence}") from None
    if isinstance(claims, SessionClaims):
        raise _unfit(file, "holds a session's token, which is no personal access token.")
    rejection = services.old_strings.rejection(claims, now=services.now())
    if rejection is not None:
        raise refuse(
            f"The token in {file.target} does not name its row any more. {rejection.sentence} To "
            "re-issue the row all the same, name it by its id."
        )
    return claims


def jti_in_use(services: Services, file: TokenFile, pat_id: UUID) -> str | None:
    """The id of the file's string, when it is one that this very token answers to."""
    try:
        claims = claims_in(services, file)
    except CommandError:
        return None
    return claims.jti if claims.pat_id == pat_id else None


def _text(file: TokenFile) -> str:
    """The token, alone in its file.

    Raises:
        CommandError: it is not, and the message says how.
    """
    content = file.content
    if content is None:
        raise _unfit(file, "is not there. Name the token by its id, or by --user and --company.")
    words = content.split()
    if content.startswith(_BYTE_ORDER_MARKS):
        raise _unfit(file, "begins with a byte order mark. Save it as ASCII, without one.")
    if not words:
        raise _unfit(file, "is empty. Name the token by its id, or by --user and --company.")
    if words[0].lower() == b"bearer":
        raise _unfit(file, "begins with the word Bearer. Leave the token alone in it.")
    if len(words) > 1:
        raise _unfit(file, "holds more than one word or line. Leave the token alone in it.")
    return words[0].decode("ascii", "replace")


def _unfit(file: TokenFile, fault: str) -> CommandError:
    return usage(f"{file.target} {fault}")
