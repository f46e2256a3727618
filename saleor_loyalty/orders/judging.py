"""Judging an order, once: its basket, the program version and the earning receipt are frozen on its record.

It never posts points and never judges again: reversals, returns and late events work from what is recorded here,
whatever the rules say later. Enforced by ``tests/orders/test_judging.py``.
"""

from __future__ import annotations

import dataclasses
import datetime

from ..basket import CustomerFacts, basket_to_json
from ..host import OrderFacts, get_host
from ..models import OrderRecord, ProgramChannel, ProgramStatus, ProgramVersion
from ..programs import ActiveProgram, active_program, load_version
from ..rules import ProgramRules, Receipt, ReceiptLine, evaluate_earning, receipt_to_json


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class JudgingProgram:
    """The program and the published version that an order is judged by."""

    program_id: int
    version_id: int
    version_number: int
    published_at: datetime.datetime
    rules: ProgramRules
    is_paused: bool


def find_judging_program(facts: OrderFacts) -> JudgingProgram | None:
    """Return the program whose channel the order was made in, or None where the order belongs to none.

    A paused program still judges: the order then earns nothing, and its receipt says so. An order that was made
    before the program was first published belongs to no program, so that a later event cannot award it.
    Cost: one statement; one more where the program was published anew after the order, two more where it is paused.
    """
    active = active_program(facts.channel, at=facts.created_at)
    found = _from_active(active) if active is not None else _find_paused(facts.channel)
    if found is None:
        return None
    if found.published_at <= facts.created_at:
        return found
    was_published = ProgramVersion.objects.filter(
        program_id=found.program_id, published_at__lte=facts.created_at
    ).exists()
    return found if was_published else None


def judge_order(record: OrderRecord, facts: OrderFacts, *, program: JudgingProgram) -> None:
    """Freeze basket, customer facts, version and receipt on the record. Writes nothing; the caller saves it."""
    receipt = _receipt_of(facts, program=program)
    basket = dataclasses.replace(facts.basket, customer=CustomerFacts())
    record.program_version_id = program.version_id
    record.basket = basket_to_json(basket)
    record.customer = basket_to_json(facts.basket)["customer"]
    record.receipt = receipt_to_json(receipt)
    record.earnable = receipt.points


def _receipt_of(facts: OrderFacts, *, program: JudgingProgram) -> Receipt:
    exclusion = _exclusion(facts, program=program)
    if exclusion is not None:
        receipt = Receipt(kind="EARN", points=0, currency=facts.currency, lines=(exclusion,))
    else:
        receipt = evaluate_earning(facts.basket, rules=program.rules, at=facts.created_at)
    return dataclasses.replace(receipt, program_version=program.version_number)


def _exclusion(facts: OrderFacts, *, program: JudgingProgram) -> ReceiptLine | None:
    """Return why the order as a whole earns nothing whatever its lines are, or None."""
    if program.is_paused:
        return ReceiptLine(code="PROGRAM_INACTIVE", detail="PAUSED")
    if facts.origin == "REISSUE":
        return ReceiptLine(code="ORDER_NOT_ELIGIBLE", detail="REISSUE")
    if facts.origin == "IMPORT" and not program.rules.include_imported_orders:
        return ReceiptLine(code="ORDER_NOT_ELIGIBLE", detail="IMPORT")
    if facts.user_id is None and not facts.email:
        return ReceiptLine(code="GUEST_NOT_ELIGIBLE")
    return None


def _from_active(active: ActiveProgram) -> JudgingProgram:
    return JudgingProgram(
        program_id=active.program_id,
        version_id=active.version_id,
        version_number=active.version_number,
        published_at=active.published_at,
        rules=active.rules,
        is_paused=False,
    )


def _find_paused(channel: str) -> JudgingProgram | None:
    if not get_host().is_active():
        return None  # the operator will switch the plugin on again; until then nothing is decided
    row = (
        ProgramChannel.objects.filter(channel_slug=channel, is_active=True, program__status=ProgramStatus.PAUSED)
        .values_list("program_id", "program__published_version_id")
        .first()
    )
    if row is None or row[1] is None:
        return None
    version = load_version(row[1])
    return dataclasses.replace(_from_active(version), is_paused=True)
