"""``loyaltyBatchCreate``: staff or an app gives points to many customers, or takes them, in the background."""

from __future__ import annotations

from typing import Any

import graphene

from ...accounts import LabelChoice
from ...batches import BatchWish, create_batch
from .. import host_types
from ..base import LoyaltyMutation, aware_moment, require_text
from ..enums import SOURCE_BY_HAND, LoyaltyBatchKindEnum, LoyaltySourceEnum
from ..errors import InputRefused
from ..filters import LoyaltyAccountWhereInput
from ..ids import require_integer_keys
from ..permissions import PermissionDenied
from ..program_choice import find_program
from ..request import LoyaltyRequest
from ..stored_filters import says_something, stored_account_filter
from ..types.batch import LoyaltyBatch


class LoyaltyBatchCreateInput(graphene.InputObjectType):  # type: ignore[misc]
    program = graphene.ID(description="The program; needed where there are several.")
    kind = LoyaltyBatchKindEnum(description="GIVE, if left out, or DEDUCT.")
    where = graphene.Field(LoyaltyAccountWhereInput, description="The accounts that get them. Either this or a file.")
    search = graphene.String(description="As in the list of accounts. Needs MANAGE_USERS.")
    labels = graphene.List(
        graphene.NonNull(graphene.ID), description="The accounts that have at least one of these labels."
    )
    file = graphene.Field(
        host_types.Upload,
        description=(
            "A CSV file with a row for each customer. Its first line names the columns: `account`, `user`, `email` or "
            "`externalReference`, and if need be `points`, `reason`, `internalNote`, `source`, `expiresAt` and "
            "`transactionReference`. Needs MANAGE_USERS."
        ),
    )
    points = graphene.Int(description="How many points, at least 1; for each row of a file that does not say it.")
    reason = graphene.String(required=True, description="The reason, as the customers see it.")
    internal_note = graphene.String(description="A note for staff.")
    source = LoyaltySourceEnum(description=SOURCE_BY_HAND)
    expires_at = graphene.Argument(host_types.DateTime, description="When they expire; left out: as the rules say.")
    error_policy = graphene.Argument(
        host_types.ErrorPolicyEnum, description="What a row that fails means; REJECT_FAILED_ROWS if left out."
    )
    dry_run = graphene.Boolean(description="Only judge every row; move nothing.")
    idempotency_key = graphene.String(required=True, description="The same request under the same key counts once.")


class LoyaltyBatchCreate(LoyaltyMutation):
    batch = graphene.Field(LoyaltyBatch, description="The batch, which is worked off in the background.")

    class Arguments:
        input = LoyaltyBatchCreateInput(required=True, description="To whom, how many and why.")

    class Meta:
        description = "Gives points to many customers, by a filter, by labels or by a CSV file, or takes them."

    @classmethod
    def perform(cls, request: LoyaltyRequest, *, input: Any) -> LoyaltyBatchCreate:
        is_of_people = input.get("file") is not None or bool((input.get("search") or "").strip())
        if is_of_people and not request.requester.can_manage_users:
            # The answer tells which e-mail addresses are known.
            raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
        batch = create_batch(
            find_program(input.get("program")),
            BatchWish(
                kind=input.get("kind") or "GIVE",
                selection=_selection(input),
                file=_file(input, request),
                points=input.get("points"),
                reason=require_text(input.get("reason"), field="reason"),
                internal_note=input.get("internal_note") or "",
                source=input.get("source") or "MANUAL",
                expires_at=aware_moment(input.get("expires_at"), field="expiresAt"),
                error_policy=(input.get("error_policy") or "REJECT_FAILED_ROWS").upper(),
                is_dry_run=bool(input.get("dry_run")),
            ),
            idempotency_key=require_text(input.get("idempotency_key"), field="idempotencyKey"),
            actor=request.actor,
            at=request.at,
        )
        return cls(batch=batch)


def _selection(data: Any) -> Any:
    where, search, labels = data.get("where"), data.get("search"), data.get("labels")
    if where is None and not (search or "").strip() and labels is None:
        return None
    found = stored_account_filter(where, search=search)
    if labels is None and not (search or "").strip() and not says_something(where):
        raise InputRefused("REQUIRED", "`where` says nothing: points are never moved for everybody.", field="where")
    if labels is None:
        return found
    keys = tuple(require_integer_keys(labels, "LoyaltyLabel", field="labels"))
    having = type(found)(labels=LabelChoice(one_of=keys))
    return type(found)(all_of=(found, having))


def _file(data: Any, request: LoyaltyRequest) -> Any:
    name = data.get("file")
    if name is None:
        return None
    file = request.files.get(name) if isinstance(name, str) else None
    if file is None:
        raise InputRefused("INVALID", "The request has no such file.", field="file")
    return file
