"""Customer loyalty points for Saleor."""

__version__ = "0.1.0"
