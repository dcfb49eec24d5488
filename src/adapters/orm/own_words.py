"""What nobody's password contains: words that whoever knows a person would try first."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from adapters.orm.models import Company, User

_SERVICE = ("shellui", "metrics")
_SHORTEST = 4
"""Shorter ones turn up by chance."""


class OwnWordsValidator:
    """Refuses the service's words, the person's, and those of their companies.

    OWASP ASVS 5.0, 6.2.11 and 6.1.2.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Look for each word, in any case.

        Raises:
            ValidationError: naming the word.
        """
        folded = password.casefold()
        found = next((word for word in sorted(_words_of(user)) if word in folded), None)
        if found is not None:
            raise ValidationError(
                f"This password contains “{found}”, which is easy to guess: it is your own, your "
                "company's or this service's.",
                code="password_own_word",
            )

    def get_help_text(self) -> str:
        """One sentence."""
        return "Your password can't contain your name, your company's or this service's."


def _words_of(user: User | None) -> set[str]:
    texts = [*_SERVICE]
    if user is not None:
        texts += [user.email.partition("@")[0], user.name]
        for company in Company.objects.filter(memberships__user_id=user.pk):
            texts += [company.slug, company.name]
    words = {word for text in texts for word in re.split(r"[\W_]+", text.casefold())}
    return {word for word in words if len(word) >= _SHORTEST}
