"""The rows that a field may choose: those that the person may look at, and act for."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model

from adapters.admin.actor import administrator
from adapters.orm.models import PersonalAccessToken, User
from adapters.orm.user_facts import user_facts
from domain.administer_refusal import refused
from domain.policy import ChangeTokensOf


class ChoicesView(AutocompleteJsonView):
    """Django's; what cannot be chosen says why."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, Any]:
        """A row as the widget shows it."""
        result: dict[str, Any] = super().serialize_result(obj, to_field_name)
        why_not = self._why_not(obj)
        if not why_not:
            return result
        return {**result, "text": f"{result['text']}: {why_not}", "disabled": True}

    def _why_not(self, obj: Model) -> str:
        """Tokens of staff are not everybody's to make."""
        if self.source_field.model is not PersonalAccessToken or not isinstance(obj, User):
            return ""
        refusal = administrator(self.request).refusal(ChangeTokensOf(user_facts(obj)))
        return refused(refusal).detail if refusal else ""
