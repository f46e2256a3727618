"""Batches and their rows. Only staff and apps with MANAGE_LOYALTY reach these types."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...models import Batch, BatchRow
from .. import host_types
from ..batch_loaders import BatchRowPageKey, BatchRowPageLoader
from ..connection import connection_arguments, connection_type, page_arguments
from ..dataloaders import AccountByIdLoader, HostRootLoader, ProgramByIdLoader, TransactionByIdLoader, UserByIdLoader
from ..enums import (
    LoyaltyBatchKindEnum,
    LoyaltyBatchRowStatusEnum,
    LoyaltyBatchStatusEnum,
    LoyaltyErrorCode,
    LoyaltySourceEnum,
)
from ..request import loyalty_request
from .program import LoyaltyProgram


class LoyaltyBatchRow(graphene.ObjectType):  # type: ignore[misc]
    number = graphene.Int(required=True, description="Counts the rows from 1, headings aside.")
    identity = graphene.String(
        description=(
            "Whom it names, as it was given; null once its points have moved, 30 days after the batch has ended, and "
            "without MANAGE_USERS."
        )
    )
    points = graphene.Int(description="How many points; null where that is what is wrong with it.")
    status = LoyaltyBatchRowStatusEnum(required=True, description="What became of it.")
    code = LoyaltyErrorCode(description="Why it failed, or what of it was left out or not taken back.")
    field = graphene.String(description="The part that the code is about.")
    message = graphene.String(description="The same in English.")
    account = graphene.Field(
        "saleor_loyalty.graphql.types.account.LoyaltyAccount", description="The account, where there is one."
    )
    transaction = graphene.Field(
        "saleor_loyalty.graphql.types.transaction.LoyaltyTransaction", description="What moved its points."
    )
    reversal = graphene.Field(
        "saleor_loyalty.graphql.types.transaction.LoyaltyTransaction", description="What took them back."
    )
    unrecovered_points = graphene.Int(
        required=True, description="Points that were gone when the batch was taken back: spent, set aside or expired."
    )

    class Meta:
        description = "One row of a batch."
        interfaces = (Node,)

    @staticmethod
    def resolve_identity(root: BatchRow, info: Any) -> str | None:
        return (root.identity or None) if loyalty_request(info).requester.can_manage_users else None

    @staticmethod
    def resolve_code(root: BatchRow, _info: Any) -> str | None:
        return root.code or None

    @staticmethod
    def resolve_field(root: BatchRow, _info: Any) -> str | None:
        return root.field or None

    @staticmethod
    def resolve_message(root: BatchRow, _info: Any) -> str | None:
        return root.message or None

    @staticmethod
    def resolve_unrecovered_points(root: BatchRow, _info: Any) -> int:
        return root.unrecovered

    @staticmethod
    def resolve_account(root: BatchRow, info: Any) -> Promise | None:
        if root.account_id is None:
            return None
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)

    @staticmethod
    def resolve_transaction(root: BatchRow, info: Any) -> Promise | None:
        if root.transaction_id is None:
            return None
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.transaction_id)

    @staticmethod
    def resolve_reversal(root: BatchRow, info: Any) -> Promise | None:
        if root.reversal_id is None:
            return None
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.reversal_id)


LoyaltyBatchRowCountableConnection = connection_type(LoyaltyBatchRow)


class LoyaltyBatch(graphene.ObjectType):  # type: ignore[misc]
    program = graphene.Field(LoyaltyProgram, required=True, description="The program.")
    kind = LoyaltyBatchKindEnum(required=True, description="Whether it gives or takes points.")
    status = LoyaltyBatchStatusEnum(required=True, description="How far it has come.")
    error_policy = graphene.Field(
        host_types.ErrorPolicyEnum, required=True, description="What a row that fails means for the others."
    )
    dry_run = graphene.Boolean(required=True, description="Whether it only judges its rows and moves nothing.")
    total = graphene.Int(required=True, description="Its rows, as far as they are read.")
    done = graphene.Int(
        required=True, description="The rows whose points have moved; in a dry run those that could be."
    )
    failed = graphene.Int(required=True, description="The rows that failed.")
    points = graphene.Field(
        host_types.DecimalNumber, required=True, description="The points that the rows done have moved."
    )
    reverted_points = graphene.Field(
        host_types.DecimalNumber, required=True, description="The points that were taken or given back."
    )
    unrecovered_points = graphene.Field(
        host_types.DecimalNumber, required=True, description="The points that were gone when it was taken back."
    )
    reason = graphene.String(required=True, description="The reason, as the customers see it.")
    internal_note = graphene.String(required=True, description="A note for staff.")
    source = LoyaltySourceEnum(required=True, description="What the points are for.")
    expires_at = graphene.Field(host_types.DateTime, description="When the points expire, where the batch says so.")
    problem = graphene.String(description="Why it failed as a whole: what is wrong with the file, and in which line.")
    rows = graphene.Field(
        LoyaltyBatchRowCountableConnection,
        required=True,
        only_failed=graphene.Boolean(default_value=False, description="Only the rows that failed."),
        description="Its rows, in the order of their numbers.",
        **connection_arguments(),
    )
    user = graphene.Field(host_types.User, description="The staff member who made it. Null without MANAGE_USERS.")
    app = graphene.Field(host_types.App, description="The app that made it.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was made.")
    finished_at = graphene.Field(host_types.DateTime, description="When it ended.")
    reverted_at = graphene.Field(host_types.DateTime, description="When it was taken back.")

    class Meta:
        description = "Points for many customers in one go, worked off in the background."
        interfaces = (Node,)

    @staticmethod
    def resolve_program(root: Batch, info: Any) -> Promise:
        return loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)

    @staticmethod
    def resolve_error_policy(root: Batch, _info: Any) -> str:
        return root.error_policy.lower()

    @staticmethod
    def resolve_dry_run(root: Batch, _info: Any) -> bool:
        return root.is_dry_run

    @staticmethod
    def resolve_points(root: Batch, _info: Any) -> int:
        return root.points_moved

    @staticmethod
    def resolve_reverted_points(root: Batch, _info: Any) -> int:
        return root.points_reverted

    @staticmethod
    def resolve_unrecovered_points(root: Batch, _info: Any) -> int:
        return root.points_unrecovered

    @staticmethod
    def resolve_problem(root: Batch, _info: Any) -> str | None:
        return root.problem or None

    @staticmethod
    def resolve_rows(root: Batch, info: Any, only_failed: bool = False, **arguments: Any) -> Promise:
        key = BatchRowPageKey(
            batch_id=root.pk,
            only_failed=only_failed,
            arguments=page_arguments(arguments),
            total=root.failed if only_failed else root.total,
        )
        return loyalty_request(info).loader(BatchRowPageLoader).load(key)

    @staticmethod
    def resolve_user(root: Batch, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_users or root.actor_kind != "STAFF" or root.actor_id is None:
            return None
        return request.loader(UserByIdLoader).load(root.actor_id)

    @staticmethod
    def resolve_app(root: Batch, info: Any) -> Promise | None:
        if root.actor_kind != "APP" or root.actor_id is None:
            return None
        return loyalty_request(info).loader(HostRootLoader).load(("App", str(root.actor_id)))


LoyaltyBatchCountableConnection = connection_type(LoyaltyBatch)
