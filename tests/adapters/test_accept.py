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


SPECIFIC = {
    f"{OPENMETRICS};q=0.1,*/*;q=0.9": False,
    f"*/*;q=0.9,{OPENMETRICS};q=0.1": False,
    f"{OPENMETRICS};q=0.9,*/*;q=0.1": True,
    f"{OPENMETRICS};q=0.5,text/*;q=0.9": False,
    f"{OPENMETRICS};q=0.5,text/*;q=0.9,text/plain;q=0.1": True,
    f"{OPENMETRICS};q=0.5,text/plain;q=0.1,*/*;q=0.9": True,
    f"{OPENMETRICS};q=0.5,text/plain;version=0.0.4;q=0.1,text/plain;q=0.9": True,
    f"{OPENMETRICS};q=0.5,text/plain;version=0.0.3;q=0.9,text/plain;q=0.1": True,
    f"{OPENMETRICS};q=0.9,{OPENMETRICS};version=1.0.0;q=0.1,text/plain;q=0.5": False,
    f"{OPENMETRICS};q=0.1,{OPENMETRICS};version=1.0.0;q=0.9,text/plain;q=0.5": True,
    f"{OPENMETRICS};version=1.0.0;q=0.1,"
    f"{OPENMETRICS};version=1.0.0;charset=UTF-8;q=0.9,text/plain;q=0.5": True,
    f"{OPENMETRICS};q=0,application/*;q=1": False,
    "application/*": False,
    "application/*,text/plain;q=0.1": False,
    f"{OPENMETRICS},*/*": True,
    f"*/*,{OPENMETRICS}": False,
    f"{OPENMETRICS};q=0.5;version=9,text/plain;q=0.4": True,
    f'{OPENMETRICS};a="b,c";q=0.9,{OPENMETRICS};q=0.1,text/plain;q=0.5': False,
    f'image/png;a="{OPENMETRICS},",text/plain;q=0.5': False,
    f"{OPENMETRICS};version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1": True,
}


@pytest.mark.parametrize(("header", "expected"), SPECIFIC.items())
def test_what_means_a_type_most_closely_decides(header, expected):
    """RFC 9110 section 12.5.1, whatever stands first."""
    assert prefers_openmetrics(header) is expected


@given(
    weights=st.dictionaries(
        st.sampled_from(["text/plain;version=0.0.4", "text/plain", "text/*", "*/*"]), QUALITIES
    ),
    openmetrics=QUALITIES,
    order=st.randoms(use_true_random=False),
)
def test_the_weight_of_text_is_that_of_its_closest_range(weights, openmetrics, order):
    elements = [f"{value};q={quality}" for value, quality in weights.items()]
    order.shuffle(elements)
    closest = ["text/plain;version=0.0.4", "text/plain", "text/*", "*/*"]
    text = float(next((weights[value] for value in closest if value in weights), 0))
    header = ",".join([f"{OPENMETRICS};q={openmetrics}", *elements])
    assert prefers_openmetrics(header) is (float(openmetrics) >= text and float(openmetrics) > 0)


CODINGS = {
    "gzip;q=0.5, identity;q=0.9": False,
    "gzip;q=0.5, *;q=0.9": False,
    "gzip;q=0.5, identity;q=0.5": True,
    "identity;q=0, gzip;q=0.1": True,
    "identity, *;q=0.5": False,
    "*;q=0.5, identity;q=0.4": True,
    "br, x-gzip;q=0.1": True,
    "gzip;q=0, x-gzip": False,
    "gzip;q=0, gzip": True,
    "GZIP": True,
}


@pytest.mark.parametrize(("header", "expected"), CODINGS.items())
def test_the_coding_that_is_more_welcome(header, expected):
    """RFC 9110 section 12.5.3."""
    assert accepts_gzip(header) is expected


@pytest.mark.parametrize("unit", ['"', '"\\"', "a/b;", ",", ";", '"a', "a;b=c,"])
def test_no_repetition_makes_it_slow(unit):
    """Each of them is read, or dropped, within a bounded number of steps."""
    for header in (unit * 1000, unit * 30_000):
        assert not prefers_openmetrics(header)
        assert not accepts_gzip(header)


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
