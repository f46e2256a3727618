"""Saleor as the host: the port of ``saleor_loyalty/host.py``, by delegation.

Imports of Saleor stand inside of the methods: this module is imported while Django loads its apps, before Saleor's
GraphQL layer may be, and each of them costs a start that does not need it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

from django.core.files.storage import Storage
from django.db.models import QuerySet

from ..basket import Basket
from ..host import CheckoutHandle, GraphQLTypes, OrderFacts, Requester, UserFacts
from .host_customers import SaleorCustomers
from .host_referrals import SaleorReferrals
from .host_rewards import SaleorRewards

PLUGIN_ID = "saleor.loyalty"


class SaleorHost(SaleorCustomers, SaleorReferrals, SaleorRewards):
    """The shop around us is Saleor."""

    # Start.

    def import_models(self) -> None:
        from .permission import register_permission

        register_permission()

    def ready(self) -> None:
        from .clamp import install_clamp
        from .periodic import add_periodic_tasks
        from .schema import install_schema_extension
        from .signals import connect_signals

        install_schema_extension()
        install_clamp()
        connect_signals()
        add_periodic_tasks()

    def checks(self) -> list[Any]:
        from .doctor import check_touchpoints

        return check_touchpoints()

    # Operation: what ``manage.py loyalty_install``, ``loyalty_uninstall`` and ``loyalty_doctor`` ask for.

    @property
    def installation(self) -> ModuleType:
        from . import installation

        return installation

    def touchpoints(self) -> Iterable[Any]:
        from .doctor import find_touchpoints

        return find_touchpoints()

    def is_active(self) -> bool:
        from django.conf import settings

        # From the replica, as Saleor's own plugin manager reads it in a query; asked for in queries and in writes.
        return not self.inactive_rows().using(settings.DATABASE_CONNECTION_REPLICA_NAME).exists()

    def inactive_rows(self) -> QuerySet[Any]:
        from saleor.plugins.models import PluginConfiguration

        # There is no row before somebody saves the plugin's page: then the plugin's default rules, which is active.
        return PluginConfiguration.objects.filter(identifier=PLUGIN_ID, channel=None, active=False)

    def notify_customer(self, event: str, *, payload: Mapping[str, Any], channel: str) -> None:
        from .notifications import notify_customer

        notify_customer(event, payload=payload, channel=channel)

    # The database and the request.

    def write_context(self) -> AbstractContextManager[None]:
        from saleor.core.db.connection import allow_writer

        return allow_writer()

    def read_alias(self, context: Any) -> str:
        from saleor.graphql.core.context import get_database_connection_name

        return get_database_connection_name(context)

    def read_own_writes(self, context: Any) -> None:
        from saleor.graphql.core.context import disallow_replica_in_context

        disallow_replica_in_context(context)

    def requester(self, context: Any) -> Requester:
        from .customers import read_requester

        return read_requester(context)

    def language_code(self, context: Any) -> str | None:
        """Saleor's requests carry no language: its checkouts, orders and users do."""
        return None

    def private_storage(self) -> Storage:
        from saleor.core import private_storage

        return private_storage

    def export_url(self, token: str) -> str:
        from saleor.core.utils import build_absolute_uri

        return build_absolute_uri(f"/plugins/{PLUGIN_ID}/exports/{token}")

    # GraphQL.

    @property
    def graphql_types(self) -> GraphQLTypes:
        from .graphql_types import GRAPHQL_TYPES

        return GRAPHQL_TYPES

    def graphql_roots(self, type_name: str, keys: Iterable[str], *, using: str = "default") -> dict[str, Any]:
        from .graphql_types import graphql_roots

        return graphql_roots(type_name, keys, using=using)

    def users(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, UserFacts]:
        from .customers import read_users

        return read_users(user_ids, using=using)

    def user_instances(self, user_ids: Iterable[int], *, using: str = "default") -> dict[int, Any]:
        from .graphql_types import user_instances

        return user_instances(user_ids, using=using)

    def search_users(self, query: str, *, using: str = "default") -> QuerySet[Any]:
        from .customers import search_users

        return search_users(query, using=using)

    def create_customer(self, context: Any, **values: Any) -> int:
        from .new_customers import create_customer

        return create_customer(context, **values)

    def owners_of_emails(self, emails: Iterable[str], *, using: str = "default") -> dict[str, int]:
        from .customers import owners_of_emails

        return owners_of_emails(emails, using=using)

    def users_with_member_status(self, status: str, *, using: str = "default") -> QuerySet[Any]:
        from .customers import users_with_member_status

        return users_with_member_status(status, using=using)

    # Checkouts, orders and products.

    def open_checkout(self, checkout_id: str, *, for_update: bool) -> CheckoutHandle | None:
        from .checkout import open_checkout

        return open_checkout(checkout_id, for_update=for_update)

    def checkouts(self, checkout_ids: Iterable[str], *, using: str = "default") -> dict[str, CheckoutHandle]:
        from .checkout import open_checkouts

        return open_checkouts(checkout_ids, using=using)

    def order_facts(self, order_id: str, *, for_update: bool = False) -> OrderFacts | None:
        from .orders import read_order_facts

        return read_order_facts(order_id, for_update=for_update)

    def changed_orders(self, **page: Any) -> Sequence[tuple[datetime.datetime, str]]:
        from .orders import read_changed_orders

        return read_changed_orders(**page)

    def note_on_order(self, order_id: str, text: str) -> None:
        from .orders import write_note

        write_note(order_id, text)

    def product_baskets(self, instances: Sequence[Any], **values: Any) -> list[Basket | None]:
        from .products import read_product_baskets

        return read_product_baskets(instances, **values)

    def publish_facts(self, **facts: Any) -> None:
        from .facts import publish_facts

        publish_facts(**facts)
