"""``loyaltyPointsBulkGive``: staff or an app gives points to a short list of customers, at once."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import programs_of_targets
from ...batches import LIST_MAX, Gift, GiftOutcome, give_many, list_too_long
from .. import host_types
from ..account_choice import read_target
from ..base import LoyaltyMutation, aware_moment, require_text
from ..errors import InputRefused, LoyaltyError, errors_of
from ..request import LoyaltyRequest
from ..types.account import LoyaltyAccount
from ..types.batch import LoyaltyBatch
from ..types.transaction import LoyaltyTransaction
from .loyalty_points_give import LoyaltyPointsGiveInput


class LoyaltyPointsBulkGiveResult(graphene.ObjectType):  # type: ignore[misc]
    account = graphene.Field(LoyaltyAccount, description="The account; null where nothing was given.")
    transaction = graphene.Field(LoyaltyTransaction, description="The transaction; of a repeated request: the first.")
    errors = graphene.List(
        graphene.NonNull(LoyaltyError), required=True, description="Why it was refused, or what of it was left out."
    )

    class Meta:
        description = "What became of one row of a list."


class LoyaltyPointsBulkGive(LoyaltyMutation):
    count = graphene.Int(description="To how many points were given; in a dry run 0.")
    results = graphene.List(
        graphene.NonNull(LoyaltyPointsBulkGiveResult), description="What became of each row, in their order."
    )
    batch = graphene.Field(
        LoyaltyBatch, description="What was given, to take it all back; of a repeated request: the first."
    )

    class Arguments:
        input = graphene.List(
            graphene.NonNull(LoyaltyPointsGiveInput), required=True, description="At most 100, all of one program."
        )
        error_policy = graphene.Argument(
            host_types.ErrorPolicyEnum, description="What a row that fails means; REJECT_EVERYTHING if left out."
        )
        dry_run = graphene.Boolean(description="Only say what would become of each row; give nothing.")

    class Meta:
        description = "Gives points to a short list of customers at once."

    @classmethod
    def perform(
        cls, request: LoyaltyRequest, *, input: Any, error_policy: str | None = None, dry_run: bool | None = None
    ) -> LoyaltyPointsBulkGive:
        if not input:
            return cls(count=0, results=[])
        if len(input) > LIST_MAX:
            raise list_too_long()
        gifts = [_gift(row) for row in input]
        programs = programs_of_targets([gift.target for gift in gifts])
        if len(programs) > 1:
            raise InputRefused("INVALID", "All rows must be of one program.", field="input")
        if not programs:
            raise InputRefused("NOT_FOUND", "There is no such account.", field="account")
        found = give_many(
            programs.pop(),
            gifts,
            error_policy=(error_policy or "REJECT_EVERYTHING").upper(),
            is_dry_run=bool(dry_run),
            actor=request.actor,
            at=request.at,
        )
        results = [_result(outcome) for outcome in found.outcomes]
        return cls(count=sum(result.transaction is not None for result in results), results=results, batch=found.batch)


def _gift(row: Any) -> Gift:
    """Raises LoyaltyException where the row is not even a wish: a mistake of whoever sends it, so nothing is done."""
    if row.get("customer") is not None:
        raise InputRefused("INVALID", "A list makes no customers.", field="customer")
    return Gift(
        target=read_target(row),
        points=row["points"],
        reason=require_text(row.get("reason"), field="reason"),
        idempotency_key=require_text(row.get("idempotency_key"), field="idempotencyKey"),
        internal_note=row.get("internal_note") or "",
        source=row.get("source") or "MANUAL",
        expires_at=aware_moment(row.get("expires_at"), field="expiresAt"),
        external_reference=row.get("external_reference") or "",
    )


def _result(outcome: GiftOutcome) -> LoyaltyPointsBulkGiveResult:
    errors = [error for refusal in outcome.refusals for error in errors_of(refusal)]
    posting = outcome.posting
    return LoyaltyPointsBulkGiveResult(
        account=posting and posting.account, transaction=posting and posting.transaction, errors=errors
    )
