"""Who may open accounts: for the authorization test. Naming people needs MANAGE_USERS too, which is tested beside the
mutation."""

from __future__ import annotations

from typing import Any

from playground.models import User

from .api import Api, gid
from .mutations.test_loyalty_account_create import CREATE

ROWS: dict[str, dict[str, str]] = {}
PLACES: dict[str, tuple[str, ...]] = {}
ARGUMENTS: dict[str, str] = {}


def fill(account: Any, *, staff: Api, app: Api) -> dict[str, Any]:
    newcomer = User.objects.create_user("newcomer@example.com")
    return {"newcomer": gid("User", newcomer)}


def calls(scene: dict[str, Any], account: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return a valid call of each mutation."""
    customer = {"user": scene.get("newcomer"), "program": scene.get("program")}
    return {"loyaltyAccountCreate": (CREATE, {"input": customer})}


def written() -> list[Any]:
    return list(User.objects.order_by("pk").values())
