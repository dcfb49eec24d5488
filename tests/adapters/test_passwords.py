"""Which passwords are too easy, at every place that sets one; those that are in use go on."""

from __future__ import annotations

import pytest

from adapters.orm.models import User
from adapters.orm.repositories.sign_in import DjangoPasswords
from tests.admin.test_users import _set_password
from tests.factories import CompanyFactory, MembershipFactory, UserFactory
from tests.production import environment, manage

EASY = {
    "eleven characters": ("kettle-spoo", "at least 12 characters"),
    "a common one": ("1qaz2wsx3edc4rfv", "too common"),
    "digits alone": ("860319472516", "entirely numeric"),
    "this service's": ("i-like-ShellUI-9", "shellui"),
    "the person's name": ("Margarethe!9911", "margarethe"),
    "the person's address": ("99_mwillow_0000", "mwillow"),
    "their company's name": ("Hooli-forever-1", "hooli"),
    "their company's slug": ("x!sandhill!x123", "sandhill"),
}
GOOD = "kettle-spoon-drizzle"


@pytest.fixture
def person(db):
    user = UserFactory(email="mwillow@mail.example", name="Margarethe Willow")
    MembershipFactory(user=user, company=CompanyFactory(slug="sandhill", name="Hooli & Co"))
    return user


@pytest.mark.parametrize(("password", "why"), EASY.values(), ids=list(EASY))
def test_an_easy_one_is_refused_with_its_reason(person, password, why):
    """What people, and ``manage.py changepassword``, ask."""
    assert why in (DjangoPasswords().fault(person.pk, password) or "").lower()


def test_a_good_one_is_taken(person):
    assert DjangoPasswords().fault(person.pk, GOOD) is None


def test_short_words_turn_up_by_chance(db):
    user = UserFactory(email="al@mail.example", name="Al Bo")
    assert DjangoPasswords().fault(user.pk, "also-borrowed-alps") is None


@pytest.mark.parametrize("password", ["kettle-spoo", "x!sandhill!x123"])
def test_the_admin_refuses_it_too(admin_client, person, password):
    before = person.password
    assert _set_password(admin_client, person, password1=password, password2=password)
    person.refresh_from_db()
    assert person.password == before


@pytest.mark.parametrize(
    ("password", "code"), [("kettle-spoo", 1), ("shellui-forever", 1), (GOOD, 0)]
)
def test_the_first_person_has_a_good_one_too(tmp_path, password, code):
    env = environment(DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}")
    assert manage("migrate", "-v0", env=env).returncode == 0
    asked = ["createsuperuser", "--noinput", "--email", "root@mail.example"]
    done = manage(*asked, env={**env, "DJANGO_SUPERUSER_PASSWORD": password})
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_one_that_is_in_use_goes_on(db):
    user = User.objects.create_user("old@mail.example", "short")
    holder = DjangoPasswords().check("old@mail.example", "short")
    assert holder is not None
    assert holder.user.id == user.pk
