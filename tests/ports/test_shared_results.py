"""Where results are shared: one row a key, one who measures, the store's own clock."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import F

from adapters.orm.models import SharedResult
from adapters.sharing.table import OrmSharedResults
from tests.fakes.shared_results import FakeSharedResults

pytestmark = pytest.mark.django_db
KEY = "users platform"


class Orm(OrmSharedResults):
    """Time passes when the rows grow older."""

    def pass_time(self, seconds: float) -> None:
        SharedResult.objects.update(
            measured_at=F("measured_at") - seconds, claimed_until=F("claimed_until") - seconds
        )


@pytest.fixture(params=[FakeSharedResults, Orm])
def store(request):
    return request.param()


def measured(store, text: bytes | None = b"numbers", *, seen: str = "", cost: float = 2.0) -> str:
    claim = store.claim(KEY, seen=seen, seconds=30)
    assert claim
    store.finish(KEY, claim, text, cost=cost)
    return claim


def test_there_is_nothing_before_the_first_measurement_is_done(store):
    assert store.read(KEY) is None
    assert store.claim(KEY, seconds=30)
    assert store.read(KEY) is None


def test_what_was_measured_is_read_with_its_age_and_its_cost(store):
    version = measured(store)
    store.pass_time(10)
    entry = store.read(KEY)
    assert (entry.version, entry.text, entry.shared.cost) == (version, b"numbers", 2.0)
    assert entry.shared.age == pytest.approx(12, abs=1)
    assert not entry.shared.failed
    assert store.read("tokens platform") is None


def test_who_has_it_already_is_told_its_age_alone(store):
    version = measured(store)
    entry = store.read(KEY, known=version)
    assert (entry.version, entry.text) == (version, None)
    assert not entry.shared.failed


def test_one_has_the_claim_until_it_is_done(store):
    claim = store.claim(KEY, seconds=30)
    assert claim
    assert store.claim(KEY, seconds=30) is None
    assert store.claim("tokens platform", seconds=30)
    store.finish(KEY, claim, b"numbers", cost=1)
    assert store.claim(KEY, seen=claim, seconds=30)


def test_who_saw_an_older_result_gets_no_claim(store):
    version = measured(store)
    assert store.claim(KEY, seconds=30) is None
    assert store.claim(KEY, seen=version, seconds=30)


def test_the_claim_of_one_that_died_ends(store):
    assert store.claim(KEY, seconds=30)
    store.pass_time(29)
    assert store.claim(KEY, seconds=30) is None
    store.pass_time(2)
    assert store.claim(KEY, seconds=30)


def test_a_claim_of_a_clock_that_was_put_back_ends(store):
    assert store.claim(KEY, seconds=30)
    store.pass_time(-86_400)
    assert store.claim(KEY, seconds=30)


def test_a_failure_replaces_the_result(store):
    version = measured(store)
    failed = measured(store, None, seen=version)
    entry = store.read(KEY)
    assert (entry.version, entry.text, entry.shared.failed) == (failed, None, True)
    again = measured(store, b"new", seen=failed)
    assert store.read(KEY).version == again


def test_a_result_that_comes_late_is_kept_until_a_newer_one_is_there(store):
    slow = store.claim(KEY, seconds=30)
    store.pass_time(31)
    other = store.claim(KEY, seconds=30)
    assert other
    store.finish(KEY, slow, b"slow", cost=31)
    assert store.read(KEY).text == b"slow"
    assert store.claim(KEY, seen=slow, seconds=30) is None, "the other is at it"
    store.finish(KEY, other, b"other", cost=1)
    assert store.read(KEY).text == b"other"
    store.finish(KEY, slow, b"slow", cost=31)
    assert store.read(KEY).text == b"other"


def test_a_failure_that_comes_late_is_not_kept(store):
    slow = store.claim(KEY, seconds=30)
    store.pass_time(31)
    measured(store, b"other")
    store.finish(KEY, slow, None, cost=31)
    assert store.read(KEY).text == b"other"


def test_a_restored_result_is_as_old_as_it_is(store):
    measured(store)
    store.pass_time(86_400)
    assert store.read(KEY).shared.age > 86_000


def test_rows_that_nobody_asks_for_go():
    store = Orm()
    old = store.claim("users 7", seconds=30)
    store.finish("users 7", old, b"numbers", cost=1)
    store.pass_time(3_700)
    measured(store)
    assert list(SharedResult.objects.values_list("key", flat=True)) == [KEY]


@pytest.mark.postgresql
def test_the_table_is_not_logged():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = %s",
            [SharedResult._meta.db_table],
        )
        assert cursor.fetchone() == ("u",)
