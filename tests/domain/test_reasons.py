"""Reasons and the errors that carry them."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from domain.callers.caller import Company
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.rejection import Rejection, TokenRejectedError

CODE = re.compile(r"[a-z]+(_[a-z]+)*")


@pytest.mark.parametrize("reasons", [Rejection, RefusalReason])
def test_codes_are_unique_and_machine_readable(reasons):
    codes = [reason.code for reason in reasons.__members__.values()]
    assert len(set(codes)) == len(codes)
    assert all(CODE.fullmatch(code) for code in codes)


@pytest.mark.parametrize("reason", [*Rejection, *RefusalReason], ids=lambda r: r.code)
def test_a_sentence_is_whole_and_names_no_secret(reason):
    assert reason.sentence[0].isupper()
    assert reason.sentence.endswith(".")
    assert "\n" not in reason.sentence


def test_the_codes_that_clients_know():
    codes = {reason.code for reason in RefusalReason}
    assert codes >= {
        "company_missing",
        "company_not_found",
        "company_required",
        "unknown_metric",
        "too_many_tokens",
        "token_revoked",
    }


def twins(error):
    return [pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)]


@pytest.mark.parametrize("rejection", Rejection)
def test_a_rejection_survives_pickling(rejection):
    for twin in twins(TokenRejectedError(rejection)):
        assert twin.rejection is rejection
        assert str(twin) == rejection.code


@pytest.mark.parametrize("reason", RefusalReason)
def test_a_refusal_survives_pickling(reason):
    choices = (Company(1, "acme"),)
    error = RefusedError(reason, detail="Exactly this.", choices=choices, retry_after=9)
    for twin in twins(error):
        assert twin.reason is reason
        assert (twin.detail, twin.choices, twin.retry_after) == ("Exactly this.", choices, 9)
        assert str(twin) == reason.code


def test_without_a_more_exact_sentence_a_refusal_says_its_reasons_own():
    assert RefusedError(RefusalReason.NO_COMPANY).detail == RefusalReason.NO_COMPANY.sentence
