"""Where Saleor is not as we need it, the system check says so and names the place."""

from __future__ import annotations

import datetime

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone
from saleor.checkout import utils as checkout_utils
from saleor.discount.utils import checkout as discount_utils
from saleor.permission import enums
from saleor.plugins.manager import PluginsManager

from saleor_loyalty.adapter import permission, schema
from saleor_loyalty.adapter.clamp import ROWS
from saleor_loyalty.deliveries import create_endpoint
from saleor_loyalty.deliveries.health import LATE
from saleor_loyalty.events import SUBSCRIBABLE, emit
from saleor_loyalty.ledger import give_points, open_account
from saleor_loyalty.models import ReconciliationState
from saleor_loyalty.programs import create_program
from saleor_loyalty.tasks import deliver_events_task, expire_lots_task, reconcile_orders_task


def problems():
    """Return what our part of ``manage.py check`` says."""
    return [message.msg for message in run_checks() if message.id == "saleor_loyalty.E100"]


def test_nothing_is_wrong_with_this_saleor():
    assert problems() == []


def test_a_schema_that_was_built_before_us_is_named(monkeypatch):
    monkeypatch.setattr(schema.state, "was_installed_in_time", False)

    assert len(problems()) == 1
    assert (
        "the GraphQL schema: saleor.graphql.api was imported before the app saleor_loyalty was ready" in problems()[0]
    )


def test_a_schema_without_our_fields_is_named(monkeypatch):
    monkeypatch.setattr(schema.state, "is_extended", False)

    assert len(problems()) == 1
    assert "The schema was built without the loyalty fields." in problems()[0]


def test_a_permission_that_came_too_late_is_named(monkeypatch):
    monkeypatch.setattr(permission, "was_registered_in_time", False)

    assert len(problems()) == 1
    assert "The GraphQL enum was built before MANAGE_LOYALTY was added." in problems()[0]


def test_a_permission_that_is_missing_is_named(monkeypatch):
    others = [enum for enum in enums.PERMISSIONS_ENUMS if enum is not permission.LoyaltyPermissions]
    monkeypatch.setattr(enums, "PERMISSIONS_ENUMS", others)

    assert len(problems()) == 1
    assert "MANAGE_LOYALTY is not in Saleor's list of permissions." in problems()[0]


@pytest.mark.parametrize("module", [checkout_utils, discount_utils])
def test_a_clamp_that_was_taken_off_is_named(module, monkeypatch):
    monkeypatch.setattr(module, ROWS, lambda lines_info: None)

    assert len(problems()) == 1
    assert f"{module.__name__}.{ROWS}" in problems()[0]


def test_a_plugin_that_is_not_listed_is_named(settings):
    settings.PLUGINS = []

    assert len(problems()) == 1
    assert "PLUGINS does not name saleor_loyalty.adapter.plugin.LoyaltyPlugin" in problems()[0]


def test_a_hook_that_saleor_no_longer_calls_is_named(monkeypatch):
    monkeypatch.delattr(PluginsManager, "order_fulfilled")

    assert len(problems()) == 1
    assert "Saleor no longer calls order_fulfilled." in problems()[0]


def test_the_doctor_prints_every_place_and_fails_where_one_is_not_well(db, monkeypatch, capsys):
    monkeypatch.delattr(PluginsManager, "order_fulfilled")

    with pytest.raises(CommandError, match="1 of 8 places are not as they must be") as caught:
        call_command("loyalty_doctor")

    assert caught.value.returncode == 1
    printed = capsys.readouterr().out
    assert printed.count("well   ") == 7
    assert "PROBLEM  the hooks: Saleor no longer calls order_fulfilled." in printed
    assert "plugin: active" in printed
    assert "last reconciled: never" in printed
    assert "waiting for a task: nothing" in printed


def test_the_doctor_says_what_the_tasks_have_not_done(db, customer_user, capsys):
    # given
    past = timezone.now() - datetime.timedelta(hours=3)
    program = create_program(name="Club", slug="club", at=past)
    account = open_account(program, user_id=customer_user.pk, at=past)
    give_points(account.pk, points=5, at=past, expires_at=past + datetime.timedelta(minutes=5), idempotency_key="gift")

    # when
    with pytest.raises(CommandError, match="Every place is as it must be, but work is late") as caught:
        call_command("loyalty_doctor")

    # then
    assert caught.value.returncode == 2
    assert "PROBLEM  waiting for a task: 1 accounts to bring up to date\n" in capsys.readouterr().out
    expire_lots_task()
    call_command("loyalty_doctor")
    assert "\nwaiting for a task: nothing\n" in capsys.readouterr().out


def test_events_that_wait_too_long_are_a_problem_of_their_own_kind(db, capsys, monkeypatch):
    # given: nobody delivers
    monkeypatch.setattr(deliver_events_task, "delay", lambda: None)
    past = timezone.now() - LATE - datetime.timedelta(seconds=1)
    program = create_program(name="Club", slug="club", at=past)
    create_endpoint(program.pk, name="Till", url="https://93.184.216.34/", event_names=SUBSCRIBABLE, at=past)
    call_command("loyalty_doctor")
    assert "\nevents out: 0 waiting\n" in capsys.readouterr().out
    emit(
        "loyalty.program.published", program_id=program.pk, payload={"program": 1, "version": 1, "number": 1}, at=past
    )

    # when
    with pytest.raises(CommandError, match="work is late") as caught:
        call_command("loyalty_doctor")

    # then
    assert caught.value.returncode == 2
    assert f"PROBLEM  events out: 1 waiting; an event has waited since {past.isoformat()}" in capsys.readouterr().out


def test_the_doctor_says_when_the_orders_were_last_reconciled(db, capsys):
    # given
    reconcile_orders_task()
    state = ReconciliationState.objects.get()

    # when
    call_command("loyalty_doctor")

    # then
    finished, position = state.finished_at.isoformat(), state.position_at.isoformat()
    assert f"last reconciled: {finished} (the next walk starts from {position})" in capsys.readouterr().out
