"""Accounts and their points. Whoever can reach an account owns it or holds MANAGE_LOYALTY."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.relay import Node
from promise import Promise

from ...ledger import AccountPoints
from ...models import LoyaltyAccount as LoyaltyAccountModel
from ...programs import ActiveProgram
from ...referrals import format_code
from ...rules import value_of_points
from .. import host_types
from ..account_care_loaders import (
    LastChangeByAccountIdLoader,
    MergesByAccountIdLoader,
    StandingMergeByAccountIdLoader,
)
from ..card_loaders import FieldValuesByAccountIdLoader, LabelsByAccountIdLoader, NotePageLoader
from ..connection import connection_arguments, connection_type, page_arguments
from ..dataloaders import (
    AccountByIdLoader,
    AccountPageKey,
    ActiveProgramByChannelLoader,
    OpenLotPageLoader,
    PointsByAccountLoader,
    ProgramByIdLoader,
    ReservationsByAccountIdLoader,
    RulesByVersionIdLoader,
    TransactionPageLoader,
    UserByIdLoader,
    UserFactsByIdLoader,
)
from ..enums import LoyaltyAccountStatusEnum, LoyaltyMemberStatusEnum, LoyaltyTimelineTypeEnum
from ..export_loaders import PersonExportByAccountIdLoader
from ..host_types import MoneyValue
from ..log_filters import LoyaltyTransactionFilterInput, transaction_filter
from ..membership_loaders import MembershipsByAccountIdLoader
from ..permissions import NEEDS_USERS, STAFF_ONLY, is_user, may_see_customer
from ..referral_loaders import (
    ReferralClaimedByAccountIdLoader,
    ReferralCodeByAccountIdLoader,
    ReferralSummaryByAccountIdLoader,
)
from ..request import LoyaltyRequest, loyalty_request
from ..reward_loaders import RewardsByAccountIdLoader
from ..sorters import NEWEST_FIRST, SOONEST_EXPIRY_FIRST, LoyaltyTransactionSortingInput, transaction_sort
from ..texts import Message, Texts
from ..timeline_loaders import LastOrderAtByAccountIdLoader, TimelineKey, TimelinePageLoader
from .account_care import LoyaltyAccountChange, LoyaltyAccountMerge, export_type
from .activity import AccountActivityFields
from .card import LoyaltyCustomFieldValue, LoyaltyLabel, LoyaltyNoteCountableConnection
from .membership import LoyaltyMembership
from .program import LoyaltyProgram
from .receipt import LoyaltyMessage
from .referral import LoyaltyOwnReferral, LoyaltyReferralSummary, ReferralOfAccount, SummaryOfAccount
from .reward import LoyaltyRewardIssue
from .tier import AccountTierFields
from .timeline import LoyaltyTimelineEntryCountableConnection
from .transaction import (
    LoyaltyPointLotCountableConnection,
    LoyaltyReservation,
    LoyaltyTransactionCountableConnection,
)


class LoyaltyPoints(graphene.ObjectType):  # type: ignore[misc]
    available = graphene.Int(required=True, description="Spendable now.")
    balance = graphene.Int(required=True, description="All points: available + pending + reserved - debt.")
    pending = graphene.Int(required=True, description="Recorded, not yet spendable.")
    reserved = graphene.Int(required=True, description="Set aside for a checkout.")
    debt = graphene.Int(required=True, description="What later points make up for first.")
    expiring_soon = graphene.Int(required=True, description="Available points that expire soon.")
    earned = graphene.Int(
        required=True, description="All points ever given: redeemed + expired + reversed + deducted + balance."
    )
    redeemed = graphene.Int(required=True, description="All points ever redeemed in purchases, less those given back.")
    expired = graphene.Int(required=True, description="All points that ever expired.")
    reversed = graphene.Int(required=True, description="All awards that were taken back.")
    deducted = graphene.Int(required=True, description="All points that staff took.")

    class Meta:
        description = "The points of an account, corrected by what is due by now."

    @staticmethod
    def resolve_earned(root: AccountPoints, _info: Any) -> int:
        return root.given


class LoyaltyAccount(AccountActivityFields, AccountTierFields, graphene.ObjectType):  # type: ignore[misc]
    program = graphene.Field(LoyaltyProgram, required=True, description="The program.")
    user = graphene.Field(host_types.User, description="The customer." + NEEDS_USERS)
    email = graphene.String(description="The e-mail of a guest who has not joined." + NEEDS_USERS)
    status = LoyaltyAccountStatusEnum(required=True, description="Whether points can move.")
    member_status = LoyaltyMemberStatusEnum(required=True, description="Whether the customer has joined.")
    points = graphene.Field(LoyaltyPoints, required=True, description="The points.")
    value = graphene.Field(
        host_types.Money,
        channel=graphene.String(
            description="The channel's slug; may be left out where the account was asked for one."
        ),
        description="What the available points are worth in a channel; null where they cannot be spent there.",
    )
    messages = graphene.List(
        graphene.NonNull(LoyaltyMessage),
        required=True,
        language_code=graphene.Argument(host_types.LanguageCodeEnum, description="The language of the texts."),
        channel=graphene.String(
            description="The slug of the channel to say the worth in; may be left out where the account was asked "
            "for one."
        ),
        description="Ready messages for the club area: points earned, redeemed, left, and their worth.",
    )
    lots = graphene.Field(
        LoyaltyPointLotCountableConnection,
        required=True,
        description="The lots that still hold points, the soonest expiry first.",
        **connection_arguments(),
    )
    transactions = graphene.Field(
        LoyaltyTransactionCountableConnection,
        required=True,
        description="The points log, the newest first.",
        filter=LoyaltyTransactionFilterInput(description="Which transactions."),
        sort_by=LoyaltyTransactionSortingInput(description="In which order."),
        **connection_arguments(),
    )
    reservations = graphene.List(
        graphene.NonNull(LoyaltyReservation), required=True, description="The points set aside now."
    )
    memberships = graphene.List(
        graphene.NonNull(LoyaltyMembership),
        required=True,
        description="Past, current and coming memberships, the newest first, at most 100.",
    )
    rewards = graphene.List(
        graphene.NonNull(LoyaltyRewardIssue),
        required=True,
        description="The rewards that the customer had, the newest first, at most 100.",
    )
    referral_code = graphene.String(
        description="The customer's code for inviting others; null until `loyaltyReferralCodeCreate`."
    )
    referrals = graphene.Field(
        LoyaltyReferralSummary, required=True, description="What became of those whom the customer invited."
    )
    claimed_referral = graphene.Field(
        LoyaltyOwnReferral, description="The referral by which the customer was invited; null where nobody did."
    )
    labels = graphene.List(graphene.NonNull(LoyaltyLabel), description="The labels, by name." + STAFF_ONLY)
    notes = graphene.Field(
        LoyaltyNoteCountableConnection,
        description="The notes, the newest first." + STAFF_ONLY,
        **connection_arguments(),
    )
    fields = graphene.List(
        graphene.NonNull(LoyaltyCustomFieldValue),
        description="What the card says in its fields; fields that say nothing are left out." + STAFF_ONLY,
    )
    timeline = graphene.Field(
        LoyaltyTimelineEntryCountableConnection,
        description="Everything that happened, the newest first." + STAFF_ONLY,
        types=graphene.List(graphene.NonNull(LoyaltyTimelineTypeEnum), description="Only these kinds of things."),
        **connection_arguments(),
    )
    last_activity_at = graphene.Field(host_types.DateTime, description="The last login, order or transaction.")
    enrolled_at = graphene.Field(host_types.DateTime, description="When the customer joined the program.")
    closed_at = graphene.Field(host_types.DateTime, description="When the account was closed.")
    merged_into = graphene.Field(
        lambda: LoyaltyAccount, description="The account that this one was merged into." + STAFF_ONLY
    )
    merges = graphene.List(
        graphene.NonNull(LoyaltyAccountMerge),
        description="Merges of this account, the newest first, at most 100." + STAFF_ONLY,
    )
    last_change = graphene.Field(
        LoyaltyAccountChange, description="What was last done with the account as a whole, and why." + STAFF_ONLY
    )
    personal_data_export = graphene.Field(
        export_type, description="The newest file of all that is stored about the customer." + NEEDS_USERS
    )
    revision = graphene.Int(required=True, description="Raised with each write; see `expectedRevision`.")

    class Meta:
        description = "One customer in one program."
        interfaces = (Node,)

    @staticmethod
    def resolve_program(root: LoyaltyAccountModel, info: Any) -> Promise:
        return loyalty_request(info).loader(ProgramByIdLoader).load(root.program_id)

    @staticmethod
    def resolve_user(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if root.user_id is None or not may_see_customer(request.requester, root.user_id):
            return None
        return request.loader(UserByIdLoader).load(root.user_id)

    @staticmethod
    def resolve_email(root: LoyaltyAccountModel, info: Any) -> str | None:
        requester = loyalty_request(info).requester
        return (root.email or None) if may_see_customer(requester, root.user_id) else None

    @staticmethod
    def resolve_member_status(root: LoyaltyAccountModel, info: Any) -> Promise | str:
        if root.user_id is None:
            return "VISITOR"
        facts = loyalty_request(info).loader(UserFactsByIdLoader).load(root.user_id)
        return facts.then(lambda found: found.member_status if found else "VISITOR")

    @staticmethod
    def resolve_points(root: LoyaltyAccountModel, info: Any) -> Promise:
        return loyalty_request(info).loader(PointsByAccountLoader).load(root)

    @staticmethod
    def resolve_value(root: LoyaltyAccountModel, info: Any, channel: str | None = None) -> Promise:
        return _worth(root, loyalty_request(info), channel)

    @staticmethod
    def resolve_messages(
        root: LoyaltyAccountModel, info: Any, language_code: str | None = None, channel: str | None = None
    ) -> Promise:
        request = loyalty_request(info)

        def write(found: list[Any]) -> list[Message]:
            points, worth, rules = found
            texts = Texts(
                language=language_code or request.language_code or "en",
                rules=rules,
                channel="",
                currency=worth.currency if worth else "",
            )
            return texts.account(points, worth=worth.amount if worth else None)

        points = request.loader(PointsByAccountLoader).load(root)
        return Promise.all([points, _worth(root, request, channel), _published_rules(root, request)]).then(write)

    @staticmethod
    def resolve_lots(root: LoyaltyAccountModel, info: Any, **arguments: Any) -> Promise:
        key = AccountPageKey(account_id=root.pk, sort=SOONEST_EXPIRY_FIRST, arguments=page_arguments(arguments))
        return loyalty_request(info).loader(OpenLotPageLoader).load(key)

    @staticmethod
    def resolve_transactions(
        root: LoyaltyAccountModel, info: Any, filter: Any = None, sort_by: Any = None, **arguments: Any
    ) -> Promise:
        key = AccountPageKey(
            account_id=root.pk,
            sort=transaction_sort(sort_by),
            arguments=page_arguments(arguments),
            filter=transaction_filter(filter, requester=loyalty_request(info).requester),
        )
        return loyalty_request(info).loader(TransactionPageLoader).load(key)

    @staticmethod
    def resolve_reservations(root: LoyaltyAccountModel, info: Any) -> Promise:
        return loyalty_request(info).loader(ReservationsByAccountIdLoader).load(root.pk)

    @staticmethod
    def resolve_memberships(root: LoyaltyAccountModel, info: Any) -> Promise:
        return loyalty_request(info).loader(MembershipsByAccountIdLoader).load(root.pk)

    @staticmethod
    def resolve_rewards(root: LoyaltyAccountModel, info: Any) -> Promise:
        return loyalty_request(info).loader(RewardsByAccountIdLoader).load(root.pk)

    @staticmethod
    def resolve_referral_code(root: LoyaltyAccountModel, info: Any) -> Promise:
        code = loyalty_request(info).loader(ReferralCodeByAccountIdLoader).load(root.pk)
        return code.then(lambda found: None if found is None else format_code(found))

    @staticmethod
    def resolve_referrals(root: LoyaltyAccountModel, info: Any) -> Promise:
        summary = loyalty_request(info).loader(ReferralSummaryByAccountIdLoader).load(root.pk)
        return summary.then(lambda found: SummaryOfAccount(summary=found, account_id=root.pk))

    @staticmethod
    def resolve_claimed_referral(root: LoyaltyAccountModel, info: Any) -> Promise:
        claimed = loyalty_request(info).loader(ReferralClaimedByAccountIdLoader).load(root.pk)
        return claimed.then(
            lambda found: None if found is None else ReferralOfAccount(referral=found, is_referee=True)
        )

    @staticmethod
    def resolve_labels(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        return request.loader(LabelsByAccountIdLoader).load(root.pk) if request.requester.can_manage_loyalty else None

    @staticmethod
    def resolve_notes(root: LoyaltyAccountModel, info: Any, **arguments: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        key = AccountPageKey(account_id=root.pk, sort=NEWEST_FIRST, arguments=page_arguments(arguments))
        return request.loader(NotePageLoader).load(key)

    @staticmethod
    def resolve_fields(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        return request.loader(FieldValuesByAccountIdLoader).load(root.pk)

    @staticmethod
    def resolve_timeline(root: LoyaltyAccountModel, info: Any, types: Any = None, **arguments: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        wanted = None if types is None else frozenset(str(type_) for type_ in types)
        key = TimelineKey(account_id=root.pk, types=wanted, arguments=page_arguments(arguments))
        return request.loader(TimelinePageLoader).load(key)

    @staticmethod
    def resolve_merged_into(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        merge = request.loader(StandingMergeByAccountIdLoader).load(root.pk)
        return merge.then(lambda found: request.loader(AccountByIdLoader).load(found.target_id) if found else None)

    @staticmethod
    def resolve_merges(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        return request.loader(MergesByAccountIdLoader).load(root.pk) if request.requester.can_manage_loyalty else None

    @staticmethod
    def resolve_last_change(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not request.requester.can_manage_loyalty:
            return None
        return request.loader(LastChangeByAccountIdLoader).load(root.pk)

    @staticmethod
    def resolve_personal_data_export(root: LoyaltyAccountModel, info: Any) -> Promise | None:
        request = loyalty_request(info)
        if not may_see_customer(request.requester, root.user_id):
            return None
        is_for_staff = not is_user(request.requester, root.user_id)
        return request.loader(PersonExportByAccountIdLoader).load((root.pk, is_for_staff))

    @staticmethod
    def resolve_last_activity_at(root: LoyaltyAccountModel, info: Any) -> Promise:
        request = loyalty_request(info)
        facts = request.loader(UserFactsByIdLoader).load(root.user_id) if root.user_id is not None else None
        ordered = request.loader(LastOrderAtByAccountIdLoader).load(root.pk)

        def latest(found: list[Any]) -> Any:
            user, ordered_at = found
            moments = (root.last_transaction_at, ordered_at, user.last_login_at if user else None)
            return max((moment for moment in moments if moment is not None), default=None)

        return Promise.all([Promise.resolve(facts), ordered]).then(latest)


def _worth(account: LoyaltyAccountModel, request: LoyaltyRequest, channel: str | None) -> Promise:
    """Return a promise of what the available points are worth in the channel, by default the one asked for above."""
    slug = channel or getattr(account, "asked_for_channel", None)
    if slug is None:
        return Promise.resolve(None)
    program = request.loader(ActiveProgramByChannelLoader).load(slug)
    points = request.loader(PointsByAccountLoader).load(account)

    def value(found: list[Any]) -> MoneyValue | None:
        active: ActiveProgram | None = found[0]
        if active is None or active.program_id != account.program_id:
            return None
        rule, listing = active.rules.redemption_rule(slug), active.rules.listing(slug)
        if rule is None or listing is None:
            return None
        rate, currency = rule.rate(slug), listing.currency
        available: int = found[1].available
        return MoneyValue(
            value_of_points(available, rate_points=rate.points, rate_value=rate.value, currency=currency), currency
        )

    return Promise.all([program, points]).then(value)


def _published_rules(account: LoyaltyAccountModel, request: LoyaltyRequest) -> Promise:
    """Return a promise of the program's published rules, for its own name for points; None before there are any."""

    def rules(program: Any) -> Promise | None:
        version_id = program.published_version_id
        return None if version_id is None else request.loader(RulesByVersionIdLoader).load(version_id)

    return request.loader(ProgramByIdLoader).load(account.program_id).then(rules)


LoyaltyAccountCountableConnection = connection_type(LoyaltyAccount)
