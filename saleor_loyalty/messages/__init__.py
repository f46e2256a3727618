"""What customers and staff read: texts by code, in English, Hebrew, Arabic and Italian.

The domain speaks in codes and facts; this package alone turns them into sentences. It never reads the database and
decides nothing. The texts are gettext catalogs in ``saleor_loyalty/locale``; ``make messages`` compiles them.
``render`` says any message by its code; the ``describe_…`` functions pick the code for a quote or an exception.
"""

from .catalog import LANGUAGES, find_language
from .formats import format_date, format_money, format_number, format_percent, format_points, format_time
from .redemptions import describe_applied, describe_exception, describe_refusal
from .rendering import render

__all__ = [
    "LANGUAGES",
    "describe_applied",
    "describe_exception",
    "describe_refusal",
    "find_language",
    "format_date",
    "format_money",
    "format_number",
    "format_percent",
    "format_points",
    "format_time",
    "render",
]
