"""The points log: which transactions somebody wants to see. It reads and never writes."""

from .search import SEARCH_LENGTH_MAX, SEARCH_LENGTH_MIN, search_condition
from .transaction_filter import FILTER_ITEMS_MAX, TransactionFilter

__all__ = ["FILTER_ITEMS_MAX", "SEARCH_LENGTH_MAX", "SEARCH_LENGTH_MIN", "TransactionFilter", "search_condition"]
