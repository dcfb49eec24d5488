"""Expositions: golden bytes, and round trips through Prometheus's own parsers."""

from __future__ import annotations

import gzip

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.prometheus.exposition import render
from domain.metrics.family import Family, Kind, Measured, Sample, Snapshot
from tests.helpers.exposition import openmetrics, series, text

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
GAUGE = Family("users_total", Kind.GAUGE, 'A "gauge"\\with\nlines.', ("company_id", "slug"))
COUNTER = Family("logins_total", Kind.COUNTER, "A counter.", ("provider",))
PLAIN = Family("companies", Kind.GAUGE, "No labels.")
SNAPSHOT = Snapshot(
    (
        Measured(GAUGE, (Sample(("1", "acme"), 3.0), Sample(("2", 'a"b\\c\nd'), 0.5))),
        Measured(COUNTER, (Sample(("émail",), 2.0**53),)),
        Measured(PLAIN, (Sample((), 1.0),)),
    )
)
GOLDEN_TEXT = r"""# HELP users_total A "gauge"\\with\nlines.
# TYPE users_total gauge
users_total{company_id="1",slug="acme"} 3.0
users_total{company_id="2",slug="a\"b\\c\nd"} 0.5
# HELP logins_total A counter.
# TYPE logins_total counter
logins_total{provider="émail"} 9.007199254740992e+15
# HELP companies No labels.
# TYPE companies gauge
companies 1.0
"""
GOLDEN_OPENMETRICS = r"""# HELP users_total A \"gauge\"\\with\nlines.
# TYPE users_total gauge
users_total{company_id="1",slug="acme"} 3.0
users_total{company_id="2",slug="a\"b\\c\nd"} 0.5
# HELP logins A counter.
# TYPE logins counter
logins_total{provider="émail"} 9.007199254740992e+15
# HELP companies No labels.
# TYPE companies gauge
companies 1.0
# EOF
"""


def rendered(snapshot: Snapshot, accept: str = "") -> str:
    return render(snapshot, accept=accept, accept_encoding="").body.decode()


def test_golden_text():
    assert rendered(SNAPSHOT) == GOLDEN_TEXT


def test_golden_openmetrics():
    assert rendered(SNAPSHOT, OPENMETRICS) == GOLDEN_OPENMETRICS


@pytest.mark.parametrize(("accept", "golden"), [("", ""), (OPENMETRICS, "# EOF\n")])
def test_nothing_at_all(accept, golden):
    assert rendered(Snapshot(()), accept) == golden


VALUES = st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=2.0**63)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
HELPS = st.text(st.characters(exclude_categories=["Cs", "Zl", "Zp", "Cc", "Zs"]), max_size=20)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}[a-z0-9]", fullmatch=True)
LABELS = NAMES.map(lambda name: f"l_{name}")


@st.composite
def snapshots(draw) -> Snapshot:
    """Any families with any series: what the domain's checks let through."""
    measured = []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from([Kind.GAUGE, Kind.COUNTER]))
        suffix = "_total" if kind is Kind.COUNTER else ""
        labels = tuple(draw(st.lists(LABELS, unique=True, max_size=3)))
        family = Family(f"{draw(NAMES)}{number}{suffix}", kind, draw(HELPS), labels)
        keys = draw(st.lists(st.tuples(*(TEXTS for _ in labels)), unique=True, max_size=4))
        measured.append(Measured(family, tuple(Sample(key, draw(VALUES)) for key in keys)))
    return Snapshot(tuple(measured))


def expected(snapshot: Snapshot):
    return {
        (m.family.name, frozenset(zip(m.family.labels, s.labels, strict=True))): s.value
        for m in snapshot.measured
        for s in m.samples
    }


@given(snapshot=snapshots())
def test_openmetrics_reads_back_as_it_was(snapshot):
    families = list(openmetrics(rendered(snapshot, OPENMETRICS)))
    assert series(families) == expected(snapshot)
    kinds = {f.openmetrics_name: f.kind.value for f in (m.family for m in snapshot.measured)}
    assert {family.name: family.type for family in families} == kinds
    assert {family.name: family.documentation for family in families} == {
        m.family.openmetrics_name: m.family.help for m in snapshot.measured
    }


@given(snapshot=snapshots())
def test_text_reads_back_as_it_was(snapshot):
    assert series(text(rendered(snapshot))) == expected(snapshot)


def test_nothing_is_left_for_the_next_scrape():
    """The registry is made for the request: not the process's, and never the last one."""
    only = Snapshot(SNAPSHOT.measured[2:])
    assert rendered(SNAPSHOT) == GOLDEN_TEXT
    assert rendered(only) == "# HELP companies No labels.\n# TYPE companies gauge\ncompanies 1.0\n"
    assert "companies" not in prometheus_client.generate_latest().decode()


def test_gzip_is_the_same_bytes_for_the_same_scrape():
    many = tuple(Sample((str(n), "x"), float(n)) for n in range(100))
    snapshot = Snapshot((Measured(GAUGE, many),))
    first = render(snapshot, accept="", accept_encoding="gzip")
    assert first == render(snapshot, accept="", accept_encoding="gzip")
    assert first.content_encoding == "gzip"
    assert gzip.decompress(first.body).decode() == rendered(snapshot)
    assert len(first.body) < len(rendered(snapshot)) / 2


def test_what_is_short_is_not_worth_gzip():
    short = render(Snapshot(()), accept=OPENMETRICS, accept_encoding="gzip")
    assert (short.body, short.content_encoding) == (b"# EOF\n", None)
