"""The shop's tables."""

from .people import App, User, UserManager

__all__ = ["App", "User", "UserManager"]
