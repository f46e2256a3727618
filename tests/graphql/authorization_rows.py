"""Who may see what: a row for each field of ours. ``test_authorization.py`` asks each of them as each of ``ACTORS``.

An outcome is ``value``, ``null`` (the field is null), ``absent`` (something above it is null or empty) or ``denied``
(PermissionDenied for the whole answer).

An area of the program that has its own fields and mutations says about them in a module of its own (``AREAS``):
    ROWS, PLACES and ARGUMENTS, as here;
    fill(account, *, staff, app) -> the ids of what it put into the scene, by the name of the variable;
    calls(scene, account) -> a valid call of each of its mutations, by name;
    FOR_CUSTOMERS, where there are such: the names of those that every user may call about the own account;
    written() -> everything that its mutations write, to be compared.
"""

from __future__ import annotations

from types import ModuleType

from . import (
    authorization_account_care,
    authorization_activities,
    authorization_audit,
    authorization_batches,
    authorization_cards,
    authorization_customers,
    authorization_events,
    authorization_expiry,
    authorization_log,
    authorization_memberships,
    authorization_referrals,
    authorization_refunds,
    authorization_rewards,
    authorization_tiers,
    authorization_timeline,
)

AREAS: tuple[ModuleType, ...] = (
    authorization_account_care,
    authorization_activities,
    authorization_audit,
    authorization_batches,
    authorization_cards,
    authorization_customers,
    authorization_events,
    authorization_expiry,
    authorization_log,
    authorization_memberships,
    authorization_referrals,
    authorization_refunds,
    authorization_rewards,
    authorization_tiers,
    authorization_timeline,
)

ACTORS = ("anonymous", "owner", "stranger", "clerk", "app_without", "loyalty_only_staff", "staff", "app")

POLICIES = {
    # Below an account: its owner by ``me``, everybody else by a list that staff alone may ask.
    "account": "denied value denied denied denied value value value",
    "account, for staff": "denied null denied denied denied value value value",
    "account, naming the customer": "denied value denied denied denied null value value",
    "account, naming others": "denied null denied denied denied null value value",
    # Below what is on an account for staff alone: to the owner it is null.
    "card": "denied absent denied denied denied value value value",
    "card, naming others": "denied absent denied denied denied null value value",
    "account, orders": "denied value denied denied denied null value value",
    # Below a product.
    "public": "value value value value value value value value",
    "public, for staff": "null null null null null value value value",
    "public, rules": "absent absent absent absent absent value value value",
    "public, naming others": "null null null null null null value value",
    # Below a cart or an order.
    "customer's": "null value null null null null value value",
    "below customer's": "absent value absent absent absent absent value value",
    "below customer's, for staff": "absent null absent absent absent absent value value",
    # Roots.
    "staff": "denied denied denied denied denied value value value",
    "staff of orders": "denied denied denied denied denied denied value value",
    "staff, naming others": "denied denied denied denied denied null value value",
    # The same in every program.
    "public to staff": "denied denied denied denied denied value value value",
}

ROWS: dict[str, dict[str, str]] = {
    "LoyaltyAccount": {
        "account": """id program status memberStatus points value messages lots transactions reservations
            lastActivityAt enrolledAt revision""",
        "account, naming the customer": "user",
        "account, naming others": "email",
    },
    "LoyaltyPoints": {
        "account": "available balance pending reserved debt expiringSoon earned redeemed expired reversed deducted",
    },
    "LoyaltyTransaction": {
        "account": """id sequence type typeName source sourceName pointsChange pointsBalance createdAt occurredAt
            reason receipt lots hash account reverses""",
        "account, orders": "order",
        "account, for staff": "app internalNote idempotencyKey externalReference",
        "account, naming others": "user",
    },
    "LoyaltyPointLot": {"account": "id issued remaining availableAt expiresAt transaction"},
    "LoyaltyReservation": {"account": "id points requestedPoints value status expiresAt checkoutId"},
    "LoyaltyAccountCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyAccountCountableEdge": {"staff": "node cursor"},
    "LoyaltyTransactionCountableConnection": {"account": "pageInfo edges totalCount"},
    "LoyaltyTransactionCountableEdge": {"account": "node cursor"},
    "LoyaltyPointLotCountableConnection": {"account": "pageInfo edges totalCount"},
    "LoyaltyPointLotCountableEdge": {"account": "node cursor"},
    "LoyaltyProgram": {
        "account": "id name slug status pointNames channelListings guestEarning createdAt updatedAt",
        "account, for staff": "publishedVersion draftVersion statistics",
    },
    "LoyaltyPointName": {"account": "languageCode zero one two few many other"},
    "LoyaltyProgramChannelListing": {
        "account": "key channel channelSlug isActive currency registrationRequired timeZone"
    },
    "LoyaltyProgramCountableConnection": {"staff": "pageInfo edges totalCount"},
    "LoyaltyProgramCountableEdge": {"staff": "node cursor"},
    "LoyaltyProgramVersion": {
        "public": "id number publishedAt",
        "public, for staff": "checksum rules earningRules redemptionRules expiryPolicy refundPolicy warnings",
        "public, naming others": "publishedBy",
        "always null": "publishedByApp",
    },
    "LoyaltyEarningRule": {
        "public, rules": """key name type trigger points rates scope combination taxMode priority pendingDays
            maxPointsPerOrder startsAt endsAt""",
    },
    "LoyaltyEarningRate": {"public, rules": "channel points amountStep"},
    "LoyaltyRuleScope": {"public, rules": "type slugs"},
    "LoyaltyCombination": {"public, rules": "withCoupons withAutomaticDiscounts withBuyXGetY"},
    "LoyaltyRedemptionRule": {
        "public, rules": "key type rates minPoints maxPoints maxPercent step scope combination overLimit"
    },
    "LoyaltyRedemptionRate": {"public, rules": "channel points value"},
    "LoyaltyExpiryPolicy": {"public, rules": "type months noticeDays", "always null": "days"},
    "LoyaltyRefundPolicy": {"public, rules": "reversal returnSpentPoints expiredLots graceDays"},
    "LoyaltyRuleWarning": {"public, rules": "path code message"},
    "LoyaltyOffer": {"public": "points message redemptionMessage receipt"},
    "LoyaltyReceipt": {"public": "points summary lines programVersion"},
    "LoyaltyReceiptLine": {
        "public": "code message lineId base points",
        "public, for staff": "staffMessage ruleKey detail",
    },
    "LoyaltyCheckout": {"public": "pointsToEarn messages", "customer's": "redemption applied"},
    "LoyaltyEarnEstimate": {"public": "points pending message receipt"},
    "LoyaltyMessage": {"public": "code severity text"},
    "LoyaltyRedemptionQuote": {
        "below customer's": """available minPoints maxPoints maxValue step requestedPoints appliedPoints appliedValue
            eligibleBase conditions limitMessage blocked blockedReason blockedMessage receipt"""
    },
    "LoyaltyOrder": {
        "below customer's": """earned pending redeemed redeemedValue reversed returned forfeited transactions messages
            receipt""",
        "below customer's, for staff": "unrecovered",
    },
    "LoyaltyStatistics": {
        "staff": """startDate endDate timeZone given redeemed expired reversed deducted outstandingBefore outstanding
            available pending reserved debt transactions previous series sources sourcesByRule sourcesByProduct
            sourcesByCategory topEarners"""
    },
    "LoyaltyStatisticsStep": {
        "staff": "startDate endDate given redeemed expired reversed deducted outstanding transactions"
    },
    "LoyaltySourceStatistics": {"staff": "source points transactions"},
    "LoyaltyRuleStatistics": {"staff": "ruleKey name points reversed transactions"},
    "LoyaltyProductStatistics": {"staff": "slug points reversed transactions", "always null": "productId"},
    "LoyaltyCategoryStatistics": {"staff": "slug points reversed transactions"},
    "LoyaltyTopEarner": {"staff": "account points"},
    "Query": {
        "staff": """loyaltyAccount loyaltyAccounts loyaltyProgram loyaltyPrograms loyaltyStatistics
            loyaltyTransactions"""
    },
    "Product": {"public": "loyalty"},
    "ProductVariant": {"public": "loyalty"},
    "Checkout": {"public": "loyalty"},
    "Order": {"customer's": "loyalty"},
    # The playground itself shows a User to nobody but the user and MANAGE_USERS.
    "User": {"user": "loyaltyAccount"},
}
POLICIES["user"] = "denied value denied null null denied value value"
POLICIES["always null"] = ""
"""Null for everybody in the scene."""

# Where each type is found: by the owner, and by everybody else. ``%s`` is the field that is asked for.
_ME = '{ me { loyaltyAccount(channel: "shop") { %s } } }'
_ACCOUNTS = "{ loyaltyAccounts(first: 50) { edges { node { %s } } } }"
_LOG = "transactions(first: 50) { edges { node { %s } } }"
_PROGRAMS = "{ loyaltyPrograms(first: 1) { edges { node { %s } } } }"
_PRODUCT = '{ product(slug: "chair", channel: "shop") { loyalty { %s } } }'
_VERSION = _PRODUCT % "receipt { programVersion { %s } }"
_EARNING, _REDEMPTION = _VERSION % "earningRules { %s }", _VERSION % "redemptionRules { %s }"
_CHECKOUT = "{ checkout(id: $checkout) { loyalty { %s } } }"
_STATISTICS = '{ loyaltyStatistics(program: $program, period: {gte: "2020-01-01", lte: "2099-12-31"}) { %s } }'


def _below_account(part: str) -> tuple[str, str]:
    return _ME % part, _ACCOUNTS % part


PLACES: dict[str, tuple[str, ...]] = {
    "LoyaltyAccount": (_ME, _ACCOUNTS),
    "LoyaltyPoints": _below_account("points { %s }"),
    "LoyaltyTransaction": (_ME % _LOG, "{ loyaltyTransactions(first: 50) { edges { node { %s } } } }"),
    "LoyaltyPointLot": _below_account("lots(first: 10) { edges { node { %s } } }"),
    "LoyaltyReservation": _below_account("reservations { %s }"),
    "LoyaltyAccountCountableConnection": ("{ loyaltyAccounts(first: 1) { %s } }",),
    "LoyaltyAccountCountableEdge": ("{ loyaltyAccounts(first: 1) { edges { %s } } }",),
    "LoyaltyTransactionCountableConnection": _below_account("transactions(first: 1) { %s }"),
    "LoyaltyTransactionCountableEdge": _below_account("transactions(first: 1) { edges { %s } }"),
    "LoyaltyPointLotCountableConnection": _below_account("lots(first: 1) { %s }"),
    "LoyaltyPointLotCountableEdge": _below_account("lots(first: 1) { edges { %s } }"),
    "LoyaltyProgram": (_ME % "program { %s }", _PROGRAMS),
    "LoyaltyPointName": (_ME % "program { pointNames { %s } }", _PROGRAMS % "pointNames { %s }"),
    "LoyaltyProgramChannelListing": (
        _ME % "program { channelListings { %s } }",
        _PROGRAMS % "channelListings { %s }",
    ),
    "LoyaltyProgramCountableConnection": ("{ loyaltyPrograms(first: 1) { %s } }",),
    "LoyaltyProgramCountableEdge": ("{ loyaltyPrograms(first: 1) { edges { %s } } }",),
    "LoyaltyProgramVersion": (_VERSION,),
    "LoyaltyEarningRule": (_EARNING,),
    "LoyaltyEarningRate": (_EARNING % "rates { %s }",),
    "LoyaltyRuleConditions": (_EARNING % "conditions { %s }",),
    "LoyaltyRuleScope": (_EARNING % "scope { %s }", _REDEMPTION % "scope { %s }"),
    "LoyaltyCombination": (_EARNING % "combination { %s }", _REDEMPTION % "combination { %s }"),
    "LoyaltyRedemptionRule": (_REDEMPTION,),
    "LoyaltyRedemptionRate": (_REDEMPTION % "rates { %s }",),
    "LoyaltyExpiryPolicy": (_VERSION % "expiryPolicy { %s }",),
    "LoyaltyRefundPolicy": (_VERSION % "refundPolicy { %s }",),
    "LoyaltyRuleWarning": (_VERSION % "warnings { %s }",),
    "LoyaltyOffer": (_PRODUCT,),
    "LoyaltyReceipt": (_PRODUCT % "receipt { %s }",),
    "LoyaltyReceiptLine": (_CHECKOUT % "pointsToEarn { receipt { lines { %s } } }",),
    "LoyaltyCheckout": (_CHECKOUT,),
    "LoyaltyEarnEstimate": (_CHECKOUT % "pointsToEarn { %s }",),
    "LoyaltyMessage": (_CHECKOUT % "messages { %s }",),
    "LoyaltyRedemptionQuote": (_CHECKOUT % "redemption(points: 801) { %s }",),
    "LoyaltyOrder": ("{ order(id: $order) { loyalty { %s } } }",),
    "LoyaltyStatistics": (_STATISTICS,),
    "LoyaltyStatisticsStep": (_STATISTICS % "series(step: MONTH) { %s }",),
    "LoyaltySourceStatistics": (_STATISTICS % "sources { %s }",),
    "LoyaltyRuleStatistics": (_STATISTICS % "sourcesByRule { %s }",),
    "LoyaltyProductStatistics": (_STATISTICS % "sourcesByProduct { %s }",),
    "LoyaltyCategoryStatistics": (_STATISTICS % "sourcesByCategory { %s }",),
    "LoyaltyTopEarner": (_STATISTICS % "topEarners { %s }",),
    "Query": ("{ %s }",),
    "Product": ('{ product(slug: "chair", channel: "shop") { %s } }',),
    "ProductVariant": ('{ productVariant(sku: "CHAIR", channel: "shop") { %s } }',),
    "Checkout": ("{ checkout(id: $checkout) { %s } }",),
    "Order": ("{ order(id: $order) { %s } }",),
    "User": ("{ me { %s } }", '{ user(email: "dana@example.com") { %s } }'),
}

ARGUMENTS = {
    "LoyaltyAccount.lots": "(first: 1)",
    "LoyaltyAccount.transactions": "(first: 1)",
    "LoyaltyAccount.value": '(channel: "shop")',
    "LoyaltyCheckout.redemption": "(points: 100)",
    "Query.loyaltyAccount": "(id: $account)",
    "Query.loyaltyAccounts": "(first: 1)",
    "Query.loyaltyProgram": "(id: $program)",
    "Query.loyaltyPrograms": "(first: 1)",
    "Query.loyaltyStatistics": "(program: $program)",
    "Query.loyaltyTransactions": "(first: 1)",
    "LoyaltyStatistics.series": "(step: MONTH)",
}

for area in AREAS:
    for _type_name, _by_policy in area.ROWS.items():
        _rows = ROWS.setdefault(_type_name, {})
        for _policy, _fields in _by_policy.items():
            _rows[_policy] = f"{_rows.get(_policy, '')} {_fields}".strip()
    PLACES |= area.PLACES
    ARGUMENTS |= area.ARGUMENTS
