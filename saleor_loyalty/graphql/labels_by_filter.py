"""Labels for all accounts that a filter means: what ``loyaltyLabelBulkAssign`` and ``…Unassign`` have in common."""

from __future__ import annotations

from typing import Any

import graphene

from ..accounts.label_accounts import PORTION, LabelledPortion, label_accounts
from .errors import InputRefused
from .filters import LoyaltyAccountWhereInput
from .ids import require_integer_key, require_integer_keys
from .permissions import PermissionDenied
from .request import LoyaltyRequest
from .stored_filters import says_something, stored_account_filter

HOW = (
    f"Each call does the next {PORTION} accounts, in the order in which they were opened: call it again with `after` "
    "until `endCursor` is null. A repeated call changes nothing."
)


class LabelsByFilterInput(graphene.InputObjectType):  # type: ignore[misc]
    """The fields of both inputs. Not a type of the schema itself."""

    labels = graphene.List(graphene.NonNull(graphene.ID), required=True, description="1 to 20 labels of one program.")
    where = graphene.Field(LoyaltyAccountWhereInput, description="The accounts of the labels' program that it means.")
    search = graphene.String(description="As in the list of accounts. Needs MANAGE_USERS.")
    after = graphene.ID(description="The `endCursor` of the call before.")


def change_labels(request: LoyaltyRequest, data: Any, *, is_assigned: bool) -> LabelledPortion:
    """Do one portion.

    Raises InputRefused REQUIRED about ``where`` where nothing says who is meant, INVALID for malformed ids; and as
    ``stored_account_filter`` and ``label_accounts``; PermissionDenied for a search without MANAGE_USERS.
    """
    where, search, after = data.get("where"), (data.get("search") or "").strip(), data.get("after")
    if search and not request.requester.can_manage_users:
        raise PermissionDenied("MANAGE_LOYALTY", "MANAGE_USERS")
    account_filter = stored_account_filter(where, search=search)
    if not search and not says_something(where):
        raise InputRefused("REQUIRED", "`where` says nothing: labels are not for everybody.", field="where")
    return label_accounts(
        account_filter,
        label_ids=require_integer_keys(data["labels"], "LoyaltyLabel", field="labels"),
        is_assigned=is_assigned,
        after_id=0 if after is None else require_integer_key(after, "LoyaltyAccount", field="after"),
        actor=request.actor,
        at=request.at,
    )


def end_cursor(portion: LabelledPortion) -> str | None:
    """Return what the next call goes on after."""
    return None if portion.last_id is None else graphene.Node.to_global_id("LoyaltyAccount", portion.last_id)
