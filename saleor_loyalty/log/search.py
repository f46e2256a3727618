"""Searching the points log by a text: each place where the text may stand is found over an index of its own.

PostgreSQL cannot join conditions on several tables by OR without reading all rows, so each place is a statement of its
own, and their union is the answer. What a search costs grows with what it finds, not with the log.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from ..host import get_host
from ..models import LoyaltyAccount, LoyaltyProgram, LoyaltyTransaction, OrderRecord, TransactionText
from ..storable_text import storable_part

SEARCH_LENGTH_MIN = 3
"""Characters that a part of a reason, a name or an e-mail must have: shorter ones are in no trigram index."""
SEARCH_LENGTH_MAX = 250
"""Characters that count; no key and no number is longer."""


def search_condition(query: str, *, with_customers: bool, using: str = "default") -> Q:
    """Return the condition of the transactions that a text finds.

    A part of the reason, whatever its case; an order by its whole number or id; a whole idempotency key or external
    reference; and ``with_customers`` the customer, as the host finds users, or a part of a guest's e-mail. A text that
    is empty finds everything, one shorter than ``SEARCH_LENGTH_MIN`` only what it is in whole.
    """
    wanted = storable_part(query).strip()[:SEARCH_LENGTH_MAX]
    if not wanted:
        return Q()
    rows = LoyaltyTransaction.objects.using(using).order_by()
    orders = OrderRecord.objects.using(using).order_by().filter(order_number=wanted.removeprefix("#"))
    programs = LoyaltyProgram.objects.using(using).order_by()
    found = [
        # What has no order is in no index of orders.
        rows.filter(order_id__in=orders.exclude(order_number="").values("order_id")).exclude(order_id=""),
        rows.filter(order_id=wanted).exclude(order_id=""),
        # The program stands first in the index of the keys.
        rows.filter(program_id__in=programs.values("pk"), idempotency_key=wanted),
        rows.filter(external_reference=wanted).exclude(external_reference=""),
    ]
    keys: list[QuerySet[Any, Any]] = [places.values("pk") for places in found]
    if len(wanted) >= SEARCH_LENGTH_MIN:
        texts = TransactionText.objects.using(using).order_by()
        keys.append(texts.filter(reason__icontains=wanted).exclude(reason="").values("transaction_id"))
        if with_customers:
            users = get_host().search_users(wanted, using=using)
            accounts = LoyaltyAccount.objects.using(using).order_by()
            guests = accounts.filter(email__icontains=wanted, email__isnull=False)
            keys.append(rows.filter(account_id__in=accounts.filter(user_id__in=users).values("pk")).values("pk"))
            keys.append(rows.filter(account_id__in=guests.values("pk")).values("pk"))
    return Q(pk__in=keys[0].union(*keys[1:]))
