"""Lines that strangers cause are counted and thinned, so that nobody fills a disk."""

from __future__ import annotations

import io
import json
import logging
from contextlib import contextmanager

import pytest

from adapters.server.logs import MOST_A_MINUTE, StrangersFilter, logging_config


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def _listening(form: str, clock: Clock):
    """A handler as the service has it, with a clock of the test's own."""
    configured = logging_config("INFO", form)
    made = configured["formatters"][form]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(made["()"](made["format"]) if "format" in made else made["()"]())
    handler.addFilter(StrangersFilter(clock))
    handler.addFilter(_request_id)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield stream
    finally:
        root.removeHandler(handler)


def _request_id(record: logging.LogRecord) -> bool:
    record.request_id = "-"
    return True


def _lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def refused() -> None:
    logging.getLogger("django.request").warning("Unauthorized: %s", "/api/v1/metrics")


def guessed() -> None:
    fields = {"event": "sign_in_failed"}
    logging.getLogger("security").warning("event=sign_in_failed", extra={"fields": fields})


@pytest.mark.parametrize("cause", [refused, guessed])
def test_a_kind_is_written_so_often_a_minute_and_then_counted(cause):
    clock = Clock()
    with _listening("text", clock) as stream:
        for _ in range(3 * MOST_A_MINUTE):
            cause()
        assert len(_lines(stream)) == MOST_A_MINUTE
        clock.now = 61.0
        cause()
        cause()
    last, but_one = _lines(stream)[-1], _lines(stream)[-2]
    assert but_one.endswith(f"(and {2 * MOST_A_MINUTE} more like it in a minute before)")
    assert "more like it" not in last


def test_json_tells_how_many_were_left_out():
    clock = Clock()
    with _listening("json", clock) as stream:
        for _ in range(MOST_A_MINUTE + 7):
            refused()
        clock.now = 61.0
        refused()
    assert json.loads(_lines(stream)[-1])["left_out"] == 7


def test_one_kind_takes_no_lines_from_another():
    with _listening("text", Clock()) as stream:
        for _ in range(2 * MOST_A_MINUTE):
            refused()
        guessed()
    assert _lines(stream)[-1].endswith("event=sign_in_failed")


def test_what_was_let_in_and_what_failed_here_is_written_always():
    with _listening("text", Clock()) as stream:
        for _ in range(2 * MOST_A_MINUTE):
            fields = {"event": "session_started"}
            logging.getLogger("security").warning("event=in", extra={"fields": fields})
            logging.getLogger("django.request").error("Internal Server Error: /")
            logging.getLogger("adapters.server.middleware").error("unexpected error")
    assert len(_lines(stream)) == 6 * MOST_A_MINUTE
