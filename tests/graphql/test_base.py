"""What all mutations share: bounded retry, errors, and what one request knows."""

from __future__ import annotations

from types import SimpleNamespace

import psycopg
import pytest
from django.db import OperationalError

from saleor_loyalty.errors import InsufficientPoints, RedemptionRefused, RulesInvalid
from saleor_loyalty.graphql.base import ATTEMPTS, retry_on_deadlock
from saleor_loyalty.graphql.errors import errors_of
from saleor_loyalty.graphql.ids import integer_key, text_key
from saleor_loyalty.graphql.request import loyalty_request

from .api import gid


class Flaky:
    """Fails so many times with an error of PostgreSQL, then returns 7."""

    def __init__(self, failures: int, error: type[psycopg.Error]) -> None:
        self.failures, self.error, self.calls = failures, error, 0

    def __call__(self) -> int:
        self.calls += 1
        if self.calls <= self.failures:
            try:
                raise self.error("ended")
            except psycopg.Error as cause:
                raise OperationalError("ended") from cause
        return 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_a_deadlock_or_serialization_failure_is_tried_again(error):
    action = Flaky(ATTEMPTS - 1, error)
    assert retry_on_deadlock(action) == 7
    assert action.calls == ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_the_number_of_attempts_is_bounded():
    action = Flaky(1_000, psycopg.errors.DeadlockDetected)
    with pytest.raises(OperationalError):
        retry_on_deadlock(action)
    assert action.calls == ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_any_other_failure_is_not_tried_again():
    action = Flaky(1, psycopg.errors.AdminShutdown)
    with pytest.raises(OperationalError):
        retry_on_deadlock(action)
    assert action.calls == 1


@pytest.mark.django_db
def test_inside_an_outer_atomic_block_nothing_is_tried_again():
    action = Flaky(1, psycopg.errors.DeadlockDetected)
    with pytest.raises(OperationalError):
        retry_on_deadlock(action)
    assert action.calls == 1


def test_an_exception_becomes_an_error_under_the_mutation_s_own_field_name():
    (error,) = errors_of(InsufficientPoints(requested=5, available=3), field_names={"points": "balance"})
    assert (error.field, error.code, error.message) == (
        "balance",
        "INSUFFICIENT_POINTS",
        "5 points were asked for, 3 are available.",
    )
    assert (error.max_points, error.min_points, error.path) == (None, None, None)


def test_a_refused_redemption_says_what_would_do():
    (error,) = errors_of(RedemptionRefused("ABOVE_MAXIMUM_POINTS", "Too many.", max_points=800, min_points=100))
    assert (error.field, error.code, error.max_points, error.min_points) == (
        "points",
        "ABOVE_MAXIMUM_POINTS",
        800,
        100,
    )


def test_rules_that_are_not_valid_are_one_error_for_each_problem():
    errors = errors_of(RulesInvalid([("earning[0].points", "must be above 0"), ("channels", "must not be empty")]))
    assert [(error.path, error.message, error.code, error.field) for error in errors] == [
        ("earning[0].points", "must be above 0", "RULE_INVALID", "rules"),
        ("channels", "must not be empty", "RULE_INVALID", "rules"),
    ]


@pytest.mark.parametrize(
    "global_id",
    [
        "",
        "garbage",
        "é",
        "Z2FyYmFnZQ==",
        "/w==",
        gid("User", 1),
        gid("LoyaltyAccount", ""),
        gid("LoyaltyAccount", "\x00"),
    ],
)
def test_what_is_no_id_of_the_type_has_no_key(global_id: str):
    assert text_key(global_id, "LoyaltyAccount") is None
    assert integer_key(global_id, "LoyaltyAccount") is None


@pytest.mark.parametrize("key", ["x", "-1", "1.0", " 1", "٣", "9" * 19, "1" * 5_000])
def test_what_is_no_integer_of_the_database_has_no_integer_key(key: str):
    assert text_key(gid("LoyaltyAccount", key), "LoyaltyAccount") == key
    assert integer_key(gid("LoyaltyAccount", key), "LoyaltyAccount") is None


@pytest.mark.django_db
def test_each_field_of_a_mutation_has_its_own_loaders_and_a_query_has_one_set():
    # given
    context = SimpleNamespace(user=None, app=None)

    def info(operation: str, *path: str) -> SimpleNamespace:
        return SimpleNamespace(context=context, path=list(path), operation=SimpleNamespace(operation=operation))

    # when / then
    assert loyalty_request(info("query", "a")) is loyalty_request(info("query", "b", "c"))
    first = loyalty_request(info("mutation", "a"))
    assert loyalty_request(info("mutation", "a", "checkout", "loyalty")) is first
    assert loyalty_request(info("mutation", "b")) is not first
    assert (first.using, first.is_mutation) == ("default", True)
