"""The forms that make a token's string."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.widgets import AdminRadioSelect, AdminTextInputWidget
from django.db.models import QuerySet

from adapters.admin.fields import RowSelect
from adapters.orm.models import Company, PersonalAccessToken, User
from adapters.orm.one_line import one_line
from domain.names import LONGEST_NAME

NO_GRANT = (
    "You cannot change this: it takes the permission “Can give a token the global metrics flag”."
)
NO_WRITING = (
    "You cannot untick this: a token with global metrics that may write is a grant, and takes the "
    "permission “Can give a token the global metrics flag”."
)
NO_CHOICE = (
    "Whoever makes a token here says whose it is: it takes the permissions “Can view user” and "
    "“Can view company”. Your own tokens you make at /tokens/."
)
GRANT = (
    "Every company's metrics. Ticking it is a grant in your name: it lapses when you are no "
    "longer active staff."
)
_DAY = 24 * 3600
_LIFETIMES = (1, 7, 30, 90, 180, 365)
_OVERLAPS = (
    (0, "Stop at once"),
    (600, "Work on for up to 10 minutes"),
    (3600, "Work on for up to an hour"),
    (_DAY, "Work on for up to a day"),
)
KEEP, GRANT_ANEW, DROP = "keep", "grant", "drop"


def lifetime_field(longest: timedelta) -> forms.TypedChoiceField:
    """How long the string lives, up to what is allowed."""
    most = int(longest.total_seconds())
    choices = [(days * _DAY, _days(days)) for days in _LIFETIMES if days * _DAY < most]
    return forms.TypedChoiceField(
        label="Lives for",
        coerce=int,
        choices=[*choices, (most, f"The longest allowed, {longest}".removesuffix(", 0:00:00"))],
        initial=most,
    )


class IssueForm(forms.Form):
    """A new token, of anybody."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        help_text=(
            "A service account, yourself, or another person: their token is read-only. Staff's are "
            "made by superusers and themselves."
        ),
    )
    company = forms.ModelChoiceField(
        Company.objects.none(), help_text="The user has to be an enabled member of it, or staff."
    )
    name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        validators=[one_line],
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="What it is for, such as “prometheus”.",
    )
    read_only = forms.BooleanField(
        required=False,
        initial=True,
        help_text=(
            "It can look and change nothing. Prometheus needs no more, where the user may see "
            "metrics: owners and staff do."
        ),
    )
    access_global_metrics = forms.BooleanField(
        label="Global metrics", required=False, help_text=GRANT
    )

    def __init__(
        self,
        *args: Any,
        site: AdminSite,
        rows: dict[str, QuerySet[Any]],
        longest: timedelta,
        may_grant: bool,
        **kwargs: Any,
    ) -> None:
        """``rows`` are the users and the companies that may be named."""
        super().__init__(*args, **kwargs)
        for name, choices in rows.items():
            column = PersonalAccessToken._meta.get_field(name)  # noqa: SLF001 - Django's public _meta
            choice = self.fields[name]
            choice.queryset = choices  # type: ignore[attr-defined]  # a choice field's
            choice.widget = RowSelect(column, site, choices=choice.widget.choices)
        self.fields["expires_in"] = lifetime_field(longest)
        if not may_grant:
            flag = self.fields["access_global_metrics"]
            flag.disabled, flag.help_text = True, NO_GRANT


class ReissueForm(forms.Form):
    """A new string for a token that is there."""

    overlap_seconds = forms.TypedChoiceField(
        label="The old string shall",
        coerce=int,
        choices=_OVERLAPS,
        initial=600,
        help_text="It stops the moment the new one is first used, in any case.",
    )
    global_metrics = forms.ChoiceField(widget=AdminRadioSelect)

    def __init__(
        self,
        *args: Any,
        longest: timedelta,
        can_overlap: bool,
        is_global: bool,
        giver: User | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_in"] = lifetime_field(longest)
        if not can_overlap:
            del self.fields["overlap_seconds"]
        if is_global:
            self._ask_about_the_grant(giver)
        else:
            del self.fields["global_metrics"]

    def _ask_about_the_grant(self, giver: User | None) -> None:
        """A grant that lives may stay; one that lapsed takes an answer."""
        flag = self.fields["global_metrics"]
        keep = [(KEEP, f"Keep them; {giver} goes on answering for them")] if giver else []
        flag.choices = [  # type: ignore[attr-defined]  # a choice field's
            *keep,
            (GRANT_ANEW, "Grant them in my name: I answer for them from now on"),
            (DROP, "Take them away: the old string stops at once"),
        ]
        flag.initial = KEEP if giver else None


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
