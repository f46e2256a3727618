"""Tiers: what they are, which one an account has, what is missing to the next one, and what changed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import graphene
from promise import Promise

from ...models import LoyaltyAccount as LoyaltyAccountModel
from ...models import TierChange
from ...rules import ProgramRules, Tier
from ...tiers import TierNow
from .. import host_types
from ..dataloaders import ProgramByIdLoader, RulesByVersionIdLoader
from ..enums import LoyaltyTierBasisEnum, LoyaltyTierChangeReasonEnum
from ..host_types import MoneyValue
from ..permissions import STAFF_ONLY
from ..request import LoyaltyRequest, loyalty_request
from ..tier_loaders import (
    MembersByProgramIdLoader,
    QualifyingByAccountIdLoader,
    TierByAccountLoader,
    TierChangesByAccountIdLoader,
)

POINTS = "points"


@dataclass(frozen=True, slots=True)
class TierInProgram:
    """A tier, the document that it stands in, and the program."""

    tier: Tier
    rules: ProgramRules
    program_id: int


def _money(amounts: Mapping[str, Any]) -> list[MoneyValue]:
    return [MoneyValue(Decimal(amount), unit) for unit, amount in sorted(amounts.items()) if unit != POINTS]


class LoyaltyTier(graphene.ObjectType):  # type: ignore[misc]
    key = graphene.String(required=True, description="Stable inside the rules document.")
    name = graphene.String(
        required=True,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language of the text."),
        description="What customers read.",
    )
    benefits = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language of the texts."),
        description="What its members get besides, for customers to read.",
    )
    required_points = graphene.Int(description="The qualifying points that reach it; null for tiers by money.")
    required_spend = graphene.List(
        graphene.NonNull(host_types.Money),
        required=True,
        description="The money that reaches it, in one of these currencies; empty for tiers by points.",
    )
    multiplier = graphene.Field(
        host_types.DecimalNumber,
        description="What orders of its members earn is multiplied by; null: what others earn.",
    )
    window_months = graphene.Int(description="How far back counts, in whole months; null: all of it, for ever.")
    grace_days = graphene.Int(required=True, description="How long it stays with whoever no longer reaches it.")
    keep_months = graphene.Int(required=True, description="How long it is kept at least once it was reached.")
    members = graphene.Int(
        description="How many open accounts have it, as of the last look at each." + STAFF_ONLY + " Null for staff "
        "restricted to channels."
    )

    class Meta:
        description = "What customers reach by earning points or spending money."

    @staticmethod
    def resolve_key(root: TierInProgram, _info: Any) -> str:
        return root.tier.key

    @staticmethod
    def resolve_name(root: TierInProgram, info: Any, language_code: str | None = None) -> str:
        return root.tier.text_in(_language(info, language_code)).name

    @staticmethod
    def resolve_benefits(root: TierInProgram, info: Any, language_code: str | None = None) -> list[str]:
        return list(root.tier.text_in(_language(info, language_code)).benefits)

    @staticmethod
    def resolve_required_points(root: TierInProgram, _info: Any) -> int | None:
        return root.tier.required_points

    @staticmethod
    def resolve_required_spend(root: TierInProgram, _info: Any) -> list[MoneyValue]:
        return _money(root.tier.required_spend)

    @staticmethod
    def resolve_multiplier(root: TierInProgram, _info: Any) -> Decimal | None:
        return root.tier.multiplier

    @staticmethod
    def resolve_window_months(root: TierInProgram, _info: Any) -> int | None:
        return root.rules.tier_policy.window_months

    @staticmethod
    def resolve_grace_days(root: TierInProgram, _info: Any) -> int:
        return root.rules.tier_policy.grace_days

    @staticmethod
    def resolve_keep_months(root: TierInProgram, _info: Any) -> int:
        return root.rules.tier_policy.keep_months

    @staticmethod
    def resolve_members(root: TierInProgram, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty or request.requester.channels is not None:
            return None
        members = request.loader(MembersByProgramIdLoader).load(root.program_id)
        return members.then(lambda found: found[root.tier.key])


def _language(info: Any, language_code: str | None) -> str:
    return language_code or loyalty_request(info).language_code or "en"


class LoyaltyTierPolicy(graphene.ObjectType):  # type: ignore[misc]
    basis = LoyaltyTierBasisEnum(required=True, description="What reaches a tier.")
    window_months = graphene.Int(description="How far back it counts, in whole months; null: all of it, for ever.")
    grace_days = graphene.Int(required=True, description="How long a tier that is no longer reached stays.")
    keep_months = graphene.Int(required=True, description="How long a tier is kept at least once it was reached.")

    class Meta:
        description = "What reaches a tier, and how long one is kept."


@dataclass(frozen=True, slots=True)
class Progress:
    """An account among the tiers of its program."""

    now: TierNow
    qualifying: Mapping[str, Any]
    rules: ProgramRules
    program_id: int
    next_tier: Tier | None = field(default=None)

    @property
    def held_until(self) -> datetime.datetime | None:
        """When time alone takes the present tier."""
        tier = self.now.standing.tier
        return next((step.at for step in self.now.outlook if step.standing.tier != tier), None) if tier else None

    def missing(self) -> dict[str, Any]:
        needed = self.next_tier.requirement if self.next_tier is not None else {}
        return {unit: max(amount - self.qualifying.get(unit, 0), 0) for unit, amount in needed.items()}


class LoyaltyTierProgress(graphene.ObjectType):  # type: ignore[misc]
    tier = graphene.Field(LoyaltyTier, description="The present tier; null for none.")
    since = graphene.Field(host_types.DateTime, description="Since when.")
    held_until = graphene.Field(
        host_types.DateTime,
        description="When the present tier ends if nothing more is earned or spent, grace included; null: never.",
    )
    grace_until = graphene.Field(
        host_types.DateTime,
        description="The present tier is no longer reached, and ends then; null while it is reached or promised.",
    )
    next_tier = graphene.Field(LoyaltyTier, description="The next higher tier; null at the highest.")
    qualifying_points = graphene.Int(description="The points that count now; null for tiers by money.")
    missing_points = graphene.Int(description="How many are missing to the next tier.")
    qualifying_spend = graphene.List(
        graphene.NonNull(host_types.Money), required=True, description="The money that counts now, by currency."
    )
    missing_spend = graphene.List(
        graphene.NonNull(host_types.Money),
        required=True,
        description="How much is missing to the next tier: in one of these currencies, not in all.",
    )

    class Meta:
        description = "How far a customer has come."

    @staticmethod
    def resolve_tier(root: Progress, _info: Any) -> TierInProgram | None:
        return _in_program(root.now.standing.tier, root.rules, root.program_id)

    @staticmethod
    def resolve_since(root: Progress, _info: Any) -> datetime.datetime | None:
        return root.now.standing.since

    @staticmethod
    def resolve_held_until(root: Progress, _info: Any) -> datetime.datetime | None:
        return root.held_until

    @staticmethod
    def resolve_grace_until(root: Progress, _info: Any) -> datetime.datetime | None:
        return root.now.standing.grace_until

    @staticmethod
    def resolve_next_tier(root: Progress, _info: Any) -> TierInProgram | None:
        return None if root.next_tier is None else TierInProgram(root.next_tier, root.rules, root.program_id)

    @staticmethod
    def resolve_qualifying_points(root: Progress, _info: Any) -> int | None:
        return root.qualifying.get(POINTS)

    @staticmethod
    def resolve_missing_points(root: Progress, _info: Any) -> int | None:
        return root.missing().get(POINTS)

    @staticmethod
    def resolve_qualifying_spend(root: Progress, _info: Any) -> list[MoneyValue]:
        return _money(root.qualifying)

    @staticmethod
    def resolve_missing_spend(root: Progress, _info: Any) -> list[MoneyValue]:
        return _money(root.missing())


class LoyaltyTierChange(graphene.ObjectType):  # type: ignore[misc]
    from_key = graphene.String(description="The key of the tier until then; null for none.")
    to_key = graphene.String(description="The key of the tier from then on; null for none.")
    reason = LoyaltyTierChangeReasonEnum(required=True, description="Why.")
    changed_at = graphene.Field(host_types.DateTime, required=True, description="Since when it holds.")
    created_at = graphene.Field(host_types.DateTime, required=True, description="When it was noted.")
    qualifying_points = graphene.Int(description="The points that counted then; null for tiers by money.")
    qualifying_spend = graphene.List(
        graphene.NonNull(host_types.Money), required=True, description="The money that counted then, by currency."
    )

    class Meta:
        description = "That an account came to another tier, or to none."

    @staticmethod
    def resolve_from_key(root: TierChange, _info: Any) -> str | None:
        return root.from_key or None

    @staticmethod
    def resolve_to_key(root: TierChange, _info: Any) -> str | None:
        return root.to_key or None

    @staticmethod
    def resolve_qualifying_points(root: TierChange, _info: Any) -> int | None:
        points: int | None = root.qualifying.get(POINTS)
        return points

    @staticmethod
    def resolve_qualifying_spend(root: TierChange, _info: Any) -> list[MoneyValue]:
        return _money(root.qualifying)


class AccountTierFields:
    """What ``LoyaltyAccount`` says of its tier."""

    tier = graphene.Field(LoyaltyTier, description="The tier now; null for none.")
    tier_progress = graphene.Field(
        LoyaltyTierProgress,
        description="How far the customer has come; null for guests and in programs without tiers.",
    )
    tier_history = graphene.List(
        graphene.NonNull(LoyaltyTierChange),
        description="The changes of the tier, the newest first, at most 100." + STAFF_ONLY,
    )

    @staticmethod
    def resolve_tier(root: LoyaltyAccountModel, info: Any) -> Promise:
        return _present(root, loyalty_request(info)).then(
            lambda found: None if found is None else _in_program(found[0].standing.tier, found[1], root.program_id)
        )

    @staticmethod
    def resolve_tier_progress(root: LoyaltyAccountModel, info: Any) -> Promise:
        request = loyalty_request(info)

        def measure(found: Any) -> Promise | None:
            if found is None or not found[1].tiers:
                return None
            now, rules, version_id = found
            counted = request.loader(QualifyingByAccountIdLoader).load((version_id, root.pk))
            keys = [tier.key for tier in rules.tiers]
            place = keys.index(now.standing.tier) + 1 if now.standing.tier in keys else 0
            next_tier = rules.tiers[place] if place < len(keys) else None
            return counted.then(lambda amounts: Progress(now, amounts, rules, root.program_id, next_tier))

        return _present(root, request).then(measure)

    @staticmethod
    def resolve_tier_history(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        return request.loader(TierChangesByAccountIdLoader).load(root.pk)


def _present(account: LoyaltyAccountModel, request: LoyaltyRequest) -> Promise:
    """Return a promise of the standing, the published rules and their version's id; of None for a guest, and before
    there are rules."""
    if account.user_id is None:
        return Promise.resolve(None)

    def ask(program: Any) -> Promise | None:
        version_id = program.published_version_id
        if version_id is None:
            return None
        rules = request.loader(RulesByVersionIdLoader).load(version_id)
        return Promise.all([request.loader(TierByAccountLoader).load(account), rules, Promise.resolve(version_id)])

    return request.loader(ProgramByIdLoader).load(account.program_id).then(ask)


def _in_program(key: str, rules: ProgramRules, program_id: int) -> TierInProgram | None:
    """Return the tier with this key; None for none, and for one that the rules no longer have."""
    tier = rules.tier(key) if key else None
    return None if tier is None else TierInProgram(tier, rules, program_id)


def tiers_of(rules: ProgramRules | None, program_id: int) -> list[TierInProgram]:
    """Return the tiers of rules, from the lowest to the highest."""
    return [TierInProgram(tier, rules, program_id) for tier in rules.tiers] if rules is not None else []
