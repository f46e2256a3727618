import json
from decimal import Decimal

import pytest

from saleor_loyalty.rules import (
    Receipt,
    ReceiptLine,
    evaluate_earning,
    quote_redemption,
    receipt_from_json,
    receipt_to_json,
    recount_points,
)

from .builders import AT, basket, conversion, fixed, line, redemption, rules


def test_a_receipt_round_trips_through_json():
    # given
    receipt = Receipt(
        kind="EARN",
        points=7,
        currency="ILS",
        program_version=3,
        rule_keys=("earn",),
        lines=(ReceiptLine("RULE_APPLIED", "1", "earn", Decimal("7.90"), 7, "1/1"), ReceiptLine("SHIPPING_EXCLUDED")),
        line_points={"1": 7},
        line_bases={"1": Decimal("7.90")},
    )
    # when
    again = receipt_from_json(json.loads(json.dumps(receipt_to_json(receipt))))
    # then
    assert again == receipt
    assert str(again.line_bases["1"]) == "7.90"


def test_the_receipts_of_evaluation_and_quote_round_trip_through_json():
    # given
    document = rules(earning=[conversion(points=3), fixed()], redemption=[redemption(minPoints=100)])
    cart = basket(line("1", "19.99"), line("2", "5", has_voucher=True), shipping_gross="12")
    # when
    earned = evaluate_earning(cart, rules=document, at=AT, program_version=4)
    spent = quote_redemption(cart, rules=document, available=500, requested=150, at=AT, program_version=4).receipt
    # then
    for receipt in (earned, spent):
        assert receipt.program_version == 4
        assert receipt_from_json(json.loads(json.dumps(receipt_to_json(receipt)))) == receipt


def test_foreign_data_is_not_a_receipt():
    with pytest.raises(KeyError):
        receipt_from_json({"points": 1})


def test_points_are_recounted_from_bases_rates_and_caps():
    # given 19 whole steps of 3 points capped at 50, and a fixed award of 100
    document = rules(earning=[conversion(points=3, maxPointsPerOrder=50), fixed()])
    # when
    receipt = evaluate_earning(basket(line("1", "12.49"), line("2", "7.50")), rules=document, at=AT)
    # then
    assert receipt.points == 150
    assert recount_points(receipt) == 150
