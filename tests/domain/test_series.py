"""What a plugin delivers becomes plain values, or fails: few at a time, or many at once."""

from __future__ import annotations

import math

import pytest

from domain.metrics.family import Family, Kind, Sample
from domain.metrics.series import CollectorFaultError, checked_samples, plain_text

FAMILY = Family("jobs", Kind.GAUGE, "Jobs.", ("queue",))
FEW, MANY = 8, 9


class Text(str):
    """A string that may do anything when it is used."""

    __slots__ = ()


class Number(float):
    """Likewise."""


class Odd(Sample):
    """Likewise."""


def among(count: int, odd: object) -> list[object]:
    """So many good samples, and the odd one among them."""
    good = [Sample((f"queue-{number}",), float(number)) for number in range(count - 1)]
    return [*good[: count // 2], odd, *good[count // 2 :]]


GOOD = {
    "ascii": Sample(("a",), 1.0),
    "accents": Sample(("é",), 1.0),
    "an emoji": Sample(("\U0001f600",), -0.5),
    "empty": Sample(("",), 0.0),
}
MENDED = {
    "an integer": Sample(("a",), 1),
    "true": Sample(("a",), True),
    "a number of its own": Sample(("a",), Number(1.0)),
    "labels in a list": Sample(["a"], 1.0),
    "a sample of its own": Odd(("a",), 1.0),
}
BAD = {
    "not a number": Sample(("a",), math.nan),
    "infinity": Sample(("a",), math.inf),
    "minus infinity": Sample(("a",), -math.inf),
    "no label": Sample((), 1.0),
    "two labels": Sample(("a", "b"), 1.0),
    "a number for a label": Sample((1,), 1.0),
    "none for a label": Sample((None,), 1.0),
    "bytes for a label": Sample((b"a",), 1.0),
    "a text of its own": Sample((Text("a"),), 1.0),
    "a lone surrogate": Sample(("\ud800",), 1.0),
}


@pytest.mark.parametrize("count", [1, FEW, MANY, 40])
@pytest.mark.parametrize("what", GOOD)
def test_the_good_are_served_as_they_are(what, count):
    delivered = among(count, GOOD[what])
    assert checked_samples(FAMILY, iter(delivered)) == tuple(delivered)


@pytest.mark.parametrize("count", [1, FEW, MANY, 40])
@pytest.mark.parametrize("what", MENDED)
def test_the_nearly_good_are_made_plain(what, count):
    served = checked_samples(FAMILY, iter(among(count, MENDED[what])))
    assert {type(sample) for sample in served} == {Sample}
    assert {type(sample.value) for sample in served} == {float}
    assert {type(sample.labels) for sample in served} == {tuple}
    assert {type(text) for sample in served for text in sample.labels} == {str}
    assert served[count // 2] == Sample(("a",), 1.0)


@pytest.mark.parametrize("count", [1, FEW, MANY, 40])
@pytest.mark.parametrize("what", BAD)
def test_the_bad_are_not_served(what, count):
    with pytest.raises(CollectorFaultError, match=r"^jobs "):
        checked_samples(FAMILY, iter(among(count, BAD[what])))


def test_nothing_is_nothing():
    assert checked_samples(FAMILY, ()) == ()


def test_a_family_without_labels():
    plain = Family("up", Kind.GAUGE, "Up.")
    assert checked_samples(plain, [Sample((), 1.0)]) == (Sample((), 1.0),)


@pytest.mark.parametrize("text", [Text("a"), 1, None, b"a", "\ud800"])
def test_text_is_text(text):
    with pytest.raises(CollectorFaultError, match=r"^jobs has text"):
        plain_text(text, "jobs")


@pytest.mark.parametrize("count", [1, FEW, MANY, 3 * MANY])
def test_what_is_plain_all_through_is_not_built_anew(count):
    """There may be hundreds of thousands of series, and it cannot be changed."""
    given = tuple(among(count, Sample(("é",), -0.5)))
    assert checked_samples(FAMILY, given) is given
    without_labels = Family("jobs_total", Kind.GAUGE, "Jobs.")
    bare = tuple(Sample((), float(number)) for number in range(count))
    assert checked_samples(without_labels, bare) is bare
