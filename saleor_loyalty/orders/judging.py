"""Judging an order, once: its basket, the program version and the earning receipt are frozen on its record.

It never posts points and never judges again: reversals, returns and late events work from what is recorded here,
whatever the rules say later. Enforced by ``tests/orders/test_judging.py``.
"""

from __future__ import annotations

import dataclasses
import datetime

from ..activities import capped_rules, note_order_earnings, with_earned_before
from ..basket import CustomerFacts, basket_to_json
from ..host import OrderFacts
from ..ledger import open_account
from ..memberships import sells_memberships, with_customer_words
from ..models import OrderRecord
from ..programs import ProgramInForce, program_in_force
from ..rules import ProgramRules, Receipt, ReceiptLine, evaluate_earning, receipt_to_json
from .following_tiers import note_spent


def find_judging_program(facts: OrderFacts) -> ProgramInForce | None:
    """Return the program whose channel it was when the order was made, by the version that was in force then.

    None where the order belongs to no program: it was made before the first publishing, or in another channel. A
    program that was paused then still judges: the order earns nothing, and its receipt says so. What was published,
    paused or resumed since changes nothing, however late the order is seen.
    Cost: one statement; two where the channel's program was published anew after the order, or the channel has none.
    """
    return program_in_force(facts.channel, at=facts.created_at, buyer_id=facts.user_id)


def judge_order(record: OrderRecord, facts: OrderFacts, *, program: ProgramInForce, at: datetime.datetime) -> None:
    """Freeze basket, customer facts, version and receipt on the record, which the caller saves.

    Where rules have caps the customer's account is opened and locked, and what the order gets by them is noted.
    """
    rules = program.version.rules
    seen = with_customer_words(facts.basket, rules=rules, program_id=program.version.program_id)
    account_id = _capped_account(record, facts, rules=rules, at=at)
    if account_id is not None:
        seen = with_earned_before(seen, rules=rules, account_id=account_id, order_id=facts.id)
    facts = dataclasses.replace(facts, basket=seen)
    receipt = _receipt_of(facts, program=program)
    if account_id is not None:
        note_order_earnings(
            receipt,
            rules=rules,
            channel=facts.channel,
            program_id=program.version.program_id,
            account_id=account_id,
            order_id=facts.id,
            occurred_at=facts.created_at,
            at=at,
        )
    basket = dataclasses.replace(facts.basket, customer=CustomerFacts())
    record.program_version_id = program.version.version_id
    record.basket = basket_to_json(basket)
    # Without the address: whoever is deleted from the host leaves a number that names nobody.
    customer = dataclasses.replace(facts.basket.customer, email="")
    record.customer = basket_to_json(dataclasses.replace(facts.basket, customer=customer))["customer"]
    record.receipt = receipt_to_json(receipt)
    record.earnable = receipt.points
    note_spent(record, facts)
    record.is_referred = program.is_buyer_referred
    record.sells_memberships = program.has_plans and sells_memberships(facts, program_id=program.version.program_id)


def _capped_account(
    record: OrderRecord, facts: OrderFacts, *, rules: ProgramRules, at: datetime.datetime
) -> int | None:
    """Return the account whose caps count, opened if need be; None where no rule has any, or it is nobody's order."""
    if not capped_rules(rules, facts.channel):
        return None
    if record.account_id is not None:
        return record.account_id
    if facts.user_id is None and not facts.email:
        return None
    email = None if facts.user_id is not None else facts.email
    return open_account(record.program, user_id=facts.user_id, email=email, at=at).pk


def _receipt_of(facts: OrderFacts, *, program: ProgramInForce) -> Receipt:
    exclusion = _exclusion(facts, program=program)
    if exclusion is not None:
        receipt = Receipt(kind="EARN", points=0, currency=facts.currency, lines=(exclusion,))
    else:
        receipt = evaluate_earning(facts.basket, rules=program.version.rules, at=facts.created_at)
    return dataclasses.replace(receipt, program_version=program.version.version_number)


def _exclusion(facts: OrderFacts, *, program: ProgramInForce) -> ReceiptLine | None:
    """Return why the order as a whole earns nothing whatever its lines are, or None."""
    if program.is_paused:
        return ReceiptLine(code="PROGRAM_INACTIVE", detail="PAUSED")
    if facts.origin == "REISSUE":
        return ReceiptLine(code="ORDER_NOT_ELIGIBLE", detail="REISSUE")
    if facts.origin == "IMPORT" and not program.version.rules.include_imported_orders:
        return ReceiptLine(code="ORDER_NOT_ELIGIBLE", detail="IMPORT")
    if facts.user_id is None and not facts.email:
        return ReceiptLine(code="GUEST_NOT_ELIGIBLE")
    return None
