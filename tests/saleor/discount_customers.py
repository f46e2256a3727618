"""A customer with points, on the cart of ``discount_carts``."""

from __future__ import annotations

import pytest
from django.utils import timezone
from saleor.checkout.models import Checkout

from saleor_loyalty.checkout import apply_points
from saleor_loyalty.host import Requester
from saleor_loyalty.ledger import give_points, open_account
from saleor_loyalty.models import LoyaltyProgram

from .discount_carts import cart  # noqa: F401


@pytest.fixture
def spend(cart, customer_user):  # noqa: F811
    """Return a function that gives the cart's customer 1000 points and puts some of them on the cart."""
    at = timezone.now()
    account = open_account(LoyaltyProgram.objects.get(), user_id=customer_user.pk, at=at)
    give_points(account.pk, points=1000, at=at, idempotency_key="given")
    Checkout.objects.filter(pk=cart.pk).update(user=customer_user)

    def spend(points):
        requester = Requester(user_id=customer_user.pk)
        return apply_points(checkout_id=str(cart.pk), points=points, requester=requester, at=timezone.now())

    return spend
