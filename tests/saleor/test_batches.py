"""Batches inside of Saleor: the file comes over its own multipart endpoint, lies in its private storage and is worked
off by its worker; staff of other channels give nothing. The stories of ``test_giving_in_bulk.py`` run here too."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
from graphene import Node
from saleor.account.models import User
from saleor.core import private_storage

from saleor_loyalty import tasks
from saleor_loyalty.models import Batch, BatchRow, LoyaltyAccount, LoyaltyTransaction
from tests.saleor.test_staff_of_channels import MARKETING, club, put_into_group  # noqa: F401
from tests.scenarios.drivers.protocol import STAFF
from tests.scenarios.stories import DANA
from tests.scenarios.test_customer_cards import ask
from tests.scenarios.test_giving_in_bulk import BULK_GIVE, CREATE, REVERT, state, upload


@pytest.fixture
def sleeping(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The workers sleep: what they are woken for is only noted."""
    noted: list[int] = []
    monkeypatch.setattr(tasks.run_batch_task, "delay", noted.append)
    return noted


def test_the_file_waits_in_private_storage_for_the_worker_and_is_deleted(club: Any, sleeping: list[int]):  # noqa: F811
    # given
    text = f"email,points\n{DANA},5\nguest@example.com,7\n"

    # when
    payload = upload(club, text)

    # then
    batch = Batch.objects.get()
    assert payload["batch"] == {"id": Node.to_global_id("LoyaltyBatch", batch.pk)}
    assert sleeping == [batch.pk]
    with private_storage.open(batch.file_name) as file:
        assert file.read() == text.encode()

    # when
    tasks.run_batch_task(batch.pk)

    # then
    assert not private_storage.exists(batch.file_name)
    assert state(club, payload["batch"]["id"])["status"] == "DONE"
    assert LoyaltyAccount.objects.get(user__email=DANA).balance == 1005
    assert LoyaltyAccount.objects.get(email="guest@example.com").balance == 7


def test_a_batch_whose_worker_was_killed_is_taken_up_by_the_periodic_task(club: Any, sleeping: list[int]):  # noqa: F811
    upload(club, f"email,points\n{DANA},5\n")
    long_ago = timezone.now() - datetime.timedelta(minutes=10)
    Batch.objects.update(progressed_at=long_ago)
    batch = Batch.objects.get()

    tasks.resume_batches_task()
    assert sleeping == [batch.pk, batch.pk]
    tasks.run_batch_task(batch.pk)

    assert LoyaltyAccount.objects.get(user__email=DANA).balance == 1005


def test_customers_are_found_by_id_address_and_external_reference(club: Any):  # noqa: F811
    User.objects.filter(email=DANA).update(external_reference="crm-1")
    keys = {}
    for name in ("by-id", "in-capitals"):
        keys[name] = User.objects.create(email=f"{name}@example.com", is_active=True, is_confirmed=True).pk
    user = Node.to_global_id("User", keys["by-id"])
    text = f"user,email,externalReference,points\n{user},,,1\n,IN-CAPITALS@example.com,,2\n,,crm-1,3\n,,crm-2,4\n"

    found = state(club, upload(club, text)["batch"]["id"])

    assert (found["status"], found["done"], found["failed"]) == ("DONE", 3, 1)
    assert [(edge["node"]["number"], edge["node"]["code"]) for edge in found["failures"]["edges"]] == [
        (4, "NOT_FOUND")
    ]
    balances = dict(LoyaltyAccount.objects.values_list("user_id", "balance"))
    dana = User.objects.get(email=DANA).pk
    assert balances == {keys["by-id"]: 1, keys["in-capitals"]: 2, dana: 1003}


def test_staff_of_another_channel_gives_and_takes_back_nothing(club: Any):  # noqa: F811
    # given
    payload = upload(club, f"email,points\n{DANA},5\n")
    put_into_group(club, "Outlet", "outlet")
    before = written()
    account = Node.to_global_id("LoyaltyAccount", LoyaltyAccount.objects.get().pk)
    wish = {"where": {"ids": [account]}, "points": 5, "reason": "x", "idempotencyKey": "theirs"}
    row = {"account": account, "points": 5, "reason": "x", "idempotencyKey": "theirs"}
    batch = payload["batch"]["id"]

    # when
    refused = {
        "create": club.query(CREATE, {"input": wish}, by=MARKETING),
        "list": club.query(BULK_GIVE, {"input": [row]}, by=MARKETING),
        "revert": club.query(REVERT, {"id": batch}, by=MARKETING),
    }
    uploaded = upload(club, f"email,points\n{DANA},5\n", by=MARKETING, idempotencyKey="theirs")

    # then
    for name, answer in refused.items():
        errors = next(iter(answer.data.values()))["errors"]
        assert [error["code"] for error in errors] == ["NOT_FOUND"], name
    assert [error["code"] for error in uploaded["errors"]] == ["NOT_FOUND"]
    assert club.query("query($id: ID!) { loyaltyBatch(id: $id) { id } }", {"id": batch}, by=MARKETING).data == {
        "loyaltyBatch": None
    }
    assert club.query("{ loyaltyBatches(first: 5) { totalCount } }", by=MARKETING).data == {
        "loyaltyBatches": {"totalCount": 0}
    }
    assert written() == before


def test_staff_of_the_channel_gives_and_takes_back(club: Any):  # noqa: F811
    put_into_group(club, "Shop", club.channel)

    payload = upload(club, f"email,points\n{DANA},5\n", by=MARKETING)
    assert payload["errors"] == []
    assert LoyaltyAccount.objects.get(user__email=DANA).balance == 1005
    batch = payload["batch"]["id"]
    assert state(club, batch)["user"] == {"email": MARKETING}
    ask(club, REVERT, id=batch)

    assert LoyaltyAccount.objects.get(user__email=DANA).balance == 1000
    assert Batch.objects.get().reverted_by_id == User.objects.get(email=STAFF).pk


def written() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Batch, BatchRow, LoyaltyTransaction)]
