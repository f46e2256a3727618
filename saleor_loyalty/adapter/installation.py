"""What installing and removing the package does to the shop's own tables, beside the migrations.

Installing grants MANAGE_LOYALTY to chosen groups: the plugin alone must not let anybody mint points. Removing takes
away all that Saleor would trip over or sell by once the package is gone: discount rows on open checkouts, periodic
tasks, permission rows (Saleor fails on a permission that its enum does not know), the plugin's configuration. The
ledger stays; ``manage.py migrate saleor_loyalty zero`` drops it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.db.transaction import atomic
from django_celery_beat.models import PeriodicTask
from saleor.account.models import Group
from saleor.discount.models import CheckoutLineDiscount
from saleor.permission.enums import AccountPermissions
from saleor.permission.models import Permission
from saleor.plugins.models import PluginConfiguration

from ..models import LoyaltyProgram, Reservation, ReservationStatus
from .checkout import open_checkout
from .discounts import UNIQUE_TYPE
from .host import PLUGIN_ID
from .periodic import ENTRY_PREFIX, SCHEDULE
from .permission import LoyaltyPermissions

APP_LABEL = "saleor_loyalty"


class NotMigrated(Exception):
    """The permission's row is not there: ``migrate`` writes it."""


def grant_permission(*, group_names: Sequence[str], to_staff_managers: bool) -> list[str]:
    """Grant MANAGE_LOYALTY to the named groups and, if asked, to all that may manage staff.

    Returns the names of the groups that hold it now, sorted.

    Raises:
        NotMigrated: the database does not know the permission yet.
        LookupError: there is no group of one of the names; nothing is granted.
    """
    with atomic():
        permission = _find_permission()
        groups = list(Group.objects.filter(name__in=group_names))
        missing = sorted(set(group_names) - {group.name for group in groups})
        if missing:
            raise LookupError(f"There is no group named {', '.join(missing)}.")
        if to_staff_managers:
            codename = AccountPermissions.MANAGE_STAFF.codename
            groups += Group.objects.filter(
                permissions__codename=codename, permissions__content_type__app_label="account"
            )
        for group in groups:
            group.permissions.add(permission)
    return holding_groups()


def holding_groups() -> list[str]:
    """Return the names of the groups that hold MANAGE_LOYALTY, sorted."""
    codename = LoyaltyPermissions.MANAGE_LOYALTY.codename
    holding = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=APP_LABEL)
    return sorted(holding.values_list("name", flat=True))


def group_names() -> list[str]:
    return sorted(Group.objects.values_list("name", flat=True))


def _find_permission() -> Any:
    codename = LoyaltyPermissions.MANAGE_LOYALTY.codename
    permission = Permission.objects.filter(codename=codename, content_type__app_label=APP_LABEL).first()
    if permission is None:
        raise NotMigrated("The permission MANAGE_LOYALTY is not in the database. Run manage.py migrate first.")
    return permission


def remove_from_shop(*, at: datetime.datetime) -> dict[str, int]:
    """Remove what must not outlive the package. Returns how many of what. A second call removes nothing.

    Checkouts are opened one by one, each in its own atomic block under Saleor's lock; their totals are computed anew.
    """
    return {
        "checkouts with points on them": _clear_checkouts(),
        "open reservations": _release_reservations(at=at),
        "periodic tasks": _delete(PeriodicTask.objects.filter(name__in=SCHEDULE)),
        "permissions": _delete(Permission.objects.filter(content_type__app_label=APP_LABEL)),
        "plugin configurations": _delete(PluginConfiguration.objects.filter(identifier=PLUGIN_ID)),
    }


def _clear_checkouts() -> int:
    rows = CheckoutLineDiscount.objects.filter(unique_type=UNIQUE_TYPE).order_by()
    checkout_ids = sorted({str(pk) for pk in rows.values_list("line__checkout_id", flat=True).distinct()})
    for checkout_id in checkout_ids:
        with atomic():
            handle = open_checkout(checkout_id, for_update=True)
            if handle is not None:
                handle.take_discount_off()
    return len(checkout_ids)


def _release_reservations(*, at: datetime.datetime) -> int:
    from ..checkout import release_checkout

    open_ones = Reservation.objects.filter(status=ReservationStatus.RESERVED).order_by("pk")
    return sum(
        release_checkout(checkout_id=checkout_id, at=at)
        for checkout_id in open_ones.values_list("checkout_id", flat=True)
    )


def _delete(qs: Any) -> int:
    count: int = qs.count()
    qs.delete()
    return count


def describe_installation() -> dict[str, str]:
    """Return what an operator wants to know of this installation, line by line."""
    import saleor

    from .. import __version__
    from .host import SaleorHost

    programs = dict(LoyaltyProgram.objects.order_by().values_list("status").annotate(Count("pk")))
    try:
        _find_permission()
        permission = f"held by {', '.join(holding_groups()) or 'no group: see loyalty_install'}"
    except NotMigrated as error:
        permission = str(error)
    beat = PeriodicTask.objects.filter(name__startswith=ENTRY_PREFIX, enabled=True).count()
    return {
        "package": __version__,
        "Saleor": saleor.__version__,
        "plugin": "active" if SaleorHost().is_active() else "switched off",
        "programs": ", ".join(f"{count} {status}" for status, count in sorted(programs.items())) or "none",
        "permission": permission,
        "periodic tasks": f"{beat} of {len(SCHEDULE)} known to celery beat (it stores them when it starts)",
    }
