"""Rows made with factory-boy, each plausible by itself."""

from __future__ import annotations

import uuid
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from adapters.orm.models import (
    Company,
    LoginTally,
    Membership,
    PersonalAccessToken,
    Session,
    SocialAccount,
    User,
    UserActivity,
)
from tests.service import NOON

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.test")
    name = factory.Sequence(lambda n: f"User {n}")
    password = factory.django.Password(PASSWORD)


class StaffFactory(UserFactory):
    email = factory.Sequence(lambda n: f"staff{n}@example.test")
    is_staff = True


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    slug = factory.Sequence(lambda n: f"company-{n}")
    name = factory.Sequence(lambda n: f"Company {n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)


class OwnershipFactory(MembershipFactory):
    role = Membership.Role.OWNER


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    created_at = NOON
    expires_at = NOON + timedelta(days=7)
    generation = factory.SelfAttribute("user.generation")


class PersonalAccessTokenFactory(DjangoModelFactory):
    class Meta:
        model = PersonalAccessToken

    jti = factory.LazyFunction(lambda: str(uuid.uuid4()))
    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"token {n}")
    created_at = NOON
    expires_at = NOON + timedelta(days=90)
    generation = factory.SelfAttribute("user.generation")


class SocialAccountFactory(DjangoModelFactory):
    class Meta:
        model = SocialAccount

    user = factory.SubFactory(UserFactory)
    provider = "github"
    uid = factory.Sequence(str)


class UserActivityFactory(DjangoModelFactory):
    class Meta:
        model = UserActivity

    user = factory.SubFactory(UserFactory)
    last_seen_at = NOON


class LoginTallyFactory(DjangoModelFactory):
    class Meta:
        model = LoginTally

    company = factory.SubFactory(CompanyFactory)
    provider = "email"
    successes = 1
