"""Signing in to Django admin: the limits of the API's sign-in, counted together with it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from adapters.orm.models import User
from adapters.orm.repositories.rate_limit import OrmSignInLimiter


class LimitedBackend(ModelBackend):
    """Django's own backend behind the limiter."""

    limiter = OrmSignInLimiter()

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Check the credentials.

        Raises:
            ValidationError: too many attempts; the sign-in form shows its sentence.
        """
        email = username or str(kwargs.get("email", ""))
        address = request.META.get("REMOTE_ADDR", "") if request else ""
        key = {"email": email, "address": address}
        wait = self.limiter.attempt(**key, now=timezone.now())
        if wait is not None:
            raise ValidationError(f"Too many sign-in attempts. Try again in {wait} seconds.")
        user = super().authenticate(request, username=email, password=password, **kwargs)
        if user is not None:
            self.limiter.succeeded(**key, now=timezone.now())
        return user
