"""The forms that take one's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

LONGEST_PASSWORD = 1024


def password_field(label: str, *, autocomplete: str) -> forms.CharField:
    """A password as it was typed, spaces included."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class ConfirmForm(forms.Form):
    """The password again."""

    password = password_field("Password", autocomplete="current-password")


class PasswordForm(forms.Form):
    """Another password."""

    old = password_field("Present password", autocomplete="current-password")
    new = password_field("New password", autocomplete="new-password")
    again = password_field("New password again", autocomplete="new-password")
    end_tokens = forms.BooleanField(
        label="End my tokens too",
        required=False,
        help_text=(
            "Tick it if somebody else may have them. Every program that uses one of your tokens, "
            "in any company, stops until you give it a new one."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_again(self) -> str:
        """See that it was typed as meant."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new", again):
            raise forms.ValidationError("This is not the password above.")
        return again
