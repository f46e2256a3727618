"""Looks whether every place where we touch Saleor is as we need it.

The system check of ``manage.py check`` reports what is wrong; ``loyalty_doctor`` prints everything. It changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.core.checks import CheckMessage, Error

from .symbols import SYMBOLS

# What Saleor calls on us. A hook that no longer exists is never called, and nothing else would say so.
HOOKS = (
    "checkout_updated",
    "preprocess_order_creation",
    "order_created",
    "order_confirmed",
    "order_paid",
    "order_fully_paid",
    "order_updated",
    "order_fulfilled",
    "order_cancelled",
    "order_expired",
    "order_refunded",
    "order_fully_refunded",
    "order_bulk_created",
    "fulfillment_created",
    "fulfillment_approved",
    "fulfillment_canceled",
    "account_confirmed",
    "account_email_changed",
    "customer_created",
    "customer_updated",
    "webhook",
)
ERROR_CODES = ("VOUCHER_NOT_APPLICABLE", "EMAIL_NOT_SET")


@dataclass(frozen=True, kw_only=True)
class Touchpoint:
    """One place where we touch Saleor. ``problem`` is empty where all is well."""

    name: str
    problem: str = ""

    @property
    def is_well(self) -> bool:
        return not self.problem


def find_touchpoints() -> Iterator[Touchpoint]:
    """Yield each place and what is wrong with it. No statement."""
    for name, look in _LOOKS.items():
        try:
            problem = look()
        except (ImportError, AttributeError) as error:
            problem = f"{type(error).__name__}: {error}"
        yield Touchpoint(name=name, problem=problem)


def check_touchpoints() -> list[CheckMessage]:
    """Return an error for each place that is not as we need it."""
    return [
        Error(
            f"Loyalty and this Saleor do not fit together: {touchpoint.name}: {touchpoint.problem}",
            hint="Use a release of saleor-loyalty that supports this version of Saleor.",
            id="saleor_loyalty.E100",
        )
        for touchpoint in find_touchpoints()
        if not touchpoint.is_well
    ]


def _look_at_permission() -> str:
    from saleor.permission.enums import get_permissions_enum_dict

    from . import permission

    if "MANAGE_LOYALTY" not in get_permissions_enum_dict():
        return "MANAGE_LOYALTY is not in Saleor's list of permissions."
    return "" if permission.was_registered_in_time else "The GraphQL enum was built before MANAGE_LOYALTY was added."


def _look_at_schema() -> str:
    from . import schema

    if not schema.state.was_installed_in_time:
        return f"{schema.API_MODULE} was imported before the app saleor_loyalty was ready; list the app earlier."
    import sys

    built = schema.API_MODULE in sys.modules
    return "The schema was built without the loyalty fields." if built and not schema.state.is_extended else ""


def _look_at_clamp() -> str:
    from .clamp import missing_clamps

    return ", ".join(missing_clamps())


def _look_at_hooks() -> str:
    from saleor.plugins.base_plugin import BasePlugin
    from saleor.plugins.manager import PluginsManager

    def is_known(hook: str) -> bool:
        # Some hooks are only declared as annotations on the base class.
        return hasattr(PluginsManager, hook) and (hasattr(BasePlugin, hook) or hook in BasePlugin.__annotations__)

    missing = [hook for hook in HOOKS if not is_known(hook)]
    return f"Saleor no longer calls {', '.join(missing)}." if missing else ""


def _look_at_error_codes() -> str:
    from saleor.checkout.error_codes import CheckoutErrorCode, OrderCreateFromCheckoutErrorCode

    enums = (CheckoutErrorCode, OrderCreateFromCheckoutErrorCode)
    missing = [f"{enum.__name__}.{code}" for enum in enums for code in ERROR_CODES if not hasattr(enum, code)]
    return f"There is no {', '.join(missing)}." if missing else ""


def _look_at_plugin() -> str:
    from django.conf import settings

    path = "saleor_loyalty.adapter.plugin.LoyaltyPlugin"
    return "" if path in settings.PLUGINS else f"PLUGINS does not name {path}: is the package installed?"


def _look_at_rows() -> str:
    """The rows that carry a redemption: their fields, and the constraint that keeps them one a line."""
    from saleor.discount import DiscountType
    from saleor.discount.models import CheckoutLineDiscount, OrderLineDiscount

    for model in (CheckoutLineDiscount, OrderLineDiscount):
        names = {field.name for field in model._meta.get_fields()}
        missing = {"type", "unique_type", "value_type", "value", "amount_value", "name", "reason", "line"} - names
        if missing:
            return f"{model.__name__} has no {', '.join(sorted(missing))}."
    return "" if DiscountType.ORDER_PROMOTION == "order_promotion" else "DiscountType.ORDER_PROMOTION has changed."


def _look_at_symbols() -> str:
    missing = [path for path in SYMBOLS if not _exists(path)]
    return f"There is no {', '.join(missing)}." if missing else ""


def _exists(path: str) -> bool:
    module, _, name = path.rpartition(".")
    if hasattr(import_module(module), name):
        return True
    try:
        import_module(path)
    except ImportError:
        return False
    return True


_LOOKS: dict[str, Callable[[], Any]] = {
    "the permission MANAGE_LOYALTY": _look_at_permission,
    "the GraphQL schema": _look_at_schema,
    "the clamp in the recalculation of discounts": _look_at_clamp,
    "the plugin in PLUGINS": _look_at_plugin,
    "the hooks": _look_at_hooks,
    "the error codes of a refusal": _look_at_error_codes,
    "the discount rows": _look_at_rows,
    "functions of Saleor": _look_at_symbols,
}
