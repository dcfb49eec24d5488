"""Pages of a list of tokens: where one begins, and how that is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tokens.listing import MOST_LISTED, Page, Place, page
from tests.domain.make import pat_record
from tests.fakes.service import NOW

ID = UUID("0123456789abcdef0123456789abcdef")
START, END = datetime(1970, 1, 1), datetime(5000, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(START, END, timezones=st.just(UTC))


def test_a_place_is_microseconds_since_1970_and_an_id():
    place = Place(datetime(1970, 1, 2, 0, 0, 1, 5, tzinfo=UTC), ID)
    assert str(place) == f"86401000005-{ID.hex}"
    assert Place.read(str(place)) == place


@given(MOMENTS, st.uuids())
def test_a_place_is_read_as_it_was_written(moment, row_id):
    place = Place(moment, row_id)
    assert Place.read(str(place)) == place


@pytest.mark.parametrize(
    "text", ["", "1", f"-1-{ID.hex}", f"1-{ID.hex}0", f"{10**17}-{ID.hex}", f"x1-{ID.hex}"]
)
def test_what_was_never_written_is_refused(text):
    with pytest.raises(ValueError, match="write a cursor as it was given"):
        Place.read(text)


def test_a_page_ends_with_the_row_after_which_the_next_one_begins():
    rows = [pat_record(id=uuid4(), created_at=NOW - timedelta(n)) for n in range(3)]
    assert page(rows, most=3) == Page(rows, None)
    assert page(rows, most=2) == Page(rows[:2], Place(rows[1].created_at, rows[1].id))
    assert page([], most=1) == Page([], None)


def test_all_that_is_kept_can_be_listed():
    assert MOST_LISTED == 300
