"""The table of contents: which fields the program adds to the host's schema, and how they get there.

``extend_schema`` is called by the host before its schema is built. It adds graphene fields to the two roots and to the
host's own types by ``_meta.fields``, with their resolvers as ``resolve_<name>``; a second call changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphene
from graphene.utils.str_converters import to_snake_case

from . import (
    audit_queries,
    batch_queries,
    card_resolvers,
    event_queries,
    export_queries,
    host_types,
    membership_queries,
    mutations,
    referral_queries,
    refund_queries,
    resolvers,
    reward_queries,
    tier_queries,
)
from .account_list import resolve_loyalty_accounts
from .connection import connection_arguments
from .filters import LoyaltyAccountWhereInput
from .log_filters import LoyaltyTransactionFilterInput
from .permissions import NEEDS_LOYALTY
from .sorters import LoyaltyAccountSortingInput, LoyaltyTransactionSortingInput
from .statistics import resolve_loyalty_statistics
from .types.account import LoyaltyAccount, LoyaltyAccountCountableConnection
from .types.card import LoyaltyCustomField, LoyaltyLabelCountableConnection
from .types.checkout import checkout_loyalty_field, resolve_checkout_loyalty
from .types.offer import offer_field, resolve_offer
from .types.order import order_loyalty_field, resolve_order_loyalty
from .types.program import LoyaltyProgram, LoyaltyProgramCountableConnection
from .types.statistics import LoyaltyStatistics
from .types.transaction import LoyaltyTransactionCountableConnection

QUERIES: dict[str, tuple[graphene.Field, Callable[..., Any]]] = {
    "loyalty_program": (
        graphene.Field(
            LoyaltyProgram,
            id=graphene.ID(description="The program's id."),
            slug=graphene.String(description="The program's slug."),
            channel=graphene.String(description="The slug of a channel whose program it is."),
            description="One program, by exactly one of its keys." + NEEDS_LOYALTY,
        ),
        resolvers.resolve_loyalty_program,
    ),
    "loyalty_programs": (
        graphene.Field(
            LoyaltyProgramCountableConnection,
            description="All programs, the oldest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolvers.resolve_loyalty_programs,
    ),
    "loyalty_account": (
        graphene.Field(
            LoyaltyAccount,
            id=graphene.ID(description="The account's id."),
            user_id=graphene.ID(description="The customer's id. Either this or `id`."),
            program=graphene.ID(description="The program; left out: the customer's oldest account."),
            description="One account. The own one is in `me`." + NEEDS_LOYALTY,
        ),
        resolvers.resolve_loyalty_account,
    ),
    "loyalty_accounts": (
        graphene.Field(
            LoyaltyAccountCountableConnection,
            where=LoyaltyAccountWhereInput(description="Which accounts."),
            search=graphene.String(
                description="Part of a name or e-mail, an account's id, or a user's id or key. Needs MANAGE_USERS too."
            ),
            sort_by=LoyaltyAccountSortingInput(description="In which order; by CUSTOMER needs MANAGE_USERS too."),
            description="The accounts, the newest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolve_loyalty_accounts,
    ),
    "loyalty_transactions": (
        graphene.Field(
            LoyaltyTransactionCountableConnection,
            filter=LoyaltyTransactionFilterInput(description="Which transactions."),
            account=graphene.ID(description="Of this account only."),
            search=graphene.String(
                description=(
                    "Part of a reason; the whole of an order's number, an idempotency key or an external reference; "
                    "with MANAGE_USERS also part of the customer's name or e-mail. Parts have 3 characters or more."
                )
            ),
            sort_by=LoyaltyTransactionSortingInput(
                description="In which order; both fields are the order in which transactions were written."
            ),
            description="The points log of all accounts, the newest first." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        resolvers.resolve_loyalty_transactions,
    ),
    "loyalty_labels": (
        graphene.Field(
            LoyaltyLabelCountableConnection,
            program=graphene.ID(description="Of this program only."),
            search=graphene.String(description="Part of the name."),
            description="The labels, by name." + NEEDS_LOYALTY,
            **connection_arguments(),
        ),
        card_resolvers.resolve_loyalty_labels,
    ),
    "loyalty_custom_fields": (
        graphene.Field(
            graphene.List(graphene.NonNull(LoyaltyCustomField)),
            program=graphene.ID(required=True, description="The program."),
            include_archived=graphene.Boolean(description="Also those that are archived."),
            description="The fields of a program's customer cards, the oldest first." + NEEDS_LOYALTY,
        ),
        card_resolvers.resolve_loyalty_custom_fields,
    ),
    "loyalty_statistics": (
        graphene.Field(
            LoyaltyStatistics,
            program=graphene.ID(description="The program; left out: the channel's, else the only one there is."),
            channel=graphene.String(
                description='Only movements of the channel of this slug; "" is what belongs to no channel.'
            ),
            period=host_types.DateRangeInput(description="The days, both included; left out: all."),
            description="Points of a program in a period: totals, series, sources and top earners." + NEEDS_LOYALTY,
        ),
        resolve_loyalty_statistics,
    ),
    **event_queries.QUERIES,
}

QUERIES |= audit_queries.QUERIES
QUERIES |= export_queries.QUERIES
QUERIES |= membership_queries.QUERIES
QUERIES |= batch_queries.QUERIES
QUERIES |= tier_queries.QUERIES
QUERIES |= referral_queries.QUERIES
QUERIES |= refund_queries.QUERIES
QUERIES |= reward_queries.QUERIES

HOST_FIELDS: tuple[tuple[Any, str, graphene.Field, Callable[..., Any]], ...] = (
    (
        host_types.User,
        "loyalty_account",
        graphene.Field(
            LoyaltyAccount,
            program=graphene.ID(description="The program; left out: the channel's, else the oldest account."),
            channel=graphene.String(description="The slug of the channel whose program and currency count."),
            description=(
                "The user's account. Null for everybody but the user, and staff and apps with MANAGE_LOYALTY and "
                "MANAGE_USERS."
            ),
        ),
        resolvers.resolve_user_loyalty_account,
    ),
    (host_types.Product, "loyalty", offer_field(), resolve_offer),
    (host_types.ProductVariant, "loyalty", offer_field(), resolve_offer),
    (host_types.Checkout, "loyalty", checkout_loyalty_field, resolve_checkout_loyalty),
    (host_types.Order, "loyalty", order_loyalty_field, resolve_order_loyalty),
)

MUTATIONS: dict[str, graphene.Field] = {
    to_snake_case(name): getattr(mutations, name).Field() for name in mutations.__all__
}
"""Every mutation class, under its own name."""


def extend_schema(query_cls: Any, mutation_cls: Any) -> None:
    """Add our fields to the host's roots and types. A second call changes nothing.

    Raises RuntimeError where a host already has another field of one of these names.
    """
    for name, (field, resolver) in QUERIES.items():
        _add_field(query_cls, name, field, resolver)
    for host_type, name, field, resolver in HOST_FIELDS:
        _add_field(host_type, name, field, resolver)
    for name, field in MUTATIONS.items():
        _add_field(mutation_cls, name, field, None)


def _add_field(graphql_type: Any, name: str, field: graphene.Field, resolver: Callable[..., Any] | None) -> None:
    present = graphql_type._meta.fields.get(name)
    if present is field:
        return
    if present is not None:
        raise RuntimeError(f"{graphql_type._meta.name} already has a field {name}")
    graphql_type._meta.fields[name] = field
    if resolver is not None:
        setattr(graphql_type, f"resolve_{name}", staticmethod(resolver))
