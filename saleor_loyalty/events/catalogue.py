"""The closed list of events, with the fields of each payload. ``docs/reference/events.md`` is checked against it.

A name is listed once something emits it. A payload holds ids, numbers and words of ours; never a text that names a
person: no e-mail, no name, no reason and no note. Ids are those of the GraphQL API.

To add an event: an entry here, a section in the reference, and ``emit`` in the transaction in which it happens. Once
released a field is neither removed nor given another meaning; new ones may come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class PayloadField:
    """One field of a payload: an ``ID`` (given as a key, sent as a GraphQL id), ``Int``, ``String``, ``Boolean``,
    ``DateTime`` or ``Date`` (sent as ISO 8601)."""

    kind: str
    description: str
    of: str = ""
    """The GraphQL type that an ID is of."""
    is_nullable: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EventKind:
    description: str
    fields: Mapping[str, PayloadField]


def _id(of: str, description: str, *, is_nullable: bool = False) -> PayloadField:
    return PayloadField(kind="ID", of=of, description=description, is_nullable=is_nullable)


def _int(description: str) -> PayloadField:
    return PayloadField(kind="Int", description=description)


def _text(description: str, *, is_nullable: bool = False) -> PayloadField:
    return PayloadField(kind="String", description=description, is_nullable=is_nullable)


def _day(description: str, *, is_nullable: bool = False) -> PayloadField:
    return PayloadField(kind="Date", description=description, is_nullable=is_nullable)


def _flag(description: str) -> PayloadField:
    return PayloadField(kind="Boolean", description=description)


def _moment(description: str, *, is_nullable: bool = False) -> PayloadField:
    return PayloadField(kind="DateTime", description=description, is_nullable=is_nullable)


_ACCOUNT = _id("LoyaltyAccount", "The account.")
_USER = _id("User", "The customer; null for a guest, and once the customer is deleted.", is_nullable=True)

_REFERRAL = {
    "referral": _id("LoyaltyReferral", "The referral."),
    "account": _id("LoyaltyAccount", "The account of the invited customer."),
    "referrer": _id("LoyaltyAccount", "The account of who invited."),
}

TRANSACTION_CREATED = "loyalty.transaction.created"
ACCOUNT_CREATED = "loyalty.account.created"
ACCOUNT_ENROLLED = "loyalty.account.enrolled"
ACCOUNT_CLOSED = "loyalty.account.closed"
ACCOUNT_REOPENED = "loyalty.account.reopened"
ACCOUNT_FROZEN = "loyalty.account.frozen"
ACCOUNT_UNFROZEN = "loyalty.account.unfrozen"
ACCOUNT_MERGED = "loyalty.account.merged"
ACCOUNT_MERGE_UNDONE = "loyalty.account.merge_undone"
ACCOUNT_ANONYMIZED = "loyalty.account.anonymized"
ORDER_SETTLED = "loyalty.order.settled"
PROGRAM_PUBLISHED = "loyalty.program.published"
PROGRAM_PAUSED = "loyalty.program.paused"
PROGRAM_RESUMED = "loyalty.program.resumed"
MEMBERSHIP_CREATED = "loyalty.membership.created"
MEMBERSHIP_PAID = "loyalty.membership.paid"
MEMBERSHIP_STARTED = "loyalty.membership.started"
MEMBERSHIP_EXTENDED = "loyalty.membership.extended"
MEMBERSHIP_FROZEN = "loyalty.membership.frozen"
MEMBERSHIP_UNFROZEN = "loyalty.membership.unfrozen"
MEMBERSHIP_CANCELED = "loyalty.membership.canceled"
MEMBERSHIP_REINSTATED = "loyalty.membership.reinstated"
MEMBERSHIP_EXPIRING = "loyalty.membership.expiring"
MEMBERSHIP_ENDED = "loyalty.membership.ended"
AUDIENCE_SENT = "loyalty.audience.sent"
EXPORT_READY = "loyalty.export.ready"
POINTS_EXPIRING = "loyalty.points.expiring"
REFERRAL_CLAIMED = "loyalty.referral.claimed"
REFERRAL_FLAGGED = "loyalty.referral.flagged"
REFERRAL_CONFIRMED = "loyalty.referral.confirmed"
REFERRAL_ENDED = "loyalty.referral.ended"
TIER_CHANGED = "loyalty.tier.changed"
REWARD_ISSUED = "loyalty.reward.issued"
REWARD_CHANGED = "loyalty.reward.changed"
ENDPOINT_PINGED = "loyalty.endpoint.pinged"

_MEMBERSHIP = {
    "membership": _id("LoyaltyMembership", "The membership."),
    "plan": _id("LoyaltyMembershipPlan", "Its plan."),
    "account": _ACCOUNT,
    "user": _USER,
    "startsOn": _day("The first day; null while it waits for its order, or behind a frozen one.", is_nullable=True),
    "endsOn": _day("The first day on which it is over; null: no end, or none known yet.", is_nullable=True),
    "isPaid": _flag("Whether it is paid for."),
}

_REWARD = {
    "issue": _id("LoyaltyRewardIssue", "What the customer has."),
    "account": _ACCOUNT,
    "user": _USER,
    "reward": _text("The key of the reward in the rules."),
    "type": _text("LoyaltyRewardTypeEnum: VOUCHER, GIFT_CARD …"),
    "points": _int("What it cost."),
    "expiresAt": _moment("Until when it can be used; null: for ever.", is_nullable=True),
}

CATALOGUE: Mapping[str, EventKind] = MappingProxyType(
    {
        TRANSACTION_CREATED: EventKind(
            description="Points of an account moved: one event for each row of the points log.",
            fields={
                "transaction": _id("LoyaltyTransaction", "The row of the points log."),
                "account": _ACCOUNT,
                "user": _USER,
                "sequence": _int("The number of the row within its account: 1, 2, 3 …, without gaps."),
                "type": _text("LoyaltyTransactionTypeEnum: EARN, REDEEM, GIVE …"),
                "source": _text("LoyaltySourceEnum: ORDER, MANUAL …"),
                "points": _int("By how much the balance changed; negative where points left."),
                "balanceAfter": _int("The balance after this row."),
                "order": _id("Order", "The order it belongs to.", is_nullable=True),
                "channel": _text("The slug of the channel; empty where it belongs to none."),
                "createdAt": _moment("When the row was written."),
            },
        ),
        ACCOUNT_CREATED: EventKind(
            description="A customer or a guest got an account.",
            fields={"account": _ACCOUNT, "user": _USER},
        ),
        ACCOUNT_ENROLLED: EventKind(
            description="A customer joined the program by name, for the first time.",
            fields={"account": _ACCOUNT, "user": _USER},
        ),
        ACCOUNT_CLOSED: EventKind(
            description="An account earns and spends nothing more: staff closed it, deleted its card or anonymized "
            "it, or its customer was deleted from the shop.",
            fields={
                "account": _ACCOUNT,
                "user": _id("User", "Whose it was; null for a guest and for a deleted customer.", is_nullable=True),
            },
        ),
        ACCOUNT_REOPENED: EventKind(
            description="Staff let a closed account begin again.",
            fields={"account": _ACCOUNT, "user": _USER},
        ),
        ACCOUNT_FROZEN: EventKind(
            description="Staff froze an account: its points can be neither given nor spent. Orders still earn.",
            fields={"account": _ACCOUNT, "user": _USER},
        ),
        ACCOUNT_UNFROZEN: EventKind(
            description="Staff let the points of a frozen account move again.",
            fields={"account": _ACCOUNT, "user": _USER},
        ),
        ACCOUNT_MERGED: EventKind(
            description="An account was merged into another one and is closed: what is the customer's is there now.",
            fields={
                "account": _id("LoyaltyAccount", "The account that is closed now."),
                "user": _id("User", "Whose it is; null for a guest.", is_nullable=True),
                "target": _id("LoyaltyAccount", "The account that it was merged into."),
                "merge": _id("LoyaltyAccountMerge", "The merge."),
                "points": _int("Points that moved, pending ones too."),
                "debt": _int("Points that it owed, and that the target has taken over."),
            },
        ),
        ACCOUNT_MERGE_UNDONE: EventKind(
            description="A merge was undone: the account is open again, with what was left of its points.",
            fields={
                "account": _id("LoyaltyAccount", "The account that is open again."),
                "user": _id("User", "Whose it is; null for a guest.", is_nullable=True),
                "target": _id("LoyaltyAccount", "The account that it had been merged into."),
                "merge": _id("LoyaltyAccountMerge", "The merge."),
                "points": _int("Points that came back."),
                "debt": _int("Points that it owes again."),
            },
        ),
        ACCOUNT_ANONYMIZED: EventKind(
            description="All that told whose account it was is erased. Erase what you keep about it too.",
            fields={"account": _ACCOUNT},
        ),
        ORDER_SETTLED: EventKind(
            description="What an order earned, took back or returned has changed. All numbers are totals so far.",
            fields={
                "order": _id("Order", "The order."),
                "account": _id("LoyaltyAccount", "The account; null where there is none yet.", is_nullable=True),
                "state": _text("Where its points stand: WAITING, PENDING, AWARDED, NOTHING or CANCELED."),
                "earned": _int("Points it has earned."),
                "reversed": _int("Points taken back."),
                "redeemed": _int("Points spent on it."),
                "returned": _int("Spent points given back."),
            },
        ),
        PROGRAM_PUBLISHED: EventKind(
            description="A version of a program's rules was published. A program that was paused goes on with it.",
            fields={
                "program": _id("LoyaltyProgram", "The program."),
                "version": _id("LoyaltyProgramVersion", "The version."),
                "number": _int("The version's number."),
            },
        ),
        PROGRAM_PAUSED: EventKind(
            description="A program stands still: its points are not spent, and new orders earn nothing.",
            fields={"program": _id("LoyaltyProgram", "The program.")},
        ),
        PROGRAM_RESUMED: EventKind(
            description="A program that was paused goes on, by the version that was published last.",
            fields={"program": _id("LoyaltyProgram", "The program.")},
        ),
        MEMBERSHIP_CREATED: EventKind(
            description="A customer got a membership: an order sold it, or staff gave it. It has not begun yet.",
            fields=_MEMBERSHIP,
        ),
        MEMBERSHIP_PAID: EventKind(description="Staff marked a membership as paid.", fields=_MEMBERSHIP),
        MEMBERSHIP_STARTED: EventKind(description="A membership's first day has come.", fields=_MEMBERSHIP),
        MEMBERSHIP_EXTENDED: EventKind(description="Staff let a membership last longer.", fields=_MEMBERSHIP),
        MEMBERSHIP_FROZEN: EventKind(
            description="A membership rests: its benefits do, and the days are added at its end.", fields=_MEMBERSHIP
        ),
        MEMBERSHIP_UNFROZEN: EventKind(description="A frozen membership goes on.", fields=_MEMBERSHIP),
        MEMBERSHIP_CANCELED: EventKind(
            description="Staff cancelled a membership, or its order was cancelled or refunded.", fields=_MEMBERSHIP
        ),
        MEMBERSHIP_REINSTATED: EventKind(
            description="The order of a cancelled membership stands again, and so does the membership.",
            fields=_MEMBERSHIP,
        ),
        MEMBERSHIP_EXPIRING: EventKind(
            description="A membership ends soon, and nothing follows it. Once for each notice of the program's rules, "
            "and anew when the end moves.",
            fields={**_MEMBERSHIP, "days": _int("Which notice it is: the rules' so many days before.")},
        ),
        MEMBERSHIP_ENDED: EventKind(description="A membership's time is over.", fields=_MEMBERSHIP),
        AUDIENCE_SENT: EventKind(
            description="Staff sends an audience: its people are to be written to. It does not say who they are.",
            fields={
                "program": _id("LoyaltyProgram", "The program."),
                "audience": _id("LoyaltyAudience", "The audience: its accounts can be asked for page by page."),
                "name": _text("The audience's name."),
                "accounts": _int("How many accounts are in it now."),
                "export": _id("LoyaltyExport", "A file of them, ready a little later.", is_nullable=True),
            },
        ),
        EXPORT_READY: EventKind(
            description="The file of an export is ready. Ask for the export to get a link to it.",
            fields={
                "program": _id("LoyaltyProgram", "The program."),
                "export": _id("LoyaltyExport", "The export."),
                "kind": _text("LoyaltyExportKindEnum: LOG or ACCOUNTS."),
                "audience": _id("LoyaltyAudience", "The audience that it is of.", is_nullable=True),
                "rows": _int("How many rows it has, without the header."),
                "expiresAt": _moment("When the file is deleted."),
            },
        ),
        POINTS_EXPIRING: EventKind(
            description="A customer is told that points expire soon. Once for each notice of the program's rules.",
            fields={
                "account": _ACCOUNT,
                "user": _USER,
                "points": _int("How many points expire."),
                "expiresAt": _moment("The first moment at which they no longer count."),
                "days": _int("Which notice it is: the rules' so many days before."),
            },
        ),
        REFERRAL_CLAIMED: EventKind(description="A new customer said by whom they were invited.", fields=_REFERRAL),
        REFERRAL_FLAGGED: EventKind(
            description="Something about a referral looks alike: staff should look at it.",
            fields={**_REFERRAL, "flags": _text("What looks alike: LoyaltyReferralFlagEnum, separated by spaces.")},
        ),
        REFERRAL_CONFIRMED: EventKind(
            description="The invited customer's order lasted through the refund window: both got what they get.",
            fields={
                **_REFERRAL,
                "points": _int("What the invited customer got."),
                "referrerPoints": _int("What the referrer got; 0 beyond the limits of the rules."),
            },
        ),
        REFERRAL_ENDED: EventKind(
            description="A referral came to nothing, or what was paid for it was taken back.",
            fields={
                **_REFERRAL,
                "state": _text("REJECTED, CANCELED or REVERSED."),
                "reason": _text("Why: LoyaltyReferralEndEnum."),
            },
        ),
        TIER_CHANGED: EventKind(
            description="A customer came to another tier, or to none.",
            fields={
                "account": _ACCOUNT,
                "user": _USER,
                "from": _text("The key of the tier until then; null for none.", is_nullable=True),
                "to": _text("The key of the tier from then on; null for none.", is_nullable=True),
                "reason": _text("LoyaltyTierChangeReasonEnum: EARNED, LAPSED, REVERSED or RULES_CHANGED."),
                "changedAt": _moment("Since when it holds."),
            },
        ),
        REWARD_ISSUED: EventKind(
            description="A customer took a reward for points. Its code is in the API alone.",
            fields=_REWARD,
        ),
        REWARD_CHANGED: EventKind(
            description="A reward was used, given back, expired or cancelled; or it can be used again.",
            fields={
                **_REWARD,
                "status": _text("LoyaltyRewardIssueStatusEnum: USED, REVERSED, EXPIRED, CANCELED, or ISSUED again."),
                "order": _id("Order", "The order that used it.", is_nullable=True),
            },
        ),
        ENDPOINT_PINGED: EventKind(
            description="Staff tests the endpoint. It is sent to that endpoint alone, whatever it subscribed to.",
            fields={"endpoint": _id("LoyaltyEventEndpoint", "The endpoint.")},
        ),
    }
)

SUBSCRIBABLE: tuple[str, ...] = tuple(name for name in CATALOGUE if name != ENDPOINT_PINGED)
