"""MANAGE_LOYALTY, as one of Saleor's own permissions.

Saleor's list of permission enums is not a public interface: the system check in ``doctor.py`` verifies that the
permission stands in it. It must be extended before ``saleor.graphql.core.enums`` is imported, which builds the GraphQL
enum from it; ``AppConfig.import_models`` is the moment (``apps.py`` is too early, ``ready`` too late).
The row is written by Saleor's own ``post_migrate``; nobody has it until ``loyalty_install`` grants it.
"""

from __future__ import annotations

import sys

from saleor.permission.enums import PERMISSIONS_ENUMS, BasePermissionEnum

GRAPHQL_ENUMS = "saleor.graphql.core.enums"


class LoyaltyPermissions(BasePermissionEnum):
    MANAGE_LOYALTY = "saleor_loyalty.manage_loyalty"


was_registered_in_time = False
"""Whether the permission was there before the GraphQL enum was built."""


def register_permission() -> None:
    """Add the permission to Saleor's list. A second call does nothing."""
    global was_registered_in_time
    if LoyaltyPermissions not in PERMISSIONS_ENUMS:
        was_registered_in_time = GRAPHQL_ENUMS not in sys.modules
        PERMISSIONS_ENUMS.append(LoyaltyPermissions)
