"""Rewards: the catalogue, how it is offered to whoever asks, and what a customer had of it.

An issued reward is reached below its account or, by staff, in a list of all. Its code is as good as money: only its
owner and staff who may manage users read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...models import RewardIssue, RewardIssueStatus
from ...rules import ProgramRules
from ...rules.reward_offer import RewardOffer
from .. import host_types
from ..connection import connection_type
from ..dataloaders import AccountByIdLoader, HostRootLoader, RulesByVersionIdLoader, TransactionByIdLoader
from ..enums import LoyaltyRewardIssueStatusEnum, LoyaltyRewardReasonEnum, LoyaltyRewardTypeEnum
from ..host_types import unwrap
from ..permissions import NEEDS_USERS, is_user, may_see_customer, may_see_order
from ..request import loyalty_request
from ..reward_texts import reward_message
from .reward_rule import IN_LANGUAGE, LoyaltyReward, RewardInProgram
from .transaction import LoyaltyTransaction


@dataclass(frozen=True, slots=True)
class OfferInProgram:
    offer: RewardOffer
    rules: ProgramRules


class LoyaltyRewardOffer(graphene.ObjectType):  # type: ignore[misc]
    reward = graphene.Field(LoyaltyReward, required=True, description="The reward.")
    is_available = graphene.Boolean(required=True, description="Whether the requester can have it now.")
    reason = LoyaltyRewardReasonEnum(description="Why not; null where it can be had.")
    message = graphene.String(description="Why not, in words; null where it can be had.", **IN_LANGUAGE)
    missing_points = graphene.Int(required=True, description="How many more points it takes; 0 where they suffice.")
    left = graphene.Int(description="How many there are still; null: any number.")

    class Meta:
        description = "A reward as it is offered to whoever asks."

    @staticmethod
    def resolve_reward(root: OfferInProgram, _info: Any) -> RewardInProgram:
        return RewardInProgram(root.offer.reward, root.rules)

    @staticmethod
    def resolve_is_available(root: OfferInProgram, _info: Any) -> bool:
        return not root.offer.reason

    @staticmethod
    def resolve_reason(root: OfferInProgram, _info: Any) -> str | None:
        return root.offer.reason or None

    @staticmethod
    def resolve_message(root: OfferInProgram, info: Any, language_code: str | None = None) -> str | None:
        language = language_code or loyalty_request(info).language_code or "en"
        return reward_message(root.offer, rules=root.rules, language=language) if root.offer.reason else None

    @staticmethod
    def resolve_missing_points(root: OfferInProgram, _info: Any) -> int:
        return root.offer.missing_points

    @staticmethod
    def resolve_left(root: OfferInProgram, _info: Any) -> int | None:
        return root.offer.left


class LoyaltyRewardIssue(graphene.ObjectType):  # type: ignore[misc]
    account = graphene.Field(lambda: _account_type(), required=True, description="Whose it is.")
    reward = graphene.Field(LoyaltyReward, required=True, description="The reward, as it was when it was issued.")
    type = LoyaltyRewardTypeEnum(required=True, description="What it is.")
    status = LoyaltyRewardIssueStatusEnum(required=True, description="What became of it.")
    points = graphene.Int(required=True, description="What it cost.")
    channel_slug = graphene.String(required=True, description="The slug of the channel in which it was had.")
    code = graphene.String(description="What its owner enters or shows; empty once forgotten." + NEEDS_USERS)
    access_text = graphene.String(description="Of access to an event: what its owner has to know." + NEEDS_USERS)
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was had.")
    expires_at = graphene.Field(host_types.DateTime, description="Until when it can be used; null: for ever.")
    ended_at = graphene.Field(host_types.DateTime, description="When it was used, given back, or ended otherwise.")
    is_reversible = graphene.Boolean(
        required=True, description="Whether the requester may give it back now, as far as it is known to be unused."
    )
    order = graphene.Field(host_types.Order, description="The order that used it." + NEEDS_USERS)
    transaction = graphene.Field(LoyaltyTransaction, required=True, description="What took its points.")
    return_transaction = graphene.Field(LoyaltyTransaction, description="What gave them back.")

    class Meta:
        description = "A reward that a customer had."
        interfaces = (Node,)

    @staticmethod
    def resolve_account(root: RewardIssue, info: Any) -> Promise:
        return loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)

    @staticmethod
    def resolve_reward(root: RewardIssue, info: Any) -> Promise:
        return _reward_of(root, info)

    @staticmethod
    def resolve_status(root: RewardIssue, info: Any) -> str:
        # Its time is over when it is over, also where no sweep has said so yet.
        return "EXPIRED" if _is_open(root) and not _is_in_time(root, info) else root.status

    @staticmethod
    def resolve_code(root: RewardIssue, info: Any) -> Promise:
        return _to_whom_it_concerns(root, info, lambda: root.code)

    @staticmethod
    def resolve_access_text(root: RewardIssue, info: Any) -> Promise:
        def text(found: RewardInProgram) -> str:
            return found.reward.access_text

        return _to_whom_it_concerns(root, info, lambda: _reward_of(root, info).then(text))

    @staticmethod
    def resolve_is_reversible(root: RewardIssue, info: Any) -> Promise:
        requester = loyalty_request(info).requester
        is_usable = _is_open(root) and _is_in_time(root, info)

        def judge(found: tuple[Any, RewardInProgram]) -> bool:
            account, reward = found
            is_owner = account is not None and is_user(requester, account.user_id)
            is_allowed = requester.can_manage_loyalty or (is_owner and reward.reward.reversible_by_customer)
            return is_usable and is_allowed

        account = loyalty_request(info).loader(AccountByIdLoader).load(root.account_id)
        return Promise.all([account, _reward_of(root, info)]).then(judge)

    @staticmethod
    def resolve_order(root: RewardIssue, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not root.order_id:
            return None

        def judge(order: Any) -> Any:
            # The order's own customer counts: staff can make an order for somebody else with the code.
            is_shown = order is not None and may_see_order(request.requester, unwrap(order).user_id)
            return order if is_shown else None

        return request.loader(HostRootLoader).load(("Order", root.order_id)).then(judge)

    @staticmethod
    def resolve_transaction(root: RewardIssue, info: Any) -> Promise:
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.transaction_id)

    @staticmethod
    def resolve_return_transaction(root: RewardIssue, info: Any) -> Promise | None:
        if root.return_transaction_id is None:
            return None
        return loyalty_request(info).loader(TransactionByIdLoader).load(root.return_transaction_id)


def _account_type() -> Any:
    from .account import LoyaltyAccount

    return LoyaltyAccount


def _is_open(issue: RewardIssue) -> bool:
    return issue.status == RewardIssueStatus.ISSUED


def _is_in_time(issue: RewardIssue, info: Any) -> bool:
    return issue.expires_at is None or loyalty_request(info).at < issue.expires_at


def _reward_of(issue: RewardIssue, info: Any) -> Promise:
    def find(rules: ProgramRules) -> RewardInProgram:
        reward = rules.reward(issue.reward_key)
        if reward is None:
            raise LookupError(f"version {issue.program_version_id} has no reward {issue.reward_key}")
        return RewardInProgram(reward, rules)

    return loyalty_request(info).loader(RulesByVersionIdLoader).load(issue.program_version_id).then(find)


def _to_whom_it_concerns(issue: RewardIssue, info: Any, tell: Any) -> Promise:
    """Return a promise of what ``tell`` says, for the owner and for staff who may manage users; of None for others."""
    request = loyalty_request(info)

    def judge(account: Any) -> Any:
        may_see = account is not None and may_see_customer(request.requester, account.user_id)
        return tell() if may_see else None

    return request.loader(AccountByIdLoader).load(issue.account_id).then(judge)


LoyaltyRewardIssueCountableConnection = connection_type(LoyaltyRewardIssue)
