"""The forms, with the bounds the API has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from adapters.pages.abilities import why_not
from domain.callers.caller import Company
from domain.names import LARGEST_ID, LONGEST_NAME, check_line
from domain.policy import Allowed, Decision

_DAY = 24 * 3600
_LIFETIMES = (1, 7, 30, 90, 180, 365)
_OVERLAPS = (
    (0, "Stop at once"),
    (600, "Work on for up to 10 minutes"),
    (3600, "Work on for up to an hour"),
    (_DAY, "Work on for up to a day"),
)


def one_line(text: str) -> None:
    """Refuse what would leave its line (``domain.names``)."""
    try:
        check_line(text)
    except ValueError as exc:
        raise ValidationError(f"Please {exc}.") from None


class SignInForm(forms.Form):
    """An e-mail address and a password."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    company_id = forms.IntegerField(
        label="Company id",
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="For staff, and for members of several companies.",
    )


class CompanyChoiceForm(SignInForm):
    """Once more, with the companies to choose from."""

    def __init__(self, *args: Any, choices: tuple[Company, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company = self.fields["company_id"]
        company.label, company.help_text = "Company", ""
        company.widget = forms.Select(choices=[(choice.id, choice.slug) for choice in choices])


class CreateForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        validators=[one_line],
        required=False,
        help_text="What it is for, such as “prometheus”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    read_only = forms.BooleanField(
        label="Read-only",
        required=False,
        initial=True,
        help_text="It can look and change nothing.",
    )
    access_global_metrics = forms.BooleanField(
        label="Metrics of every company", required=False, help_text="You answer for it."
    )
    expires_in = forms.TypedChoiceField(label="Lives for", coerce=int)

    def __init__(
        self, *args: Any, max_seconds: int, company: Decision, grant: Decision, **kwargs: Any
    ) -> None:
        """``company`` is the answer to a scrape with it, ``grant`` to giving it the global flag."""
        super().__init__(*args, **kwargs)
        self.fields["expires_in"] = _lifetime(max_seconds)
        if isinstance(company, Allowed):
            self.fields["read_only"].help_text += " Enough for Prometheus."
        if not isinstance(grant, Allowed):
            del self.fields["access_global_metrics"]


class ReissueForm(forms.Form):
    """A new string for a token."""

    overlap_seconds = forms.TypedChoiceField(
        label="The old string shall",
        coerce=int,
        choices=_OVERLAPS,
        initial=600,
        help_text="It stops the moment the new one is first used, in any case.",
    )
    access_global_metrics = forms.BooleanField(
        label="Keep the metrics of every company",
        required=False,
        help_text=(
            "You answer for it from now on. Unticked, the token loses it, and the old string "
            "stops at once."
        ),
    )

    def __init__(self, *args: Any, has_flag: bool, grant: Decision, **kwargs: Any) -> None:
        """``grant`` is the policy's answer to giving the token the global flag."""
        super().__init__(*args, **kwargs)
        flag = self.fields["access_global_metrics"]
        if not has_flag:
            del self.fields["access_global_metrics"]
        elif isinstance(grant, Allowed):
            flag.initial = True
        else:
            flag.disabled = True
            flag.help_text = (
                f"{why_not(grant)} Re-issued by you, the token loses it, and the old string stops "
                "at once."
            )


def _lifetime(max_seconds: int) -> forms.TypedChoiceField:
    choices = [(days * _DAY, span(days * _DAY)) for days in _LIFETIMES if days * _DAY < max_seconds]
    longest = (max_seconds, f"{span(max_seconds)} (the longest)")
    return forms.TypedChoiceField(
        label="Lives for", coerce=int, choices=[*choices, longest], initial=max_seconds
    )


def span(seconds: int) -> str:
    """A duration in the largest unit that divides it."""
    units = ((_DAY, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((size, unit) for size, unit in units if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
