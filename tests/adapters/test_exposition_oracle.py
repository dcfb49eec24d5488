"""``prometheus_client`` is the oracle: what we write is what it would write, byte for byte."""

from __future__ import annotations

import math
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.utils import floatToGoString

from adapters.prometheus.exposition import render
from domain.metrics.family import Distribution, Family, Kind, Measured, Sample, Snapshot

FORMATS = ["text/plain; version=0.0.4", "application/openmetrics-text; version=1.0.0"]
CLASSES = {
    Kind.GAUGE: GaugeMetricFamily,
    Kind.COUNTER: CounterMetricFamily,
    Kind.HISTOGRAM: HistogramMetricFamily,
}


class Collected:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def describe(self):
        return ()

    def collect(self):
        for item in self.snapshot.measured:
            family = item.family
            metric = CLASSES[family.kind](family.name, family.help, labels=family.labels)
            for sample in item.samples:
                metric.add_metric(sample.labels, sample.value)
            for one in item.distributions:
                buckets = [(floatToGoString(bound), count) for bound, count in one.buckets]
                metric.add_metric(one.labels, buckets, one.sum)
            yield metric


def oracle(snapshot: Snapshot, accept: str) -> tuple[bytes, str]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collected(snapshot))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"', "\\", "\n", '\\"\n\\n', "", "é", "a b", "🦊", "\r", "\u2028"]
)
names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True)
label_names = st.from_regex(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,6}", fullmatch=True)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [
        0.0,
        -0.0,
        1.0,
        999_999.0,
        1_000_000.0,
        12_345_678.0,
        1e15,
        1e16,
        1e21,
        0.1,
        1e-7,
        -1e9,
        5e-324,
    ]
)
counts = st.integers(0, 10**12).map(float)


@st.composite
def measured(draw) -> Measured:
    kind = draw(st.sampled_from(Kind))
    name = draw(names) + ("_total" if kind is Kind.COUNTER else "")
    labels = draw(st.lists(label_names.filter(lambda n: n != "le"), max_size=4, unique=True))
    family = Family(name, kind, draw(text), tuple(labels))
    series = draw(
        st.lists(st.tuples(*[text] * len(labels)), max_size=12 if labels else 1, unique=True)
    )
    if kind is Kind.HISTOGRAM:
        return Measured(family, (), tuple(draw(distribution(one)) for one in series))
    return Measured(family, tuple(Sample(one, draw(numbers)) for one in series))


@st.composite
def distribution(draw, labels) -> Distribution:
    bounds = sorted(draw(st.sets(st.floats(0, 1e9), max_size=4)))
    totals = sorted(draw(st.lists(counts, min_size=len(bounds) + 1, max_size=len(bounds) + 1)))
    return Distribution(labels, tuple(zip((*bounds, math.inf), totals, strict=True)), draw(numbers))


snapshots = st.lists(measured(), max_size=5).map(lambda items: Snapshot(tuple(items)))


@settings(max_examples=200)
@given(snapshot=snapshots, accept=st.sampled_from(FORMATS))
def test_byte_for_byte(snapshot, accept):
    rendered = render(snapshot, accept=accept, accept_encoding="")
    body, content_type = oracle(snapshot, accept)
    assert rendered.body == body
    assert rendered.content_type == content_type


@given(snapshot=snapshots, accept=st.sampled_from(FORMATS))
def test_compressed_it_is_the_same(snapshot, accept):
    plain = render(snapshot, accept=accept, accept_encoding="").body
    zipped = render(snapshot, accept=accept, accept_encoding="gzip")
    if len(plain) < 512:
        assert (zipped.body, zipped.content_encoding) == (plain, None)
    else:
        assert zipped.content_encoding == "gzip"
        assert zlib.decompress(zipped.body, 31) == plain


@pytest.mark.parametrize("accept", FORMATS)
def test_many_series(accept):
    """The sizes at which a family is looked through as a whole."""
    family = Family("thing", Kind.GAUGE, "x", ("b", "a"))
    samples = [Sample((str(n), f"{n % 7}"), float(n % 5)) for n in range(2000)]
    samples += [Sample(("zero", "minus"), -0.0), Sample(('"', "\\\n"), 1e7)]
    snapshot = Snapshot((Measured(family, tuple(samples)),))
    assert render(snapshot, accept=accept, accept_encoding="").body == oracle(snapshot, accept)[0]
