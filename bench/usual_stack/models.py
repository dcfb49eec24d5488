"""The service's tables, seen by another program: unmanaged."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    is_active = models.BooleanField()
    is_staff = models.BooleanField()

    USERNAME_FIELD = "email"

    class Meta:
        managed = False
        db_table = "shellui_user"


class Company(models.Model):
    slug = models.SlugField()

    class Meta:
        managed = False
        db_table = "shellui_company"


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10)
    is_enabled = models.BooleanField()
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "shellui_membership"


class UserActivity(models.Model):
    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="activity")
    last_seen_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "shellui_useractivity"


class SocialAccount(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="social_accounts")

    class Meta:
        managed = False
        db_table = "shellui_socialaccount"


class LoginTally(models.Model):
    company = models.ForeignKey(Company, models.CASCADE)
    provider = models.CharField(max_length=50)
    successes = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "shellui_logintally"


class PersonalAccessToken(models.Model):
    id = models.UUIDField(primary_key=True)
    jti = models.CharField(max_length=36)
    user = models.ForeignKey(User, models.CASCADE)
    company = models.ForeignKey(Company, models.CASCADE)
    read_only = models.BooleanField()
    access_global_metrics = models.BooleanField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "shellui_personalaccesstoken"
