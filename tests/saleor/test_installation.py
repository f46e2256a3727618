"""Installed into a Saleor and nothing else changed: the app, the plugin, the schema and the tasks are there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from ast import literal_eval

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import connection
from saleor.plugins.models import PluginConfiguration

from saleor_loyalty.adapter.doctor import find_touchpoints
from saleor_loyalty.adapter.host import PLUGIN_ID
from saleor_loyalty.adapter.periodic import SCHEDULE
from saleor_loyalty.host import get_host
from saleor_loyalty.models import LoyaltyProgram
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA, open_club

NEW_FIELDS = {
    "Query": "loyaltyProgram",
    "Mutation": "checkoutLoyaltyPointsApply",
    "User": "loyaltyAccount",
    "Checkout": "loyalty",
    "Order": "loyalty",
    "Product": "loyalty",
    "ProductVariant": "loyalty",
}
TASKS = {task.rpartition(".")[2] for task, _ in SCHEDULE.values()} | {"settle_order_task"}


@pytest.mark.django_db
def test_the_migrations_have_run():
    # when
    tables = set(connection.introspection.table_names())

    # then
    ours = {model._meta.db_table for model in apps.get_app_config("saleor_loyalty").get_models()}
    assert ours <= tables
    assert LoyaltyProgram.objects.count() == 0


def test_every_touchpoint_is_well():
    assert [(touchpoint.name, touchpoint.problem) for touchpoint in find_touchpoints() if not touchpoint.is_well] == []
    assert [message for message in run_checks() if (message.id or "").startswith("saleor_loyalty")] == []


@pytest.mark.django_db(transaction=True)
def test_with_the_real_settings_the_check_is_clean_the_doctor_content_and_the_schema_printed(run_saleor):
    # when three management commands are run in one process: each start of Saleor takes seconds
    done = run_saleor(
        code="""
import django
django.setup()
from django.core.management import call_command
for command in ("check", "loyalty_doctor", "get_graphql_schema"):
    print("=====", command, flush=True)
    call_command(command)
"""
    )

    # then
    _, check, doctor, schema = (part.partition("\n")[2] for part in f"\n{done.stdout}".split("===== "))
    assert "saleor_loyalty" not in check + done.stderr
    assert "PROBLEM" not in doctor
    assert doctor.count("well ") == len(list(find_touchpoints()))
    assert "plugin: active" in doctor
    assert "type LoyaltyAccount implements Node" in schema
    assert "checkoutLoyaltyPointsApply(" in schema
    assert "MANAGE_LOYALTY" in schema


def test_introspection_shows_our_fields(shop):
    # when
    fields = {
        name: shop.query(f'{{ __type(name: "{name}") {{ fields {{ name }} }} }}', by=None).data["__type"]["fields"]
        for name in NEW_FIELDS
    }

    # then
    assert {
        name: ours in [field["name"] for field in fields[name]] for name, ours in NEW_FIELDS.items()
    } == dict.fromkeys(NEW_FIELDS, True)


def test_the_federation_service_shows_our_fields(shop):
    # when
    answer = shop.query("{ _service { sdl } }", by=None)

    # then
    assert answer.errors == ()
    assert "type LoyaltyAccount" in answer.data["_service"]["sdl"]
    assert "checkoutLoyaltyPointsApply(" in answer.data["_service"]["sdl"]


def test_a_federated_order_resolves_our_field(shop):
    # given
    open_club(shop)
    order = shop.complete(shop.start_checkout({"BRUSH": 1}, by=DANA), by=DANA, is_paid=True).order

    # when
    answer = shop.query(
        "query($items: [_Any!]!) { _entities(representations: $items) { ... on Order { id loyalty { pending } } } }",
        {"items": [{"__typename": "Order", "id": order}]},
        by=DANA,
    )

    # then
    assert answer.errors == ()
    assert answer.data["_entities"] == [{"id": order, "loyalty": {"pending": 50}}]


def test_saleor_lists_the_plugin_as_active(shop):
    # when
    answer = shop.query(
        '{ plugin(id: "saleor.loyalty") { id name globalConfiguration { active } channelConfigurations { active } } }',
        by=STAFF,
    )

    # then
    assert answer.errors == ()
    assert answer.data["plugin"] == {
        "id": PLUGIN_ID,
        "name": "Loyalty",
        "globalConfiguration": {"active": True},
        "channelConfigurations": [],
    }
    assert get_host().is_active() is True


def test_switched_off_nothing_is_discounted_and_nothing_breaks(shop):
    # given
    open_club(shop)
    checkout = shop.start_checkout({"EYELINER": 1}, by=DANA)
    assert shop.apply_points(checkout, 200, by=DANA).errors == ()
    assert shop.read_checkout(checkout, by=DANA).total == 90

    # when
    answer = shop.query(
        'mutation { pluginUpdate(id: "saleor.loyalty", input: {active: false}) { errors { field code } } }', by=STAFF
    )

    # then
    assert answer.data["pluginUpdate"]["errors"] == []
    assert PluginConfiguration.objects.get(identifier=PLUGIN_ID).active is False
    assert get_host().is_active() is False
    assert shop.apply_points(checkout, 200, by=DANA).codes == ("PROGRAM_INACTIVE",)
    shop.set_quantity(checkout, "EYELINER", 2, by=DANA)
    assert shop.read_total(checkout, by=DANA) == 210
    outcome = shop.complete(checkout, by=DANA, is_paid=True)
    assert outcome.errors == ()
    assert shop.read_account(DANA).balance == 1000
    assert shop.audit_findings() == []


def test_a_list_has_its_price_in_saleors_query_costs(shop):
    # when
    shop.query("{ __typename }", by=None)

    # then
    from saleor.graphql.query_cost_map import COST_MAP

    assert COST_MAP["Query"]["loyaltyAccounts"] == {"complexity": 1, "multipliers": ["first", "last"]}


WORKER = """
import sys
from django.conf import settings
folder = sys.argv[2]
settings.CELERY_BROKER_URL = "filesystem://"
settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "/control"
}
settings.CELERY_TASK_ALWAYS_EAGER = False
from saleor.celeryconf import app
if sys.argv[1] == "send":
    app.loader.import_default_modules()
    from saleor_loyalty.tasks import release_reservations_task
    release_reservations_task.delay()
    import saleor.graphql.api
    from saleor_loyalty.adapter.schema import state
    print("tasks", sorted(name.rpartition(".")[2] for name in app.tasks if name.startswith("saleor_loyalty.")))
    print("beat", sorted(name for name in app.conf.beat_schedule if name.startswith("loyalty-")))
    print("extended", state.is_extended)
else:
    app.worker_main(["worker", "--pool", "solo", "--loglevel", "INFO", "--without-mingle", "--without-gossip"])
"""


@pytest.mark.django_db(transaction=True)
def test_a_celery_process_knows_tasks_schedule_and_schema_and_a_worker_runs_them(tmp_path):
    # given a broker of files, which needs no server; the test settings restrict the writer in tasks
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.saleor.settings", "PYTHONWARNINGS": "ignore"}
    log, folder = tmp_path / "worker.log", str(tmp_path)
    with log.open("w") as output:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, "work", folder], env=environment, stdout=output, stderr=output
        )
        try:
            # when
            sender = subprocess.run(
                [sys.executable, "-c", WORKER, "send", folder],
                env=environment,
                check=True,
                timeout=180,
                capture_output=True,
                text=True,
            )
            deadline = time.monotonic() + 180
            while "succeeded in" not in log.read_text():
                assert time.monotonic() < deadline, log.read_text()
                assert "raised unexpected" not in log.read_text(), log.read_text()
                time.sleep(0.5)
        finally:
            worker.terminate()
            worker.wait(timeout=60)

    # then
    lines = sender.stdout.splitlines()
    tasks, beat = (next(line for line in lines if line.startswith(name)) for name in ("tasks", "beat"))
    assert set(literal_eval(tasks.removeprefix("tasks "))) >= TASKS
    assert literal_eval(beat.removeprefix("beat ")) == sorted(SCHEDULE)
    assert "extended True" in lines
    assert "Task saleor_loyalty.tasks.release_reservations_task" in log.read_text()
    assert "UnsafeWriterAccessError" not in log.read_text()
