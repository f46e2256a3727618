"""A small shop of our own, to try the package and to test it without Saleor.

It is the second implementation of ``saleor_loyalty.host.Host``. It is not a shop: it has just as much catalogue,
checkout and order as the loyalty schema needs, under Saleor's own operation names.
"""
