"""The plugin that Saleor lists, switches on and off, and calls.

A hook is a hint: Saleor calls it after its commit (but for ``preprocess_order_creation``), possibly twice, possibly
never. So the order hooks only ask for a settlement, which looks at the order as it then is; what must not be lost is
done in the order's own transaction (``signals.py``). An exception in a hook would reach the customer as an internal
error after the data was saved: each hook but ``preprocess_order_creation`` logs its failure and goes on.

It is a global plugin: hooks without a channel (customers, bulk orders) do not reach a plugin per channel; what differs
by channel is in the program's rules.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from saleor.checkout.error_codes import CheckoutErrorCode
from saleor.plugins.base_plugin import BasePlugin

from ..errors import RedemptionRefused, RegistrationRequired
from ..messages import describe_exception, render
from .host_rewards import ask_for_cards, frees_code, refuse_foreign_code

logger = logging.getLogger(__name__)

PLUGIN_ID = "saleor.loyalty"


class LoyaltyPlugin(BasePlugin):
    PLUGIN_ID = PLUGIN_ID
    PLUGIN_NAME = "Loyalty"
    PLUGIN_DESCRIPTION = (
        "Customers earn points with their orders and pay with them as a discount. "
        "While this plugin is inactive no points can be spent, and orders wait: what they earn is given once it is "
        "active again. To earn nothing for a time, pause the program instead."
    )
    DEFAULT_ACTIVE = True
    CONFIGURATION_PER_CHANNEL = False
    HIDDEN = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settled: set[tuple[Any, Any]] = set()

    # The checkout.

    def checkout_updated(self, checkout: Any, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        """Fit the redemption to the changed cart; the answer to the same request already shows it."""
        from ..checkout import refit_redemption
        from .response import answering
        from .touched import has_noted_rows

        try:
            with answering(checkout):
                refit_redemption(checkout_id=str(checkout.pk), at=timezone.now(), has_rows=has_noted_rows(checkout))
        except Exception:
            logger.exception("The redemption of checkout %s could not be fitted to its cart.", checkout.pk)
        return previous_value

    @frees_code
    def preprocess_order_creation(
        self, checkout_info: Any, *args: Any, previous_value: Any = None, **kwargs: Any
    ) -> Any:
        """Refuse an order whose redemption does not hold, before any payment.

        Saleor commits what was written before the refusal also where it calls this inside of a transaction, so the
        checkout stays as the refusal says. The codes are in both of Saleor's enums for completions; any other would
        become an internal error in one of them.
        """
        from ..checkout import check_redemption
        from .discounts import own_rows

        checkout = checkout_info.checkout
        refuse_foreign_code(checkout)
        try:
            check_redemption(
                checkout_id=str(checkout.pk),
                at=timezone.now(),
                channel=checkout_info.channel.slug,
                user_id=checkout.user_id,
                has_rows=any(own_rows(lines) for lines in args[:1]),
            )
        except RedemptionRefused as error:
            raise ValidationError(error.message, code=CheckoutErrorCode.VOUCHER_NOT_APPLICABLE.value) from error
        except RegistrationRequired as error:
            message = describe_exception(error, language=checkout.language_code)
            raise ValidationError(message, code=CheckoutErrorCode.EMAIL_NOT_SET.value) from error
        except Exception:
            logger.exception("The redemption of checkout %s could not be checked.", checkout.pk)
            refuse_if_touched(checkout)
        return previous_value

    # Files.

    def webhook(self, request: Any, path: str, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        """Answer ``/plugins/saleor.loyalty/exports/<token>``. Saleor asks nobody here who they are: the token does."""
        from ..exports import serve_export

        token = path.removeprefix("/exports/")
        if not self.active or token == path:
            return HttpResponse(status=404)
        return serve_export(request, token, at=timezone.now())

    # Customers.

    def _customer_changed(self, user: Any, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        """Do what follows from the customer's being registered or, by now, confirmed."""
        from ..tasks import schedule_following

        if user.is_active:
            try:
                schedule_following(user.pk)
            except Exception:
                logger.exception("What follows from customer %s could not be asked for.", user.pk)
        return previous_value

    account_confirmed = _customer_changed
    account_email_changed = _customer_changed
    customer_created = _customer_changed
    customer_updated = _customer_changed

    # Orders.

    def order_created(self, order: Any, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        """Settle at once, so that the answer of the completion already shows the points."""
        from ..orders import record_failure, settle_order_now

        at = timezone.now()
        try:
            record = settle_order_now(str(order.pk), at=at)
        except Exception as error:  # noqa: BLE001  (it is logged and kept with the order, and settled later)
            record_failure(
                str(order.pk),
                error=error,
                at=at,
                order_number=str(order.number or ""),
                channel=order.channel.slug,
                currency=order.currency,
            )
        else:
            self._settled.add((order.pk, order.updated_at))
            ask_for_cards(record)
        return previous_value

    def _order_changed(self, order: Any, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        self._schedule(order)
        return previous_value

    order_confirmed = _order_changed
    order_paid = _order_changed
    order_fully_paid = _order_changed
    order_updated = _order_changed
    order_fulfilled = _order_changed
    order_cancelled = _order_changed
    order_expired = _order_changed
    order_refunded = _order_changed
    order_fully_refunded = _order_changed

    def _fulfillment_changed(self, fulfillment: Any, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        self._schedule(fulfillment.order)
        return previous_value

    fulfillment_created = _fulfillment_changed
    fulfillment_approved = _fulfillment_changed
    fulfillment_canceled = _fulfillment_changed

    def order_bulk_created(self, orders: Any, *args: Any, previous_value: Any = None, **kwargs: Any) -> Any:
        for order in orders:
            self._schedule(order)
        return previous_value

    def _schedule(self, order: Any) -> None:
        """Ask for a settlement, once for each state of the order in this request.

        Saleor makes one plugin object a request or task. A later hook of the same request is only worth another
        settlement where the order was saved in between.
        """
        from ..tasks import schedule_settlement

        state = (order.pk, order.updated_at)
        if state in self._settled:
            return
        self._settled.add(state)
        try:
            schedule_settlement(str(order.pk))
        except Exception:
            logger.exception("The settlement of order %s could not be asked for.", order.pk)


def refuse_if_touched(checkout: Any) -> None:
    """Refuse a cart with points on it that cannot be checked; one without must not suffer from our fault."""
    from .touched import is_touched

    if is_touched(checkout.pk):
        message = render("BLOCKED_OTHER", language=checkout.language_code)
        raise ValidationError(message, code=CheckoutErrorCode.VOUCHER_NOT_APPLICABLE.value)
