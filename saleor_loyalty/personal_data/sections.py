"""Which tables hold something about a customer, and what of it belongs to the answer.

What is for staff alone (internal notes, the card, reasons of staff) is in the file that staff asks for and hands over,
never in the one that customers fetch themselves. Who of the staff did something is nobody's data but theirs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .. import models


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One list of the answer: the rows of a table, by primary key."""

    name: str
    model: type[Any]
    fields: tuple[str, ...]
    """Columns, or paths to those of side rows: the last word of the path names it in the answer."""
    staff_fields: tuple[str, ...] = ()
    """Further ones, in the file for staff."""
    is_for_staff: bool = False
    """Whether the whole section is."""
    account: tuple[str, ...] = ("account_id",)
    """The paths that lead to an account: any of them counts."""


SECTIONS: tuple[Section, ...] = (
    Section(
        name="transactions",
        model=models.LoyaltyTransaction,
        fields=(
            "sequence",
            "type",
            "source",
            "points",
            "balance_after",
            "occurred_at",
            "created_at",
            "order_id",
            "checkout_id",
            "channel_slug",
            "external_reference",
            "receipt",
            "text__reason",
        ),
        staff_fields=("text__internal_note",),
    ),
    Section(
        name="lots",
        model=models.Lot,
        fields=("transaction__sequence", "issued", "remaining", "available_at", "expires_at", "lasts_while_active"),
    ),
    Section(
        name="reservations",
        model=models.Reservation,
        fields=(
            "checkout_id",
            "channel_slug",
            "points",
            "value",
            "currency",
            "status",
            "order_id",
            "created_at",
            "expires_at",
            "settled_at",
        ),
    ),
    Section(
        name="orders",
        model=models.OrderRecord,
        fields=(
            "order_id",
            "order_number",
            "channel_slug",
            "currency",
            "state",
            "customer",
            "basket",
            "receipt",
            "redemption_receipt",
            "earnable",
            "awarded",
            "reversed",
            "redeemed",
            "redeemed_value",
            "returned",
            "created_at",
            "updated_at",
        ),
    ),
    Section(
        name="reportedEvents",
        model=models.ReportedEvent,
        fields=("name", "external_reference", "payload", "points", "occurred_at", "created_at"),
    ),
    Section(
        name="ruleEarnings",
        model=models.RuleEarning,
        fields=("rule_key", "points", "order_id", "occurred_at"),
    ),
    Section(
        name="memberships",
        model=models.Membership,
        fields=(
            "plan_name",
            "order_id",
            "price_amount",
            "currency",
            "payment_status",
            "starts_on",
            "ends_on",
            "frozen_from",
            "frozen_until",
            "canceled_at",
            "points_given",
            "created_at",
        ),
    ),
    Section(
        name="membershipChanges",
        model=models.MembershipChange,
        account=("membership__account_id",),
        fields=("membership__plan_name", "type", "on", "created_at"),
        staff_fields=("reason",),
    ),
    Section(
        name="membershipFreezes",
        model=models.MembershipFreeze,
        account=("membership__account_id",),
        fields=("membership__plan_name", "from_on", "until_on", "created_at"),
    ),
    Section(
        name="membershipNotices",
        model=models.MembershipNotice,
        account=("membership__account_id",),
        fields=("membership__plan_name", "ends_on", "days", "sent_at"),
    ),
    Section(
        name="rewards",
        model=models.RewardIssue,
        fields=("reward_key", "type", "points", "status", "code", "order_id", "created_at", "expires_at", "ended_at"),
    ),
    Section(name="referralCodes", model=models.ReferralCode, fields=("code", "created_at")),
    # It says nothing of the other customer. Digests of addresses cannot be read by anybody.
    Section(
        name="referralsMade",
        model=models.Referral,
        account=("referrer_id",),
        fields=("state", "claimed_at", "confirmed_at", "ended_at", "referrer_points"),
    ),
    Section(
        name="referralsClaimed",
        model=models.Referral,
        account=("referee_id",),
        fields=("state", "order_id", "claimed_at", "confirmed_at", "ended_at", "referee_points"),
    ),
    Section(
        name="tiers",
        model=models.TierChange,
        fields=("from_key", "to_key", "reason", "qualifying", "changed_at"),
    ),
    Section(name="expiryNotices", model=models.ExpiryNotice, fields=("expires_at", "days", "points", "sent_at")),
    Section(
        name="extensions",
        model=models.LotExtension,
        fields=("before", "after", "points", "created_at"),
        staff_fields=("reason",),
    ),
    Section(
        name="accountChanges",
        model=models.AccountChange,
        fields=("kind", "created_at"),
        staff_fields=("reason",),
    ),
    Section(
        name="notes",
        model=models.Note,
        is_for_staff=True,
        fields=("type", "text", "created_at", "updated_at"),
    ),
    Section(name="labels", model=models.AccountLabel, is_for_staff=True, fields=("label__name", "created_at")),
    Section(
        name="fields",
        model=models.CustomFieldValue,
        is_for_staff=True,
        fields=("field__key", "field__name", "value", "updated_at"),
    ),
    Section(name="cardChanges", model=models.CardChange, is_for_staff=True, fields=("kind", "name", "created_at")),
    Section(
        name="batchRows",
        model=models.BatchRow,
        is_for_staff=True,
        fields=("batch_id", "number", "identity", "points", "details", "status", "message"),
    ),
    Section(
        name="events",
        model=models.OutboxEvent,
        is_for_staff=True,
        fields=("name", "payload", "occurred_at"),
    ),
    Section(name="exports", model=models.Export, fields=("kind", "status", "created_at", "expires_at")),
)

NOT_PERSONAL: Mapping[type[Any], str] = MappingProxyType(
    {
        models.TransactionText: "with its transaction",
        models.LotUse: "which lot paid which transaction: arithmetic of what is there already",
        models.EventDelivery: "how often an event was sent where",
        models.ExportPart: "a piece of a file",
        models.AudienceSending: "that a file was made of many",
        models.AccountMerge: "keys of rows that are there already; that it was merged is among the account's changes",
        models.ReferralChange: "the steps of a referral, whose dates are there",
        models.TierStatus: "the last of the tiers, and what it was computed from",
        models.MonthlyEarnings: "sums of the transactions",
        models.WeeklyEarnings: "sums of the transactions",
        models.AuditFinding: "that numbers of an account did not add up",
    }
)
"""Tables that lead to an account and are no section of their own: why not."""
