"""From a snapshot to bytes: the format and the encoding that the request's headers prefer."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from adapters.prometheus.accept import accepts_gzip, prefers_openmetrics
from adapters.prometheus.text import expose
from domain.metrics.family import Snapshot

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"

_GZIP_LEVEL = 1
"""The same labels again and again: higher levels gain little, and take several times as long."""
_GZIP_WORTH_BYTES = 512
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Exposition:
    """A scrape's body with the headers that describe it."""

    body: bytes
    content_type: str
    content_encoding: str | None


def render(snapshot: Snapshot, *, accept: str, accept_encoding: str) -> Exposition:
    """Render in the format, and the encoding, that the request's headers prefer."""
    openmetrics = prefers_openmetrics(accept)
    chunks = expose(snapshot.measured, openmetrics=openmetrics)
    content_type = OPENMETRICS if openmetrics else CONTENT_TYPE_PLAIN_0_0_4
    if not accepts_gzip(accept_encoding):
        whole = BytesIO()  # where a list and its join would be the body twice
        whole.writelines(chunks)
        return Exposition(whole.getvalue(), content_type, None)
    return _zipped(chunks, content_type)


def _zipped(chunks: Iterable[bytes], content_type: str) -> Exposition:
    """Compressed as it comes: a large body is never there as a whole."""
    start, rest = b"", iter(chunks)
    for chunk in rest:
        start += chunk
        if len(start) >= _GZIP_WORTH_BYTES:
            break
    else:
        return Exposition(start, content_type, None)
    zipper = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    zipped = [zipper.compress(start), *map(zipper.compress, rest), zipper.flush()]
    return Exposition(b"".join(zipped), content_type, "gzip")
