import datetime

import pytest

from saleor_loyalty.ledger.chain import canonical_json, digest_texts, hash_transaction
from saleor_loyalty.models import LoyaltyTransaction

from .builders import NOW, award, deduct, give


def example(**changes) -> LoyaltyTransaction:
    fields = {
        "program_id": 1,
        "account_id": 2,
        "sequence": 3,
        "type": "EARN",
        "source": "ORDER",
        "points": 40,
        "balance_after": 100,
        "occurred_at": NOW,
        "created_at": NOW,
        "actor_kind": "SYSTEM",
        "actor_id": None,
        "order_id": "order-1",
        "checkout_id": "",
        "channel_slug": "default",
        "program_version_id": 5,
        "reverses_id": None,
        "receipt": {"points": 40, "lines": [{"base": "4.00"}]},
        "is_shortfall": False,
        "external_reference": "",
        "idempotency_key": "award:order-1:0",
        "request_hash": "r",
        "text_digest": "t",
        "previous_hash": "p",
    }
    return LoyaltyTransaction(**{**fields, **changes})


def test_the_hash_of_a_transaction_never_changes():
    # A release that fails here would call every stored chain broken.
    assert hash_transaction(example()) == "cb3b0b8dd3818ef737998e8bb5eeb73463caa53e56140419992483f02376b92a"


@pytest.mark.parametrize(
    "change",
    [
        {"program_id": 9},
        {"account_id": 9},
        {"sequence": 9},
        {"type": "GIVE"},
        {"source": "VIP"},
        {"points": 41},
        {"balance_after": 99},
        {"occurred_at": NOW + datetime.timedelta(microseconds=1)},
        {"created_at": NOW + datetime.timedelta(microseconds=1)},
        {"actor_kind": "STAFF"},
        {"actor_id": 1},
        {"order_id": "order-2"},
        {"checkout_id": "checkout-1"},
        {"channel_slug": "other"},
        {"program_version_id": None},
        {"reverses_id": 1},
        {"receipt": None},
        {"receipt": {"points": 40, "lines": [{"base": "4.01"}]}},
        {"is_shortfall": True},
        {"external_reference": "x"},
        {"idempotency_key": "x"},
        {"request_hash": "x"},
        {"text_digest": "x"},
        {"previous_hash": "x"},
    ],
)
def test_every_field_is_part_of_the_hash(change):
    assert hash_transaction(example(**change)) != hash_transaction(example())


def test_every_column_but_the_key_and_the_hash_itself_is_part_of_the_hash():
    columns = {field.attname for field in LoyaltyTransaction._meta.concrete_fields}
    assert columns - set(example().__dict__) - {"id", "hash"} == set()


def test_the_time_zone_of_a_moment_does_not_matter():
    elsewhere = NOW.astimezone(datetime.timezone(datetime.timedelta(hours=5)))
    assert hash_transaction(example(created_at=elsewhere)) == hash_transaction(example())


def test_transactions_of_an_account_are_chained_in_sequence(account):
    give(account, 10)
    award(account, 20, receipt={"ä": ["\u05d0", 1, None, True, {"b": 2, "a": 1}]})
    deduct(account, 5)

    first, second, third = LoyaltyTransaction.objects.order_by("sequence")

    assert [row.sequence for row in (first, second, third)] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == ("", first.hash, second.hash)
    assert [hash_transaction(row) for row in (first, second, third)] == [first.hash, second.hash, third.hash]
    account.refresh_from_db()
    assert (account.sequence, account.last_hash) == (3, third.hash)


def test_texts_enter_the_chain_as_a_salted_digest_only(account):
    first = give(account, 10, reason="same").transaction
    second = give(account, 10, reason="same").transaction

    assert first.text_digest != second.text_digest
    assert first.text_digest == digest_texts(salt=first.text.salt, reason="same", internal_note="")
    assert len(first.text.salt) == 32
    assert digest_texts(salt="s", reason="a", internal_note="") != digest_texts(salt="s", reason="", internal_note="a")


@pytest.mark.parametrize("value", [0.5, {"a": [1.0]}, [{"b": float("nan")}], {1: "a"}])
def test_what_has_no_stable_text_is_refused(value):
    with pytest.raises(TypeError):
        canonical_json(value)
