"""Content negotiation: a header in, a choice out, whatever the header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.prometheus.accept import accepts_gzip, prefers_openmetrics

OPENMETRICS = "application/openmetrics-text"
QUALITIES = st.sampled_from(["0", "0.001", "0.3", "0.5", "1", "1.000"])
TOKENS = st.text(st.sampled_from("az*/;=,q.0123 \t\"'"), max_size=12)
ANY_HEADER = st.one_of(st.text(), st.lists(TOKENS).map(",".join), st.lists(TOKENS).map(";".join))


@given(header=ANY_HEADER)
def test_no_string_at_all_raises(header):
    assert prefers_openmetrics(header) in {True, False}
    assert accepts_gzip(header) in {True, False}


@given(header=ANY_HEADER)
def test_openmetrics_has_to_be_named(header):
    if OPENMETRICS not in header.lower():
        assert not prefers_openmetrics(header)


@given(openmetrics=QUALITIES, text=QUALITIES, swapped=st.booleans(), other=st.booleans())
def test_the_more_welcome_one_wins_and_of_equals_the_first(openmetrics, text, swapped, other):
    parts = [f"{OPENMETRICS};version=1.0.0;q={openmetrics}", f"text/plain;q={text}"]
    if swapped:
        parts.reverse()
    header = ",".join([*parts, *(["image/png;q=1"] if other else [])])
    expected = float(openmetrics) > float(text) or (
        float(openmetrics) == float(text) > 0 and not swapped
    )
    assert prefers_openmetrics(header) is expected


@pytest.mark.parametrize("space", ["", " ", "\t", "  "])
def test_spaces_are_no_matter(space):
    header = f"{space}{OPENMETRICS}{space};{space}version=1.0.0{space};{space}q=0.9{space}"
    assert prefers_openmetrics(header)


@pytest.mark.parametrize("version", ['"1.0.0"', "1.0.0"])
def test_a_version_may_be_quoted(version):
    assert prefers_openmetrics(f"{OPENMETRICS}; version={version}")


@pytest.mark.parametrize(
    "quality", ["1.1", "-1", "0.1234", "1e-1", "inf", "nan", "", "\u0660", " "]
)
def test_a_weight_that_is_none_counts_for_nothing(quality):
    assert not prefers_openmetrics(f"{OPENMETRICS};q={quality}")
    assert not accepts_gzip(f"gzip;q={quality}")


def test_an_endless_header_takes_a_bounded_time():
    assert not prefers_openmetrics("a/b," * 100_000 + OPENMETRICS)
