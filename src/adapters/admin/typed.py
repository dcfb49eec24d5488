"""Django's admin classes with the type arguments that mypy wants and Django does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import options
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.forms.models import BaseInlineFormSet

if TYPE_CHECKING:
    from adapters.orm.models import Membership, User

    BaseModelAdmin = options.BaseModelAdmin
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline
    UserAdmin = auth_admin.UserAdmin[User]
    GroupAdmin = auth_admin.GroupAdmin
    PasswordForm = auth_forms.AdminPasswordChangeForm[User]
    UserCreationForm = auth_forms.AdminUserCreationForm[User]
    MembershipFormSet = BaseInlineFormSet[Membership, Any, Any]
else:
    UserAdmin = auth_admin.UserAdmin
    GroupAdmin = auth_admin.GroupAdmin
    PasswordForm = auth_forms.AdminPasswordChangeForm
    UserCreationForm = auth_forms.AdminUserCreationForm
    MembershipFormSet = BaseInlineFormSet

    class _TakesTypes:
        def __class_getitem__(cls, _types: Any) -> type:
            return cls

    class BaseModelAdmin(_TakesTypes):
        """What a mixin of pages and inlines takes for its base."""

    class ModelAdmin(_TakesTypes, admin.ModelAdmin):
        """Django's, to be written with its model."""

    class TabularInline(_TakesTypes, admin.TabularInline):
        """Django's, to be written with its models."""
