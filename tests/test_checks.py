"""The system checks: each can fail, each names its setting, and the project's own settings pass."""

from __future__ import annotations

import pytest
from django.core.checks import Error, Warning, run_checks
from django.test import override_settings

from playground.host import PlaygroundHost
from saleor_loyalty.checks import check_settings
from saleor_loyalty.host import get_host


@pytest.fixture(autouse=True)
def _fresh_host():
    get_host.cache_clear()
    yield
    get_host.cache_clear()


class HostWithChecks(PlaygroundHost):
    def checks(self):
        return [Error("The shop is closed.", id="saleor_loyalty.E999")]


class NotAHost:
    def is_active(self):
        return True


def found() -> list[tuple[str, str]]:
    return [(problem.id, problem.msg) for problem in check_settings()]


def test_the_projects_own_settings_pass():
    assert found() == []
    assert [problem for problem in run_checks() if problem.id.startswith("saleor_loyalty")] == []


@pytest.mark.parametrize("path", ["no.such.module.Host", "playground.host.NoSuchHost", "nodots", "", None, 5])
def test_a_host_that_cannot_be_imported_is_named(path):
    with override_settings(LOYALTY_HOST=path):
        [(code, message)] = found()
    assert code == "saleor_loyalty.E001"
    assert message.startswith(f"LOYALTY_HOST is {path!r}, which cannot be imported: ")


def test_what_is_no_host_is_named_with_what_it_lacks():
    with override_settings(LOYALTY_HOST="tests.test_checks.NotAHost"):
        [(code, message)] = found()
    assert code == "saleor_loyalty.E002"
    assert message.startswith("LOYALTY_HOST is 'tests.test_checks.NotAHost', which is not a host: it lacks ")
    assert "open_checkout" in message
    assert "is_active" not in message


def test_the_hosts_own_checks_are_asked():
    with override_settings(LOYALTY_HOST="tests.test_checks.HostWithChecks"):
        assert found() == [("saleor_loyalty.E999", "The shop is closed.")]


@pytest.mark.parametrize("most", [0, -1, 2_000_000_001, 1.5, "100", True, None])
def test_the_most_points_must_be_a_whole_number_that_fits(most):
    with override_settings(LOYALTY_MAX_POINTS=most):
        assert found() == [
            (
                "saleor_loyalty.E003",
                f"LOYALTY_MAX_POINTS is {most!r}; it must be a whole number from 1 to 2000000000.",
            )
        ]


@pytest.mark.parametrize("most", [1, 1000, 2_000_000_000])
def test_the_most_points_may_be_set(most):
    with override_settings(LOYALTY_MAX_POINTS=most):
        assert found() == []


def test_another_database_than_postgresql_is_named(monkeypatch):
    from django.db import connections

    monkeypatch.setattr(connections["default"].__class__, "vendor", "sqlite")
    assert found() == [
        (
            "saleor_loyalty.E004",
            "The database 'default' is sqlite; the ledger needs PostgreSQL, whose triggers guard it.",
        )
    ]


def test_moments_without_a_time_zone_are_refused():
    with override_settings(USE_TZ=False):
        assert found() == [("saleor_loyalty.E005", "USE_TZ is off; every moment in the ledger has a time zone.")]


def test_a_misspelt_setting_is_a_warning():
    with override_settings(LOYALTY_MAXPOINTS=5):
        [problem] = check_settings()
    assert isinstance(problem, Warning)
    assert (problem.id, problem.msg) == (
        "saleor_loyalty.W001",
        "The setting LOYALTY_MAXPOINTS is none of the package's and has no effect.",
    )


@pytest.mark.parametrize("name", ["EVENT_ATTEMPTS", "EVENT_SWITCH_OFF_DAYS", "EVENT_RETENTION_DAYS"])
@pytest.mark.parametrize("number", [0, -1, "3", 1.5, True, None])
def test_the_numbers_of_events_are_whole_and_at_least_one(name, number):
    with override_settings(**{f"LOYALTY_{name}": number}):
        message = f"LOYALTY_{name} is {number!r}; it must be a whole number of at least 1."
        assert found() == [("saleor_loyalty.E006", message)]


@pytest.mark.parametrize("name", ["EVENT_PRIVATE_NETWORKS", "MIRROR_FACTS"])
def test_a_switch_is_true_or_false(name):
    with override_settings(**{f"LOYALTY_{name}": "no"}):
        assert found() == [("saleor_loyalty.E007", f"LOYALTY_{name} is 'no'; it must be True or False.")]
